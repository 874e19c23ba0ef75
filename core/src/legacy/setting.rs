//! The table of old settings as it lies in `core/data`, read once.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// What an old setting was for.
///
/// # Shape
/// In the table of old settings `mattermost`, `omnibus` or `dead`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LegacyKind {
    /// Written into Mattermost's `config.json`.
    #[default]
    Mattermost,
    /// For the package itself: accounts, folders, nginx. It stays in `gitlab.rb`.
    Omnibus,
    /// For nothing: no code read it.
    Dead,
}

/// The type of the setting in Mattermost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum LandingType {
    Bool,
    Int,
    String,
    List,
    Hash,
}

/// How the package's template printed the value into `config.json`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Form {
    /// Between double quotes, unescaped.
    Quoted,
    /// As Ruby prints it.
    Bare,
    /// A list, each element between double quotes, unescaped.
    Elements,
    /// As JSON.
    Json,
}

/// One `mattermost[…]` setting of GitLab 10.8.
///
/// # Shape
/// A row of `core/data/legacy-settings.json`. Unknown fields are refused.
///
/// ```
/// use gitlab_mattermost_core::legacy::{LegacyKind, legacy_settings};
///
/// let console = &legacy_settings()["log_console_enable"];
/// assert_eq!((console.kind(), console.variable()), (LegacyKind::Mattermost, Some("MM_LOGSETTINGS_ENABLECONSOLE")));
/// assert_eq!(legacy_settings()["aws"].kind(), LegacyKind::Dead);
/// ```
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LegacySetting {
    key: String,
    #[serde(default)]
    kind: LegacyKind,
    #[serde(rename = "type", default)]
    pub(super) landing_type: Option<LandingType>,
    #[serde(default)]
    pub(super) form: Option<Form>,
    #[serde(default)]
    path: Option<String>,
    #[serde(default)]
    variable: Option<String>,
    #[serde(default)]
    kept: bool,
}

impl LegacySetting {
    /// Its key: `service_port` of `mattermost['service_port']`.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// What it was for.
    pub fn kind(&self) -> LegacyKind {
        self.kind
    }

    /// Its place in the `config.json` that 10.8 wrote.
    pub fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }

    /// The variable that Mattermost 4.10 reads for it, `None` if it reads none.
    pub fn variable(&self) -> Option<&str> {
        self.variable.as_deref()
    }

    /// Whether 11.0 still takes it from `gitlab.rb`.
    pub fn is_kept(&self) -> bool {
        self.kept || self.kind == LegacyKind::Omnibus
    }

    /// Whether it holds a map, which no variable can carry.
    pub fn is_map(&self) -> bool {
        self.landing_type == Some(LandingType::Hash)
    }
}

/// Every `mattermost[…]` setting of GitLab 10.8, by key.
pub fn legacy_settings() -> &'static BTreeMap<String, LegacySetting> {
    static SETTINGS: LazyLock<BTreeMap<String, LegacySetting>> = LazyLock::new(read);
    &SETTINGS
}

#[expect(clippy::expect_used, reason = "the table is part of the program; reading it is tested")]
fn read() -> BTreeMap<String, LegacySetting> {
    let settings: Vec<LegacySetting> =
        serde_json::from_str(include_str!("../../data/legacy-settings.json")).expect("a table of old settings");
    settings.into_iter().map(|setting| (setting.key.clone(), setting)).collect()
}
