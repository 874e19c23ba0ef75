//! Bringing an interrupted restore to an end.

use gitlab_mattermost_core::backup::journal::Databases;
use gitlab_mattermost_core::backup::restore::open_statement;
use gitlab_mattermost_core::backup::{Installation, Journal, Recovery, Stage};
use serde::Serialize;

use super::{database, folders};
use crate::backup::error::BackupError;
use crate::backup::folder::Folder;
use crate::backup::lock::Lock;
use crate::backup::sql::Sql;
use crate::backup::{crash, note, process};

/// What was made of an interrupted restore.
#[derive(Debug, Serialize)]
pub struct Recovered {
    /// When it had begun.
    pub stamp: String,
    /// Whether the new state is in place; else the old one is.
    pub completed: bool,
}

/// Brings every interrupted restore to an end.
///
/// # Errors
/// The database or the folders cannot be worked with; the notes stay, and the next attempt goes on.
pub fn recover(installation: &Installation) -> Result<Vec<Recovered>, BackupError> {
    let _lock = Lock::take(&Folder::open(&installation.home)?)?;
    note::remove_drafts(installation)?;
    let mut recovered = Vec::new();
    while let Some(journal) = note::unfinished(installation)? {
        let completed = undo_unless_committed(installation, &journal)? == Recovery::Complete;
        if completed {
            complete(installation, &journal)?;
        }
        recovered.push(Recovered { stamp: journal.stamp.as_str().to_owned(), completed });
    }
    Ok(recovered)
}

/// Undoes a restore if its new state does not count yet; tells which it was.
pub(super) fn undo_unless_committed(installation: &Installation, journal: &Journal) -> Result<Recovery, BackupError> {
    Sql::admin(installation).end_leftovers(&journal.scratch)?;
    let there = Databases {
        scratch: database::exists(installation, &journal.scratch)?,
        current: database::exists(installation, &journal.database)?,
        old: journal.old.as_ref().map_or(Ok(false), |old| database::exists(installation, old))?,
    };
    let recovery = journal.recovery(there);
    if recovery == Recovery::Undo {
        undo(installation, journal, there)?;
    }
    Ok(recovery)
}

fn undo(installation: &Installation, journal: &Journal, there: Databases) -> Result<(), BackupError> {
    if there.current {
        Sql::admin(installation).execute(&journal.scratch, &open_statement(&journal.database))?;
    }
    crash::boundary();
    database::drop_database(installation, &journal.scratch)?;
    crash::boundary();
    folders::remove_scratch(journal)?;
    crash::boundary();
    start(installation, journal)?;
    note::remove(installation, journal)
}

fn complete(installation: &Installation, journal: &Journal) -> Result<(), BackupError> {
    folders::swap(journal)?;
    crash::boundary();
    start(installation, journal)?;
    note::update(installation, &Journal { stage: Stage::Finished, ..journal.clone() })
}

fn start(installation: &Installation, journal: &Journal) -> Result<(), BackupError> {
    match &installation.start {
        Some(command) if journal.stopped => process::shell(command),
        _ => Ok(()),
    }
}
