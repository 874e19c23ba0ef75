//! The first start of a real server, once before the scenarios: it shows that the server works here, and leaves a
//! database with everything in it that the scenarios' own databases begin as copies of.
//!
//! DIFFERENCE: on a server of the package that first start happens with the settings of `gitlab.rb`. What it writes
//! depends on none that the scenarios change.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use super::{Launch, Mattermost, ServerProgram};
use crate::cleanup::{CleanupError, RunDirectory};
use crate::network::Network;
use crate::postgresql::{BackendError, Database, Postgres};
use crate::subject::SubjectError;
use gitlab_mattermost_ground::exchange::Party;

/// The field in which a server tells its version, with build number and hash behind it.
const VERSION_FIELD: &str = "X-Version-Id";

/// What a first start has left.
#[derive(Debug)]
pub struct Rehearsal {
    database: Database,
    version: Option<String>,
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
        let version = version_of(&mattermost).await;
        mattermost.stop().await;
        Ok(Self { database, version })
    }

    /// The database as the server left it; nobody is connected to it.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// The version that the server gave for its own, if it gave one.
    pub fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }
}

/// The first three numbers of the field: what follows them is the build.
async fn version_of(mattermost: &Mattermost) -> Option<String> {
    let client = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().ok()?;
    let answer = client.get(format!("http://{}/api/v4/system/ping", mattermost.address())).send().await.ok()?;
    let field = answer.headers().get(VERSION_FIELD)?.to_str().ok()?;
    Some(field.split('.').take(3).collect::<Vec<_>>().join("."))
}
