//! What a backup folder holds: its files, and the names in its archives.

use std::fs;
use std::path::Path;
use std::time::UNIX_EPOCH;

use crate::backup::archive_members;
use gitlab_mattermost_core::diagnosis::{BackupEntry, BackupFolder};

use crate::reading::Unreadable;

/// More files than this are in no backup's folder and archives together.
const MOST: usize = 1_000_000;
/// Folders in folders are followed this deep.
const DEEPEST: usize = 32;

/// Lists a folder.
pub(super) fn list(folder: &str) -> Result<BackupFolder, Unreadable> {
    let mut listed = BackupFolder { name: folder.to_owned(), entries: Vec::new() };
    walk(Path::new(folder), "", 0, &mut listed)?;
    listed.entries.sort_by(|a, b| (&a.archive, &a.path).cmp(&(&b.archive, &b.path)));
    Ok(listed)
}

fn walk(folder: &Path, below: &str, depth: usize, listed: &mut BackupFolder) -> Result<(), Unreadable> {
    let refused = |source| Unreadable::Refused { file: folder.display().to_string(), source };
    for entry in fs::read_dir(folder).map_err(refused)? {
        let entry = entry.map_err(refused)?;
        let path = format!("{below}{}", entry.file_name().to_string_lossy());
        // Links are named and not followed.
        let metadata = entry.metadata().map_err(refused)?;
        let modified = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let entry_of = |is_folder| BackupEntry {
            path: path.clone(),
            archive: None,
            size: metadata.len(),
            modified: modified.map(|time| time.as_secs()),
            is_folder,
        };
        push(listed, entry_of(metadata.is_dir()))?;
        if metadata.is_dir() && depth < DEEPEST {
            walk(&entry.path(), &format!("{path}/"), depth + 1, listed)?;
        } else if metadata.is_file() {
            in_archive(&entry.path(), &path, listed)?;
        }
    }
    Ok(())
}

fn push(listed: &mut BackupFolder, entry: BackupEntry) -> Result<(), Unreadable> {
    if listed.entries.len() >= MOST {
        return Err(Unreadable::TooManyFiles { folder: listed.name.clone(), most: MOST });
    }
    listed.entries.push(entry);
    Ok(())
}

/// The names in a tar archive, however it is packed and whatever it is called; a file of another kind has none. A part of
/// Mattermost that has another name there is told by its own.
fn in_archive(file: &Path, name: &str, listed: &mut BackupFolder) -> Result<(), Unreadable> {
    // What comes after damage cannot be told; what is missing then is reported as missing.
    for member in archive_members(file, MOST) {
        push(listed, BackupEntry { archive: Some(name.to_owned()), ..member })?;
    }
    Ok(())
}
