//! The database of an installation that is looked at and never changed.
//!
//! Everything is read in one transaction that sees one state and that PostgreSQL itself keeps from writing. What is read
//! is the caller's business.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Row};

use gitlab_mattermost_database::data_source::{ConnectError, DataSource, DataSourceError};

/// How long the server may take until it answers the first question.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);

/// How long a statement may wait for somebody else's lock.
const LOCK_LIMIT: Duration = Duration::from_secs(5);

/// Where a database is, in one of the forms that Mattermost's data source has. Never printed with its password.
#[derive(Clone)]
pub struct Address(DataSource);

/// A text that names no database. It is not repeated: it may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoAddress {
    /// It is of no form that a data source has, or names no user.
    #[error("write `postgres://USER[:PASSWORD]@HOST[:PORT]/DATABASE` or `user=… host=… dbname=…`")]
    Form,
    /// It is, but asks for an encryption that there is not.
    #[error("{reason}")]
    Encryption {
        /// What there is.
        reason: String,
    },
}

impl FromStr for Address {
    type Err = NoAddress;

    fn from_str(text: &str) -> Result<Self, NoAddress> {
        let source = DataSource::parse(text).map_err(|error| match error {
            DataSourceError::Form { .. } => NoAddress::Form,
            DataSourceError::SslMode => NoAddress::Encryption { reason: error.to_string() },
        })?;
        if source.config().get_user().is_some() { Ok(Self(source)) } else { Err(NoAddress::Form) }
    }
}

impl fmt::Display for Address {
    /// `database at host:port`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use tokio_postgres::config::Host;
        let config = self.0.config();
        let user = config.get_user().unwrap_or_default();
        let database = config.get_dbname().unwrap_or(user);
        let host = match config.get_hosts() {
            [Host::Tcp(name), ..] => name.clone(),
            [Host::Unix(path), ..] => path.display().to_string(),
            [] => String::new(),
        };
        let port = config.get_ports().first().copied().unwrap_or(5432);
        write!(f, "{database} at {host}:{port}")
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({self})")
    }
}

/// Why a database cannot be looked at.
#[derive(Debug, thiserror::Error)]
pub enum ExamineError {
    /// No connection.
    #[error("cannot connect to the database `{address}`")]
    NotConnected {
        /// The database's address.
        address: String,
        /// Why there is no connection.
        source: ConnectError,
    },
    /// Something listens there, but says nothing.
    #[error("cannot connect to the database `{address}`: no answer within {} s", CONNECT_LIMIT.as_secs())]
    Silent {
        /// The database's address.
        address: String,
    },
    /// A question failed.
    #[error("cannot read {what} in the database `{address}`")]
    Refused {
        /// What was read.
        what: String,
        /// The database's address, without its password.
        address: String,
        /// The server's reason, or the connection's.
        source: tokio_postgres::Error,
    },
    /// The role does not see Mattermost's tables.
    #[error(
        "the role `{role}` has no schema that it may use in the database `{address}`; connect as Mattermost's own role"
    )]
    NoSchema {
        /// The role.
        role: String,
        /// The database's address, without its password.
        address: String,
    },
}

/// A database in one state, open for questions.
#[derive(Debug)]
pub struct Examined {
    client: Client,
    address: String,
    schema: String,
}

impl Examined {
    /// Connects and fixes the state; no statement may take longer than `limit`.
    ///
    /// # Errors
    /// [`ExamineError::NotConnected`], [`ExamineError::Silent`], [`ExamineError::NoSchema`].
    pub async fn open(address: &Address, limit: Duration) -> Result<Self, ExamineError> {
        let opened = tokio::time::timeout(CONNECT_LIMIT, Self::begin(address, limit)).await;
        opened.unwrap_or_else(|_| Err(ExamineError::Silent { address: address.to_string() }))
    }

    async fn begin(address: &Address, limit: Duration) -> Result<Self, ExamineError> {
        let shown = address.to_string();
        let not_connected = |source| ExamineError::NotConnected { address: shown.clone(), source };
        let client = address.0.clone().named("mattermost-lab").connect().await.map_err(not_connected)?;
        // The same value is written in the same way, whatever the server's or the role's own settings are.
        let begin = format!(
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
             SET LOCAL statement_timeout = {}; SET LOCAL lock_timeout = {};
             SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO'; SET LOCAL IntervalStyle = 'postgres';
             SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 3;",
            limit.as_millis(),
            LOCK_LIMIT.as_millis(),
        );
        client.batch_execute(&begin).await.map_err(|error| not_connected(error.into()))?;
        let mut examined = Self { client, address: shown, schema: String::new() };
        let place = examined.rows("the schema", "SELECT current_schema()::text, current_user::text", &[]).await?;
        let place = place.first();
        let schema = place.and_then(|row| row.get::<_, Option<String>>(0));
        let role = place.and_then(|row| row.get::<_, Option<String>>(1)).unwrap_or_default();
        examined.schema = schema.ok_or_else(|| ExamineError::NoSchema { role, address: examined.address.clone() })?;
        Ok(examined)
    }

    /// Where it is, without a password.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The schema that holds the tables.
    pub fn schema(&self) -> &str {
        &self.schema
    }

    /// The rows of a question about `what`.
    ///
    /// # Errors
    /// [`ExamineError::Refused`].
    pub async fn rows(
        &self,
        what: &str,
        sql: &str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, ExamineError> {
        let refused = |source| ExamineError::Refused { what: what.to_owned(), address: self.address.clone(), source };
        self.client.query(sql, parameters).await.map_err(refused)
    }
}

impl Examined {
    /// Whether a question has an answer, or PostgreSQL refuses the values in it; the state stays usable either way.
    ///
    /// # Errors
    /// [`ExamineError::Refused`] for any other reason.
    pub async fn accepts(
        &self,
        what: &str,
        sql: &str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<bool, ExamineError> {
        self.run(what, "SAVEPOINT question").await?;
        match self.rows(what, sql, parameters).await {
            Ok(_) => self.run(what, "RELEASE question").await.map(|()| true),
            Err(ExamineError::Refused { source, .. }) if is_about_values(&source) => {
                self.run(what, "ROLLBACK TO question").await.map(|()| false)
            }
            Err(error) => Err(error),
        }
    }

    /// Runs a command that has no rows, such as one about cursors.
    ///
    /// # Errors
    /// [`ExamineError::Refused`].
    pub async fn run(&self, what: &str, sql: &str) -> Result<(), ExamineError> {
        let refused = |source| ExamineError::Refused { what: what.to_owned(), address: self.address.clone(), source };
        self.client.batch_execute(sql).await.map_err(refused)
    }
}

/// Class 22 of PostgreSQL's error codes: a value that does not fit.
fn is_about_values(error: &tokio_postgres::Error) -> bool {
    error.code().is_some_and(|code| code.code().starts_with("22"))
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn an_address_is_shown_without_its_password() {
        for text in [
            "postgres://me:hush@db.example.com:5433/mm",
            "user=me password=hush host=db.example.com port=5433 dbname=mm",
        ] {
            let address: Address = text.parse().unwrap();
            assert_eq!(
                format!("{address} {address:?}"),
                "mm at db.example.com:5433 Address(mm at db.example.com:5433)"
            );
        }
    }

    #[test]
    fn what_names_no_database_or_no_user_is_refused_without_being_repeated() {
        for text in ["", "me:hush@tcp(localhost:3306)/mm", "host=hush", "postgres://localhost/hush?user"] {
            let error = text.parse::<Address>().map(|it| it.to_string()).unwrap_err();
            assert!(!error.to_string().contains("hush"), "{text}");
        }
    }
}
