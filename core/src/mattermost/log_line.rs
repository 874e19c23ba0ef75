//! What a sign-in tells the server's log.

use super::failure::Failure;

/// How much a log line matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Refusals that are the browser's fault.
    Debug,
    /// What the server does not offer.
    Info,
    /// Put right without being asked.
    Warn,
    /// A failure of the server or of GitLab.
    Error,
    /// The server ends over it.
    Fatal,
}

/// A line for the server's log, without secrets.
///
/// ```
/// use gitlab_mattermost_core::mattermost::{Failure, Level, LogLine};
///
/// let failure = Failure::new("CompleteOAuth", 500, "api.user", "Could not reach GitLab");
/// assert_eq!(LogLine::about(&failure, "/signup/gitlab/complete").level, Level::Error);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// How much it matters.
    pub level: Level,
    /// What happened.
    pub message: String,
    /// More, by name.
    pub fields: Vec<(&'static str, serde_json::Value)>,
}

impl LogLine {
    pub(super) fn new(level: Level, message: impl Into<String>) -> Self {
        Self { level, message: message.into(), fields: Vec::new() }
    }

    pub(super) fn with(mut self, name: &'static str, value: impl Into<serde_json::Value>) -> Self {
        self.fields.push((name, value.into()));
        self
    }

    /// The line a server writes about an error it answers with.
    pub fn about(failure: &Failure, path: &str) -> Self {
        let level = match failure.status {
            400..=499 => Level::Debug,
            501 => Level::Info,
            _ => Level::Error,
        };
        Self::new(level, failure.message.as_str())
            .with("path", path)
            .with("err_where", failure.place)
            .with("http_code", failure.status)
            .with("err_details", failure.details.as_str())
    }
}
