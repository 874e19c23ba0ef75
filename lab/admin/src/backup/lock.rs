//! Holding folders against others.

use std::fs::File;

use nix::fcntl::{Flock, FlockArg};

use super::error::BackupError;
use super::folder::Folder;

/// Holds a folder against other backups and restores until it is dropped, however this process ends.
#[derive(Debug)]
pub(super) struct Lock(#[allow(dead_code, reason = "held, not used")] Flock<File>);

impl Lock {
    /// Takes the folder, unless another process holds it.
    pub(super) fn take(folder: &Folder) -> Result<Self, BackupError> {
        match Flock::lock(folder.again()?.into_file(), FlockArg::LockExclusiveNonblock) {
            Ok(lock) => Ok(Self(lock)),
            Err(_) => Err(BackupError::Busy { path: folder.path().to_owned() }),
        }
    }
}
