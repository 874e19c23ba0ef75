//! What a restore does to folders.

use std::ffi::{OsStr, OsString};
use std::io::{self, Write as _};
use std::path::Path;

use gitlab_mattermost_core::backup::journal::{Moved, NextMove, Way, arriving, is_made_inside, next_move};
use gitlab_mattermost_core::backup::{Journal, Stamp};

use crate::backup::crash;
use crate::backup::error::{BackupError, failed};
use crate::backup::folder::{Folder, Place};

/// What somebody puts in the place of a part meanwhile is moved away, but not for ever.
const MOST_INTRUDERS: u32 = 100;

/// Brings every part to its place; parts that are there already stay.
pub(super) fn swap(journal: &Journal) -> Result<(), BackupError> {
    journal.moved.iter().try_for_each(|moved| match moved.way {
        Way::Rename => rename(moved),
        Way::Inside => inside(moved, &journal.stamp),
        Way::Content => content(moved),
    })
}

fn rename(moved: &Moved) -> Result<(), BackupError> {
    let Names { above, place, scratch, old } = Names::of(moved)?;
    let there = |name: &OsStr| above.look(name).map(|found| found.is_some());
    for _ in 0..MOST_INTRUDERS {
        match next_move(there(&scratch)?, there(&place)?, there(&old)?) {
            NextMove::KeepOld => above.rename(&place, &old)?,
            NextMove::KeepIntruder => above.rename(&place, &unused(&above, &old)?)?,
            NextMove::PutInPlace => above.rename(&scratch, &place)?,
            NextMove::None => return Ok(()),
        }
    }
    let why = format!("somebody makes `{}` anew as often as it is moved away", moved.place.display());
    Err(BackupError::Target { why })
}

/// A mount point keeps its place: what is in it makes room, then what is new moves up. The new content changes its name in
/// between, so that whoever goes on after an interruption knows what of it is which.
fn inside(moved: &Moved, stamp: &Stamp) -> Result<(), BackupError> {
    let folder = Folder::open(&moved.place)?;
    let (scratch, old) = (name_of(&moved.scratch), name_of(&moved.old));
    let new = OsString::from(arriving(stamp));
    if folder.look(&scratch)?.is_some() {
        folder.make_folder(&old)?;
        let kept = folder.folder(&old)?;
        for name in folder.names()?.iter().filter(|name| !is_made_inside(&name.to_string_lossy())) {
            folder.move_to(name, &kept, &unused(&kept, name)?)?;
        }
        folder.rename(&scratch, &new)?;
    }
    if folder.look(&new)?.is_none() {
        return Ok(());
    }
    let arrived = folder.folder(&new)?;
    for name in arrived.names()? {
        // Somebody made one since.
        if folder.look(&name)?.is_some() {
            let kept = folder.folder(&old)?;
            folder.move_to(&name, &kept, &unused(&kept, &name)?)?;
        }
        arrived.move_to(&name, &folder, &name)?;
    }
    folder.remove(&new)?;
    folder.sync()
}

/// A file that is a mount point keeps its name: a copy is kept, then its content is written over.
fn content(moved: &Moved) -> Result<(), BackupError> {
    let Names { above, place, scratch, old } = Names::of(moved)?;
    let Some((mut new, _)) = above.file(&scratch)? else { return Ok(()) };
    if above.look(&old)?.is_none()
        && let Some((present, _)) = above.file(&place)?
    {
        let present = gitlab_mattermost_ground::named_file::read_open(present, u64::MAX - 1)
            .map_err(failed("read", &moved.place))?;
        above.replace(&old, &present)?;
    }
    crash::boundary();
    let mut file = above.file_to_write_over(&place)?;
    file.set_len(0)
        .and_then(|()| io::copy(&mut new, &mut file))
        .and_then(|_| file.flush())
        .and_then(|()| file.sync_all())
        .map_err(failed("write", &moved.place))?;
    crash::boundary();
    above.remove(&scratch)?;
    above.sync()
}

/// Removes what was made beside the old parts.
pub(super) fn remove_scratch(journal: &Journal) -> Result<(), BackupError> {
    journal.moved.iter().try_for_each(|moved| remove(&moved.scratch))
}

/// Removes the old parts.
pub(super) fn remove_old(journal: &Journal) -> Result<(), BackupError> {
    journal.moved.iter().try_for_each(|moved| remove(&moved.old))
}

fn remove(path: &Path) -> Result<(), BackupError> {
    match Place::open(path) {
        Ok(place) => place.above.remove(&place.name),
        Err(BackupError::System { source, .. }) if source.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// The names of a part, in the folder that holds it.
struct Names {
    above: Folder,
    place: OsString,
    scratch: OsString,
    old: OsString,
}

impl Names {
    fn of(moved: &Moved) -> Result<Self, BackupError> {
        let Place { above, name } = Place::open(&moved.place)?;
        Ok(Self { above, place: name, scratch: name_of(&moved.scratch), old: name_of(&moved.old) })
    }
}

fn name_of(path: &Path) -> OsString {
    path.file_name().unwrap_or_default().to_owned()
}

/// `name`, or one made of it, that nothing in the folder has.
fn unused(folder: &Folder, name: &OsStr) -> Result<OsString, BackupError> {
    if folder.look(name)?.is_none() {
        return Ok(name.to_owned());
    }
    let mut number = 2_u32;
    loop {
        let mut other = name.to_owned();
        other.push(format!(".{number}"));
        if folder.look(&other)?.is_none() {
            return Ok(other);
        }
        number += 1;
    }
}
