//! A moment of the database, held open so that others can look at the same.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::process::{ChildStdin, ChildStdout, Stdio};

use gitlab_mattermost_core::backup::{Installation, TableRows};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::error::{BackupError, failed};
use super::process::{Running, command};
use super::sql::{self, COUNT_ROWS, QUIET};

/// Ends an answer; no JSON is spelt so.
const END: &str = "== end of answer ==";

/// A session that holds a snapshot. Dropping it gives the snapshot up.
pub(super) struct Snapshot {
    running: Option<Running>,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

/// What is told of the database at that moment.
#[derive(Debug, Deserialize)]
pub(super) struct Facts {
    pub(super) id: String,
    pub(super) at: String,
    pub(super) name: String,
    pub(super) owner: String,
    pub(super) encoding: String,
    pub(super) collate: String,
    pub(super) ctype: String,
    pub(super) server_version: String,
    pub(super) has_systems: bool,
    /// Bytes that the tables take, a guess of the dump's size.
    pub(super) table_bytes: u64,
}

const FACTS: &str = "SELECT json_build_object('id', pg_export_snapshot(), 'at', \
    to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), 'name', datname, \
    'owner', pg_get_userbyid(datdba), 'encoding', pg_encoding_to_char(encoding), 'collate', datcollate, 'ctype', datctype, \
    'server_version', current_setting('server_version'), 'has_systems', to_regclass('public.systems') IS NOT NULL, \
    'table_bytes', (SELECT coalesce(sum(pg_table_size(c.oid)), 0)::bigint FROM pg_class c WHERE relkind = 'r')) \
    FROM pg_database WHERE datname = current_database();";

impl Snapshot {
    /// Opens one; nothing in the database is changed or locked against writers.
    pub(super) fn open(installation: &Installation) -> Result<(Self, Facts), BackupError> {
        let reader = installation.reader();
        let mut psql = command(installation, reader, "psql", &QUIET, &reader.database)?;
        let mut running = Running::start(psql.stdin(Stdio::piped()).stdout(Stdio::piped()))?;
        let (Some(stdin), Some(stdout)) = (running.child.stdin.take(), running.child.stdout.take()) else {
            return Err(BackupError::OurBug);
        };
        let mut snapshot = Self { running: Some(running), stdin, stdout: BufReader::new(stdout) };
        snapshot.ask::<serde_json::Value>("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;")?;
        let facts = snapshot.ask(FACTS)?.pop().ok_or_else(|| BackupError::Answer { answer: String::new() })?;
        Ok((snapshot, facts))
    }

    /// The rows of every table at that moment.
    pub(super) fn count_rows(&mut self) -> Result<Vec<TableRows>, BackupError> {
        self.ask(COUNT_ROWS)
    }

    /// What Mattermost calls its version, if the table of such things is there.
    pub(super) fn mattermost_version(&mut self) -> Result<Option<String>, BackupError> {
        Ok(self.ask::<String>("SELECT to_json(value) FROM public.systems WHERE name = 'Version';")?.pop())
    }

    fn ask<T: DeserializeOwned>(&mut self, question: &str) -> Result<Vec<T>, BackupError> {
        let asked = self.stdin.write_all(format!("{question}\n\\echo {END}\n").as_bytes());
        if let Err(error) = asked.and_then(|()| self.stdin.flush()) {
            return Err(self.gone(error));
        }
        let mut answer = Vec::new();
        loop {
            let mut line = String::new();
            match self.stdout.read_line(&mut line) {
                Ok(1..) if line.trim_end() == END => return sql::read(answer.iter().map(String::as_str)),
                Ok(1..) => answer.push(line.trim_end().to_owned()),
                Ok(0) => return Err(self.gone(io::ErrorKind::UnexpectedEof.into())),
                Err(error) => return Err(self.gone(error)),
            }
        }
    }

    /// psql ended: it knows why.
    fn gone(&mut self, error: io::Error) -> BackupError {
        let ended = self.running.take().map(Running::finish);
        match ended {
            Some(Err(said)) => said,
            _ => failed("talk to", "psql".as_ref())(error),
        }
    }
}

impl Drop for Snapshot {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            running.abandon();
        }
    }
}
