//! The mock GitLab as a process of its own, for a lab that is left standing.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use gitlab_mattermost_core::gitlab::Fault;
use reqwest::Method;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::fault;
use crate::process::MARK;

/// How long the process may take to say where it listens.
const READY_WITHIN: Duration = Duration::from_secs(10);

/// A mock in a process of its own; dropping it ends the process.
#[derive(Debug)]
pub(super) struct StandingMock {
    child: Child,
    address: SocketAddr,
    control: SocketAddr,
}

impl StandingMock {
    /// Starts `program serve gitlab` for `folder`, by which the clean-up finds it.
    pub(super) async fn start(program: &Path, folder: &Path, faults: &[Fault]) -> Result<Self, String> {
        let mut child = Command::new(program)
            .args(["serve", "gitlab", "--control", "127.0.0.1:0"])
            .args(faults.iter().map(|fault| format!("--fault={}", fault::name(fault))))
            .current_dir(folder)
            .env(MARK, folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| error.to_string())?;
        let stdout = child.stdout.take().ok_or("it has no stdout")?;
        let mut lines = BufReader::new(stdout).lines();
        let mut place = async |before: &str| {
            let line = tokio::time::timeout(READY_WITHIN, lines.next_line()).await;
            let line = line.map_err(|_| format!("it did not say where it listens within {READY_WITHIN:?}"))?;
            let line = line.map_err(|error| error.to_string())?.unwrap_or_default();
            let address = line.strip_prefix(before).and_then(|address| address.parse().ok());
            address.ok_or_else(|| format!("it said `{line}` in place of its URL"))
        };
        let (address, control) = (place("http://").await?, place("control http://").await?);
        Ok(Self { child, address, control })
    }

    /// Gives an order to its control listener.
    pub(super) async fn order(&self, method: Method, path: &str, order: &serde_json::Value) -> Result<(), String> {
        let client = reqwest::Client::builder().no_proxy().build().map_err(|error| error.to_string())?;
        let request = client.request(method, format!("http://{}/{path}", self.control)).json(order);
        let answer = request.send().await.and_then(reqwest::Response::error_for_status);
        answer.map(|_| ()).map_err(|error| error.to_string())
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
