//! The steps of a scenario that were begun, and when; the record outlives a thread that hangs.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::event::PlayedStep;

/// The steps begun so far.
#[derive(Debug, Default)]
pub struct Script(Mutex<Vec<(PlayedStep, Instant)>>);

impl Script {
    /// A step begins, and so the one before it has ended.
    pub fn begin(&self, text: String) {
        let mut steps = self.steps();
        end_last(&mut steps);
        steps.push((PlayedStep { text, duration: Duration::ZERO }, Instant::now()));
    }

    /// The step begun last; empty if none has.
    pub fn current(&self) -> String {
        self.steps().last().map(|(step, _)| step.text.clone()).unwrap_or_default()
    }

    /// Ends the last step and gives all of them.
    pub fn close(&self) -> Vec<PlayedStep> {
        let mut steps = self.steps();
        end_last(&mut steps);
        steps.drain(..).map(|(step, _)| step).collect()
    }

    fn steps(&self) -> MutexGuard<'_, Vec<(PlayedStep, Instant)>> {
        // No code that holds the lock can leave the list half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn end_last(steps: &mut [(PlayedStep, Instant)]) {
    if let Some((step, begun)) = steps.last_mut() {
        step.duration = begun.elapsed();
    }
}
