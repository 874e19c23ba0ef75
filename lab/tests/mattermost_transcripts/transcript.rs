//! The recorded sign-ins, as the file has them.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

#[derive(Debug, Deserialize)]
pub struct Case {
    pub case: String,
    #[serde(default)]
    pub server_environment: BTreeMap<String, String>,
    #[serde(default)]
    pub database_before: Option<String>,
    pub steps: Vec<Step>,
    pub accounts_changed_or_new: Vec<Value>,
    pub server_log_warnings_and_errors: Vec<BTreeMap<String, Value>>,
}

#[derive(Debug, Deserialize)]
pub struct Step {
    pub step: u32,
    pub to: String,
    pub request: Request,
    pub response: Response,
    #[serde(default)]
    pub during_step: Option<u32>,
    #[serde(default)]
    pub state_decoded: BTreeMap<String, Value>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Request {
    pub method: String,
    pub url: String,
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    #[serde(default)]
    pub body: String,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Response {
    /// Absent: the connection was closed without an answer.
    #[serde(default)]
    pub status: Option<u16>,
    #[serde(default)]
    pub headers: BTreeMap<String, Fields>,
    #[serde(default)]
    pub body: String,
}

/// One field of a name, or all of them.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Fields {
    One(String),
    All(Vec<String>),
}

impl Fields {
    pub fn all(&self) -> &[String] {
        match self {
            Self::One(field) => std::slice::from_ref(field),
            Self::All(fields) => fields,
        }
    }
}

pub fn all() -> Vec<Case> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/mattermost-oauth-transcripts.json");
    let text = std::fs::read_to_string(path).expect("the recorded sign-ins");
    serde_json::from_str(&text).expect("recorded sign-ins of the known form")
}
