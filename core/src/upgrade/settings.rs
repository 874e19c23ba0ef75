//! What becomes, on a hop, of the settings that the installation uses: gone, renamed, or read differently.
//!
//! Not here: settings that never had an effect; those are no matter of the upgrade.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::passage::crosses;
use super::{Concern, Hop, Severity};
use crate::gitlab_rb::{HashKey, Value};
use crate::installation::{Installation, SettingsFile};
use crate::mattermost_config::{Catalogue, Removed, Setting, SettingKind};
use crate::version::Version;

/// The first Mattermost that splits lists in variables at spaces; before it, at commas.
const LISTS_AT_SPACES: Version = Version::new(5, 30, 0);

/// A variable of `mattermost['env']`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Variable {
    /// Its name.
    pub name: String,
    /// Its value, where it is a text.
    pub value: Option<String>,
    /// Where it stands: `gitlab.rb:12`.
    pub place: String,
}

/// The variables that the settings file gives Mattermost.
pub(crate) fn variables(file: &SettingsFile) -> Vec<Variable> {
    let Some(Value::Hash(env)) = file.settings.as_seen().value("mattermost", "env") else { return Vec::new() };
    let env = env.borrow();
    env.entries
        .iter()
        .filter_map(|(key, entry)| {
            let name = match key {
                HashKey::Str(name) | HashKey::Symbol(name) => name.clone(),
                HashKey::Int(_) | HashKey::Other(_) => return None,
            };
            let line = entry.span.map(|span| span.line_and_column(&file.text).0);
            let value = if let Value::Str(text) = &entry.value { Some(text.borrow().text.clone()) } else { None };
            Some(Variable {
                name,
                value,
                place: line.map_or(file.name.clone(), |line| format!("{}:{line}", file.name)),
            })
        })
        .collect()
}

/// The catalogues at both ends of every hop, made once each.
#[derive(Debug, Default)]
pub(super) struct Catalogues(BTreeMap<Version, Catalogue>);

impl Catalogues {
    fn of(&mut self, version: Version) -> &Catalogue {
        self.0.entry(version).or_insert_with(|| Catalogue::of(version))
    }

    /// The settings of the versions before and after the hop, if both have Mattermost.
    fn around(&mut self, hop: &Hop) -> Option<(&Catalogue, &Catalogue)> {
        let (before, after) = (hop.from.mattermost.at_least()?, hop.to.mattermost.at_most()?);
        self.of(before);
        self.of(after);
        Some((self.0.get(&before)?, self.0.get(&after)?))
    }
}

/// Everything that becomes of the installation's settings on `hop`.
pub(super) fn concerns(hop: &Hop, installation: &Installation<'_>, catalogues: &mut Catalogues) -> Vec<Concern> {
    if installation.gitlab_rb.is_none() && installation.config_json.is_none() {
        return Vec::new();
    }
    let Some((before, after)) = catalogues.around(hop) else { return Vec::new() };
    let mut found = Vec::new();
    for variable in installation.gitlab_rb.map(variables).unwrap_or_default() {
        let Some(setting) = before.setting_of_variable(&variable.name) else { continue };
        if after.setting_of_variable(&variable.name).is_none() {
            found.push(variable_gone(hop, &variable, after.removed_variable(&variable.name)));
        } else if setting.kind() == SettingKind::List && crosses(hop, LISTS_AT_SPACES) && splits(&variable) {
            found.push(list_at_spaces(hop, &variable));
        }
    }
    if let Some(file) = installation.config_json {
        let lost = before.settings().filter(|setting| is_changed(setting, before.version(), file));
        found.extend(lost.filter_map(|setting| file_setting_gone(hop, setting, after)));
    }
    found
}

fn splits(variable: &Variable) -> bool {
    variable.value.as_ref().is_some_and(|value| value.contains(','))
}

/// Whether the file gives the setting another value than the one it has by itself.
fn is_changed(setting: &Setting, version: Version, file: &Json) -> bool {
    let value = setting.json_path(version).try_fold(file, |value, key| value.get(key));
    value.is_some_and(|value| value != setting.default_in(version))
}

fn variable_gone(hop: &Hop, variable: &Variable, removed: Option<Removed>) -> Concern {
    let name = &variable.name;
    let successor = removed.as_ref().and_then(living_successor);
    let fix = match successor {
        Some(path) => format!("set `{path}` instead, then remove the variable"),
        None => "remove the variable".to_owned(),
    };
    Concern {
        rule: if successor.is_some() { "variable-renamed" } else { "variable-removed" },
        severity: Severity::Action,
        at: hop.to.gitlab,
        what: format!("`{name}` has no effect any more"),
        why: reason(removed.as_ref()),
        fix,
        place: Some(variable.place.clone()),
        source: "core/data/mattermost-removed-settings.json",
    }
}

fn file_setting_gone(hop: &Hop, setting: &Setting, after: &Catalogue) -> Option<Concern> {
    if after.setting(setting.path()).is_some() {
        return None;
    }
    let removed = after.removed_path(setting.path())?;
    // Renamed in the server's code only: the key in config.json is the same.
    let version = after.version();
    let same_key =
        |path: &str| after.setting(path).is_some_and(|other| other.json_path(version).eq(setting.json_path(version)));
    if removed.successor.as_deref().is_some_and(same_key) {
        return None;
    }
    let path = setting.path();
    Some(Concern {
        rule: if living_successor(&removed).is_some() { "setting-renamed" } else { "setting-removed" },
        severity: Severity::Action,
        at: hop.to.gitlab,
        what: format!("`{path}` is gone; the server drops it from config.json when it next writes the file"),
        why: reason(Some(&removed)),
        fix: match living_successor(&removed) {
            Some(successor) => format!("check `{successor}` after the upgrade"),
            None => "note down what it was for; look for another way if it is still wanted".to_owned(),
        },
        place: Some(format!("config.json: {path}")),
        source: "core/data/mattermost-removed-settings.json",
    })
}

/// What took the setting's place, unless that is only the name under which the server keeps what it no longer reads.
fn living_successor(removed: &Removed) -> Option<&str> {
    removed.successor.as_deref().filter(|path| !path.contains(".DEPRECATED_DO_NOT_USE_"))
}

fn reason(removed: Option<&Removed>) -> String {
    let Some(removed) = removed else { return "this Mattermost does not have the setting".to_owned() };
    let note = removed.note.as_ref().map(|note| format!("; {note}")).unwrap_or_default();
    format!("Mattermost {} no longer has `{}`{note}", removed.since, removed.path)
}

fn list_at_spaces(hop: &Hop, variable: &Variable) -> Concern {
    Concern {
        rule: "list-separator",
        severity: Severity::Action,
        at: hop.to.gitlab,
        what: format!("the list in `{}` is read as one element", variable.name),
        why: format!("Mattermost {LISTS_AT_SPACES} and later split lists at single spaces, before it was at commas"),
        fix: "separate the elements by single spaces".to_owned(),
        place: Some(variable.place.clone()),
        source: "mattermost/mattermost-server: config/environment.go; run on six versions",
    }
}
