//! `mattermost-lab serve mattermost`: the stand-in Mattermost server.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use gitlab_mattermost_core::mattermost::{Fault, Release};
use gitlab_mattermost_core::releases::documented_mattermost;
use gitlab_mattermost_core::version::Version;
use tokio::signal::unix::{SignalKind, signal};

use crate::console::complain;
use gitlab_mattermost_ground::exit::Exit;
use gitlab_mattermost_stage::fault;
use mattermost_standin::{Log, Options, Server, StartError, VersionReport};

/// Arguments of `serve mattermost`. The settings come from `MM_` variables and the configuration file.
///
/// The log goes to stderr. The exit codes are those of a real server of the version: 0 after SIGTERM or SIGINT, 1 where its
/// settings are refused, and where its database cannot be reached 102, from 6.0 on 1.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  mattermost-lab serve mattermost --config config.json
  mattermost-lab serve mattermost --config config.json --mattermost-version 5.36.1")]
pub struct Arguments {
    /// The configuration file; created if it is missing
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The Mattermost version to behave as [default: that of the document's GitLab, 6.2.1]
    #[arg(long, value_name = "VERSION", default_value_t = documented_mattermost(), hide_default_value = true)]
    mattermost_version: Version,
    /// Where to listen, instead of at `ServiceSettings.ListenAddress`
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// How often a database that does not answer is tried
    #[arg(long, hide = true, default_value_t = 18)]
    database_attempts: u32,
    /// How many milliseconds are waited between two tries
    #[arg(long, hide = true, default_value_t = 10_000)]
    database_interval_ms: u64,
    /// How many milliseconds GitLab may take over an answer
    #[arg(long, hide = true, default_value_t = 30_000)]
    call_timeout_ms: u64,
    /// A mistake to make, to see who notices it; may be given again
    #[arg(long = "fault", hide = true, value_name = "NAME", value_parser = fault::by_name::<Fault>)]
    faults: Vec<Fault>,
    /// Whether log lines go where a real server's do, and not to stderr in any case.
    #[arg(skip)]
    as_on_a_console: bool,
}

/// Runs the server until it is told to stop.
pub fn run(arguments: &Arguments) -> Exit {
    match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime.block_on(arguments.serve()),
        Err(error) => {
            complain(&error);
            Exit::NotStarted
        }
    }
}

impl Arguments {
    /// What a real server of this version does with this configuration file.
    pub(crate) fn of(config: Option<PathBuf>, mattermost_version: Version) -> Self {
        let Options { database_attempts, database_interval, call_timeout, .. } = Options::new(BTreeMap::new());
        let milliseconds = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        Self {
            config,
            mattermost_version,
            listen: None,
            database_attempts,
            database_interval_ms: milliseconds(database_interval),
            call_timeout_ms: milliseconds(call_timeout),
            faults: Vec::new(),
            as_on_a_console: true,
        }
    }

    /// What `mattermost version` tells.
    ///
    /// # Errors
    /// Any [`StartError`]: telling the version of the database takes most of a start.
    pub(crate) fn version_report(&self, skip_server_start: bool) -> Result<VersionReport, StartError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(StartError::Runtime)?;
        runtime.block_on(VersionReport::make(&self.options(), skip_server_start))
    }

    async fn serve(&self) -> Exit {
        // Listened to from the beginning, so that a server that waits for its database ends well, too.
        let signals = signal(SignalKind::terminate()).and_then(|term| Ok((term, signal(SignalKind::interrupt())?)));
        let (mut terminate, mut interrupt) = match signals {
            Ok(signals) => signals,
            Err(error) => {
                complain(&error);
                return Exit::NotStarted;
            }
        };
        let told_to_stop = async {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        };
        tokio::pin!(told_to_stop);
        let started = tokio::select! {
            started = Server::start(self.options()) => started,
            () = &mut told_to_stop => return Exit::AsExpected,
        };
        let server = match started {
            Ok(server) => server,
            Err(error) => {
                complain(&error);
                return Exit::OfServer(error.exit_code(self.release()));
            }
        };
        // A closed stdout leaves nobody to tell; the server is of use all the same.
        let _ = writeln!(std::io::stdout(), "{}", server.url()).and_then(|()| std::io::stdout().flush());
        told_to_stop.await;
        server.stop().await;
        Exit::AsExpected
    }

    /// What it behaves as.
    pub(crate) const fn release(&self) -> Release {
        Release { version: self.mattermost_version }
    }

    fn options(&self) -> Options {
        let lossless = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        let mut environment: BTreeMap<String, String> = std::env::vars_os().filter_map(lossless).collect();
        if let Some(listen) = &self.listen {
            environment.insert("MM_SERVICESETTINGS_LISTENADDRESS".to_owned(), listen.clone());
        }
        Options {
            config: self.config.clone(),
            version: self.mattermost_version,
            database_attempts: self.database_attempts,
            database_interval: Duration::from_millis(self.database_interval_ms),
            call_timeout: Duration::from_millis(self.call_timeout_ms),
            faults: self.faults.iter().copied().collect(),
            log: if self.as_on_a_console { Log::to_console(self.release()) } else { Log::to_stderr() },
            ..Options::new(environment)
        }
    }
}
