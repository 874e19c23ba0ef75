//! Statements sent through psql; answers come as JSON, an object a line.

use std::process::Command;
use std::time::{Duration, Instant};

use gitlab_mattermost_core::backup::sql::COUNT_ROWS;
use gitlab_mattermost_core::backup::{Connection, Installation, TableRows, shell};
use gitlab_mattermost_core::hexadecimal;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

use super::error::BackupError;
use super::process;
use super::session::Session;

/// How long sessions may take to end after they were told to, or after the server was stopped.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// Pause between two looks.
pub(super) const PAUSE: Duration = Duration::from_millis(50);

/// psql without anybody's own settings, for programs to read, stopping at errors.
pub(super) const QUIET: [&str; 5] = ["-XAtq", "-v", "ON_ERROR_STOP=1", "-v", "VERBOSITY=terse"];

/// What statements are sent through, to which database.
#[derive(Clone, Copy)]
pub(super) struct Sql<'a> {
    pub(super) installation: &'a Installation,
    pub(super) connection: &'a Connection,
    pub(super) database: &'a str,
}

impl<'a> Sql<'a> {
    /// As the administrator, in the database that is for nothing else.
    pub(super) fn admin(installation: &'a Installation) -> Self {
        Self { installation, connection: &installation.admin, database: installation.maintenance() }
    }

    /// Runs statements on behalf of `attempt`.
    ///
    /// A program that is killed leaves its psql, and that its statement, running. So the session says first whose it is, and
    /// is told the statements only then: once [`Self::end_leftovers`] finds none, no statement of the attempt is to come.
    pub(super) fn execute(self, attempt: &str, statements: &str) -> Result<(), BackupError> {
        let mut psql = process::command(self.installation, self.connection, "psql", &QUIET, self.database)?;
        let mut session = Session::start(&mut psql)?;
        session.ask(&format!("SET application_name = {};", shell::sql_text(&session_name(attempt))))?;
        session.ask(&format!("{statements};")).map(drop)
    }

    /// Ends what [`Self::execute`] may still be doing for an attempt that was killed, and waits until it has ended.
    pub(super) fn end_leftovers(self, attempt: &str) -> Result<(), BackupError> {
        let query = format!(
            "SELECT to_json(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = {}",
            shell::sql_text(&session_name(attempt))
        );
        let start = Instant::now();
        while !self.query::<serde_json::Value>(&query)?.is_empty() {
            if start.elapsed() > PATIENCE {
                let sessions = "a session of an attempt that was killed".to_owned();
                return Err(BackupError::InUse { database: self.database.to_owned(), sessions });
            }
            std::thread::sleep(PAUSE);
        }
        Ok(())
    }

    /// The answers of a query whose rows are one JSON value each.
    pub(super) fn query<T: DeserializeOwned>(self, query: &str) -> Result<Vec<T>, BackupError> {
        read(process::output(&mut self.psql(query)?)?.lines())
    }

    /// The answer of a query with one row.
    pub(super) fn one<T: DeserializeOwned>(self, query: &str) -> Result<T, BackupError> {
        self.query(query)?.pop().ok_or_else(|| BackupError::Answer { answer: String::new() })
    }

    /// The rows of every table.
    pub(super) fn count_rows(self) -> Result<Vec<TableRows>, BackupError> {
        let mut psql = process::command(self.installation, self.connection, "psql", &QUIET, self.database)?;
        let mut running =
            process::Running::start(psql.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped()))?;
        let mut answer = String::new();
        let sent = running.child.stdin.take().map_or(Ok(()), |mut stdin| {
            use std::io::Write as _;
            stdin.write_all(format!("{COUNT_ROWS}\n").as_bytes())
        });
        let read_all = running.child.stdout.take().map_or(Ok(0), |mut stdout| {
            use std::io::Read as _;
            stdout.read_to_string(&mut answer)
        });
        running.finish()?;
        sent.and(read_all.map(drop)).map_err(super::error::failed("talk to", "psql".as_ref()))?;
        read(answer.lines())
    }

    fn psql(self, statements: &str) -> Result<Command, BackupError> {
        let own: Vec<&str> = QUIET.into_iter().chain(["-c", statements]).collect();
        process::command(self.installation, self.connection, "psql", &own, self.database)
    }
}

/// What sessions of an attempt are called: plain letters whatever names it has to do with, and not too long.
fn session_name(attempt: &str) -> String {
    let hash = hexadecimal::digits(&Sha256::digest(attempt));
    format!("mattermost-lab {}", hash.get(..16).unwrap_or(&hash))
}

/// Reads answers.
pub(super) fn read<'a, T: DeserializeOwned>(lines: impl Iterator<Item = &'a str>) -> Result<Vec<T>, BackupError> {
    lines
        .filter(|line| !line.is_empty())
        .map(|line| {
            serde_json::from_str(line).map_err(|_| BackupError::Answer { answer: line.chars().take(200).collect() })
        })
        .collect()
}
