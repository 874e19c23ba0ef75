//! Transcript replay: plays recorded exchanges with GitLab's provider against any provider and reports every difference.
//!
//! Not here: what is right; the recordings say it.

mod action;
mod administrator;
mod bindings;
mod browser;
mod comparison;
mod control;
mod error;
mod html;
mod player;
mod reduction;
mod request;
mod setup;
mod transcript;
mod weight;

use serde::Serialize;

pub use error::ReplayError;
pub use player::{Player, Target};
pub use transcript::{Case, read_cases};
pub use weight::Weight;

/// How one case ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CaseReport {
    /// Category of the case, for example `token`.
    pub category: String,
    /// Name of the case.
    pub case: String,
    /// How it ended.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// How a case ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "lowercase")]
pub enum Outcome {
    /// Every answer was as recorded.
    Passed,
    /// Some answers were not.
    Differed {
        /// Each difference, in order.
        differences: Vec<Difference>,
    },
    /// It could not be played to its end: the provider gave something that the next step cannot build on.
    Errored {
        /// What the recording lacks or has wrong.
        reason: String,
    },
    /// It was not played.
    Skipped {
        /// What was missing.
        reason: String,
    },
}

/// One difference between a recorded and an observed answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Number of the step, from 1.
    pub step: usize,
    /// Method and path of its request.
    pub request: String,
    /// Whose matter it is.
    pub weight: Weight,
    /// What differs: `status`, `header Location`, `body.error`, …
    pub what: String,
    /// As recorded.
    pub expected: String,
    /// As observed.
    pub actual: String,
}
