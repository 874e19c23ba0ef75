//! The process that cleans up when the run it belongs to has ended, however that came about.
//!
//! It is this program again, started as `mattermost-lab reap FOLDER` in a session of its own, so that signals meant for
//! the run do not reach it. It waits on a pipe whose other end only the run holds: the kernel closes that end when the
//! run dies, even by SIGKILL.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};

use super::{CleanupError, RunDirectory};
use crate::engine::Engine;

/// What the run says through the pipe when nothing is being started any more: one round is enough then.
const FAREWELL: &[u8] = b"farewell";

/// Pauses before the rounds after a sudden death: a container may have been in the making when the run died.
const PAUSES: [Duration; 2] = [Duration::from_millis(300), Duration::from_millis(700)];

/// How long a round may wait for the container engine.
const ROUND_LIMIT: Duration = Duration::from_secs(15);

/// The run's end of the pipe.
#[derive(Debug)]
pub struct Reaper {
    child: Child,
    pipe: ChildStdin,
}

impl Reaper {
    /// Starts the reaper of `directory` from `program` and waits until no signal to the run can end it.
    ///
    /// # Errors
    /// The program cannot be started or is not this one.
    pub fn spawn(program: &Path, directory: &RunDirectory) -> Result<Self, CleanupError> {
        let failed = |source| CleanupError::Reaper { program: program.to_owned(), source };
        let mut child = Command::new(program)
            .arg("reap")
            .arg(directory.path())
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        let (Some(pipe), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(failed(io::ErrorKind::BrokenPipe.into()));
        };
        let mut ready = String::new();
        BufReader::new(stdout).read_line(&mut ready).map_err(failed)?;
        if ready.is_empty() {
            let status = child.wait().map_err(failed)?;
            return Err(failed(io::Error::other(format!("it ended at once with {status}"))));
        }
        Ok(Self { child, pipe })
    }

    /// Has everything removed and waits for it. Nothing may be in the making any more.
    ///
    /// # Errors
    /// The reaper itself was ended, or failed.
    pub fn finish(self) -> io::Result<()> {
        let Self { mut child, mut pipe } = self;
        pipe.write_all(FAREWELL)?;
        drop(pipe);
        let status = child.wait()?;
        if status.success() { Ok(()) } else { Err(io::Error::other(format!("the clean-up process: {status}"))) }
    }
}

/// What the reaper process does: waits for the end of its run, then removes what it left.
///
/// # Errors
/// Something is left after the last round, which the next run's sweep will find.
pub async fn reap(directory: RunDirectory) -> io::Result<()> {
    // It leads a group already only if somebody started it by hand; it does its work all the same.
    let _ = nix::unistd::setsid();
    let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup(), SignalKind::quit()];
    let _listened_to_so_that_they_do_not_kill = kinds.map(signal);
    writeln!(io::stdout(), "ready")?;

    let last_words = tokio::task::spawn_blocking(|| {
        let mut words = Vec::new();
        io::stdin().read_to_end(&mut words).map(|_| words)
    });
    // An unreadable pipe means the same as a closed one.
    let last_words = last_words.await.ok().and_then(Result::ok).unwrap_or_default();

    let mut outcome = remove(&directory).await;
    if last_words != FAREWELL {
        for pause in PAUSES {
            tokio::time::sleep(pause).await;
            outcome = remove(&directory).await;
        }
    }
    outcome
}

async fn remove(directory: &RunDirectory) -> io::Result<()> {
    let containers = tokio::time::timeout(ROUND_LIMIT, async {
        match Engine::require().await {
            Ok(engine) => engine.remove_owned(|owner| owner == directory.owner()).await.map_err(io::Error::other),
            Err(_) => Ok(0),
        }
    });
    let files = {
        let directory = directory.clone();
        tokio::task::spawn_blocking(move || directory.remove())
    };
    let (containers, files) = tokio::join!(containers, files);
    containers.map_err(io::Error::other)??;
    files.map_err(io::Error::other)?
}
