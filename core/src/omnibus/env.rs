//! The env directory: one file per variable, and what `chpst -e` makes of it.
//!
//! Not here: which setting of Mattermost a variable is (`mattermost_config`).

use std::fmt;

use indexmap::IndexMap;
use serde::Serialize;

use super::DeriveError;
use super::configuration::{Configuration, Slot, setting_name, text_of};
use super::origin::Origin;
use super::tables::Variable;
use super::warning::Warning;
use crate::gitlab_rb::{HashEntry, HashKey, Value};
use crate::masking::is_secret;
use crate::version::Version;

/// One file of the env directory.
///
/// # Shape
/// A JSON object with these fields.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct EnvEntry {
    /// The whole content of the file; an empty one unsets the variable.
    pub value: String,
    /// Where it comes from.
    pub origin: Origin,
    /// Whether the value is or holds a secret, to be masked wherever it is shown to people.
    pub secret: bool,
}

impl fmt::Debug for EnvEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = if self.secret { "redacted" } else { self.value.as_str() };
        f.debug_struct("EnvEntry").field("value", &value).field("origin", &self.origin).finish_non_exhaustive()
    }
}

/// The env directory itself. Its files are root's, with the umask's mode, and without a line break at the end.
///
/// # Shape
/// A JSON object with these fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EnvDirectory {
    /// Its path.
    pub path: Option<String>,
    /// What becomes of files that no variable stands for any more.
    pub stale_files: StaleFiles,
}

/// What reconfigure does with leftover files of the env directory.
///
/// # Shape
/// In JSON `deleted` or `kept`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StaleFiles {
    /// They are deleted.
    Deleted,
    /// They stay, and keep setting their variable: GitLab 11.5.6 to 11.5.11 and 11.6.0 to 11.6.1.
    Kept,
}

impl StaleFiles {
    pub(super) fn of(version: Version) -> Self {
        let kept = Version::new(11, 5, 6)..Version::new(11, 6, 2);
        if kept.contains(&version) { Self::Kept } else { Self::Deleted }
    }
}

/// What `chpst -e` sets a variable to for a file with this content; `None` if it unsets it.
///
/// ```
/// use gitlab_mattermost_core::omnibus::chpst_value;
/// assert_eq!(chpst_value(""), None);
/// assert_eq!(chpst_value("\nsecond line"), Some(String::new()));
/// assert_eq!(chpst_value(" first \t\nsecond"), Some(" first".to_owned()));
/// ```
///
/// # Source
/// runit 2.1.2, run: only the first line counts, blanks at its end are dropped, NUL bytes become line breaks.
pub fn chpst_value(content: &str) -> Option<String> {
    if content.is_empty() {
        return None;
    }
    let line = content.split('\n').next().unwrap_or_default();
    Some(line.trim_end_matches([' ', '\t']).replace('\0', "\n"))
}

/// The content of the env directory, sorted by name: the derived variables, and `mattermost['env']` over them.
///
/// DIFFERENCE: (erratum 14) that a variable wins over `config.json` does not hold for an empty one.
pub(super) fn env(configuration: &mut Configuration) -> Result<IndexMap<String, EnvEntry>, DeriveError> {
    let own = own_entries(configuration)?;
    let mut env = IndexMap::new();
    for (name, variable) in configuration.table.variables() {
        // What an entry of its own replaces need not be known.
        if !own.contains_key(name) {
            let derived = derived(configuration, name, variable).map(Some);
            let entry = configuration.known_or(derived, Some(name), None)?;
            env.extend(entry.map(|entry| (name.clone(), entry)));
        }
    }
    for (name, slot) in own {
        let setting = format!("mattermost['env']['{name}']");
        let value = text(configuration, &slot, &name, &setting).map(Some);
        if let Some(value) = configuration.known_or(value, Some(&name), None)? {
            env.insert(name.clone(), EnvEntry { secret: is_secret(&name, &value), value, origin: slot.origin });
        }
    }
    env.sort_keys();
    for (name, entry) in &env {
        warn_of_what_chpst_drops(&mut configuration.warnings, name, entry);
    }
    Ok(env)
}

fn derived(configuration: &Configuration, name: &str, variable: &Variable) -> Result<EnvEntry, DeriveError> {
    let keys = match variable {
        Variable::Literal(text) => {
            return Ok(EnvEntry { value: text.clone(), origin: Origin::Default, secret: false });
        }
        Variable::Attributes(keys) => keys,
    };
    let mut origin = Origin::Default;
    let mut texts = Vec::new();
    for key in keys {
        let slot = configuration.converged(key);
        let setting = setting_name("mattermost", key);
        texts.push(match key.as_str() {
            // These two reach the file without a conversion by the package.
            "service_allowed_untrusted_internal_connections" | "sql_driver_name" => {
                text(configuration, &slot, name, &setting)?
            }
            _ => text_of(&slot, &setting)?,
        });
        origin = origin.and(slot.origin);
    }
    let value = texts.join(":");
    Ok(EnvEntry { secret: is_secret(name, &value), value, origin })
}

/// The text of a value as it gets into a file: of any value from GitLab 11.7, of texts and `nil` only before.
fn text(configuration: &Configuration, slot: &Slot, name: &str, setting: &str) -> Result<String, DeriveError> {
    let class = slot.value.class_name();
    let refused =
        configuration.table.text_only() && !matches!(slot.value, Value::Str(_) | Value::Nil | Value::Unknown(_));
    if refused {
        return Err(DeriveError::NotText { variable: name.to_owned(), class, span: slot.origin.span() });
    }
    text_of(slot, setting)
}

/// The package's default entries and those of `mattermost['env']`, merged key by key.
fn own_entries(configuration: &mut Configuration) -> Result<IndexMap<String, Slot>, DeriveError> {
    let setting = setting_name("mattermost", "env");
    let mut entries = IndexMap::new();
    if let Value::Hash(defaults) = configuration.table.default("env") {
        let defaults = defaults.borrow();
        entries.extend(defaults.entries.iter().filter_map(|(key, entry)| {
            Some((name_of(key)?, Slot { value: entry.value.clone(), origin: Origin::Default }))
        }));
    }
    if configuration.given("mattermost", "env").is_none() {
        return Ok(entries);
    }
    let slot = configuration.converged("env");
    let span = slot.origin.span();
    let own = match slot.value {
        Value::Hash(own) => own,
        Value::Unknown(unknown) => {
            configuration.known_or(Err(DeriveError::unknown(setting, unknown)), None, ())?;
            return Ok(entries);
        }
        other => {
            let needed = "a hash of variables";
            return Err(DeriveError::TypeError { setting, class: other.class_name(), needed, span });
        }
    };
    let own = own.borrow();
    if let Some(unknown) = own.unknown.clone() {
        configuration.known_or(Err(DeriveError::unknown(setting.clone(), unknown)), None, ())?;
    }
    for (key, HashEntry { value, span: own_span }) in &own.entries {
        let Some(name) = name_of(key) else {
            let (class, needed) = ("Integer", "a text as the name of a variable");
            return Err(DeriveError::TypeError { setting, class, needed, span: own_span.or(span) });
        };
        if entries.contains_key(&name) && !configuration.replaces_default(value) {
            continue;
        }
        entries.insert(name, Slot { value: value.clone(), origin: Origin::Env { span: own_span.or(span) } });
    }
    Ok(entries)
}

fn name_of(key: &HashKey) -> Option<String> {
    match key {
        HashKey::Str(name) | HashKey::Symbol(name) => Some(name.clone()),
        HashKey::Int(_) | HashKey::Other(_) => None,
    }
}

fn warn_of_what_chpst_drops(warnings: &mut Vec<Warning>, name: &str, entry: &EnvEntry) {
    let span = entry.origin.span();
    let mut warn = |code, message| warnings.push(Warning { code, message, span });
    if entry.value.contains('\n') {
        let message = format!("`{name}` has several lines, of which Mattermost gets the first only");
        warn("several_lines", message);
    } else if entry.value.ends_with([' ', '\t']) {
        let message = format!("`{name}` ends in a blank, which Mattermost does not get");
        warn("trailing_blank", message);
    }
    let unusable = if name.is_empty() || name.contains('/') {
        Some("is no name for a file, so reconfigure fails to write it")
    } else if name.starts_with('.') {
        Some("starts with a dot, so it is ignored")
    } else {
        None
    };
    if let Some(why) = unusable {
        warn("unusable_name", format!("the variable `{name}` {why}"));
    }
}
