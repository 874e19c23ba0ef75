//! Starting and stopping the server, and its connections.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use axum::body::Body;
use gitlab_mattermost_core::mattermost::{Fault, Level, Release};
use gitlab_mattermost_core::mattermost_config::Effective;
use gitlab_mattermost_core::releases::documented_mattermost;
use gitlab_mattermost_core::version::Version;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::app::{App, InForce, Source};
use super::configuration::{self, ConfigurationError};
use super::dispatch;
use super::log::Log;
use super::outgoing::Outgoing;
use super::store::{Store, StoreError};
use gitlab_mattermost_database::data_source::{DataSourceError, mysql_host};

/// How long a client may take over its header fields.
const HEADER_LIMIT: Duration = Duration::from_secs(10);

/// Most bytes of a request line and its header fields; more is answered with 431.
const HEAD_LIMIT: usize = 128 * 1024;

/// Most connections at a time; more wait.
const CONNECTIONS: usize = 256;

/// How long requests under way may take once the server is told to stop.
const STOP_LIMIT: Duration = Duration::from_secs(5);

/// How to start.
#[derive(Debug, Clone)]
pub struct Options {
    /// Variables; those beginning with `MM_` are settings, those of proxies are used for calls to GitLab.
    pub environment: BTreeMap<String, String>,
    /// `config.json`; without it, nothing is read or written.
    pub config: Option<PathBuf>,
    /// Version to behave as.
    pub version: Version,
    /// How often a database that does not answer is tried.
    pub database_attempts: u32,
    /// How long is waited between two tries.
    pub database_interval: Duration,
    /// How long GitLab may take over an answer.
    pub call_timeout: Duration,
    /// Where log lines go.
    pub log: Log,
    /// What it does wrong on purpose.
    pub faults: BTreeSet<Fault>,
}

impl Options {
    /// What the Mattermost of the document's GitLab does, with these variables.
    pub fn new(environment: BTreeMap<String, String>) -> Self {
        Self {
            environment,
            config: None,
            version: documented_mattermost(),
            database_attempts: 18,
            database_interval: Duration::from_secs(10),
            call_timeout: Duration::from_secs(30),
            log: Log::to_stderr(),
            faults: BTreeSet::new(),
        }
    }
}

/// Why the server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The settings.
    #[error("failed to load the configuration")]
    Configuration(#[from] ConfigurationError),
    /// The log file.
    #[error("failed to open the log in `{folder}`")]
    Log {
        /// The setting `LogSettings.FileLocation`.
        folder: PathBuf,
        /// The operating system's reason.
        source: std::io::Error,
    },
    /// The data source.
    #[error("failed to read the data source")]
    DataSource(#[from] DataSourceError),
    /// The database did not answer, however often it was tried.
    #[error("failed to reach the database in {attempts} attempts")]
    Database {
        /// How often it was tried.
        attempts: u32,
        /// What happened the last time.
        source: StoreError,
    },
    /// The database answers, but the tables cannot be created.
    #[error("failed to prepare the database")]
    Tables(#[source] StoreError),
    /// No runtime to work on.
    #[error("failed to start working")]
    Runtime(#[source] std::io::Error),
    /// The client library.
    #[error("failed to set up calls to GitLab")]
    Outgoing(#[from] reqwest::Error),
    /// The address.
    #[error("failed to listen on `{address}`")]
    Listen {
        /// The setting `ServiceSettings.ListenAddress`.
        address: String,
        /// The operating system's reason.
        source: std::io::Error,
    },
}

impl StartError {
    /// The exit code of a real server of `release`, which has one of its own where the database cannot be reached.
    pub fn exit_code(&self, release: Release) -> u8 {
        if matches!(self, Self::Database { .. }) { release.exit_without_database() } else { 1 }
    }
}

/// A running server.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    accepting: tokio::task::JoinHandle<()>,
    log: Log,
}

impl Server {
    /// Reads the settings, waits for the database, creates missing tables and listens.
    ///
    /// # Errors
    /// [`StartError`]; a database that cannot be reached only after every attempt.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let log = options.log.clone();
        log.speak_as(Release { version: options.version });
        let configuration = configuration::load(options.version, &options.environment, options.config.as_deref())?;
        open_log(&log, &configuration)?;
        let source =
            options.config.as_ref().map_or_else(|| "memory://".into(), |path| format!("file://{}", path.display()));
        log.info("Loaded config", &[("source", json!(source))]);
        let store = connect(&options, &configuration).await?;
        log.info(
            &format!("Current version is {}", options.version),
            &[("current_version", json!(options.version.to_string()))],
        );
        let insecure = configuration.flag("ServiceSettings.EnableInsecureOutgoingConnections");
        let outgoing = Outgoing::new(&options.environment, options.call_timeout, insecure)?;
        let listen = configuration.text("ServiceSettings.ListenAddress").to_owned();
        log.info("Starting Server...", &[]);
        let listener = TcpListener::bind(socket_address(&listen))
            .await
            .map_err(|source| StartError::Listen { address: listen.clone(), source })?;
        let address = listener.local_addr().map_err(|source| StartError::Listen { address: listen, source })?;
        let Options { version, environment, config, faults, .. } = options;
        let settings = Arc::new(configuration::sign_in_settings(version, &configuration, faults.clone()));
        let in_force = RwLock::new(InForce { configuration: Arc::new(configuration), settings });
        let source = Source { environment, config, faults };
        let app = App { version, source, in_force, store, outgoing, log: log.clone() };
        let (stop, stopped) = watch::channel(false);
        let accepting = tokio::spawn(accept(listener, Arc::new(app), stopped));
        log.info(&format!("Server is listening on {address}"), &[("address", json!(address.to_string()))]);
        Ok(Self { address, stop, accepting, log })
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it listens, as seen from this machine.
    pub fn url(&self) -> String {
        let ip = self.address.ip();
        let host = if ip.is_unspecified() { "127.0.0.1".to_owned() } else { ip.to_string() };
        let host = if host.contains(':') { format!("[{host}]") } else { host };
        format!("http://{host}:{}", self.address.port())
    }

    /// Stops: no new connections, and a little time for the requests under way.
    pub async fn stop(mut self) {
        self.log.info("Stopping Server...", &[]);
        // An error means that nobody listens any more, which is what is wanted.
        let _ = self.stop.send(true);
        let _ = (&mut self.accepting).await;
        self.log.info("Server stopped", &[]);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

fn open_log(log: &Log, configuration: &Effective) -> Result<(), StartError> {
    let folder = PathBuf::from(configuration.text("LogSettings.FileLocation"));
    if !configuration.flag("LogSettings.EnableFile") || folder.as_os_str().is_empty() {
        return Ok(());
    }
    log.open(&folder).map_err(|source| StartError::Log { folder, source })
}

/// Go's form of an address: an empty host is every address of the machine, an empty port any free one.
fn socket_address(listen: &str) -> String {
    let (host, port) = listen.rsplit_once(':').unwrap_or((listen, ""));
    let host = if host.is_empty() { "[::]" } else { host };
    let port = match port {
        "" | "http" => "80",
        "https" => "443",
        port => port,
    };
    format!("{host}:{port}")
}

pub(super) async fn connect(options: &Options, configuration: &Effective) -> Result<Store, StartError> {
    let (log, release) = (&options.log, Release { version: options.version });
    let source = configuration.text("SqlSettings.DataSource");
    let elsewhere = mysql_host(source);
    let store = match elsewhere {
        None => Some(Store::new(source, release, configuration.number("TeamSettings.MaxUsersPerTeam"))?),
        Some(_) => None,
    };
    log.info("Pinging SQL", &[("database", json!("master"))]);
    for attempt in 1.. {
        let pinged = match &store {
            Some(store) => store.ping().await,
            None => Err(unreachable_mysql(elsewhere.unwrap_or_default()).await),
        };
        let Err(error) = pinged else { break };
        let text = told(&error, store.as_ref());
        if attempt >= options.database_attempts {
            let level = if release.last_ping_is_fatal() { Level::Fatal } else { Level::Error };
            log.write(level, "Failed to ping DB, server will exit.", &[("error", json!(text))]);
            return Err(StartError::Database { attempts: attempt, source: error });
        }
        let seconds = options.database_interval.as_secs();
        if release.tells_failed_ping_in_fields() {
            log.error("Failed to ping DB", &[("error", json!(text)), ("retrying in seconds", json!(seconds))]);
        } else {
            log.error(&format!("Failed to ping DB retrying in {seconds} seconds err={text}"), &[]);
        }
        tokio::time::sleep(options.database_interval).await;
    }
    let Some(store) = store else {
        let source = StoreError::MySql { host: elsewhere.unwrap_or_default().to_owned() };
        return Err(StartError::Database { attempts: options.database_attempts, source });
    };
    store.prepare().await.map_err(StartError::Tables)?;
    Ok(store)
}

/// Why the database does not answer: where nobody listens, in the words of Go's driver.
fn told(error: &StoreError, store: Option<&Store>) -> String {
    let text = gitlab_mattermost_ground::error_chain::chain(error);
    // The machine itself has two addresses; where it has no IPv6, ours tells of that one, and Go's of the other.
    let refused = ["Connection refused", "Cannot assign requested address"].iter().any(|words| text.contains(words));
    match store.and_then(Store::address).filter(|_| refused) {
        Some(address) => format!("dial tcp {address}: connect: connection refused"),
        None => text,
    }
}

/// Why a database of MySQL cannot be reached: as a rule because the factory setting names a host that nobody has.
async fn unreachable_mysql(host: &str) -> StoreError {
    let host = host.to_owned();
    let found = tokio::net::lookup_host((host.as_str(), 3306)).await.is_ok();
    if found { StoreError::MySql { host } } else { StoreError::NoSuchHost { host } }
}

async fn accept(listener: TcpListener, app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept(), if connections.len() < CONNECTIONS => match accepted {
                Ok((stream, peer)) => _ = connections.spawn(serve(stream, peer, app.clone(), stopped.clone())),
                // Out of file descriptors, most likely: wait for some to come back.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            },
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
            _ = stopped.changed() => break,
        }
    }
    drop(listener);
    let all = async { while connections.join_next().await.is_some() {} };
    // Connections that are not done in time are cut off when the set is dropped.
    let _ = tokio::time::timeout(STOP_LIMIT, all).await;
}

async fn serve(stream: TcpStream, peer: SocketAddr, app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let app = app.clone();
        async move { Ok::<_, Infallible>(dispatch::respond(app, peer, request.map(Body::new)).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_LIMIT)
        .max_buf_size(HEAD_LIMIT)
        .title_case_headers(true)
        .serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    // A connection that ends badly is the client's affair; what matters was answered or logged.
    tokio::select! {
        _ = connection.as_mut() => {}
        _ = stopped.changed() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}
