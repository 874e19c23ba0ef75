//! Calls of `mattermost-lab` itself, as a person would type them in the scenario's folder.

use std::process::Stdio;

use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use super::{Finished, StepError, World};

/// The name that stands for the program.
const PROGRAM: &str = "mattermost-lab";

/// A command that is not one of the program's.
#[derive(Debug, thiserror::Error)]
#[error("the command must begin with `{PROGRAM}` and its quotes must be closed: `{0}`")]
pub struct NotOurs(String);

/// A call of the program.
#[derive(Debug, Clone)]
pub struct Call {
    command: String,
    arguments: Vec<String>,
    variables: Vec<(String, String)>,
    input: String,
}

impl Call {
    /// The call that somebody types.
    ///
    /// # Errors
    /// [`NotOurs`].
    pub fn typed(command: String) -> Result<Self, NotOurs> {
        let words = shlex::split(&command).filter(|words| words.first().is_some_and(|word| word == PROGRAM));
        let Some(words) = words else { return Err(NotOurs(command)) };
        Ok(Self {
            command,
            arguments: words.into_iter().skip(1).collect(),
            variables: Vec::new(),
            input: String::new(),
        })
    }

    /// The call with these arguments.
    pub fn of<T: Into<String>>(arguments: impl IntoIterator<Item = T>) -> Self {
        let arguments: Vec<String> = arguments.into_iter().map(Into::into).collect();
        let command = format!("{PROGRAM} {}", arguments.join(" "));
        Self { command, arguments, variables: Vec::new(), input: String::new() }
    }

    /// The call with a variable in its environment. The list of processes shows arguments, so secrets go there.
    #[must_use]
    pub fn with_variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The call with something to read.
    #[must_use]
    pub fn with_input(self, input: String) -> Self {
        Self { input, ..self }
    }
}

impl World {
    /// Runs the program in the scenario's folder to its end; it is killed if the scenario ends before it.
    ///
    /// # Errors
    /// If it cannot be started.
    pub async fn run_program(&mut self, call: Call) -> Result<Finished, StepError> {
        let program = self.program().to_owned();
        let mut child = Command::new(program)
            .args(&call.arguments)
            .envs(call.variables)
            .current_dir(self.folder()?)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let stdin = child.stdin.take();
        let write = async {
            if let Some(mut stdin) = stdin {
                // A command may end without reading its input; what it makes of that is seen in its output.
                let _ = stdin.write_all(call.input.as_bytes()).await;
            }
        };
        let ((), ended) = tokio::join!(write, child.wait_with_output());
        let ended = ended?;
        Ok(Finished {
            command: call.command,
            exit: ended.status.code().map_or_else(|| ended.status.to_string(), |code| code.to_string()),
            output: String::from_utf8_lossy(&ended.stdout).into_owned(),
            error_output: String::from_utf8_lossy(&ended.stderr).into_owned(),
        })
    }
}
