//! The layers: variable over file over default, then the server's repairs and its validation.
//!
//! Not here: the meaning of single values (`parser`), the rules (`validation`).

mod file;
mod variables;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::catalogue::{Catalogue, SECOND_PARSER, Setting};
use super::values::Values;
use super::{Finding, StartRefused, repair, validation};
use crate::version::Version;

/// From this version on overridden values are kept out of `config.json`.
const KEEPS_OVERRIDES_OUT: Version = Version::new(5, 12, 0);
/// From this version on every start writes `config.json`.
const WRITES_ALWAYS: Version = Version::new(5, 10, 0);

/// Where the value of a setting comes from.
///
/// # Shape
/// In JSON `default`, `file` or `environment`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layer {
    /// Nobody gave one.
    Default,
    /// The server's `config.json`.
    File,
    /// A variable.
    Environment,
}

/// The configuration with which a server runs.
///
/// # Shape
/// Opaque: made with [`effective`], asked by the path of a setting.
///
/// ```
/// use gitlab_mattermost_core::mattermost_config::{Layer, effective};
///
/// let env = [("MM_TEAMSETTINGS_MAXUSERSPERTEAM".to_owned(), "7".to_owned())].into();
/// let running = effective("6.2.1".parse()?, &env, None)?;
/// let path = "TeamSettings.MaxUsersPerTeam";
/// assert_eq!((running.number(path), running.layer(path)), (7, Layer::Environment));
/// assert!(running.overridden().contains(path));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Effective {
    catalogue: Catalogue,
    values: Values,
    stored: Values,
    layers: BTreeMap<&'static str, Layer>,
    overridden: BTreeSet<String>,
    findings: Vec<Finding>,
}

/// What a server of `version` makes of its variables and the content of its `config.json`.
///
/// Variables without the prefix `MM_` are left aside, so a whole environment may be given. Without a file the server runs
/// on fresh defaults, as on the file that a release brings along.
///
/// # Errors
/// [`StartRefused`] where the server ends instead of starting; if there are several reasons, the first it would meet.
///
/// # Source
/// Measured; see `core/data/README.md`. Mattermost 4.10 to 6.7 (GitLab 11.0 to 15.1); later versions by the notes.
///
/// ```
/// use gitlab_mattermost_core::mattermost_config::effective;
///
/// let file = serde_json::json!({"TeamSettings": {"SiteName": "File"}});
/// let env = [("MM_TEAMSETTINGS_SITENAME".to_owned(), "Variable".to_owned())].into();
/// let running = effective("6.2.1".parse()?, &env, Some(&file))?;
/// assert_eq!(running.text("TeamSettings.SiteName"), "Variable");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn effective(
    version: Version,
    env: &BTreeMap<String, String>,
    config_json: Option<&Value>,
) -> Result<Effective, StartRefused> {
    let catalogue = Catalogue::of(version);
    let mut stored: Values = catalogue.settings().map(|s| (s.path(), s.default_in(version).clone())).collect();
    let (mut findings, mut layers) = (Vec::new(), BTreeMap::new());
    if let Some(file) = config_json {
        let given = file::lay(&catalogue, file, &mut stored, &mut findings)?;
        layers.extend(given.into_iter().map(|path| (path, Layer::File)));
    }
    let mut values = stored.clone();
    let overrides = variables::lay(&catalogue, env, &mut values, &mut findings)?;
    layers.extend(overrides.effective.into_iter().map(|path| (path, Layer::Environment)));
    // The first parser's generation validates before it repairs, so that it refuses what the second one mends.
    let validates_first = version < SECOND_PARSER;
    if validates_first {
        validation::validate(&catalogue, &values)?;
    }
    repair::repair(&catalogue, &mut stored);
    findings.extend(repair::repair(&catalogue, &mut values));
    if !validates_first {
        validation::validate(&catalogue, &values)?;
    }
    Ok(Effective { catalogue, values, stored, layers, overridden: overrides.listed, findings })
}

/// What the server makes of one variable, whatever the others are.
///
/// # Errors
/// [`StartRefused`] where the variable alone keeps the server from starting; rules between settings are not applied.
///
/// ```
/// use gitlab_mattermost_core::mattermost_config::{Catalogue, Finding, judge_file, judge_variable};
///
/// let catalogue = Catalogue::of("6.2.1".parse()?);
/// let findings = judge_variable(&catalogue, "MM_SERVICESETTINGS_SITURL", "https://chat.example.com")?;
/// assert!(matches!(&findings[..], [Finding::UnknownVariable { nearest: Some(_), .. }]));
/// let findings = judge_file(&catalogue, &serde_json::json!({"TeamSettings": {"SiteNam": "Chat"}}))?;
/// assert!(matches!(&findings[..], [Finding::UnknownKey { .. }]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn judge_variable(catalogue: &Catalogue, name: &str, value: &str) -> Result<Vec<Finding>, StartRefused> {
    let env = BTreeMap::from([(name.to_owned(), value.to_owned())]);
    let mut findings = Vec::new();
    variables::lay(catalogue, &env, &mut Values::new(), &mut findings)?;
    Ok(findings)
}

/// What the server makes of the keys in `config.json`, whatever the variables are.
///
/// # Errors
/// [`StartRefused`] where the file's form keeps the server from starting; rules between settings are not applied.
pub fn judge_file(catalogue: &Catalogue, file: &Value) -> Result<Vec<Finding>, StartRefused> {
    let mut findings = Vec::new();
    file::lay(catalogue, file, &mut Values::new(), &mut findings)?;
    Ok(findings)
}

impl Effective {
    /// The settings that exist, and their names.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// The value at `path`; `null` if this version has no such setting.
    pub fn get(&self, path: &str) -> &Value {
        self.values.get(path).unwrap_or(&Value::Null)
    }

    /// The text at `path`; empty if this version has no such text, as the server treats an absent text.
    pub fn text(&self, path: &str) -> &str {
        self.get(path).as_str().unwrap_or_default()
    }

    /// The switch at `path`; off if this version has no such switch.
    pub fn flag(&self, path: &str) -> bool {
        self.get(path).as_bool().unwrap_or_default()
    }

    /// The number at `path`; 0 if this version has no such number.
    pub fn number(&self, path: &str) -> i64 {
        self.get(path).as_i64().unwrap_or_default()
    }

    /// The list at `path`; empty if this version has no such list.
    pub fn list(&self, path: &str) -> Vec<&str> {
        self.get(path).as_array().into_iter().flatten().filter_map(Value::as_str).collect()
    }

    /// Where the value at `path` comes from.
    pub fn layer(&self, path: &str) -> Layer {
        self.layers.get(path).copied().unwrap_or(Layer::Default)
    }

    /// The paths that the console shows as locked by a variable, whether or not the variable has an effect.
    pub fn overridden(&self) -> &BTreeSet<String> {
        &self.overridden
    }

    /// What `GET /api/v4/config/environment` answers an administrator: `{"Section":{"Key":true}}`.
    ///
    /// Keys of an inner section are not listed; up to 5.29 their section is, as `null`.
    pub fn environment(&self) -> Value {
        let mut sections = Map::new();
        let version = self.catalogue.version();
        for path in &self.overridden {
            let path = self.catalogue.setting(path).map_or(path.as_str(), |setting| setting.spelt_in(version));
            if let Some((section, key)) = path.split_once('.') {
                let (key, shown) =
                    key.split_once('.').map_or((key, Value::Bool(true)), |(inner, _)| (inner, Value::Null));
                let entry = sections.entry(section).or_insert_with(|| Value::Object(Map::new()));
                if let Value::Object(keys) = entry {
                    keys.insert(key.to_owned(), shown);
                }
            }
        }
        Value::Object(sections)
    }

    /// What was accepted without a word although it is probably not meant.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The settings that were left empty and that the server therefore fills with 32 random characters.
    pub fn to_generate(&self) -> impl Iterator<Item = &'static Setting> + '_ {
        self.catalogue.settings().filter(|s| s.is_generated() && self.text(s.path()).is_empty())
    }

    /// The whole configuration as nested JSON, in the form of `config.json`, secrets included.
    pub fn config(&self) -> Value {
        nested(&self.catalogue, &self.values)
    }

    /// What the start leaves in `config.json`, secrets included; `None` if it does not write the file.
    ///
    /// Up to 5.11 the values of the variables are written into the file (before 5.10 by the first start alone), later
    /// only those of an inner section are.
    pub fn config_written_by_start(&self) -> Option<Value> {
        let version = self.catalogue.version();
        if version < WRITES_ALWAYS && self.to_generate().next().is_none() {
            return None;
        }
        if version < KEEPS_OVERRIDES_OUT {
            return Some(self.config());
        }
        let mut written = self.stored.clone();
        for setting in self.catalogue.settings().filter(|s| s.is_nested()) {
            written.insert(setting.path(), self.get(setting.path()).clone());
        }
        Some(nested(&self.catalogue, &written))
    }
}

fn nested(catalogue: &Catalogue, values: &Values) -> Value {
    let mut root = Value::Object(Map::new());
    for setting in catalogue.settings() {
        let place = setting.json_path(catalogue.version()).fold(&mut root, |place, key| &mut place[key]);
        *place = values.get(setting.path()).cloned().unwrap_or_default();
    }
    root
}

#[cfg(test)]
mod tests;
