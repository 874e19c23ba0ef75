//! What a restore does to databases.

use std::time::Instant;

use gitlab_mattermost_core::backup::check::listed;
use gitlab_mattermost_core::backup::dump::token::canonical;
use gitlab_mattermost_core::backup::restore::{drop_statement, terminate_statement};
use gitlab_mattermost_core::backup::verification::row_differences;
use gitlab_mattermost_core::backup::{DumpSummary, Installation, TableRows, shell};
use serde::Deserialize;

use crate::backup::error::BackupError;
use crate::backup::sql::{PATIENCE, PAUSE, Sql};

/// Whether the database has the rows of the dump, table by table.
pub(in crate::backup) fn compare_rows(
    installation: &Installation,
    database: &str,
    dump: &DumpSummary,
) -> Result<(), BackupError> {
    let found = Sql { installation, connection: &installation.owner, database }.count_rows()?;
    // A dump of statements that insert rows tells an empty table by a comment at most.
    let is_told = |table: &TableRows| dump.tables().iter().any(|it| canonical(&it.table) == canonical(&table.table));
    let found: Vec<TableRows> = found.into_iter().filter(|table| table.rows > 0 || is_told(table)).collect();
    let section = &dump.section;
    let differences = row_differences(&section.as_dumped(dump.tables()), &section.as_dumped(&found));
    if differences.is_empty() { Ok(()) } else { Err(BackupError::RowsDiffer { differences: listed(&differences) }) }
}

/// Ends the sessions in a database and removes it; it may be missing.
pub(in crate::backup) fn drop_database(installation: &Installation, name: &str) -> Result<(), BackupError> {
    let admin = Sql::admin(installation);
    admin.query::<serde_json::Value>(&json(&terminate_statement(name)))?;
    // It waits some seconds by itself for those who are leaving.
    admin.execute(name, &drop_statement(name))?;
    super::loader::remove(installation, name)
}

/// Whether a database of this name exists.
pub(super) fn exists(installation: &Installation, name: &str) -> Result<bool, BackupError> {
    let query = format!("SELECT to_json(count(*) > 0) FROM pg_database WHERE datname = {}", shell::sql_text(name));
    Sql::admin(installation).one(&query)
}

#[derive(Debug, Deserialize)]
struct Session {
    pid: i64,
    role: Option<String>,
    application: Option<String>,
    address: Option<String>,
}

/// Waits until nobody is in a database that lets nobody in any more; ends the sessions if that is wished.
pub(super) fn clear_out(installation: &Installation, database: &str, terminate: bool) -> Result<(), BackupError> {
    let admin = Sql::admin(installation);
    let name = shell::sql_text(database);
    let query = format!(
        "SELECT json_build_object('pid', pid, 'role', usename, 'application', application_name, 'address', client_addr::text) \
         FROM pg_stat_activity WHERE datname = {name} AND backend_type = 'client backend' ORDER BY pid"
    );
    let start = Instant::now();
    if terminate {
        admin.query::<serde_json::Value>(&json(&terminate_statement(database)))?;
    }
    loop {
        let sessions: Vec<Session> = admin.query(&query)?;
        // Without a command that stops the server nobody is leaving.
        let waiting = (terminate || installation.stop.is_some()) && start.elapsed() < PATIENCE;
        if sessions.is_empty() {
            return Ok(());
        }
        if !waiting {
            let shown: Vec<String> = sessions.iter().map(Session::shown).collect();
            return Err(BackupError::InUse { database: database.to_owned(), sessions: listed(&shown) });
        }
        std::thread::sleep(PAUSE);
    }
}

impl Session {
    fn shown(&self) -> String {
        let plain = |text: &Option<String>| text.clone().filter(|it| !it.is_empty());
        let role = plain(&self.role).unwrap_or_else(|| "nobody".to_owned());
        let program = plain(&self.application).map(|it| format!(" with {it}")).unwrap_or_default();
        let from = plain(&self.address).map(|it| format!(" from {it}")).unwrap_or_default();
        format!("{role}{program}{from} (process {})", self.pid)
    }
}

/// The query that ends sessions, with its answers as JSON.
fn json(query: &str) -> String {
    query.replacen("SELECT pg_terminate_backend(pid)", "SELECT to_json(pg_terminate_backend(pid))", 1)
}
