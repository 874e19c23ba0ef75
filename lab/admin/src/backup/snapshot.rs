//! A moment of the database, held open so that others can look at the same.

use gitlab_mattermost_core::backup::properties::DatabaseProperties;
use gitlab_mattermost_core::backup::sql::{COUNT_ROWS, PROPERTIES};
use gitlab_mattermost_core::backup::{Installation, TableRows};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::error::BackupError;
use super::process::command;
use super::session::Session;
use super::sql::{self, QUIET};

/// A session that holds a snapshot. Dropping it gives the snapshot up.
pub(super) struct Snapshot(Session);

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
    pub(super) properties: DatabaseProperties,
    /// Bytes that the tables take, a guess of the dump's size.
    pub(super) table_bytes: u64,
}

const FACTS: &str = "SELECT json_build_object('id', pg_export_snapshot(), 'at', \
    to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), 'name', datname, \
    'owner', pg_get_userbyid(datdba), 'encoding', pg_encoding_to_char(encoding), 'collate', datcollate, 'ctype', datctype, \
    'server_version', current_setting('server_version'), 'properties', {properties}, \
    'table_bytes', (SELECT coalesce(sum(pg_table_size(c.oid)), 0)::bigint FROM pg_class c WHERE relkind = 'r')) \
    FROM pg_database d WHERE datname = current_database();";

impl Snapshot {
    /// Opens one; nothing in the database is changed or locked against writers.
    pub(super) fn open(installation: &Installation) -> Result<(Self, Facts), BackupError> {
        let reader = installation.reader();
        let mut psql = command(installation, reader, "psql", &QUIET, &reader.database)?;
        let mut snapshot = Self(Session::start(&mut psql)?);
        snapshot.ask::<serde_json::Value>("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;")?;
        let facts = snapshot
            .ask(&FACTS.replace("{properties}", PROPERTIES))?
            .pop()
            .ok_or_else(|| BackupError::Answer { answer: String::new() })?;
        Ok((snapshot, facts))
    }

    /// The rows of every table at that moment.
    pub(super) fn count_rows(&mut self) -> Result<Vec<TableRows>, BackupError> {
        self.ask(COUNT_ROWS)
    }

    fn ask<T: DeserializeOwned>(&mut self, question: &str) -> Result<Vec<T>, BackupError> {
        sql::read(self.0.ask(question)?.iter().map(String::as_str))
    }
}
