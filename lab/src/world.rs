//! What one scenario knows while it runs. Steps reach the lab through it; nothing is shared between scenarios.

use std::sync::Arc;

use serde::Serialize;

use crate::exchange::Exchange;
use crate::lab::Lab;

/// What a failed check has to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Deviation {
    /// The requirement that was not met, as a sentence.
    pub requirement: String,
    /// What was expected.
    pub expected: String,
    /// What was found.
    pub actual: String,
}

/// State of one scenario.
#[derive(Debug, Default, cucumber::World)]
pub struct World {
    lab: Option<Arc<Lab>>,
    scenario: String,
    deviation: Option<Deviation>,
}

impl World {
    /// Called by the suite before the first step: the shared lab, and the scenario's id.
    pub fn enter(&mut self, lab: Arc<Lab>, scenario: &str) {
        self.lab = Some(lab);
        self.scenario = scenario.to_owned();
    }

    /// What the last failed check said, if it said it in parts.
    pub fn deviation(&self) -> Option<&Deviation> {
        self.deviation.as_ref()
    }

    /// Every exchange observed so far, in order.
    pub fn exchanges(&self) -> Vec<Exchange> {
        Vec::new()
    }
}
