//! Why the database did not do what it was asked for.

use std::time::Duration;

use gitlab_mattermost_core::version::Version;
use gitlab_mattermost_database::data_source::{CertificateError, ConnectError};

/// The database did not do what it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No connection could be made, or the statement failed.
    #[error("the database does not answer")]
    Database(#[from] tokio_postgres::Error),
    /// The certificates that the data source names cannot be used.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// Nothing came back in time.
    #[error("the database gave no answer within {} s", .limit.as_secs())]
    Late {
        /// How long was waited.
        limit: Duration,
    },
    /// A server of a later major version has left the database.
    #[error(
        "Database schema version {database} is not supported. This Mattermost server supports only >={own}, <{next}. \
         Please upgrade to at least version {next} before continuing."
    )]
    TooNew {
        /// The version of the database.
        database: Version,
        /// The server's own.
        own: Version,
        /// The next major version.
        next: Version,
    },
    /// The data source is for MySQL, and the name of its host leads nowhere.
    #[error("dial tcp: lookup {host}: no such host")]
    NoSuchHost {
        /// The host.
        host: String,
    },
    /// The data source is for MySQL.
    #[error("the data source is for MySQL at `{host}`, which the stand-in does not speak")]
    MySql {
        /// The host.
        host: String,
    },
}

impl From<ConnectError> for StoreError {
    fn from(error: ConnectError) -> Self {
        match error {
            ConnectError::Server(error) => Self::Database(error),
            ConnectError::Certificate(error) => Self::Certificate(error),
        }
    }
}
