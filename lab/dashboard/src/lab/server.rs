//! The Mattermost that stands.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use gitlab_mattermost_stage::subject::Mattermost;
use gitlab_mattermost_stage::subject::mattermost::{Launch, ServerProgram};
use mattermost_standin::{Log, Options};

use super::error::{NotStanding, system};

/// A Mattermost: a process, or the stand-in within this one, which is there at once and needs no program.
#[derive(Debug)]
pub(super) enum Server {
    Process(Mattermost),
    Within { server: mattermost_standin::Server, log: PathBuf },
}

impl Server {
    pub(super) async fn start(launch: &Launch<'_>) -> Result<Self, NotStanding> {
        match launch.server {
            ServerProgram::Standin(version) => {
                Self::within(launch, Options { version: *version, ..Options::new(BTreeMap::new()) }).await
            }
            ServerProgram::Release(_) | ServerProgram::Running => Ok(Self::Process(Mattermost::start(launch).await?)),
        }
    }

    async fn within(launch: &Launch<'_>, options: Options) -> Result<Self, NotStanding> {
        let log = launch.home.join("mattermost.out");
        let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let mut environment: BTreeMap<String, String> =
            launch.env.iter().filter(|(_, value)| !value.is_empty()).map(|(k, v)| (k.clone(), v.clone())).collect();
        environment.extend(launch.placement(any_port).into_iter().map(|(name, value)| (name.to_owned(), value)));
        let server = mattermost_standin::Server::start(Options {
            environment,
            config: Some(launch.home.join("config.json")),
            faults: launch.faults.iter().copied().collect::<BTreeSet<_>>(),
            log: Log::into_file(&log).map_err(system("write Mattermost's log"))?,
            ..options
        })
        .await?;
        Ok(Self::Within { server, log })
    }

    pub(super) fn address(&self) -> SocketAddr {
        match self {
            Self::Process(server) => server.address(),
            Self::Within { server, .. } => server.address(),
        }
    }

    /// The operating system's number of its process, if it has one of its own.
    pub(super) fn process_id(&self) -> Option<u32> {
        match self {
            Self::Process(server) => server.process_id(),
            Self::Within { .. } => None,
        }
    }

    /// What it printed so far.
    pub(super) fn log(&self) -> String {
        match self {
            Self::Process(server) => server.log(),
            Self::Within { log, .. } => std::fs::read_to_string(log).unwrap_or_default(),
        }
    }
}
