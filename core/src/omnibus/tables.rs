//! The package's tables by GitLab version: variables, attribute defaults, paths. The data is `data/omnibus-env.json`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use indexmap::IndexMap;
use serde::Deserialize;

use super::DeriveError;
use crate::gitlab_rb::{HashEntry, HashKey, RubyHash, Value};
use crate::releases::check_released;
use crate::version::Version;

const DATA: &str = include_str!("../../data/omnibus-env.json");

/// Where a variable takes its text from.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum Variable {
    /// Keys of the `mattermost` section; several are joined by a colon.
    Attributes(Vec<String>),
    /// A text of its own.
    Literal(String),
}

#[derive(Debug, Deserialize)]
struct Row {
    from: Version,
    env: IndexMap<String, Variable>,
    defaults: IndexMap<String, serde_json::Value>,
    supported_keys: Option<Vec<String>>,
}

/// A value that changed with the version: first version to value.
type ByVersion<T> = BTreeMap<Version, T>;

#[derive(Debug, Deserialize)]
struct Changes {
    text_only_until: Version,
    account_shell: ByVersion<String>,
    config_json_mode: ByVersion<String>,
    nginx_file: ByVersion<String>,
    web_services: ByVersion<Vec<String>>,
    web_service_of_rails_group: ByVersion<String>,
    postgresql_socket_directory: ByVersion<Option<String>>,
}

#[derive(Debug, Deserialize)]
struct Data {
    first: Version,
    none_from: Version,
    versions: Vec<Row>,
    by_version: Changes,
}

/// The tables as they hold for one GitLab version.
#[derive(Debug, Clone, Copy)]
pub(super) struct Table {
    data: &'static Data,
    row: &'static Row,
    /// The version they hold for.
    pub version: Version,
}

fn data() -> Option<&'static Data> {
    static CELL: OnceLock<Option<Data>> = OnceLock::new();
    CELL.get_or_init(|| serde_json::from_str(DATA).ok()).as_ref()
}

/// Whether GitLab `version` is a release that bundles a Mattermost which it configures by env: 11.0 to 18.11.
///
/// ```
/// use gitlab_mattermost_core::omnibus::supports;
/// assert!(supports("14.7.0".parse()?) && !supports("10.8.0".parse()?) && !supports("19.0.0".parse()?));
/// # Ok::<(), gitlab_mattermost_core::version::InvalidVersion>(())
/// ```
pub fn supports(version: Version) -> bool {
    Table::of(version).is_ok() && check_released(version).is_ok()
}

impl Table {
    /// The tables for `version`.
    ///
    /// # Errors
    /// [`DeriveError::UnsupportedVersion`] before 11.0 and from 19.0.
    pub(super) fn of(version: Version) -> Result<Self, DeriveError> {
        let unsupported = || DeriveError::UnsupportedVersion { version };
        let data = data().filter(|it| (it.first..it.none_from).contains(&version)).ok_or_else(unsupported)?;
        let row = data.versions.iter().rev().find(|row| row.from <= version).ok_or_else(unsupported)?;
        Ok(Self { data, row, version })
    }

    /// Every variable that does not come from the `env` key itself, by name.
    pub(super) fn variables(&self) -> &'static IndexMap<String, Variable> {
        &self.row.env
    }

    /// The default of `mattermost[key]`, a new object each time; `nil` where there is none.
    pub(super) fn default(&self, key: &str) -> Value {
        self.row.defaults.get(key).map_or(Value::Nil, ruby_value)
    }

    /// Whether the package knows `mattermost[key]` as an attribute with a default.
    pub(super) fn has_default(&self, key: &str) -> bool {
        self.row.defaults.contains_key(key)
    }

    /// The keys that reconfigure accepts in the `mattermost` section; `None` where it does not check.
    pub(super) fn supported_keys(&self) -> Option<&'static [String]> {
        self.row.supported_keys.as_deref()
    }

    /// Whether env values other than text are refused instead of turned into text.
    pub(super) fn text_only(&self) -> bool {
        self.version < self.data.by_version.text_only_until
    }

    /// The login shell of the system account.
    pub(super) fn account_shell(&self) -> &'static str {
        self.at(&self.data.by_version.account_shell).map_or("", String::as_str)
    }

    /// The mode with which `config.json` is created.
    pub(super) fn config_json_mode(&self) -> &'static str {
        self.at(&self.data.by_version.config_json_mode).map_or("", String::as_str)
    }

    /// The file of the nginx virtual host.
    pub(super) fn nginx_file(&self) -> &'static str {
        self.at(&self.data.by_version.nginx_file).map_or("", String::as_str)
    }

    /// The services of which one must run for the GitLab host to be whitelisted.
    pub(super) fn web_services(&self) -> &'static [String] {
        self.at(&self.data.by_version.web_services).map_or(&[], Vec::as_slice)
    }

    /// The web service that is on by default.
    pub(super) fn web_service_of_rails_group(&self) -> &'static str {
        self.at(&self.data.by_version.web_service_of_rails_group).map_or("", String::as_str)
    }

    /// The default of `postgresql['unix_socket_directory']`.
    pub(super) fn postgresql_socket_directory(&self) -> Option<&'static str> {
        self.at(&self.data.by_version.postgresql_socket_directory)?.as_deref()
    }

    fn at<T>(&self, values: &'static ByVersion<T>) -> Option<&'static T> {
        values.range(..=self.version).next_back().map(|(_, value)| value)
    }
}

/// A JSON value as Ruby's parser makes it.
pub(super) fn ruby_value(json: &serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::Nil,
        serde_json::Value::Bool(flag) => Value::Bool(*flag),
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(number) => Value::Int(number.into()),
            None => Value::Float(number.as_f64().unwrap_or(f64::NAN)),
        },
        serde_json::Value::String(text) => Value::text(text.as_str()),
        serde_json::Value::Array(items) => Value::array(items.iter().map(ruby_value).collect()),
        serde_json::Value::Object(pairs) => {
            let mut hash = RubyHash::new_mash();
            for (key, value) in pairs {
                let entry = HashEntry { value: ruby_value(value), span: None };
                hash.entries.insert(HashKey::Str(key.clone()), entry);
            }
            Value::hash(hash)
        }
    }
}
