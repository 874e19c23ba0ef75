//! Writing so that it survives a loss of power, and never halfway.

use std::ffi::CString;
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use nix::fcntl::{Flock, FlockArg};

use super::crash;
use super::error::{BackupError, failed};

/// End of the name of a file that is to replace another, while it is written.
pub(super) const DRAFT: &str = ".new";

/// A file that nobody else may have made, for its owner alone.
pub(super) fn new_file(path: &Path) -> Result<File, BackupError> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(failed("create", path))
}

/// Forces a folder's list of names, or a file's content, to the disk.
pub(super) fn sync_folder(path: &Path) -> Result<(), BackupError> {
    File::open(path).and_then(|folder| folder.sync_all()).map_err(failed("write to disk", path))
}

/// Forces the folder that `path` lies in.
pub(super) fn sync_above(path: &Path) -> Result<(), BackupError> {
    path.parent().map_or(Ok(()), sync_folder)
}

/// Forces a file, or a folder with all that is in it, one by one: for those that are few.
pub(super) fn sync_tree(path: &Path) -> Result<(), BackupError> {
    let kind = fs::symlink_metadata(path).map_err(failed("look at", path))?.file_type();
    if kind.is_symlink() {
        return Ok(());
    }
    if kind.is_dir() {
        for entry in fs::read_dir(path).map_err(failed("list", path))? {
            sync_tree(&entry.map_err(failed("list", path))?.path())?;
        }
    }
    sync_folder(path)
}

/// Replaces a file by one with this content, at once: whoever looks sees the old or the new one.
pub(super) fn replace(path: &Path, content: &[u8]) -> Result<(), BackupError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let beside = path.with_file_name(format!("{name}{DRAFT}"));
    match fs::remove_file(&beside) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed("remove", &beside)(error)),
        _ => {}
    }
    let mut file = new_file(&beside)?;
    file.write_all(content).and_then(|()| file.sync_all()).map_err(failed("write", &beside))?;
    crash::boundary();
    rename(&beside, path)
}

/// Renames, and forces both folders' lists of names.
pub(super) fn rename(from: &Path, to: &Path) -> Result<(), BackupError> {
    fs::rename(from, to).map_err(failed("rename", from))?;
    crash::boundary();
    sync_above(from)?;
    if from.parent() == to.parent() { Ok(()) } else { sync_above(to) }
}

/// Removes a file or a folder with all that is in it; nothing being there is as good.
pub(super) fn remove(path: &Path) -> Result<(), BackupError> {
    let removed = match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) => Err(error),
    };
    match removed {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(failed("remove", path)(error)),
        _ => Ok(()),
    }
}

/// Whether something, a link without an end included, has this name.
pub(super) fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// Holds a folder against other backups and restores until it is dropped, however this process ends.
#[derive(Debug)]
pub(super) struct Lock(#[allow(dead_code, reason = "held, not used")] Flock<File>);

impl Lock {
    /// Takes the folder, unless another process holds it.
    pub(super) fn take(folder: &Path) -> Result<Self, BackupError> {
        let file = File::open(folder).map_err(failed("open", folder))?;
        match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
            Ok(lock) => Ok(Self(lock)),
            Err(_) => Err(BackupError::Busy { path: folder.to_owned() }),
        }
    }
}

/// How many bytes are free where `path` is, for this user.
pub(super) fn free_bytes(path: &Path) -> Result<u64, BackupError> {
    let name = CString::new(path.as_os_str().as_bytes()).map_err(|error| failed("look at", path)(error.into()))?;
    let found = nix::sys::statvfs::statvfs(name.as_c_str()).map_err(|error| failed("look at", path)(error.into()))?;
    Ok(found.blocks_available() as u64 * found.fragment_size() as u64)
}
