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

impl From<(String, Ran)> for Finished {
    /// A command that was run on a host.
    fn from((command, ran): (String, Ran)) -> Self {
        Self { command, exit: ran.code.to_string(), output: ran.stdout, error_output: ran.stderr }
    }
}
