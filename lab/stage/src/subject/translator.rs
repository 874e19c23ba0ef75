//! The translator: what settings mean, asked for in questions. What the built-in one answers is `builtin`'s matter.

mod builtin;
mod question;

use std::collections::BTreeMap;

use gitlab_mattermost_core::installation::DOCUMENTED;
use serde::Serialize;
use serde_json::{Map, Value};

use self::builtin::LAST_WITH_LEGACY_SETTINGS;
pub(super) use self::builtin::{parts, settings_file, unusable};
use self::question::EnvAnswer;
pub use self::question::{
    DifferenceAnswer, ENV, EnvRequest, TRANSLATE, TRANSLATE_AS_DOCUMENTED, TranslateRequest, TranslationAnswer,
    UntranslatableAnswer,
};
use super::program::{self, AskError, Asked, Refusal, Slot};

/// The translator's slot.
pub const TRANSLATOR: Slot =
    Slot { name: "translator", abilities: &[TRANSLATE, TRANSLATE_AS_DOCUMENTED, ENV], builtin: builtin::answer, read };

/// What the package of the document's GitLab makes of settings for Mattermost's process, according to the program asked.
///
/// # Errors
/// Why there is no answer; a refusal of the settings is one.
pub fn env(
    asked: &Asked,
    gitlab_rb: String,
    secrets: Value,
    generated_secret: String,
) -> Result<Result<Option<BTreeMap<String, String>>, Refusal>, EnvError> {
    let gitlab_version = DOCUMENTED.to_string();
    let question = EnvRequest { gitlab_rb, gitlab_version, secrets: Some(secrets), generated_secret };
    Ok(match asked.ask(ENV, request(&question)?)? {
        Ok(answer) => Ok(serde_json::from_value::<EnvAnswer>(answer)?.env),
        Err(refusal) => Err(refusal),
    })
}

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
