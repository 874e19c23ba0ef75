//! Number, name, cause, fix and source of each known problem.
//!
//! # Source
//! Public threads about the integration, the sources of the package and of both servers, and runs of them; each problem
//! says which.

mod backup;
mod configuration;
mod mail;
mod network;
mod sign_in;
mod upgrade;

use super::{Finding, Severity};

pub(super) use backup::*;
pub(super) use configuration::*;
pub(super) use mail::*;
pub(super) use network::*;
pub(super) use sign_in::*;
pub(super) use upgrade::*;

/// A known problem.
///
/// # Shape
/// `rule` is `P` or `E` and two digits, `title` a slug.
#[derive(Debug, PartialEq, Eq)]
pub struct Problem {
    /// Its number: `P01`; those that begin with `E` are errata of the document that belong to no problem.
    pub rule: &'static str,
    /// Its name: `redirect-not-registered`.
    pub title: &'static str,
    /// Why it happens.
    pub cause: &'static str,
    /// What to do about it.
    pub fix: &'static str,
    /// Who says so.
    pub source: &'static str,
}

impl Problem {
    /// The problem is there.
    pub(super) fn seen(&self, evidence: impl Into<String>) -> Finding {
        self.finding(Severity::Error, evidence.into())
    }

    /// The problem is the likeliest explanation, or will strike under further conditions.
    pub(super) fn suspected(&self, evidence: impl Into<String>) -> Finding {
        self.finding(Severity::Warning, evidence.into())
    }

    fn finding(&self, severity: Severity, evidence: String) -> Finding {
        let Self { rule, title, cause, fix, source } = *self;
        Finding { rule, title, severity, evidence, places: Vec::new(), count: 1, erratum: None, cause, fix, source }
    }
}
