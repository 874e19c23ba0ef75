//! A PostgreSQL server that ran before the lab and goes on after it.

use std::time::Duration;

use tokio_postgres::NoTls;
use tokio_postgres::config::Host;

use super::access::{Access, Password};
use super::choice::ServerUrl;
use super::{BackendError, PartDown};

/// How long it may take to answer.
const LIMIT: Duration = Duration::from_secs(5);

/// The server a URL names. Its databases belong to the role in the URL: roles of other people's servers are not ours
/// to create.
#[derive(Debug)]
pub(super) struct ExistingServer {
    url: ServerUrl,
}

impl ExistingServer {
    /// Connects to it and sees whether databases may be created.
    pub(super) async fn connect(url: &ServerUrl) -> Result<Self, BackendError> {
        let unreachable = |reason| BackendError::Unreachable { url: url.to_string(), limit: LIMIT, reason };
        let role = url.config().get_user().unwrap_or_default().to_owned();
        let may_create = async {
            let (client, connection) = url.config().connect(NoTls).await?;
            tokio::spawn(connection);
            let query = "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user";
            client.query_one(query, &[]).await.map(|row| row.get::<_, bool>(0))
        };
        match tokio::time::timeout(LIMIT, may_create).await {
            Ok(Ok(true)) => Ok(Self { url: url.clone() }),
            Ok(Ok(false)) => Err(BackendError::MayNotCreate { url: url.to_string(), role }),
            Ok(Err(error)) => Err(unreachable(gitlab_mattermost_ground::error_chain::chain(&error))),
            Err(_) => Err(unreachable("no answer".to_owned())),
        }
    }

    pub(super) fn access(&self) -> Access {
        let config = self.url.config();
        let (host, socket) = match config.get_hosts() {
            [Host::Unix(path), ..] => (None, Some(path.clone())),
            [Host::Tcp(name), ..] => (Some(name.clone()), None),
            [] => (None, None),
        };
        let role = config.get_user().unwrap_or_default().to_owned();
        let password = config.get_password().map(|bytes| Password::new(String::from_utf8_lossy(bytes)));
        let port = config.get_ports().first().copied().unwrap_or(5432);
        let maintenance = config.get_dbname().unwrap_or(&role).to_owned();
        Access { superuser: role.clone(), owner: role, password, maintenance, host, socket, port }
    }

    pub(super) fn place(&self) -> String {
        format!("running at {}", self.url)
    }

    pub(super) fn session_command(&self) -> String {
        format!("psql '{}'", self.url)
    }

    pub(super) async fn check(&self) -> Result<(), PartDown> {
        let attempt = tokio::time::timeout(LIMIT, self.url.config().connect(NoTls)).await;
        let log = match attempt {
            Ok(Ok(_)) => return Ok(()),
            Ok(Err(error)) => gitlab_mattermost_ground::error_chain::chain(&error),
            Err(_) => format!("no answer within {LIMIT:?}"),
        };
        Err(PartDown { part: format!("PostgreSQL ({})", self.place()), log })
    }

    pub(super) fn is_not_ours(&self) -> BackendError {
        BackendError::NotOurs { url: self.url.to_string() }
    }
}
