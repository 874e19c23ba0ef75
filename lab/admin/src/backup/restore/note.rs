//! The notes of restores on the disk, beside Mattermost's folders.

use std::fs;
use std::path::Path;

use gitlab_mattermost_core::backup::journal::FORMAT;
use gitlab_mattermost_core::backup::{Journal, Stage};

use crate::backup::durable;
use crate::backup::error::{BackupError, failed};

/// Writes the first note of a restore; nobody else may have one of this name.
pub(super) fn begin(home: &Path, journal: &Journal) -> Result<(), BackupError> {
    let path = home.join(journal.file_name());
    if durable::exists(&path) {
        let why = "a restore of this very second is noted down already".to_owned();
        return Err(BackupError::Target { why });
    }
    update(home, journal)
}

/// Replaces the note.
pub(super) fn update(home: &Path, journal: &Journal) -> Result<(), BackupError> {
    let text = serde_json::to_string_pretty(journal).map_err(|_| BackupError::OurBug)?;
    durable::replace(&home.join(journal.file_name()), text.as_bytes())
}

/// Removes the note.
pub(super) fn remove(home: &Path, journal: &Journal) -> Result<(), BackupError> {
    durable::remove(&home.join(journal.file_name()))?;
    durable::sync_folder(home)
}

/// All notes, in the order of their restores.
pub(super) fn all(home: &Path) -> Result<Vec<Journal>, BackupError> {
    let entries = fs::read_dir(home).map_err(failed("list", home))?;
    let mut journals = Vec::new();
    for entry in entries.flatten().filter(|it| Journal::is_file_name(&it.file_name().to_string_lossy())) {
        let path = entry.path();
        let text = fs::read_to_string(&path).map_err(failed("read", &path))?;
        let journal: Journal = serde_json::from_str(&text).map_err(|error| failed("read", &path)(error.into()))?;
        if journal.format != FORMAT || journal.file_name() != entry.file_name().to_string_lossy() {
            let why = format!("`{}` was written by another version of this program, or renamed", path.display());
            return Err(BackupError::Target { why });
        }
        journals.push(journal);
    }
    journals.sort_by(|a, b| a.stamp.cmp(&b.stamp));
    Ok(journals)
}

/// Removes notes that were never finished: the ones they were to replace still hold.
pub(super) fn remove_drafts(home: &Path) -> Result<(), BackupError> {
    for entry in fs::read_dir(home).map_err(failed("list", home))?.flatten() {
        let name = entry.file_name();
        if name.to_string_lossy().strip_suffix(durable::DRAFT).is_some_and(Journal::is_file_name) {
            durable::remove(&entry.path())?;
        }
    }
    Ok(())
}

/// The note of a restore that was interrupted.
pub(in crate::backup) fn unfinished(home: &Path) -> Result<Option<Journal>, BackupError> {
    Ok(all(home)?.into_iter().find(|journal| journal.stage != Stage::Finished))
}
