//! The settings part of an inventory: every setting, the layer that gave it, and its value unless that is secret.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::{FingerprintKey, Secret};
use crate::masking::is_secret;
use crate::mattermost_config::{Catalogue, Effective, Finding, Layer, Setting, SettingKind, StartRefused, effective};
use crate::version::Version;

/// The settings with which a server runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The server version by whose rules the layers were read.
    pub read_as: Version,
    /// Why a server would not start with them; then nothing else is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
    /// Every setting by path.
    pub entries: BTreeMap<String, Entry>,
    /// Keys of `config.json` that no known setting reads, by path.
    pub unknown_keys: BTreeMap<String, Held>,
    /// Variables that no known setting reads, by name.
    pub other_variables: BTreeMap<String, Secret>,
}

impl Settings {
    /// Whether users' files are kept in S3, and so in no folder.
    pub fn keeps_files_in_s3(&self) -> bool {
        let driver = self.entries.get("FileSettings.DriverName").map(|entry| &entry.held);
        matches!(driver, Some(Held::Value(Json::String(driver))) if driver == "amazons3")
    }
}

/// A setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The layer whose value counts.
    pub layer: Layer,
    /// Whether the value is the default of the version.
    pub at_default: bool,
    /// What it holds.
    #[serde(flatten)]
    pub held: Held,
}

/// A value, or what may be told of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Held {
    /// The value.
    Value(Json),
    /// A secret.
    Secret(Secret),
}

/// Reads the layers as a server of `version` does, and masks what is secret or may be.
///
/// What is not known cannot be judged: of an unknown key only numbers and switches are shown, of an unknown variable
/// nothing.
pub fn settings(
    version: Version,
    env: &BTreeMap<String, String>,
    config_json: Option<&Json>,
    key: Option<&FingerprintKey>,
) -> Settings {
    let mut settings = Settings {
        read_as: version,
        refused: None,
        entries: BTreeMap::new(),
        unknown_keys: BTreeMap::new(),
        other_variables: BTreeMap::new(),
    };
    match effective(version, env, config_json) {
        // The server's own words for a variable hold its value.
        Err(StartRefused::Variable { variable, path, .. }) => {
            settings.refused = Some(format!("`{variable}` does not parse as `{path}`"));
        }
        Err(refused) => settings.refused = Some(refused.to_string()),
        Ok(effective) => {
            settings.entries = effective.catalogue().settings().map(|it| entry(&effective, it, key)).collect();
            settings.unknown_keys = unknown_keys(&effective, config_json, key);
            settings.other_variables = other_variables(effective.catalogue(), env, key);
        }
    }
    settings
}

fn entry(effective: &Effective, setting: &Setting, key: Option<&FingerprintKey>) -> (String, Entry) {
    let path = setting.path();
    let value = effective.get(path);
    let layer = effective.layer(path);
    // A file of an older server has other defaults for the keys that it lacks.
    let at_default = layer == Layer::Default || value == setting.default_in(effective.catalogue().version());
    let held = if holds_secret(setting, value) {
        Held::Secret(Secret::mask(key, path, &plain(value)))
    } else {
        Held::Value(value.clone())
    };
    (path.to_owned(), Entry { layer, at_default, held })
}

/// Whether the value must not be shown: by the setting, or because an address in it holds a password.
fn holds_secret(setting: &Setting, value: &Json) -> bool {
    let path = setting.path();
    let of_plugins = setting.kind() == SettingKind::Map && path != "PluginSettings.PluginStates";
    let inside = |text: &str| is_secret(path, text);
    setting.is_secret()
        || of_plugins
        || path.starts_with("SqlSettings.DataSource")
        || match value {
            Json::String(text) => inside(text),
            Json::Array(list) => list.iter().filter_map(Json::as_str).any(inside),
            _ => false,
        }
}

/// A text as it is; anything else as JSON whose keys are in order; empty for what counts as nothing.
fn plain(value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        Json::Array(list) if list.is_empty() => String::new(),
        Json::Object(entries) if entries.is_empty() => String::new(),
        other => ordered(other).to_string(),
    }
}

fn ordered(value: &Json) -> Json {
    match value {
        Json::Object(entries) => {
            let sorted: BTreeMap<&String, &Json> = entries.iter().collect();
            Json::Object(sorted.into_iter().map(|(key, value)| (key.clone(), ordered(value))).collect())
        }
        Json::Array(list) => Json::Array(list.iter().map(ordered).collect()),
        other => other.clone(),
    }
}

fn unknown_keys(
    effective: &Effective,
    config_json: Option<&Json>,
    key: Option<&FingerprintKey>,
) -> BTreeMap<String, Held> {
    let unknown = effective.findings().iter().filter_map(|finding| match finding {
        Finding::UnknownKey { path, .. } => Some(path.as_str()),
        _ => None,
    });
    let unknown: BTreeSet<&str> = unknown.collect();
    let mut found = BTreeMap::new();
    if let Some(file) = config_json {
        collect(file, "", &unknown, &mut |path, value| {
            let held = match value {
                Json::Bool(_) | Json::Number(_) | Json::Null => Held::Value(value.clone()),
                other => Held::Secret(Secret::mask(key, path, &plain(other))),
            };
            found.insert(path.to_owned(), held);
        });
    }
    found
}

/// Gives `found` every value whose path is one of `wanted`, as deep as settings lie.
fn collect(value: &Json, path: &str, wanted: &BTreeSet<&str>, found: &mut dyn FnMut(&str, &Json)) {
    if wanted.contains(path) {
        return found(path, value);
    }
    for (key, value) in value.as_object().into_iter().flatten().filter(|_| path.matches('.').count() < 2) {
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        collect(value, &path, wanted, found);
    }
}

fn other_variables(
    catalogue: &Catalogue,
    env: &BTreeMap<String, String>,
    key: Option<&FingerprintKey>,
) -> BTreeMap<String, Secret> {
    let unread = env.iter().filter(|(name, _)| catalogue.setting_of_variable(name).is_none());
    unread.map(|(name, value)| (name.clone(), Secret::mask(key, name, value))).collect()
}
