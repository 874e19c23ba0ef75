//! What a restore does to folders.

use std::path::{Path, PathBuf};

use gitlab_mattermost_core::backup::Journal;
use gitlab_mattermost_core::backup::journal::{Moved, NextMove, next_move};

use crate::backup::durable::{self, exists, rename};
use crate::backup::error::BackupError;

/// Brings every part to its place; parts that are there already stay.
pub(super) fn swap(journal: &Journal) -> Result<(), BackupError> {
    journal.moved.iter().try_for_each(swap_one)
}

fn swap_one(moved: &Moved) -> Result<(), BackupError> {
    loop {
        match next_move(exists(&moved.scratch), exists(&moved.place), exists(&moved.old)) {
            NextMove::KeepOld => rename(&moved.place, &moved.old)?,
            NextMove::KeepIntruder => rename(&moved.place, &unused(&moved.old))?,
            NextMove::PutInPlace => rename(&moved.scratch, &moved.place)?,
            NextMove::None => return Ok(()),
        }
    }
}

/// Removes what was made beside the old parts.
pub(super) fn remove_scratch(journal: &Journal) -> Result<(), BackupError> {
    journal.moved.iter().try_for_each(|moved| durable::remove(&moved.scratch))
}

/// Removes the old parts.
pub(super) fn remove_old(journal: &Journal) -> Result<(), BackupError> {
    journal.moved.iter().try_for_each(|moved| durable::remove(&moved.old))
}

/// A name beside `path` that nothing has.
fn unused(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let names = (2_u32..).map(|number| path.with_file_name(format!("{name}.{number}")));
    names.into_iter().find(|it| !exists(it)).unwrap_or_else(|| path.to_owned())
}
