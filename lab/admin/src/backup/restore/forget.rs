//! Removing what restores kept of the state before them.

use gitlab_mattermost_core::backup::{Installation, Journal, Stage};
use serde::Serialize;

use super::{database, folders};
use crate::backup::error::BackupError;
use crate::backup::folder::Folder;
use crate::backup::lock::Lock;
use crate::backup::note;

/// What was removed.
#[derive(Debug, Serialize)]
pub struct Forgotten {
    /// When the restore had begun.
    pub stamp: String,
    /// The database that was removed.
    pub database: Option<String>,
}

/// Removes what every finished restore kept.
///
/// # Errors
/// Something cannot be removed; its note stays, and the next attempt goes on.
pub fn forget(installation: &Installation) -> Result<Vec<Forgotten>, BackupError> {
    let _lock = Lock::take(&Folder::open(&installation.home)?)?;
    let journals = note::all(installation)?;
    let finished = journals.into_iter().filter(|journal| journal.stage == Stage::Finished);
    finished
        .map(|journal| {
            forget_one(installation, &journal)?;
            Ok(Forgotten { stamp: journal.stamp.as_str().to_owned(), database: journal.old })
        })
        .collect()
}

pub(super) fn forget_one(installation: &Installation, journal: &Journal) -> Result<(), BackupError> {
    if let Some(old) = &journal.old {
        database::drop_database(installation, old)?;
    }
    folders::remove_old(journal)?;
    note::remove(installation, journal)
}
