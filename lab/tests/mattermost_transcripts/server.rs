//! The server that a recording is played against: the stand-in, in this process, or whatever `LAB_MATTERMOST` names.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use gitlab_mattermost_core::version::Version;
use gitlab_mattermost_stage::postgresql::Database;
use gitlab_mattermost_stage::subject::mattermost::{Launch, Mattermost, ServerProgram};
use mattermost_standin::{Log, Options, Server as StandIn};
use serde_json::Value;

/// What a real server also logs, sooner or later after its start, and has nothing to do with a sign-in.
const OF_ITS_OWN: [&str; 6] = [
    "Failed to get security update information from Mattermost.",
    "Failed to send notifications to admin users.",
    "Failed to update assets subpath from config",
    "Failied to perform initial product notices fetch",
    "Mail server connection test is failed",
    "Sentry reporting is enabled, but SENTRY_DSN is not set. Disabling reporting.",
];

/// A server to play the transcripts with.
pub enum Kind {
    /// The built-in one, as this version.
    StandIn(Version),
    /// Another one, and a folder for its files.
    Other(ServerProgram, PathBuf),
}

/// A running server.
pub enum Server {
    StandIn(StandIn, Log),
    Other(Mattermost, usize),
}

impl Server {
    pub async fn start(
        kind: &Kind,
        database: &Database,
        gitlab: SocketAddr,
        mut environment: BTreeMap<String, String>,
    ) -> Self {
        match kind {
            Kind::StandIn(version) => {
                for (name, value) in [
                    ("MM_SQLSETTINGS_DRIVERNAME", "postgres"),
                    ("MM_SQLSETTINGS_DATASOURCE", database.keyword_data_source().expose()),
                    ("MM_SERVICESETTINGS_LISTENADDRESS", "127.0.0.1:0"),
                    ("HTTP_PROXY", &format!("http://{gitlab}")),
                ] {
                    environment.insert(name.to_owned(), value.to_owned());
                }
                let log = Log::kept();
                let options = Options { version: *version, log: log.clone(), ..Options::new(environment) };
                Self::StandIn(StandIn::start(options).await.expect("a server"), log)
            }
            Kind::Other(server, folder) => {
                let home = folder.join(database.name());
                std::fs::create_dir_all(&home).expect("a folder");
                let data_source = database.data_source();
                let launch = Launch {
                    server,
                    program: env!("CARGO_BIN_EXE_mattermost-lab").as_ref(),
                    faults: Vec::new(),
                    env: &environment,
                    home: &home,
                    data_source: data_source.expose(),
                    proxy: gitlab,
                };
                Self::Other(Mattermost::start(&launch).await.expect("a server"), 0)
            }
        }
    }

    pub fn url(&self) -> String {
        match self {
            Self::StandIn(server, _) => server.url(),
            Self::Other(server, _) => format!("http://{}", server.address()),
        }
    }

    /// The lines logged since the last call, without those that the server would log anyway.
    pub fn take_log(&mut self) -> Vec<Value> {
        match self {
            Self::StandIn(_, log) => log.take(),
            Self::Other(server, taken) => {
                let log = server.log();
                let lines: Vec<Value> =
                    log.lines().skip(*taken).filter_map(|line| serde_json::from_str(line).ok()).collect();
                *taken = log.lines().count();
                let of_its_own = |line: &Value| OF_ITS_OWN.iter().any(|text| line["msg"] == *text);
                lines.into_iter().filter(|line| !of_its_own(line)).collect()
            }
        }
    }

    pub async fn stop(self) {
        match self {
            Self::StandIn(server, _) => server.stop().await,
            Self::Other(server, _) => server.stop().await,
        }
    }
}
