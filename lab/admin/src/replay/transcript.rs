//! The file form of recorded exchanges.
//!
//! # Source
//! Doorkeeper 5.5.0 with the settings of GitLab 14.7: its recorded exchanges.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Value;

/// One recorded case.
#[derive(Debug, Clone, Deserialize)]
pub struct Case {
    /// The name of the case.
    pub case: String,
    /// What kind of case it is.
    pub category: String,
    /// What is there before the first step.
    pub setup: Setup,
    /// The exchanges, in order.
    pub steps: Vec<Step>,
}

/// What is there before the first step.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Setup {
    /// OAuth applications, in the terms of the mock's seed, with placeholders.
    #[serde(default)]
    pub applications: Vec<Value>,
    /// Who is signed in in the browser.
    pub signed_in_as: Option<String>,
}

/// One exchange.
#[derive(Debug, Clone, Deserialize)]
pub struct Step {
    /// What happens before, outside the exchange.
    #[serde(default)]
    pub before: Vec<Value>,
    /// What is sent.
    pub request: RecordedRequest,
    /// What came back.
    pub response: RecordedResponse,
}

/// A recorded request; at most one kind of query and one kind of body.
#[derive(Debug, Clone, Deserialize)]
pub struct RecordedRequest {
    /// The HTTP method.
    pub method: String,
    /// The path of the request.
    pub path: String,
    /// Query as pairs.
    pub query: Option<IndexMap<String, Value>>,
    /// Query as it was sent.
    pub raw_query: Option<String>,
    /// Form body.
    pub form: Option<IndexMap<String, Value>>,
    /// JSON body.
    pub json: Option<Value>,
    /// Body as it was sent.
    pub raw_body: Option<String>,
    /// Body of type `multipart/form-data`.
    pub multipart: Option<IndexMap<String, Value>>,
    /// Header fields.
    #[serde(default)]
    pub headers: IndexMap<String, String>,
}

/// A recorded answer.
#[derive(Debug, Clone, Deserialize)]
pub struct RecordedResponse {
    /// The HTTP status.
    pub status: u16,
    /// The header fields that were kept.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Body: text, JSON, or HTML reduced to what it says (`{"html": …}`).
    #[serde(default)]
    pub body: Value,
}

/// Reads a file of cases: a JSON array.
///
/// # Errors
/// The JSON error, with its line.
pub fn read_cases(text: &str) -> Result<Vec<Case>, serde_json::Error> {
    serde_json::from_str(text)
}
