//! The translator: what settings mean, asked for in questions. What the built-in one answers is `builtin`'s matter.

mod builtin;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use self::builtin::LAST_WITH_LEGACY_SETTINGS;
pub(super) use self::builtin::{parts, settings_file, unusable};
use super::program::{self, AskError, Asked, Refusal, Slot};

/// The translator's slot.
pub const TRANSLATOR: Slot =
    Slot { name: "translator", abilities: &[TRANSLATE, TRANSLATE_AS_DOCUMENTED, ENV], builtin: builtin::answer, read };

/// Settings of GitLab 10.x become variables.
pub const TRANSLATE: &str = "translate";
/// The same under the names of the document, whether or not they work.
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

/// What the package of the document's GitLab makes of settings for Mattermost's process, after whoever is asked.
///
/// # Errors
/// Why there is no answer; a refusal of the settings is one.
pub fn env(
    asked: &Asked,
    gitlab_rb: String,
    secrets: Value,
    generated_secret: String,
) -> Result<Result<Option<BTreeMap<String, String>>, Refusal>, EnvError> {
    let gitlab_version = DOCUMENTED_VERSION.to_owned();
    let question = EnvRequest { gitlab_rb, gitlab_version, secrets: Some(secrets), generated_secret };
    Ok(match asked.ask(ENV, request(&question)?)? {
        Ok(answer) => Ok(serde_json::from_value::<EnvAnswer>(answer)?.env),
        Err(refusal) => Err(refusal),
    })
}

/// The version whose package is meant where none is named: that of the document.
const DOCUMENTED_VERSION: &str = "14.7.0";

/// Why nobody said what the env is.
#[derive(Debug, thiserror::Error)]
pub enum EnvError {
    /// The program gave no answer.
    #[error(transparent)]
    Asked(#[from] AskError),
    /// The question or the answer cannot be written or read.
    #[error("question or answer is not of its form")]
    Form(#[from] serde_json::Error),
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
struct EnvAnswer {
    env: Option<BTreeMap<String, String>>,
}

/// Puts every list and object of an answer in order of name.
fn read(ability: &str, answer: Value) -> Result<Value, String> {
    let unfit = |error: serde_json::Error| error.to_string();
    if ability == ENV {
        let answer: EnvAnswer = serde_json::from_value(answer).map_err(unfit)?;
        return serde_json::to_value(answer).map_err(unfit);
    }
    let mut answer: TranslationAnswer = serde_json::from_value(answer).map_err(unfit)?;
    answer.keep.sort();
    answer.untranslatable.sort();
    answer.differences.sort();
    serde_json::to_value(answer).map_err(unfit)
}

/// A request about a settings file, with the settings as JSON added for programs that do not read Ruby: `null` where only
/// Ruby could tell them, or where the package would refuse the file.
///
/// # Errors
/// The parts are no object.
pub fn request(parts: &impl Serialize) -> Result<Map<String, Value>, serde_json::Error> {
    let mut request = program::request(parts)?;
    if let Some(text) = request.get("gitlab_rb").and_then(Value::as_str) {
        let version = request.get("gitlab_version").and_then(Value::as_str);
        let gitlab = version.map_or(Some(LAST_WITH_LEGACY_SETTINGS), |version| version.parse().ok());
        let file = gitlab.and_then(|gitlab| settings_file(text, gitlab).ok());
        let settings = file.and_then(|file| file.settings.to_json().ok());
        request.insert("settings".to_owned(), settings.unwrap_or_default());
    }
    Ok(request)
}
