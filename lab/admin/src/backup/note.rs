//! The journals of restores on the disk, where only the account that restores can write: what they say is trusted.

use std::ffi::OsStr;
use std::io;
use std::path::Path;

use gitlab_mattermost_core::backup::journal::FORMAT;
use gitlab_mattermost_core::backup::{Installation, Journal, Stage, Stamp};

use super::error::{BackupError, failed};
use super::folder::{DRAFT, Folder, Found};
use super::links::is_trusted;

/// Largest note that is read, in bytes.
const LARGEST: u64 = 1 << 20;

/// Bits of a mode that let others write.
const OTHERS_WRITE: u32 = 0o022;

/// Writes the first note of a restore; nobody else may have one of this name.
pub(super) fn begin(installation: &Installation, journal: &Journal) -> Result<(), BackupError> {
    let path = &installation.notes;
    Folder::make_all(path, 0o700)?;
    if is_taken(installation, &journal.stamp)? {
        let why = "another restore has taken its name meanwhile; start it again".to_owned();
        return Err(BackupError::Target { why });
    }
    update(installation, journal)
}

/// Whether a restore of this moment is noted down.
///
/// # Errors
/// The folder of the notes cannot be read, or is not the caller's own.
pub(super) fn is_taken(installation: &Installation, stamp: &Stamp) -> Result<bool, BackupError> {
    let Some(folder) = folder(installation)? else { return Ok(false) };
    Ok(folder.look(Journal::file_name_of(stamp).as_ref())?.is_some())
}

/// Replaces the note.
pub(super) fn update(installation: &Installation, journal: &Journal) -> Result<(), BackupError> {
    let text = serde_json::to_string_pretty(journal).map_err(|_| BackupError::OurBug)?;
    let folder = folder(installation)?.ok_or_else(|| missing(&installation.notes))?;
    folder.replace(journal.file_name().as_ref(), text.as_bytes())
}

/// Removes the note.
pub(super) fn remove(installation: &Installation, journal: &Journal) -> Result<(), BackupError> {
    let Some(folder) = folder(installation)? else { return Ok(()) };
    folder.remove(journal.file_name().as_ref())?;
    folder.sync()
}

/// All notes, in the order of their restores.
pub(super) fn all(installation: &Installation) -> Result<Vec<Journal>, BackupError> {
    let Some(folder) = folder(installation)? else { return Ok(Vec::new()) };
    let mut journals = Vec::new();
    for name in folder.names()?.iter().filter(|name| Journal::is_file_name(&name.to_string_lossy())) {
        journals.extend(read(&folder, name, installation)?);
    }
    journals.sort_by(|a, b| a.stamp.cmp(&b.stamp));
    Ok(journals)
}

fn read(folder: &Folder, name: &OsStr, installation: &Installation) -> Result<Option<Journal>, BackupError> {
    let path = folder.path().join(name);
    let Some((text, found)) = folder.text(name, LARGEST)? else { return Ok(None) };
    require_own(&found, &path)?;
    let journal: Journal = serde_json::from_str(&text).map_err(|error| failed("read", &path)(error.into()))?;
    if journal.format != FORMAT || journal.file_name() != name.to_string_lossy() {
        let why = format!("`{}` was written by another version of this program, or renamed", path.display());
        return Err(BackupError::Target { why });
    }
    journal.check(installation).map_err(|why| BackupError::ForeignNote { path, why })?;
    Ok(Some(journal))
}

/// Removes notes that were never finished: the ones they were to replace still hold.
pub(super) fn remove_drafts(installation: &Installation) -> Result<(), BackupError> {
    let Some(folder) = folder(installation)? else { return Ok(()) };
    for name in folder.names()? {
        if name.to_string_lossy().strip_suffix(DRAFT).is_some_and(Journal::is_file_name) {
            folder.remove(&name)?;
        }
    }
    Ok(())
}

/// The note of a restore that was interrupted.
pub(super) fn unfinished(installation: &Installation) -> Result<Option<Journal>, BackupError> {
    Ok(all(installation)?.into_iter().find(|journal| journal.stage != Stage::Finished))
}

/// The folder of the notes, which nobody else can write to; `None` if no restore has made it yet.
fn folder(installation: &Installation) -> Result<Option<Folder>, BackupError> {
    let folder = match Folder::open(&installation.notes) {
        Err(BackupError::System { source, .. }) if source.kind() == io::ErrorKind::NotFound => return Ok(None),
        other => other?,
    };
    require_own(&folder.look_at_itself()?, folder.path())?;
    Ok(Some(folder))
}

/// That nobody but root and the caller can have written it.
fn require_own(found: &Found, path: &Path) -> Result<(), BackupError> {
    if is_trusted(found.uid) && found.mode & OTHERS_WRITE == 0 {
        return Ok(());
    }
    Err(BackupError::Untrusted { path: path.to_owned() })
}

fn missing(path: &Path) -> BackupError {
    failed("open", path)(io::ErrorKind::NotFound.into())
}
