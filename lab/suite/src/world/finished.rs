//! A command that a step has run.

use gitlab_mattermost_stage::subject::host::Ran;

/// A command that has ended.
#[derive(Debug, Clone)]
pub struct Finished {
    /// The command as the step has it.
    pub command: String,
    /// Its exit code, or the signal that ended it.
    pub exit: String,
    /// All of its stdout.
    pub output: String,
    /// All of its stderr.
    pub error_output: String,
}

/// A command did not end as a step needs it to.
#[derive(Debug, thiserror::Error)]
#[error("`{command}` ended with {exit}: {said}")]
pub struct EndedOtherwise {
    command: String,
    exit: String,
    said: String,
}

impl Finished {
    /// What it printed, if it ended with one of these exit codes.
    ///
    /// # Errors
    /// [`EndedOtherwise`].
    pub fn printed_with(self, codes: &[&str]) -> Result<String, EndedOtherwise> {
        if codes.contains(&self.exit.as_str()) {
            return Ok(self.output);
        }
        Err(EndedOtherwise { command: self.command, exit: self.exit, said: self.error_output.trim().to_owned() })
    }
}

impl From<(String, Ran)> for Finished {
    /// A command that was run on a host.
    fn from((command, ran): (String, Ran)) -> Self {
        Self { command, exit: ran.code.to_string(), output: ran.stdout, error_output: ran.stderr }
    }
}
