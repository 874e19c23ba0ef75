//! The PostgreSQL server of a run, wherever it comes from.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::Mutex;
use tokio_postgres::Client;

use super::access::Access;
use super::container::ContainerServer;
use super::database::{self, Database};
use super::existing::ExistingServer;
use super::local::LocalServer;
use super::{BackendError, PartDown, PostgresChoice};
use crate::cleanup::RunDirectory;
use crate::owner::Owner;

/// How long a server may take until it accepts connections; recovery after a crash included.
const READY_LIMIT: Duration = Duration::from_secs(30);

/// Pause between two attempts to connect.
const ATTEMPT_PAUSE: Duration = Duration::from_millis(10);

/// How long one attempt to connect may take: a server that is stopped accepts, but never answers.
const ATTEMPT_LIMIT: Duration = Duration::from_secs(5);

/// How often a server that ended is started again before it is given up: the remains of the one before may be in the
/// way for a moment, or somebody took its port.
const RESTARTS: u32 = 10;

/// Pause between two restarts.
const RESTART_PAUSE: Duration = Duration::from_millis(100);

/// Empty database that the scenarios' databases are copies of. Nobody connects to it: that would block the copying.
const TEMPLATE: &str = "lab_template";

/// A started server. Dropping it stops it, unless it ran before or the run is kept.
#[derive(Debug)]
pub struct Postgres {
    server: Server,
    owner: Owner,
    /// Held while the server is restarted, so that only one scenario does it.
    state: Mutex<State>,
    version: Version,
    remark: Option<String>,
    databases: AtomicU32,
}

/// What a restart may change.
#[derive(Debug)]
struct State {
    access: Access,
    /// Whether roles and template are there, as far as they are ours to make.
    prepared: bool,
}

#[derive(Debug)]
enum Server {
    Container(Box<ContainerServer>),
    Local(LocalServer),
    Existing(ExistingServer),
}

/// What a server calls its version.
#[derive(Debug, Clone, Default)]
struct Version {
    text: String,
    /// Major version; before 10 that is the first number only.
    major: u32,
}

impl Postgres {
    /// Starts the server that was chosen, or connects to it, in the name of the run that owns `directory`.
    ///
    /// # Errors
    /// The chosen way leads to no server; with `auto` neither does.
    pub async fn start(choice: &PostgresChoice, directory: &RunDirectory) -> Result<Self, BackendError> {
        let (server, remark) = match choice {
            PostgresChoice::Auto => return Self::start_first_that_works(directory).await,
            PostgresChoice::Container => (Server::container(directory).await?, None),
            PostgresChoice::Local => (Server::Local(LocalServer::start(directory)?), None),
            PostgresChoice::Url(url) => (Server::Existing(ExistingServer::connect(url).await?), None),
        };
        Self::set_up(server, directory.owner(), remark).await
    }

    /// A container if its image is at hand; else installed programs, which are there at once; else a container whose
    /// image has to be built first.
    async fn start_first_that_works(directory: &RunDirectory) -> Result<Self, BackendError> {
        let ready = ContainerServer::image_at_hand().await;
        let why_not = match ready {
            Ok(true) => match Server::container(directory).await {
                Ok(server) => return Self::set_up(server, directory.owner(), None).await,
                Err(error) => gitlab_mattermost_ground::error_chain::chain(&error),
            },
            Ok(false) => "its image is not built yet (`--postgres container` builds it)".to_owned(),
            Err(ref no_engine) => no_engine.to_string(),
        };
        match (LocalServer::start(directory), ready) {
            (Ok(server), _) => {
                let remark = format!("not in a container: {why_not}");
                Self::set_up(Server::Local(server), directory.owner(), Some(remark)).await
            }
            (Err(error), Ok(_)) => {
                let remark =
                    format!("not from installed programs: {}", gitlab_mattermost_ground::error_chain::chain(&error));
                Self::set_up(Server::container(directory).await?, directory.owner(), Some(remark)).await
            }
            (Err(BackendError::NotInstalled(missing)), Err(_)) => {
                Err(BackendError::Neither { engine: why_not, looked_in: missing.looked_in })
            }
            (Err(error), Err(_)) => Err(error),
        }
    }

    async fn set_up(server: Server, owner: &Owner, remark: Option<String>) -> Result<Self, BackendError> {
        let prepared = matches!(server, Server::Existing(_));
        let state = Mutex::new(State { access: server.access(), prepared });
        let (version, databases) = (Version::default(), AtomicU32::new(0));
        let mut postgres = Self { server, owner: owner.clone(), state, version, remark, databases };
        let (_, client) = postgres.running().await?;
        postgres.version = Version::of(&client).await?;
        if let Server::Existing(_) = postgres.server {
            database::remove(&client, postgres.version.major, |owner| owner.is_abandoned(false, false)).await?;
        }
        Ok(postgres)
    }

    /// One line for people: which server this is, and why it was taken.
    pub fn describe(&self) -> String {
        let remark = self.remark.as_ref().map(|remark| format!("; {remark}")).unwrap_or_default();
        format!("PostgreSQL {} ({}{remark})", self.version.text, self.server.place())
    }

    /// Its version and kind: the same words for every server started in the same way.
    pub fn kind(&self) -> String {
        let kind = match &self.server {
            Server::Container(_) => "container",
            Server::Local(_) => "local",
            Server::Existing(_) => "url",
        };
        format!("PostgreSQL {} ({kind})", self.version.text)
    }

    /// The command that opens a session as the superuser, for people who look into a lab that was kept. It needs no
    /// password, unless the server is somebody else's.
    pub fn session_command(&self) -> String {
        match &self.server {
            Server::Container(server) => server.session_command(),
            Server::Local(server) => server.session_command(),
            Server::Existing(server) => server.session_command(),
        }
    }

    /// The command that opens a session in one of its databases, as [`session_command`](Self::session_command) does in
    /// whichever.
    pub fn session_command_in(&self, database: &Database) -> String {
        let command = self.session_command();
        match command.strip_suffix(super::MAINTENANCE) {
            Some(beginning) => format!("{beginning}{}", database.name()),
            None => format!("{command}; \\connect {}", database.name()),
        }
    }

    /// A new, empty database for one scenario; `hint` becomes part of its name. A server that died is restarted first.
    ///
    /// # Errors
    /// The server cannot be restarted, or refuses.
    pub async fn database(&self, hint: &str) -> Result<Database, BackendError> {
        let template = match self.server {
            Server::Existing(_) => "template0",
            _ => TEMPLATE,
        };
        let (access, client) = self.running().await?;
        self.create(hint, access, &client, template).await
    }

    /// A new database with all that `original` holds, which nobody may be connected to; an empty one if a restart made
    /// the server forget the original.
    ///
    /// # Errors
    /// The server cannot be restarted, or refuses.
    pub async fn copy_of(&self, original: &Database, hint: &str) -> Result<Database, BackendError> {
        let (access, client) = self.running().await?;
        let known = client.query_opt("SELECT 1 FROM pg_database WHERE datname = $1", &[&original.name()]).await;
        let failed = |source| BackendError::Statement { action: format!("look for `{}`", original.name()), source };
        match known.map_err(failed)? {
            Some(_) => self.create(hint, access, &client, &format!(r#""{}""#, original.name())).await,
            None => self.database(hint).await,
        }
    }

    async fn create(
        &self,
        hint: &str,
        access: Access,
        client: &Client,
        template: &str,
    ) -> Result<Database, BackendError> {
        let number = self.databases.fetch_add(1, Ordering::Relaxed);
        let name = database::name(&self.owner, number, hint);
        // Copying files beats the default, writing everything to the log, as long as the template is small.
        let strategy = if self.version.major >= 15 { " STRATEGY file_copy" } else { "" };
        let owner = &access.owner;
        let statement = format!(r#"CREATE DATABASE "{name}" OWNER "{owner}" TEMPLATE {template}{strategy}"#);
        execute(client, &format!("create database `{name}`"), &statement).await?;
        Ok(Database::new(name, access, self.version.major, self.owner.is_kept()))
    }

    /// Whether the server runs. Ask after a scenario failed: then the report can name the part that was down.
    ///
    /// # Errors
    /// It does not; the error names it and quotes its log.
    pub async fn check(&self) -> Result<(), PartDown> {
        self.server.check().await
    }

    /// Ends the server as a crash would. The next [`database`](Self::database) restarts it.
    ///
    /// # Errors
    /// It cannot be ended; one that ran before the lab never is.
    pub async fn kill(&self) -> Result<(), BackendError> {
        match &self.server {
            Server::Container(server) => server.kill().await,
            Server::Local(server) => server.kill(),
            Server::Existing(server) => Err(server.is_not_ours()),
        }
    }

    /// Whether [`kill`](Self::kill) may be used.
    pub fn may_be_killed(&self) -> bool {
        !matches!(self.server, Server::Existing(_))
    }

    /// Removes from a server that ran before what scenarios left in it; any other goes as a whole when this is dropped.
    ///
    /// # Errors
    /// The server refuses.
    pub async fn stop(self) -> Result<(), BackendError> {
        if let (Server::Existing(_), false) = (&self.server, self.owner.is_kept()) {
            let (_, client) = self.running().await?;
            database::remove(&client, self.version.major, |owner| *owner == self.owner).await?;
        }
        Ok(())
    }

    async fn running(&self) -> Result<(Access, Client), BackendError> {
        let mut state = self.state.lock().await;
        let mut restarts = 0;
        loop {
            match self.server.connect_when_ready(&state.access).await {
                Err(BackendError::Down(_)) if restarts < RESTARTS && self.may_be_killed() => {
                    restarts += 1;
                    tokio::time::sleep(RESTART_PAUSE).await;
                    state.access = self.server.restart().await?;
                    state.prepared &= !self.server.forgets();
                }
                Err(error) => return Err(error),
                Ok(client) => {
                    if !state.prepared {
                        create_roles_and_template(&client, &state.access).await?;
                        state.prepared = true;
                    }
                    return Ok((state.access.clone(), client));
                }
            }
        }
    }
}

impl Server {
    async fn container(directory: &RunDirectory) -> Result<Self, BackendError> {
        Ok(Self::Container(Box::new(ContainerServer::start(directory.owner()).await?)))
    }

    fn access(&self) -> Access {
        match self {
            Self::Container(server) => server.access(),
            Self::Local(server) => server.access(),
            Self::Existing(server) => server.access(),
        }
    }

    fn place(&self) -> String {
        match self {
            Self::Container(server) => server.place(),
            Self::Local(server) => server.place(),
            Self::Existing(server) => server.place(),
        }
    }

    /// Whether a restart begins with an empty cluster.
    fn forgets(&self) -> bool {
        matches!(self, Self::Container(_))
    }

    async fn check(&self) -> Result<(), PartDown> {
        match self {
            Self::Container(server) => server.check().await,
            Self::Local(server) => server.check(),
            Self::Existing(server) => server.check().await,
        }
    }

    async fn log(&self) -> String {
        match self {
            Self::Container(server) => server.log().await,
            Self::Local(server) => server.log(),
            Self::Existing(_) => "(it is not ours to read)".to_owned(),
        }
    }

    async fn restart(&self) -> Result<Access, BackendError> {
        match self {
            Self::Container(server) => server.restart().await?,
            Self::Local(server) => server.restart()?,
            Self::Existing(server) => return Err(server.is_not_ours()),
        }
        Ok(self.access())
    }

    async fn connect_when_ready(&self, access: &Access) -> Result<Client, BackendError> {
        let deadline = Instant::now() + READY_LIMIT;
        loop {
            let attempt = access.connect(&access.superuser, &access.maintenance);
            let reason = match tokio::time::timeout(ATTEMPT_LIMIT, attempt).await {
                Ok(Ok(client)) => return Ok(client),
                Ok(Err(error)) => gitlab_mattermost_ground::error_chain::chain(&error),
                Err(_) => format!("no answer within {ATTEMPT_LIMIT:?}"),
            };
            self.check().await?;
            if Instant::now() > deadline {
                let part = format!("PostgreSQL ({})", self.place());
                let log = self.log().await;
                return Err(BackendError::NotReady { part, limit: READY_LIMIT, reason, log });
            }
            tokio::time::sleep(ATTEMPT_PAUSE).await;
        }
    }
}

impl Version {
    async fn of(client: &Client) -> Result<Self, BackendError> {
        let row = client
            .query_one("SELECT current_setting('server_version'), current_setting('server_version_num')::int4", &[])
            .await
            .map_err(|source| BackendError::Statement { action: "tell its version".to_owned(), source })?;
        let text: String = row.get(0);
        let number: i32 = row.get(1);
        // "15.18 (Debian 15.18-0+deb12u1)"
        let text = text.split(' ').next().unwrap_or_default().to_owned();
        Ok(Self { text, major: u32::try_from(number / 10_000).unwrap_or_default() })
    }
}

async fn create_roles_and_template(client: &Client, access: &Access) -> Result<(), BackendError> {
    let Access { superuser, owner, .. } = access;
    let password = access.password.as_ref().map(|password| password.expose()).unwrap_or_default();
    let statements = [
        ("set its password", format!(r#"ALTER ROLE "{superuser}" PASSWORD '{password}'"#)),
        ("create the owner's role", format!(r#"CREATE ROLE "{owner}" LOGIN PASSWORD '{password}'"#)),
        ("create the template", format!(r#"CREATE DATABASE {TEMPLATE} OWNER "{owner}""#)),
    ];
    for (action, statement) in statements {
        execute(client, action, &statement).await?;
    }
    Ok(())
}

async fn execute(client: &Client, action: &str, statement: &str) -> Result<(), BackendError> {
    let failed = |source| BackendError::Statement { action: action.to_owned(), source };
    client.batch_execute(statement).await.map_err(failed)
}
