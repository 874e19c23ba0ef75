//! Known problems of installations, as rules over evidence: plain data in, findings out.
//!
//! So far the rules about signing in (P01 to P11); those about configuration, network, backup and upgrades are to come.
//! Not here: gathering evidence, and showing findings.

pub mod sign_in;

use serde::Serialize;

/// A known problem that is seen in the evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Number of the rule: `P01`.
    pub rule: &'static str,
    /// Name of the problem: `redirect-not-registered`.
    pub title: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What was seen, in one sentence.
    pub evidence: String,
    /// Why this happens.
    pub cause: &'static str,
    /// What to do about it.
    pub fix: &'static str,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The evidence allows for another explanation, or the problem strikes only under further conditions.
    Warning,
    /// The problem is there.
    Error,
}

impl std::fmt::Display for Severity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}
