//! What a program says to a question.

use serde::Deserialize;
use serde_json::Value;

/// The program refused the question: the settings, versions or files are such that there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// The kind, a stable word: `unknown_setting`.
    pub kind: String,
    /// The stage at which it turned up, if the program tells: `reading` or `deriving`.
    #[serde(default)]
    pub stage: Option<String>,
    /// The offending name or value, where the kind has one.
    #[serde(default)]
    pub detail: Option<String>,
}

/// What a program said to a question: the answer, or why it gave none.
pub type Answer = Result<Value, Refusal>;
