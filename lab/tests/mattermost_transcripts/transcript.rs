//! The recorded sign-ins, as the file has them.

use std::collections::BTreeMap;

use gitlab_mattermost_core::version::Version;
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

/// What of the recorded sign-ins goes otherwise on later servers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Differences {
    #[serde(rename = "source")]
    _source: String,
    /// The first version that differs.
    from: Version,
    differences: Vec<Difference>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Difference {
    case: String,
    /// The step; none for the log.
    step: Option<u32>,
    /// `body`, or the field of the log.
    what: String,
    recorded: String,
    instead: String,
}

/// The sign-ins as a server of `version` plays them.
pub fn of(version: Version) -> Vec<Case> {
    let mut cases: Vec<Case> =
        serde_json::from_str(&read("mattermost-oauth-transcripts.json")).expect("recorded sign-ins of the known form");
    let later: Differences =
        serde_json::from_str(&read("mattermost-oauth-differences.json")).expect("differences of the known form");
    if version >= later.from {
        for difference in &later.differences {
            let case = cases.iter_mut().find(|case| case.case == difference.case).expect("a case of this name");
            let places = difference.apply(case);
            assert_eq!(places, 1, "{}: `{}` is there once", difference.case, difference.recorded);
        }
    }
    cases
}

impl Difference {
    /// Puts what is otherwise into its place; says into how many.
    fn apply(&self, case: &mut Case) -> usize {
        let steps = case.steps.iter_mut().filter(|step| Some(step.step) == self.step && self.what == "body");
        let in_bodies: usize = steps.map(|step| self.replace(&mut step.response.body)).sum();
        let lines = case.server_log_warnings_and_errors.iter_mut().filter(|_| self.step.is_none());
        let in_log: usize = lines
            .filter_map(|line| line.get_mut(&self.what))
            .map(|value| {
                let mut text = value.as_str().unwrap_or_default().to_owned();
                let places = self.replace(&mut text);
                if places > 0 {
                    *value = Value::from(text);
                }
                places
            })
            .sum();
        in_bodies + in_log
    }

    fn replace(&self, text: &mut String) -> usize {
        let places = text.matches(&self.recorded).count();
        *text = text.replace(&self.recorded, &self.instead);
        places
    }
}

fn read(name: &str) -> String {
    let path = format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).expect("the recorded sign-ins")
}
