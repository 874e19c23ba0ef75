//! The Mattermost of a scenario: a server program, started the way the package's run script starts it.

mod choice;
mod listener;
mod program;
mod rehearsal;
mod survey;
mod tarball;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use gitlab_mattermost_core::mattermost::Fault;
use tokio::process::{Child, Command};

pub use choice::MattermostChoice;
pub use program::{ProgramError, ServerProgram};
pub(crate) use rehearsal::told_version;
pub use rehearsal::{Rehearsal, RehearsalError};
pub use survey::{SurveyError, survey};
pub use tarball::TarballError;

use super::SubjectError;
use crate::fault;
use crate::process::MARK;

/// How long a server may take from its start to the first good ping. The real one migrates its database first.
const READY_WITHIN: Duration = Duration::from_secs(30);
/// How long a server may take to end. The real one answers nobody any more at once, but waits up to twelve seconds for its
/// timers.
const STOPS_WITHIN: Duration = Duration::from_secs(1);
/// How often a server is started in all if its port was taken meanwhile.
const MOST_TRIES: u32 = 5;
/// Pause between two pings while it starts.
const PING_EVERY: Duration = Duration::from_millis(15);

/// How to start a server.
#[derive(Debug)]
pub struct Launch<'a> {
    /// The server to start.
    pub server: &'a ServerProgram,
    /// This program, which holds the stand-in.
    pub program: &'a Path,
    /// What it does wrong on purpose.
    pub faults: Vec<Fault>,
    /// The content of the env directory; an empty value unsets the variable, as `chpst -e` does.
    pub env: &'a BTreeMap<String, String>,
    /// The scenario's own folder, for config.json, data and logs.
    pub home: &'a Path,
    /// The database, as a connection URL.
    pub data_source: &'a str,
    /// The proxy through which the server reaches GitLab.
    pub proxy: SocketAddr,
}

impl Launch<'_> {
    /// What the machine decides and not the settings file: addresses and folders of this run.
    pub fn placement(&self, address: SocketAddr) -> Vec<(&'static str, String)> {
        let folder = |name: &str| self.home.join(name).display().to_string();
        vec![
            ("MM_SERVICESETTINGS_LISTENADDRESS", address.to_string()),
            ("MM_SQLSETTINGS_DRIVERNAME", "postgres".to_owned()),
            ("MM_SQLSETTINGS_DATASOURCE", self.data_source.to_owned()),
            ("MM_FILESETTINGS_DIRECTORY", folder("data")),
            ("MM_LOGSETTINGS_FILELOCATION", folder("log")),
            ("MM_PLUGINSETTINGS_DIRECTORY", folder("plugins")),
            ("MM_PLUGINSETTINGS_CLIENTDIRECTORY", folder("client-plugins")),
            // The second is for calls home, of which the real server makes some; the proxy knows nobody there and says so.
            ("HTTP_PROXY", format!("http://{}", self.proxy)),
            ("HTTPS_PROXY", format!("http://{}", self.proxy)),
        ]
    }
}

/// A running server.
#[derive(Debug)]
pub struct Mattermost {
    child: Child,
    address: SocketAddr,
    log: PathBuf,
}

impl Mattermost {
    /// Starts the server and waits until it answers.
    ///
    /// # Errors
    /// [`SubjectError::NotStarted`] with the last lines it logged, if it ends or does not answer in time.
    pub async fn start(launch: &Launch<'_>) -> Result<Self, SubjectError> {
        let not_started = |reason: String| SubjectError::NotStarted { part: "Mattermost".to_owned(), reason };
        let mut tries = 1;
        loop {
            let address = free_address().map_err(|error| not_started(error.to_string()))?;
            let log = launch.home.join("mattermost.out");
            let child = spawn(launch, address, &log).map_err(not_started)?;
            let mut server = Self { child, address, log };
            let others = [(port_of(launch.data_source), "the database"), (launch.proxy.port(), "the lab's proxy")];
            match server.wait_until_ready(&others).await {
                Ok(()) => return Ok(server),
                // A server has to be told its port, which somebody else may take before it does.
                Err(reason) if tries < MOST_TRIES && reason.to_lowercase().contains("address already in use") => {
                    tries += 1;
                }
                Err(reason) => return Err(not_started(reason)),
            }
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The operating system's number of the process, while it runs.
    pub fn process_id(&self) -> Option<u32> {
        self.child.id()
    }

    /// How the server ended, if it did, with its last lines.
    pub fn ended(&mut self) -> Option<String> {
        let status = self.child.try_wait().ok().flatten()?;
        Some(format!("the Mattermost process has ended with {status}; its last lines:\n{}", self.last_lines()))
    }

    /// What the server printed so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Ends the server at once, as a crash does.
    ///
    /// # Errors
    /// The operating system's.
    pub async fn kill(&mut self) -> std::io::Result<()> {
        self.child.kill().await
    }

    /// Asks the server to end, and makes it if it takes its time.
    pub async fn stop(mut self) {
        if let Some(id) = self.child.id().and_then(|id| i32::try_from(id).ok()) {
            // It may have ended by itself.
            let _ = nix::sys::signal::kill(nix::unistd::Pid::from_raw(id), nix::sys::signal::Signal::SIGTERM);
        }
        if tokio::time::timeout(STOPS_WITHIN, self.child.wait()).await.is_err() {
            let _ = self.child.kill().await;
        }
    }

    /// `others` are those whom it may wait for, by their ports.
    async fn wait_until_ready(&mut self, others: &[(u16, &str)]) -> Result<(), String> {
        let begun = Instant::now();
        let ping = format!("http://{}/api/v4/system/ping", self.address);
        gitlab_mattermost_ground::tls::install_provider();
        let client = reqwest::Client::builder().no_proxy().tls_certs_only([]).timeout(Duration::from_secs(2)).build();
        let client = client.map_err(|error| error.to_string())?;
        loop {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(format!("it ended with {status}; its last lines:\n{}", self.last_lines()));
            }
            let answers = client.get(&ping).send().await.is_ok_and(|answer| answer.status().is_success());
            if answers && self.is_who_answers() {
                return Ok(());
            }
            let spent = begun.elapsed();
            if spent > READY_WITHIN {
                let group = self.child.id().unwrap_or_default();
                let waits = listener::told_of_group(group, self.address.port(), others);
                let waits = waits.map(|waits| format!(": {waits}")).unwrap_or_default();
                let lines = match self.last_lines() {
                    lines if lines.is_empty() => "it has printed nothing".to_owned(),
                    lines => format!("its last lines:\n{lines}"),
                };
                return Err(format!("no good answer from `{ping}` within {} s{waits}; {lines}", spent.as_secs()));
            }
            tokio::time::sleep(PING_EVERY).await;
        }
    }

    /// Whether it is this server that listens on the port. Somebody else may have taken it first, another scenario's server
    /// for one, which answers as well; this one then ends.
    fn is_who_answers(&self) -> bool {
        // Where that cannot be seen, the answer has to do.
        self.child.id().is_some_and(|group| listener::is_of_group(group, self.address.port()).unwrap_or(true))
    }

    fn last_lines(&self) -> String {
        let log = self.log();
        // After an error the real server explains its command line.
        let said = log.split_once("\nUsage:\n").map_or(log.as_str(), |(said, _)| said);
        let lines: Vec<_> = said.lines().rev().take(8).collect();
        lines.into_iter().rev().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
    }
}

/// The port of a data source, that of PostgreSQL if it names none.
fn port_of(data_source: &str) -> u16 {
    url::Url::parse(data_source).ok().and_then(|url| url.port()).unwrap_or(5432)
}

fn spawn(launch: &Launch<'_>, address: SocketAddr, log: &Path) -> Result<Child, String> {
    let config = launch.home.join("config.json");
    let mut command = match launch.server {
        ServerProgram::Standin(version) => {
            let mut command = Command::new(launch.program);
            command.args(["serve", "mattermost", "--mattermost-version", &version.to_string()]);
            command.current_dir(launch.home);
            command.args(launch.faults.iter().map(|fault| format!("--fault={}", fault::name(fault))));
            command
        }
        ServerProgram::Running => return Err("the one that was chosen runs already".to_owned()),
        ServerProgram::Release(_) if !launch.faults.is_empty() => {
            return Err("a real server makes no mistakes on purpose".to_owned());
        }
        ServerProgram::Release(folder) => {
            copy_settings(folder, &config)?;
            let mut command = Command::new(folder.join(program::BINARY));
            command.current_dir(folder);
            command
        }
    };
    let file = |path: &Path| std::fs::File::create(path).map_err(|error| format!("`{}`: {error}", path.display()));
    let output = file(log)?;
    let errors = output.try_clone().map_err(|error| error.to_string())?;
    command.arg("--config").arg(config).env_clear();
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    command
        .envs(launch.env.iter().filter(|(_, value)| !value.is_empty()))
        .envs(launch.placement(address))
        .env(MARK, launch.home)
        .stdin(Stdio::null())
        .stdout(output)
        .stderr(errors)
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| format!("{:?}: {error}", command.as_std().get_program()))
}

/// Does what the package does before a start: where there is no config.json yet, it takes the one of the release. What a
/// server fills in by itself differs from that one.
fn copy_settings(release: &Path, config: &Path) -> Result<(), String> {
    let shipped = release.join("config/config.json");
    if config.exists() || !shipped.is_file() {
        return Ok(());
    }
    let failed = |error: std::io::Error| format!("`{}` cannot be copied: {error}", shipped.display());
    std::fs::copy(&shipped, config).map_err(failed)?;
    // The server writes it, whatever the mode of the release's.
    std::fs::set_permissions(config, std::fs::Permissions::from_mode(0o600)).map_err(failed)
}

fn free_address() -> std::io::Result<SocketAddr> {
    std::net::TcpListener::bind(("127.0.0.1", 0))?.local_addr()
}
