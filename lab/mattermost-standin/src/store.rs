//! What the server keeps, in PostgreSQL: a question of the sign-in becomes SQL here.
//!
//! Every call ends in time: a database that is gone, or hangs, is an error and not a wait.

mod accounts;
mod commands;
mod connections;
mod error;
mod number;
mod posts;
mod schema;
mod sessions;
mod teams;

use gitlab_mattermost_core::mattermost::{Answer, MAX_AGE_OF_TOKENS, Question, Release, StateToken, new_id};

use gitlab_mattermost_database::data_source::{DataSource, DataSourceError};

use super::machine::{SystemRandom, now};

pub(super) use self::commands::{Channel, Command};
use self::connections::Connections;
pub use self::error::StoreError;
use self::number::{bigint, number};
pub(super) use self::posts::{KeptFile, Post};
pub(super) use self::sessions::OpenSession;
pub(super) use self::teams::Team;

/// Row of the server's id for its maker.
const DIAGNOSTIC_ID: &str = "DiagnosticId";
/// Row of the time of the first start.
const INSTALLATION_DATE: &str = "InstallationDate";

/// What tells one server from another.
#[derive(Debug)]
pub(super) struct Identity {
    /// 26 letters and digits.
    pub(super) id: String,
    /// Milliseconds since 1970, as a text.
    pub(super) installed_at: String,
}

/// The server's database.
#[derive(Debug)]
pub(super) struct Store {
    connections: Connections,
    release: Release,
    max_users_per_team: i64,
}

impl Store {
    /// A store of a server of `release` on the database of `data_source`; nothing is connected yet.
    ///
    /// # Errors
    /// The text is no data source.
    pub(super) fn new(data_source: &str, release: Release, max_users_per_team: i64) -> Result<Self, DataSourceError> {
        Ok(Self { connections: Connections::new(DataSource::parse(data_source)?), release, max_users_per_team })
    }

    /// Host and port of the database, where it is not reached by a socket.
    pub(super) fn address(&self) -> Option<String> {
        self.connections.address()
    }

    /// Asks the database for a sign of life.
    pub(super) async fn ping(&self) -> Result<(), StoreError> {
        self.connections.lease().await?.batch("SELECT 1").await
    }

    /// Brings the tables to the server's version and sweeps state tokens that are too old.
    pub(super) async fn prepare(&self) -> Result<(), StoreError> {
        self.bring_to_version().await?;
        let mut database = self.connections.lease().await?;
        let fresh = "INSERT INTO systems (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
        for (name, value) in [(DIAGNOSTIC_ID, new_id(&mut SystemRandom)), (INSTALLATION_DATE, now().millis.to_string())]
        {
            database.execute(fresh, &[&name, &value]).await?;
        }
        let oldest = bigint(now().millis) - bigint(u64::try_from(MAX_AGE_OF_TOKENS.as_millis()).unwrap_or(u64::MAX));
        database.execute("DELETE FROM tokens WHERE createat < $1", &[&oldest]).await?;
        Ok(())
    }

    /// Who this server is, as the first start noted it.
    pub(super) async fn identity(&self) -> Result<Identity, StoreError> {
        let sql = "SELECT coalesce((SELECT value FROM systems WHERE name = $1), '')";
        let mut database = self.connections.lease().await?;
        let id = database.optional(sql, &[&DIAGNOSTIC_ID]).await?;
        let installed_at = database.optional(sql, &[&INSTALLATION_DATE]).await?;
        let text = |row: Option<tokio_postgres::Row>| row.map(|row| row.get(0)).unwrap_or_default();
        Ok(Identity { id: text(id), installed_at: text(installed_at) })
    }

    /// The version that the database was last brought to.
    pub(super) async fn version(&self) -> Result<String, StoreError> {
        let row =
            self.connections.lease().await?.optional("SELECT value FROM systems WHERE name = 'Version'", &[]).await?;
        Ok(row.and_then(|row| row.get::<_, Option<String>>(0)).unwrap_or_default())
    }

    /// Writes a row and deletes it again, as the health check of the server does.
    pub(super) async fn check_writing(&self) -> Result<(), StoreError> {
        let mut database = self.connections.lease().await?;
        let name = format!("dbhealthcheck_{}", rand::random::<u64>());
        database.execute("INSERT INTO systems (name, value) VALUES ($1, '1')", &[&name]).await?;
        database.execute("DELETE FROM systems WHERE name = $1", &[&name]).await?;
        Ok(())
    }

    /// Answers a question of the sign-in; an error becomes [`Answer::Failed`].
    pub(super) async fn answer(&self, question: Question) -> Answer {
        match self.ask(question).await {
            Ok(answer) => answer,
            Err(error) => Answer::Failed(gitlab_mattermost_ground::error_chain::chain(&error)),
        }
    }

    async fn ask(&self, question: Question) -> Result<Answer, StoreError> {
        Ok(match question {
            Question::InvitedTeam { invite_id } => Answer::Team(self.team_by_invite(&invite_id).await?),
            Question::Token(token) => Answer::Token(self.token(&token).await?),
            Question::SaveToken(row) => {
                let sql = "INSERT INTO tokens (token, createat, type, extra) VALUES ($1, $2, $3, $4)";
                let mut database = self.connections.lease().await?;
                database.execute(sql, &[&row.token, &bigint(row.create_at), &row.kind, &row.extra]).await?;
                Answer::Done
            }
            Question::DropToken(token) => {
                let mut database = self.connections.lease().await?;
                database.execute("DELETE FROM tokens WHERE token = $1", &[&token]).await?;
                Answer::Done
            }
            Question::Accounts(query) => Answer::Known(Box::new(self.known(&query).await?)),
            Question::CreateAccount(account) => Answer::Saved(self.create_account(&account).await?),
            Question::UpdateAccount(account) => Answer::Saved(self.update_account(&account).await?),
            Question::JoinTeam { team_id, account } => Answer::Joined(self.join_team(&team_id, &account).await?),
            Question::CloseSessions { user_id } => {
                self.close_sessions(&user_id).await?;
                Answer::Done
            }
            Question::OpenSession(session) => {
                self.open_session(&session).await?;
                Answer::Done
            }
        })
    }

    async fn token(&self, token: &str) -> Result<Option<StateToken>, StoreError> {
        let sql = "SELECT token, createat, type, extra FROM tokens WHERE token = $1";
        // PostgreSQL knows no text with a zero byte, so no row has one.
        if token.is_empty() || token.contains('\0') {
            return Ok(None);
        }
        let row = self.connections.lease().await?.optional(sql, &[&token]).await?;
        Ok(row.map(|row| StateToken {
            token: row.get(0),
            create_at: number(row.get(1)),
            kind: row.get::<_, Option<String>>(2).unwrap_or_default(),
            extra: row.get::<_, Option<String>>(3).unwrap_or_default(),
        }))
    }
}
