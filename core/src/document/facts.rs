//! The facts of code and of running text: what is neither wording nor layout.

use std::collections::BTreeMap;

use crate::gitlab_rb::{self, HashKey, ReadOptions, Settings, Value};
use crate::version::Version;

/// The release whose settings are all read, old ones too: keys of a section are not checked on reading.
const ANY_RELEASE: Version = Version::new(14, 7, 0);

/// Reads a block as a settings file.
///
/// # Errors
/// That of reading.
pub(super) fn settings(text: &str) -> Result<Settings, gitlab_rb::ReadError> {
    let options = ReadOptions { file_name: "the block".to_owned(), env: BTreeMap::new(), gitlab_version: ANY_RELEASE };
    gitlab_rb::read(text, &options)
}

/// Settings with their values as Ruby prints them; each variable of a hash on its own. The lines, if it cannot be read.
pub(super) fn of_settings(text: &str) -> Vec<String> {
    let Ok(settings) = settings(text) else { return of_lines(text) };
    let printed = |value: &Value| value.inspect().unwrap_or_else(|_| "?".to_owned());
    let mut facts: Vec<String> =
        settings.calls.iter().map(|(method, call)| format!("{method} {}", printed(&call.value))).collect();
    for (section, hash) in &settings.sections {
        for (key, entry) in &hash.borrow().entries {
            let key = text_of_key(key);
            match &entry.value {
                Value::Hash(inner) => facts.extend(inner.borrow().entries.iter().map(|(name, entry)| {
                    format!("{section}['{key}']['{}'] = {}", text_of_key(name), printed(&entry.value))
                })),
                value => facts.push(format!("{section}['{key}'] = {}", printed(value))),
            }
        }
    }
    facts
}

/// The text of a hash's key.
pub(super) fn text_of_key(key: &HashKey) -> String {
    match key {
        HashKey::Str(text) | HashKey::Symbol(text) | HashKey::Other(text) => text.clone(),
        HashKey::Int(number) => number.to_string(),
    }
}

/// Whether a block without a language is a settings file.
pub(super) fn looks_like_settings(text: &str) -> bool {
    text.lines().map(str::trim_start).any(|line| line.starts_with("mattermost") && line.contains(['[', '\'', '"']))
}

/// The commands behind prompts, and the names of what is printed as `Name: value`.
pub(super) fn of_console(text: &str) -> Vec<String> {
    let lines = text.lines().map(str::trim);
    lines
        .filter_map(|line| match (line.strip_prefix("$ "), line.split_once(": ")) {
            (Some(command), _) => Some(format!("$ {command}")),
            (None, Some((name, _))) if !name.starts_with(['{', '[']) && name.len() < 40 => Some(format!("{name}:")),
            _ => None,
        })
        .collect()
}

/// The lines that are not empty.
pub(super) fn of_lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// The absolute paths and those below the home directory.
pub(super) fn paths(codes: &[String]) -> Vec<String> {
    let words = codes.iter().flat_map(|code| code.split_whitespace());
    let is_path =
        |word: &&str| word.len() > 1 && (word.starts_with('/') || word.starts_with("~/")) && !word.starts_with("//");
    words.filter(is_path).map(|word| word.trim_end_matches([',', '.', ';']).to_owned()).collect()
}

/// The absolute URLs and relative links; not the links within the page.
pub(super) fn urls(codes: &[String], targets: &[String]) -> Vec<String> {
    let named = codes.iter().filter(|code| code.contains("://") && !code.contains(' '));
    targets.iter().filter(|target| !target.starts_with('#')).chain(named).cloned().collect()
}
