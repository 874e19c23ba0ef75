//! What to watch out for on the way.

use serde::{Deserialize, Serialize};

use crate::version::Version;

/// How much it matters.
///
/// # Shape
/// In JSON `note`, `action` or `blocker`; they are ordered so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Good to know; nothing has to be done.
    Note,
    /// Somebody has to do or check something.
    Action,
    /// Going on as planned would break or lose something.
    Blocker,
}

/// Something to watch out for on a hop.
///
/// # Shape
/// A JSON object with these fields; `place` is left out where there is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Concern {
    /// The rule that found it: `backward-move`.
    pub rule: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// The GitLab release whose installation brings it.
    pub at: Version,
    /// What happens.
    pub what: String,
    /// Why it happens.
    pub why: String,
    /// What to do about it.
    pub fix: String,
    /// Where in the given files it was found: `gitlab.rb:12`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Who says so.
    pub source: &'static str,
}
