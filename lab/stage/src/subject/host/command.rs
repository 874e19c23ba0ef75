//! A command on the machine, by a shell.

use futures::StreamExt;
use testcontainers::bollard::container::LogOutput;
use testcontainers::bollard::exec::{CreateExecOptions, StartExecResults};

use super::container::HostContainer;

/// Who types the command, and into what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shell {
    /// The user `root`.
    Root,
    /// An administrator who may use sudo, in the home directory.
    Administrator,
    /// In a shell that has read `~/.bashrc` and knows its aliases.
    Interactive,
}

/// A command that has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    /// Its exit code, as a shell tells it.
    pub code: i64,
    /// All of its stdout.
    pub stdout: String,
    /// All of its stderr.
    pub stderr: String,
}

/// More than any command of the document prints; what comes after is cut off.
const LARGEST_OUTPUT: usize = 16 << 20;

/// Where a user's own files are.
pub(super) fn home_of(user: &str) -> String {
    if user == "root" { "/root".to_owned() } else { format!("/home/{user}") }
}

/// Runs `words` as `user`, in the user's home directory.
pub(super) async fn run(container: &HostContainer, user: &str, words: &[&str]) -> Result<Ran, String> {
    let told = |error: testcontainers::bollard::errors::Error| gitlab_mattermost_ground::error_chain::chain(&error);
    let docker = container.engine().docker();
    let home = home_of(user);
    let environment = [format!("HOME={home}"), format!("USER={user}"), "LC_ALL=C.UTF-8".to_owned()];
    let options = CreateExecOptions {
        attach_stdout: Some(true),
        attach_stderr: Some(true),
        user: Some(user.to_owned()),
        working_dir: Some(home),
        env: Some(environment.to_vec()),
        cmd: Some(words.iter().map(|&word| word.to_owned()).collect()),
        ..CreateExecOptions::default()
    };
    let exec = docker.create_exec(container.id(), options).await.map_err(told)?;
    let StartExecResults::Attached { mut output, .. } = docker.start_exec(&exec.id, None).await.map_err(told)? else {
        return Err("the engine ran a command without its output".to_owned());
    };
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    while let Some(piece) = output.next().await {
        let (stream, bytes) = match piece.map_err(told)? {
            LogOutput::StdErr { message } => (&mut stderr, message),
            LogOutput::StdOut { message } | LogOutput::Console { message } => (&mut stdout, message),
            LogOutput::StdIn { .. } => continue,
        };
        if stream.len() < LARGEST_OUTPUT {
            stream.extend_from_slice(&bytes);
        }
    }
    // The code is there only once both streams have ended.
    let code = docker.inspect_exec(&exec.id).await.map_err(told)?.exit_code;
    let code = code.ok_or("the engine does not tell how the command ended")?;
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ok(Ran { code, stdout: text(stdout), stderr: text(stderr) })
}
