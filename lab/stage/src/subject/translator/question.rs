//! The questions that a translator is asked, and the shapes of their answers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Settings of GitLab 10.x become variables.
pub const TRANSLATE: &str = "translate";
/// [`TRANSLATE`] under the names of the document, whether or not they work.
pub const TRANSLATE_AS_DOCUMENTED: &str = "translate-as-documented";
/// What a package of GitLab 11.0 or later makes of settings for Mattermost's process.
pub const ENV: &str = "env";

/// The question of [`TRANSLATE`] and [`TRANSLATE_AS_DOCUMENTED`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TranslateRequest {
    /// The text of the settings file.
    pub gitlab_rb: String,
}

/// The question of [`ENV`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EnvRequest {
    /// The text of the settings file.
    pub gitlab_rb: String,
    /// The version of the package, such as `14.7.0`.
    pub gitlab_version: String,
    /// The package's secrets file, if there is one.
    pub secrets: Option<Value>,
    /// What stands for each secret that the package would generate: 32 hexadecimal digits.
    pub generated_secret: String,
}

/// The answer about [`TRANSLATE`] and [`TRANSLATE_AS_DOCUMENTED`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TranslationAnswer {
    /// What must go into `mattermost['env']`.
    pub env: BTreeMap<String, String>,
    /// The keys that stay as they are.
    pub keep: Vec<String>,
    /// The variables that 11.0 makes of the kept keys and of `mattermost['env']`.
    pub keep_env: BTreeMap<String, String>,
    /// The keys that no variable can take over.
    pub untranslatable: Vec<UntranslatableAnswer>,
    /// The given settings for which the document's variable is not the one that works.
    pub differences: Vec<DifferenceAnswer>,
}

/// A key that no variable can take over.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UntranslatableAnswer {
    /// The key.
    pub key: String,
    /// Why, for people; not compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// A setting for which following the document fails.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DifferenceAnswer {
    /// The key.
    pub key: String,
    /// The variable that the document leads to.
    pub documented_variable: String,
    /// The variable that works, if any does.
    pub working_variable: Option<String>,
    /// The number of the erratum that speaks of it, if one does.
    pub erratum: Option<u8>,
    /// Why, for people; not compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// The answer about [`ENV`]: the env, or nothing where Mattermost is not enabled.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EnvAnswer {
    pub(super) env: Option<BTreeMap<String, String>>,
}
