//! The facts of code and of running text: what is neither wording nor layout.

use crate::gitlab_rb::{self, HashKey, Settings, Value};
use crate::installation::SettingsFile;
use crate::version::{DOCUMENTED, Version};

/// The release whose settings are all read, old ones too: keys of a section are not checked on reading.
const ANY_RELEASE: Version = DOCUMENTED;

/// Reads a block as a settings file.
///
/// # Errors
/// That of reading.
pub(super) fn settings(text: &str) -> Result<Settings, gitlab_rb::ReadError> {
    SettingsFile::read("the block", text, Default::default(), ANY_RELEASE).map(|file| file.settings)
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

/// Where GitLab's documentation stands, from the folder of its pages.
const DOCUMENTATION: &str = "https://docs.gitlab.com/ee/";

/// The absolute URLs, and links to other pages; not the links within the page. A relative link to another page of GitLab's
/// documentation is the same as that page's address.
pub(super) fn urls(codes: &[String], targets: &[String]) -> Vec<String> {
    let named = codes.iter().filter(|code| code.contains("://") && !code.contains(' ')).cloned();
    let targets = targets.iter().filter(|target| !target.starts_with('#')).map(|target| absolute(target));
    targets.chain(named).collect()
}

/// The page is in `integration/mattermost`, so two folders up are those of all pages.
fn absolute(target: &str) -> String {
    let below = target.strip_prefix("../../").filter(|below| !below.starts_with("../"));
    let page = below.and_then(|below| {
        let (path, anchor) = below.split_once('#').map_or((below, None), |(path, anchor)| (path, Some(anchor)));
        let path = path.strip_suffix(".md")?;
        let anchor = anchor.map_or_else(String::new, |anchor| format!("#{anchor}"));
        Some(format!("{DOCUMENTATION}{path}.html{anchor}"))
    });
    page.unwrap_or_else(|| target.to_owned())
}

/// The names of settings: `x['key']`, `MM_…` and `SomethingSettings.Key`.
pub(super) fn setting_names(codes: &[String]) -> Vec<String> {
    let is_key = |code: &str| {
        let key = code.split_once("['").filter(|(section, rest)| is_word(section) && rest.ends_with("']"));
        key.is_some_and(|(_, rest)| !rest.contains(' '))
    };
    let is_variable = |code: &str| code.starts_with("MM_") && !code.contains([' ', '=']);
    let is_place = |code: &str| {
        let (section, key) = code.split_once('.').unwrap_or_default();
        section.ends_with("Settings")
            && key.starts_with(|first: char| first.is_ascii_uppercase())
            && !code.contains(' ')
    };
    let names = codes.iter().filter(|code| is_key(code) || is_variable(code) || is_place(code));
    names.cloned().collect()
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// The commands: several words of which the first is a program's name and no later one is an assignment.
pub(super) fn commands(codes: &[String]) -> Vec<String> {
    let is_program = |word: &str| {
        let name = word.rsplit('/').next().unwrap_or_default();
        name.starts_with(|first: char| first.is_ascii_lowercase())
            && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte))
    };
    let is_command = |code: &&String| {
        let mut words = code.split_whitespace();
        words.next().is_some_and(is_program) && words.next().is_some_and(|second| !second.starts_with(['=', '\'', '"']))
    };
    codes.iter().filter(is_command).map(|code| code.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

/// The versions, `GitLab 14.6`, `Mattermost 6.1` or the number alone; addresses have too many parts to be one.
pub(super) fn versions(text: &str) -> Vec<String> {
    let words: Vec<&str> =
        text.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric())).collect();
    let is_version = |word: &str| {
        let parts: Vec<&str> = word.split('.').collect();
        matches!(parts.len(), 2 | 3)
            && parts.iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
    };
    let found = words.iter().enumerate().filter(|(_, word)| is_version(word)).map(|(at, word)| {
        match at.checked_sub(1).and_then(|before| words.get(before)) {
            Some(product @ (&"GitLab" | &"Mattermost")) => format!("{product} {word}"),
            _ => (*word).to_owned(),
        }
    });
    found.collect()
}

/// The first `MAJOR.MINOR` in a text.
pub(super) fn first_version(text: &str) -> Option<Version> {
    let words = text.split(|letter: char| letter.is_whitespace() || letter == ',' || letter == ':');
    words.map(|word| word.trim_end_matches('.')).filter(|word| word.contains('.')).find_map(|word| word.parse().ok())
}
