//! One HTTP request and its answer, as it was observed in the lab, with its secrets masked.
//!
//! A recorder masks an exchange first: an [`Exchange`] can be printed and stored as it is.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Who sends or receives a message.
///
/// # Shape
/// `"browser"`, `"gitlab"` or `"mattermost"` in JSON.
///
/// ```
/// use gitlab_mattermost_ground::exchange::Party;
///
/// assert_eq!(serde_json::to_string(&Party::GitLab)?, r#""gitlab""#);
/// assert_eq!(Party::GitLab.to_string(), "GitLab");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Party {
    /// The person's web browser; "User" in the document's sequence.
    Browser,
    /// GitLab, or whatever stands in its slot.
    GitLab,
    /// Mattermost, or whatever stands in its slot.
    Mattermost,
}

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Browser => "browser",
            Self::GitLab => "GitLab",
            Self::Mattermost => "Mattermost",
        })
    }
}

/// A request and its answer.
///
/// # Shape
/// In JSON an object with these fields; `answer` is `{"Ok": 302}` or `{"Err": "why there is none"}`.
///
/// ```
/// use gitlab_mattermost_ground::exchange::{Exchange, Party};
///
/// let exchange = Exchange {
///     from: Party::Browser,
///     to: Party::GitLab,
///     method: "GET".to_owned(),
///     url: "http://gitlab.example.com/".to_owned(),
///     request_headers: Vec::new(),
///     request_body: String::new(),
///     answer: Ok(302),
///     response_headers: vec![("Location".to_owned(), "/users/sign_in".to_owned())],
///     response_body: String::new(),
/// };
/// assert_eq!(exchange.response_header("location"), Some("/users/sign_in"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchange {
    /// Who asked.
    pub from: Party,
    /// Who was asked.
    pub to: Party,
    /// Request method in capitals.
    pub method: String,
    /// Full URL of the request, secrets in its query masked.
    pub url: String,
    /// Header fields of the request, secrets masked.
    pub request_headers: Vec<(String, String)>,
    /// Body of the request, secrets masked; empty if there was none or it is no text.
    pub request_body: String,
    /// Status code of the answer, or why there is none.
    pub answer: Result<u16, String>,
    /// Header fields of the answer, secrets masked.
    pub response_headers: Vec<(String, String)>,
    /// Body of the answer, secrets masked; cut where it is long.
    pub response_body: String,
}

impl Exchange {
    /// What a header field of the answer says.
    pub fn response_header(&self, name: &str) -> Option<&str> {
        field(&self.response_headers, name)
    }

    /// The error in a JSON answer: OAuth's `error: error_description`, or the `message` of the interfaces of GitLab and
    /// Mattermost.
    pub fn error_in_json(&self) -> Option<String> {
        let json: Value = serde_json::from_str(&self.response_body).ok()?;
        let said = |name: &str| json.get(name).and_then(Value::as_str);
        match (said("error"), said("error_description")) {
            (Some(error), Some(description)) => Some(format!("{error}: {description}")),
            (Some(error), None) => Some(error.to_owned()),
            (None, _) => said("message").map(str::to_owned),
        }
    }
}

/// The first field of that name, in whatever case it was written.
pub fn field<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}
