//! The first start of a real server, once before the scenarios: it shows that the server works here, and leaves a
//! database with everything in it that the scenarios' own databases begin as copies of.
//!
//! DIFFERENCE: on a server of the package that first start happens with the settings of `gitlab.rb`. What it writes
//! depends on none that the scenarios change.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::time::Duration;

use gitlab_mattermost_core::version::Version;

use super::{Launch, Mattermost, ServerProgram};
use crate::cleanup::{CleanupError, RunDirectory};
use crate::network::Network;
use crate::postgresql::{BackendError, Database, Postgres};
use crate::subject::SubjectError;
use gitlab_mattermost_ground::exchange::Party;

/// The field in which a server tells its version, with build number and hash behind it.
const VERSION_FIELD: &str = "X-Version-Id";

/// A server answers faster than this, or not at all.
const ANSWERS_WITHIN: Duration = Duration::from_secs(5);

/// What a first start has left.
#[derive(Debug)]
pub struct Rehearsal {
    database: Database,
    version: Option<Version>,
}

/// Why there was no first start.
#[derive(Debug, thiserror::Error)]
pub enum RehearsalError {
    /// The server did not come up.
    #[error(transparent)]
    Server(#[from] SubjectError),
    /// It had no database.
    #[error("it has no database")]
    Database(#[from] BackendError),
    /// It had no folder.
    #[error("it has no folder")]
    Folder(#[from] CleanupError),
    /// It had no network, or could not be listed as a process of the run.
    #[error("the operating system refuses")]
    System(#[from] io::Error),
}

impl Rehearsal {
    /// Starts the server on an empty database, and ends it when it answers.
    ///
    /// # Errors
    /// [`RehearsalError`].
    pub async fn hold(
        server: &ServerProgram,
        program: &Path,
        directory: &RunDirectory,
        postgres: &Postgres,
    ) -> Result<Self, RehearsalError> {
        let database = postgres.database("rehearsal").await?;
        let home = directory.folder("rehearsal")?;
        // Nobody is there whom it could reach.
        let network = Network::start().await?;
        let proxy = network.proxy_of(Party::Mattermost).ok_or(io::ErrorKind::NotConnected).map_err(io::Error::from)?;
        let data_source = database.data_source();
        let launch = Launch {
            server,
            program,
            faults: Vec::new(),
            env: &BTreeMap::new(),
            home: &home,
            data_source: data_source.expose(),
            proxy,
        };
        let mattermost = Mattermost::start(&launch).await?;
        if let Some(id) = mattermost.process_id() {
            directory.register_process(id)?;
        }
        let version = told_version(&format!("http://{}", mattermost.address())).await;
        mattermost.stop().await;
        Ok(Self { database, version })
    }

    /// The database as the server left it; nobody is connected to it.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// The version that the server gave for its own, if it gave one.
    pub fn version(&self) -> Option<Version> {
        self.version
    }
}

/// The version that a server at `url` tells; nothing if it does not answer or tells none.
///
/// # Shape
/// `VERSION.BUILD.HASH.LICENSED`: the build is the exact version where it is one, as `Version` is not raised with every patch.
pub(crate) async fn told_version(url: &str) -> Option<Version> {
    gitlab_mattermost_ground::tls::install_provider();
    let client = reqwest::Client::builder().no_proxy().timeout(ANSWERS_WITHIN).build().ok()?;
    let answer = client.get(format!("{}/api/v4/system/ping", url.trim_end_matches('/'))).send().await.ok()?;
    version_in(answer.headers().get(VERSION_FIELD)?.to_str().ok()?)
}

fn version_in(field: &str) -> Option<Version> {
    let numbers: Vec<&str> = field.split('.').collect();
    let at = |place: usize| -> Option<Version> {
        let numbers = numbers.get(place..place + 3)?;
        let all = numbers.iter().all(|number| number.parse::<u32>().is_ok());
        all.then(|| numbers.join(".").parse().ok()).flatten()
    };
    at(3).or_else(|| at(0))
}

#[cfg(test)]
mod tests {
    use super::version_in;

    #[test]
    fn the_build_counts_where_it_is_a_version() {
        for (field, version) in [
            ("6.2.1.6.2.1.d3adb33f.false", Some("6.2.1")),
            ("5.30.0.5.31.0.d3adb33f.false", Some("5.31.0")),
            ("7.8.0.dev.d3adb33f.true", Some("7.8.0")),
            ("nothing", None),
        ] {
            assert_eq!(version_in(field).map(|version| version.to_string()).as_deref(), version, "{field}");
        }
    }
}
