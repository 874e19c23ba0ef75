//! The table of settings as it lies in `core/data`, read once.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::version::Version;

/// The servers that were run, from 5.37 on read by their own code as well; defaults are known for these.
pub(crate) const MEASURED: [Version; 17] = [
    Version::new(4, 10, 0),
    Version::new(5, 0, 0),
    Version::new(5, 10, 0),
    Version::new(5, 20, 0),
    Version::new(5, 31, 0),
    Version::new(5, 36, 1),
    Version::new(5, 37, 0),
    Version::new(5, 38, 0),
    Version::new(5, 39, 0),
    Version::new(6, 0, 0),
    Version::new(6, 1, 0),
    Version::new(6, 2, 0),
    Version::new(6, 3, 0),
    Version::new(6, 4, 0),
    Version::new(6, 5, 0),
    Version::new(6, 6, 0),
    Version::new(6, 7, 0),
];

/// The first version whose parser is built on the configuration's own structure: case-insensitive names, spaces
/// between the elements of a list, values that do not parse are ignored.
pub(in crate::mattermost_config) const SECOND_PARSER: Version = Version::new(5, 30, 0);

/// From this version on some names have other capitals: `GitLabSettings.UserAPIEndpoint`.
const RESPELT: Version = Version::new(6, 0, 0);

/// From this version to the second parser the old short names of settings renamed inside the server work again.
const SHORT_NAMES_AGAIN: Version = Version::new(5, 14, 0);

/// The type of a setting.
///
/// # Shape
/// In the table of settings `bool`, `int`, `string`, `list`, `map` or `objects`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SettingKind {
    /// `true` or `false`.
    Bool,
    /// A whole number of 64 bits.
    Int,
    /// A text.
    String,
    /// A list of texts.
    List,
    /// A map of plugin names to plugin data.
    Map,
    /// A list of objects.
    Objects,
}

/// One setting of the server, over all versions that have it.
///
/// # Shape
/// A row of `core/data/mattermost-settings.json`. Unknown fields are refused.
///
/// ```
/// use gitlab_mattermost_core::mattermost_config::{Catalogue, SettingKind};
///
/// let (catalogue, version) = (Catalogue::of("6.2.1".parse()?), "6.2.1".parse()?);
/// let secret = catalogue.setting("GitLabSettings.Secret").expect("a setting");
/// assert!(secret.is_secret() && secret.kind() == SettingKind::String);
/// assert_eq!(secret.variable(version), "MM_GITLABSETTINGS_SECRET");
/// # Ok::<(), gitlab_mattermost_core::version::InvalidVersion>(())
/// ```
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    path: String,
    #[serde(rename = "type")]
    kind: SettingKind,
    #[serde(default)]
    since: Option<Version>,
    #[serde(default)]
    until: Option<Version>,
    #[serde(default)]
    default: Value,
    #[serde(default)]
    defaults: BTreeMap<Version, Value>,
    #[serde(default)]
    upgraded: Option<Value>,
    #[serde(default)]
    json_key: Option<String>,
    #[serde(default)]
    respelt: Option<String>,
    #[serde(default)]
    secret: bool,
    #[serde(default)]
    generated: bool,
    #[serde(skip)]
    variable: String,
    #[serde(skip)]
    short_variable: Option<String>,
}

impl Setting {
    /// Section and key, joined by a point: `ServiceSettings.SiteURL`; one inner section adds a third part. It is the same
    /// for every version, so that settings of two versions can be compared by it.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The path as `version` spells it: [`path`](Self::path) but for capitals.
    pub fn spelt_in(&self, version: Version) -> &str {
        self.respelt.as_deref().filter(|_| version >= RESPELT).unwrap_or(&self.path)
    }

    /// Its type; no setting changed it between the measured versions.
    pub fn kind(&self) -> SettingKind {
        self.kind
    }

    /// Whether its value must never be shown.
    pub fn is_secret(&self) -> bool {
        self.secret
    }

    /// Whether the server fills it with 32 random characters when it is empty.
    pub fn is_generated(&self) -> bool {
        self.generated
    }

    /// Whether it lies in a section inside a section.
    pub fn is_nested(&self) -> bool {
        self.path.matches('.').count() > 1
    }

    /// The sections and the key by which the `config.json` of `version` knows the setting; the key differs from the
    /// path's only for settings that were renamed inside the server.
    pub fn json_path(&self, version: Version) -> impl Iterator<Item = &str> {
        let path = self.spelt_in(version);
        let (sections, key) = path.rsplit_once('.').unwrap_or(("", path));
        sections.split('.').chain([self.json_key.as_deref().unwrap_or(key)])
    }

    /// The value that a key has where a server of 5.31 or later takes `config.json` for one of an older server, which
    /// lacks the key; nothing if that is [`default_in`](Self::default_in).
    pub(in crate::mattermost_config) fn upgraded(&self) -> Option<&Value> {
        self.upgraded.as_ref()
    }

    /// The value it has in a fresh `config.json` of `version`: that of the nearest measured server at or below; `null`
    /// where no server with the setting was measured.
    pub fn default_in(&self, version: Version) -> &Value {
        let changed = self.defaults.range(..=version).next_back().or_else(|| self.defaults.iter().next());
        changed.map_or(&self.default, |(_, value)| value)
    }

    /// Whether an absent key has `value` on any measured server.
    pub fn is_default_somewhere(&self, value: &Value) -> bool {
        self.default == *value || self.defaults.values().any(|default| default == value)
    }

    /// The name of the variable by the server's own rule: `MM_`, section, `_`, key, all in capitals.
    pub fn conventional_variable(&self) -> &str {
        &self.variable
    }

    /// The name of the variable in `version`.
    pub fn variable(&self, version: Version) -> &str {
        let short = self.short_variable.as_deref().filter(|_| (SHORT_NAMES_AGAIN..SECOND_PARSER).contains(&version));
        short.unwrap_or(&self.variable)
    }

    /// The first and the last version (to the minor) that have the setting; `None` is open.
    pub fn versions(&self) -> (Option<Version>, Option<Version>) {
        (self.since, self.until)
    }

    /// Whether `config.json` knows it under another key than the server's code.
    pub(in crate::mattermost_config) fn is_renamed_inside(&self) -> bool {
        self.json_key.is_some()
    }

    /// Whether servers of `version`'s minor line have it, as far as the table reaches.
    pub(super) fn exists_in(&self, version: Version) -> bool {
        self.since.is_none_or(|since| version >= since)
            && self.until.is_none_or(|until| version.minor_line() <= until.minor_line())
    }
}

/// Every setting of every version.
pub(super) fn settings() -> &'static [Setting] {
    static SETTINGS: LazyLock<Vec<Setting>> = LazyLock::new(read);
    &SETTINGS
}

/// The table as it lies in `core/data`.
const TABLE: &str = include_str!("../../../data/mattermost-settings.json");

/// The rows of the table as they are written.
#[expect(clippy::expect_used, reason = "the table is part of the program; reading it is tested")]
pub(crate) fn rows() -> Vec<Map<String, Value>> {
    serde_json::from_str(TABLE).expect("a table of settings")
}

#[expect(clippy::expect_used, reason = "the table is part of the program; reading it is tested")]
fn read() -> Vec<Setting> {
    let mut settings: Vec<Setting> = serde_json::from_str(TABLE).expect("a table of settings");
    let name = |keys: Vec<&str>| format!("MM_{}", keys.join("_").to_ascii_uppercase());
    for setting in &mut settings {
        setting.variable = name(setting.path.split('.').collect());
        setting.short_variable =
            setting.json_key.is_some().then(|| name(setting.json_path(SHORT_NAMES_AGAIN).collect()));
    }
    settings
}
