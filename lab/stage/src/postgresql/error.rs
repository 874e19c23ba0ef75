//! What can go wrong with the database server.

use std::path::PathBuf;
use std::time::Duration;

use gitlab_mattermost_database::programs::NotInstalled;

use crate::cleanup::CleanupError;
use crate::engine::NoEngine;
use crate::image::ImageError;

/// Why there is no PostgreSQL server, or no database in it.
#[derive(Debug, thiserror::Error)]
pub enum BackendError {
    /// Neither way leads to a server.
    #[error(
        "no PostgreSQL server to be had: {engine}; no server programs (`postgres`, `initdb`) in {looked_in}; \
         either install them (Debian: `apt install postgresql`) or start a container engine (Docker)"
    )]
    Neither {
        /// Why not in a container.
        engine: String,
        /// Where programs were looked for.
        looked_in: String,
    },
    /// The server programs are not installed.
    #[error(
        "no PostgreSQL server programs (`postgres`, `initdb`) in {}; \
         install them (Debian: `apt install postgresql`) or set `PG_BIN` to their folder", .0.looked_in
    )]
    NotInstalled(#[from] NotInstalled),
    /// No container engine answers.
    #[error("a container was asked for, but {0}; start the engine, set `DOCKER_HOST`, or use `--postgres local`")]
    NoEngine(NoEngine),
    /// The server's image cannot be had.
    #[error(transparent)]
    Image(#[from] ImageError),
    /// The engine did not start the container.
    #[error("failed to {action} the container of PostgreSQL")]
    Container {
        /// What was to be done with it.
        action: &'static str,
        /// What the engine said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// As root there must be somebody else to run the server as.
    #[error("PostgreSQL does not run as root, and this machine has neither a user `postgres` nor a user `nobody`")]
    NoUnprivilegedUser,
    /// The folder of the run lies where another user cannot go.
    #[error(
        "PostgreSQL, which does not run as root, cannot enter `{path}`; \
         set `TMPDIR` to a folder that every user can enter, such as `/tmp`"
    )]
    Closed {
        /// The server's folder.
        path: PathBuf,
    },
    /// A program of the server failed.
    #[error("`{program}` failed ({status}): {output}")]
    Program {
        /// The program.
        program: PathBuf,
        /// How it ended.
        status: String,
        /// What it said.
        output: String,
    },
    /// A file or process of the server could not be made.
    #[error("failed to {action} `{path}`")]
    System {
        /// What was to be done.
        action: &'static str,
        /// With what.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The server was started but does not accept connections.
    #[error("{part} accepted no connection within {limit:?}: {reason}; last log lines:\n{log}")]
    NotReady {
        /// The server.
        part: String,
        /// How long it was waited for.
        limit: Duration,
        /// The last refusal.
        reason: String,
        /// End of its log.
        log: String,
    },
    /// The server ended while it was starting.
    #[error(transparent)]
    Down(#[from] PartDown),
    /// The server named by URL does not answer.
    #[error("failed to connect to `{url}` within {limit:?}: {reason}")]
    Unreachable {
        /// Its URL without the password.
        url: String,
        /// How long it was tried.
        limit: Duration,
        /// The last refusal.
        reason: String,
    },
    /// The role named by URL may not create databases.
    #[error("role `{role}` of `{url}` may not create databases; let a superuser run `ALTER ROLE \"{role}\" CREATEDB`")]
    MayNotCreate {
        /// Its URL without the password.
        url: String,
        /// The role.
        role: String,
    },
    /// The server is somebody else's.
    #[error("the server at `{url}` was running before the lab, which neither ends nor restarts it")]
    NotOurs {
        /// Its URL without the password.
        url: String,
    },
    /// The server refused a statement.
    #[error("PostgreSQL failed to {action}")]
    Statement {
        /// What the statement was to do.
        action: String,
        /// What the server said.
        source: tokio_postgres::Error,
    },
    /// The run directory refused.
    #[error(transparent)]
    Cleanup(#[from] CleanupError),
}

impl BackendError {
    /// Whether the machine has no server and none can be made, where others say that one does not work.
    pub const fn is_lack(&self) -> bool {
        matches!(self, Self::Neither { .. } | Self::NotInstalled(_) | Self::NoEngine(_) | Self::Image(_))
    }
}

/// A part of the lab that should run does not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{part} is not running; it said last:\n{log}")]
pub struct PartDown {
    /// The part, as a person would look for it.
    pub part: String,
    /// The end of what it said.
    pub log: String,
}
