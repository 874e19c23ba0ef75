//! What a release shows of itself that the catalogue does not know: settings, types and defaults in the `config.json` that it
//! ships, and commands of its command line.
//!
//! Not here: reading the release, which needs its files and its program.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value};

use super::release::Release;
use crate::masking;
use crate::mattermost_config::{Catalogue, MEASURED, Setting, SettingKind, rows};
use crate::version::Version;

/// What a release shows.
#[derive(Debug, Clone)]
pub struct ShownRelease {
    /// Its version.
    pub version: Version,
    /// Its settings as nested JSON, in the form of `config.json`; a section that is not there was not shown.
    pub config: Value,
    /// The commands of its command line; nothing if it does not tell them.
    pub commands: Option<Vec<String>>,
}

/// A setting that the catalogue does not have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewSetting {
    /// Section and key.
    pub path: String,
    /// The type of its value; nothing if it is none that a setting has.
    pub kind: Option<SettingKind>,
    /// Its value; `null` if that may be a secret.
    pub default: Value,
}

/// A default that is another than in the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewDefault {
    /// Section and key, as the catalogue spells them.
    pub path: String,
    /// The value in the catalogue.
    pub was: Value,
    /// The value that the release ships.
    pub is: Value,
}

/// What the catalogue has to learn of a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lessons {
    /// The version of the release.
    pub version: Version,
    /// Settings that the catalogue does not have.
    pub new: Vec<NewSetting>,
    /// Settings of the catalogue that the release lacks, though it shows their section.
    pub gone: Vec<String>,
    /// Settings whose value is of another type than in the catalogue.
    pub retyped: Vec<String>,
    /// Defaults that are others than in the catalogue.
    pub defaults: Vec<NewDefault>,
    /// Sections of the catalogue that the release does not show, so that nothing is known of them.
    pub not_shown: Vec<String>,
    /// Commands that are not known.
    pub new_commands: Vec<String>,
    /// Known commands that the release lacks.
    pub gone_commands: Vec<String>,
}

impl Lessons {
    /// Whether the release is as the catalogue has it.
    pub fn is_empty(&self) -> bool {
        let settings =
            self.new.is_empty() && self.gone.is_empty() && self.retyped.is_empty() && self.defaults.is_empty();
        settings && self.new_commands.is_empty() && self.gone_commands.is_empty()
    }
}

/// Compares a release with the catalogue.
///
/// Values that may be secrets are neither compared nor kept: a folder may hold the settings of a server that was in use.
///
/// ```
/// use gitlab_mattermost_core::mattermost::{ShownRelease, lessons};
/// use gitlab_mattermost_core::mattermost_config::effective;
///
/// let version = "6.2.1".parse()?;
/// let config = effective(version, &Default::default(), None)?.config();
/// assert!(lessons(&ShownRelease { version, config, commands: None }).is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn lessons(release: &ShownRelease) -> Lessons {
    let catalogue = Catalogue::of(release.version);
    let shown = leaves(&release.config);
    let mut lessons = Lessons {
        version: release.version,
        new: Vec::new(),
        gone: Vec::new(),
        retyped: Vec::new(),
        defaults: Vec::new(),
        not_shown: Vec::new(),
        new_commands: Vec::new(),
        gone_commands: Vec::new(),
    };
    let (mut seen, mut sections) = (BTreeSet::new(), BTreeSet::new());
    for (keys, value) in shown {
        let path = keys.join(".");
        sections.insert(keys[..keys.len() - 1].join(".").to_ascii_lowercase());
        match catalogue.setting_of_keys(&keys) {
            Some(setting) => {
                seen.insert(setting.path());
                judge(&catalogue, setting, value, &mut lessons);
            }
            None => lessons.new.push(NewSetting { kind: kind_of(value), default: harmless(&path, value), path }),
        }
    }
    lessons.new.sort_by(|one, other| one.path.cmp(&other.path));
    for setting in catalogue.settings().filter(|setting| !seen.contains(setting.path())) {
        let path = setting.spelt_in(release.version);
        let (section, _) = path.rsplit_once('.').unwrap_or(("", path));
        if sections.contains(&section.to_ascii_lowercase()) {
            lessons.gone.push(setting.path().to_owned());
        } else if !lessons.not_shown.iter().any(|known| known == section) {
            lessons.not_shown.push(section.to_owned());
        }
    }
    let known = Release { version: release.version }.commands();
    if let Some(commands) = release.commands.as_ref().filter(|_| !known.is_empty()) {
        lessons.new_commands = commands.iter().filter(|command| !known.contains(command)).cloned().collect();
        lessons.gone_commands = known.into_iter().filter(|command| !commands.contains(command)).collect();
    }
    lessons
}

/// Compares the value of a setting that the catalogue has.
fn judge(catalogue: &Catalogue, setting: &Setting, value: &Value, lessons: &mut Lessons) {
    let was = setting.default_in(catalogue.version());
    if value.is_null() {
        return;
    }
    if !fits(setting.kind(), value) {
        lessons.retyped.push(setting.path().to_owned());
    } else if !setting.is_secret() && !setting.is_generated() && value != was {
        let is = harmless(setting.path(), value);
        lessons.defaults.push(NewDefault { path: setting.path().to_owned(), was: was.clone(), is });
    }
}

/// The keys that lead to each value, and the value.
fn leaves(config: &Value) -> Vec<(Vec<&str>, &Value)> {
    let mut leaves = Vec::new();
    let inside = |value: &'_ Value| value.as_object().is_some();
    for (section, settings) in config.as_object().into_iter().flatten().filter(|(_, value)| inside(value)) {
        for (key, value) in settings.as_object().into_iter().flatten() {
            // An inner section is called as the outer ones are.
            match value.as_object().filter(|_| key.ends_with("Settings")) {
                Some(inner) => {
                    leaves.extend(inner.iter().map(|(inner, value)| (vec![section.as_str(), key, inner], value)));
                }
                None => leaves.push((vec![section.as_str(), key], value)),
            }
        }
    }
    leaves
}

fn kind_of(value: &Value) -> Option<SettingKind> {
    match value {
        Value::Bool(_) => Some(SettingKind::Bool),
        Value::Number(number) if number.is_i64() => Some(SettingKind::Int),
        Value::String(_) => Some(SettingKind::String),
        Value::Array(items) if items.iter().all(Value::is_string) => Some(SettingKind::List),
        Value::Array(items) if items.iter().all(Value::is_object) => Some(SettingKind::Objects),
        Value::Object(_) => Some(SettingKind::Map),
        _ => None,
    }
}

fn fits(kind: SettingKind, value: &Value) -> bool {
    let is_empty_list = value.as_array().is_some_and(Vec::is_empty);
    kind_of(value) == Some(kind) || is_empty_list && kind == SettingKind::Objects
}

/// The value, or `null` where it may hold a secret.
fn harmless(path: &str, value: &Value) -> Value {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    if masking::is_secret(path, &text) || masking::shown(path, &text) != text { Value::Null } else { value.clone() }
}

/// The catalogue's table of settings with the lessons in it, in the form of `core/data/mattermost-settings.json`: new settings
/// since this release, gone ones until the one before it, other defaults from it on. A setting of another type stays as it
/// was, as the table has one type for all versions.
pub fn learned(lessons: &Lessons) -> String {
    let first = Version { patch: 0, ..lessons.version };
    let is_measured = MEASURED.iter().any(|it| it.minor_line() == first.minor_line());
    // What a later patch of a known minor does is not what its first release does.
    let from = if is_measured { lessons.version } else { first };
    let last_before = MEASURED.iter().rev().find(|it| it.minor_line() < first.minor_line()).unwrap_or(&MEASURED[0]);
    let mut table = rows();
    for row in &mut table {
        let path = row.get("path").and_then(Value::as_str).unwrap_or_default().to_owned();
        if lessons.gone.contains(&path) {
            row.insert("until".to_owned(), last_before.to_string().into());
        }
        if let Some(change) = lessons.defaults.iter().find(|change| change.path == path) {
            let by_version = row.shift_remove("defaults");
            let mut defaults = match (by_version, row.shift_remove("default")) {
                (Some(Value::Object(defaults)), _) => defaults,
                (_, default) => {
                    let since = row.get("since").and_then(Value::as_str).map(str::to_owned);
                    let since = since.unwrap_or_else(|| MEASURED[0].to_string());
                    Map::from_iter([(since, default.unwrap_or_default())])
                }
            };
            defaults.insert(from.to_string(), change.is.clone());
            row.insert("defaults".to_owned(), Value::Object(defaults));
        }
    }
    for new in &lessons.new {
        let Some(kind) = new.kind.and_then(|kind| serde_json::to_value(kind).ok()) else { continue };
        let row = [("path", new.path.clone().into()), ("type", kind), ("since", first.to_string().into())];
        let row = row.into_iter().chain((!new.default.is_null()).then(|| ("default", new.default.clone())));
        let row: Map<String, Value> = row.map(|(name, value)| (name.to_owned(), value)).collect();
        let place = table.iter().position(|other| other.get("path").and_then(Value::as_str) > Some(new.path.as_str()));
        table.insert(place.unwrap_or(table.len()), row);
    }
    let lines: Vec<String> = table.into_iter().map(|row| Value::Object(row).to_string()).collect();
    format!("[\n{}\n]\n", lines.join(",\n"))
}

/// The commands that a command line lists in its help.
///
/// # Shape
/// Below a line `Available Commands:` a line each, the command first, up to the first empty line; nothing if there is none.
pub fn commands_in_help(help: &str) -> Option<Vec<String>> {
    let lines = help.lines().skip_while(|line| line.trim() != "Available Commands:").skip(1);
    let commands: Vec<String> = lines
        .take_while(|line| !line.trim().is_empty())
        .filter_map(|line| line.split_whitespace().next().map(str::to_owned))
        .collect();
    (!commands.is_empty()).then_some(commands)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

    use serde_json::json;

    use super::*;
    use crate::mattermost_config::effective;

    const KNOWN: Version = Version::new(6, 7, 0);
    const NEXT: Version = Version::new(6, 8, 1);

    fn shown(version: Version, change: impl FnOnce(&mut Value)) -> ShownRelease {
        let mut config = effective(KNOWN, &Default::default(), None).unwrap().config();
        change(&mut config);
        ShownRelease { version, config, commands: Some(Release { version }.commands()) }
    }

    #[test]
    fn every_release_of_the_catalogue_teaches_it_nothing() {
        for version in MEASURED {
            let config = effective(version, &Default::default(), None).unwrap().config();
            let lessons = lessons(&ShownRelease { version, config, commands: None });
            assert!(lessons.is_empty() && lessons.not_shown.is_empty(), "{lessons:?}");
            assert_eq!(learned(&lessons), include_str!("../../data/mattermost-settings.json"), "{version}");
        }
    }

    #[test]
    fn what_is_new_gone_retyped_or_has_another_default_is_told() {
        let mut release = shown(NEXT, |config| {
            config["ServiceSettings"]["EnableTides"] = json!(true);
            config["TideSettings"] = json!({"Port": 7, "Names": ["a"], "Password": "hush", "Ratio": 0.5});
            config["TeamSettings"]["MaxUsersPerTeam"] = json!(60);
            config["EmailSettings"]["SMTPPort"] = json!(25);
            config["EmailSettings"]["SMTPPassword"] = json!("hush");
            config["SqlSettings"].as_object_mut().unwrap().remove("QueryTimeout");
            config.as_object_mut().unwrap().remove("FeatureFlags");
        });
        release.commands.as_mut().unwrap().retain(|command| command != "db");
        release.commands.as_mut().unwrap().push("tide".to_owned());
        let lessons = lessons(&release);
        let new: Vec<_> = lessons.new.iter().map(|new| (new.path.as_str(), new.kind, new.default.clone())).collect();
        assert_eq!(
            new,
            [
                ("ServiceSettings.EnableTides", Some(SettingKind::Bool), json!(true)),
                ("TideSettings.Names", Some(SettingKind::List), json!(["a"])),
                ("TideSettings.Password", Some(SettingKind::String), Value::Null),
                ("TideSettings.Port", Some(SettingKind::Int), json!(7)),
                ("TideSettings.Ratio", None, json!(0.5)),
            ]
        );
        assert_eq!(lessons.gone, ["SqlSettings.QueryTimeout"]);
        assert_eq!(lessons.retyped, ["EmailSettings.SMTPPort"]);
        let changed = NewDefault { path: "TeamSettings.MaxUsersPerTeam".to_owned(), was: json!(50), is: json!(60) };
        assert_eq!(lessons.defaults, [changed]);
        assert_eq!(lessons.not_shown, ["FeatureFlags"]);
        assert_eq!((lessons.new_commands, lessons.gone_commands), (vec!["tide".to_owned()], vec!["db".to_owned()]));
    }

    #[test]
    fn what_was_learned_is_a_table_of_settings_without_secrets() {
        let release = shown(NEXT, |config| {
            config["ServiceSettings"]["EnableTides"] = json!(true);
            config["TideSettings"] = json!({"Password": "hush"});
            config["TeamSettings"]["MaxUsersPerTeam"] = json!(60);
            config["SqlSettings"].as_object_mut().unwrap().remove("QueryTimeout");
        });
        let text = learned(&lessons(&release));
        let settings: Vec<Setting> = serde_json::from_str(&text).unwrap();
        assert!(!text.contains("hush"));
        let find = |path: &str| settings.iter().find(|setting| setting.path() == path).unwrap();
        let versions = |path: &str| find(path).versions();
        assert_eq!(versions("ServiceSettings.EnableTides"), (Some(Version::new(6, 8, 0)), None));
        assert_eq!(versions("SqlSettings.QueryTimeout").1, Some(KNOWN));
        let default = |version| find("TeamSettings.MaxUsersPerTeam").default_in(version).clone();
        assert_eq!((default(KNOWN), default(NEXT)), (json!(50), json!(60)));
        assert!(settings.windows(2).all(|pair| pair[0].path() != pair[1].path()));
    }

    #[test]
    fn the_commands_of_a_help_are_those_below_its_heading() {
        let help = "Mattermost offers…\n\nUsage:\n  mattermost [flags]\n\nAvailable Commands:\n  db          Commands for it\n  help  \
                    Help\n\nFlags:\n  -h, --help\n";
        assert_eq!(commands_in_help(help), Some(vec!["db".to_owned(), "help".to_owned()]));
        assert_eq!(commands_in_help("{\"level\":\"info\"}"), None);
    }
}
