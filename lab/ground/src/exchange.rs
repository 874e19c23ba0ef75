//! One HTTP request and its answer, as it was observed in the lab, with its secrets masked.
//!
//! Whoever records an exchange masks it first: an [`Exchange`] can be printed and stored as it is.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Who sends or receives a message.
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
}

/// The first field of that name, in whatever case it was written.
pub fn field<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}
