//! The mock GitLab as a process of its own, for a lab that is left standing.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// How long the process may take to say where it listens.
const READY_WITHIN: Duration = Duration::from_secs(10);

/// A mock in a process of its own; dropping it ends the process.
#[derive(Debug)]
pub(super) struct StandingMock {
    child: Child,
    address: SocketAddr,
}

impl StandingMock {
    /// Starts `program serve gitlab` with its working directory in `folder`, where the clean-up finds it.
    pub(super) async fn start(program: &Path, folder: &Path) -> Result<Self, String> {
        let mut child = Command::new(program)
            .args(["serve", "gitlab"])
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| error.to_string())?;
        let stdout = child.stdout.take().ok_or("it has no stdout")?;
        let mut lines = BufReader::new(stdout).lines();
        let line = tokio::time::timeout(READY_WITHIN, lines.next_line()).await;
        let line = line.map_err(|_| format!("it did not say where it listens within {READY_WITHIN:?}"))?;
        let line = line.map_err(|error| error.to_string())?.unwrap_or_default();
        let address = line.strip_prefix("http://").and_then(|address| address.parse().ok());
        Ok(Self { address: address.ok_or_else(|| format!("it said `{line}` in place of its URL"))?, child })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn process_id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Ends it at once, as a crash does.
    pub(super) async fn kill(mut self) -> Result<(), String> {
        self.child.kill().await.map_err(|error| error.to_string())
    }
}
