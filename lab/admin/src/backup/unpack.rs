//! Unpacking what a backup holds beside what it replaces.

use std::fs::{File, Permissions};
use std::io::{self, Read, Seek as _, Write as _};
use std::os::unix::fs::{PermissionsExt as _, fchown};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use gitlab_mattermost_core::backup::{Account, Entry, EntryKind, Part};

use super::account::SteppedDown;
use super::error::{BackupError, failed};
use super::folder::{Folder, Place};
use super::listing::{Attributes, Destination};

/// What the owner of a folder needs to work in it.
const OPEN: u32 = 0o700;

/// The mode of folders that an archive does not list itself.
const UNLISTED: u32 = 0o750;

/// Copies of files are made in pieces of this size.
const PIECE: usize = 256 * 1024;

/// Unpacks parts into places where nothing is yet, with no more rights than the account that gets them.
pub(super) struct Unpacking<'a> {
    growing: Vec<Growing>,
    /// Whom everything belongs to; nobody else if this process may not give files away.
    account: Option<&'a Account>,
    /// Links, made after everything else, so that nothing is written through one.
    links: Vec<(Part, PathBuf, PathBuf)>,
    /// Folders that are closed to us, with their modes, set after everything else.
    closed: Vec<(Part, PathBuf, u32)>,
}

/// A part that is being made.
struct Growing {
    part: Part,
    place: Place,
    /// The part itself, if it is a folder.
    root: Option<Folder>,
    /// The folder in it that was used last: what comes next is mostly in the same.
    last: Option<(PathBuf, Folder)>,
}

impl<'a> Unpacking<'a> {
    /// For these places.
    pub(super) fn new(places: &[(Part, &Path)], account: Option<&'a Account>) -> Result<Self, BackupError> {
        let growing = places
            .iter()
            .map(|(part, path)| Ok(Growing { part: *part, place: Place::open(path)?, root: None, last: None }));
        let growing = growing.collect::<Result<_, BackupError>>()?;
        Ok(Self { growing, account, links: Vec::new(), closed: Vec::new() })
    }

    /// Makes links and sets the modes that would have been in the way.
    pub(super) fn finish(mut self) -> Result<(), BackupError> {
        let stepped_down = SteppedDown::to(self.account);
        for (part, below, target) in std::mem::take(&mut self.links) {
            let name = below.file_name().ok_or(BackupError::OurBug)?;
            let folder = self.folder(part, below.parent().unwrap_or(Path::new("")))?.ok_or(BackupError::OurBug)?;
            replaced(folder, name, || folder.make_link(&target, name))?;
        }
        for (part, below, mode) in std::mem::take(&mut self.closed).into_iter().rev() {
            if let Some(folder) = self.folder(part, &below)? {
                folder.set_mode(mode)?;
            }
        }
        drop(stepped_down);
        self.growing.iter().try_for_each(|it| it.place.above.sync())
    }

    fn growing(&mut self, part: Part) -> Option<&mut Growing> {
        self.growing.iter_mut().find(|it| it.part == part)
    }

    /// The folder at `below` of a part; those on the way that are not there yet, for the archive need not list them, are
    /// made. `None` if the part goes nowhere.
    fn folder(&mut self, part: Part, below: &Path) -> Result<Option<&Folder>, BackupError> {
        let account = self.account;
        let Some(growing) = self.growing(part) else { return Ok(None) };
        if growing.root.is_none() {
            growing.root = Some(growing.make_root(account)?);
        }
        let Growing { root: Some(root), last, .. } = growing else { return Err(BackupError::OurBug) };
        if last.as_ref().is_none_or(|(path, _)| path != below) {
            let mut folder = root.again()?;
            for name in below.components() {
                if folder.make_folder(name.as_os_str())? {
                    folder = folder.folder(name.as_os_str())?;
                    folder.set_mode(UNLISTED)?;
                } else {
                    folder = folder.folder(name.as_os_str())?;
                }
            }
            *last = Some((below.to_owned(), folder));
        }
        Ok(last.as_ref().map(|(_, folder)| folder))
    }

    fn make_folder(&mut self, part: Part, below: &Path, mode: u32) -> Result<(), BackupError> {
        let Some(folder) = self.folder(part, below)? else { return Ok(()) };
        if mode & OPEN == OPEN {
            return folder.set_mode(mode);
        }
        // Listed twice, or after what is in it.
        folder.set_mode(OPEN)?;
        self.closed.push((part, below.to_owned(), mode));
        Ok(())
    }

    /// Makes the file at `below`, or that which is the part.
    fn make_file(
        &mut self,
        (part, below): (Part, &Path),
        entry: &Entry,
        to_have: Attributes,
        content: &mut dyn Read,
    ) -> Result<(), BackupError> {
        let (file, path) = match below.file_name() {
            Some(name) => {
                let Some(folder) = self.folder(part, below.parent().unwrap_or(Path::new("")))? else { return Ok(()) };
                (replaced(folder, name, || folder.new_file(name))?, folder.path().join(name))
            }
            None => {
                let account = self.account;
                let Some(Growing { place, .. }) = self.growing(part) else { return Ok(()) };
                let make = || replaced(&place.above, &place.name, || place.above.new_file(&place.name));
                let (file, path) = (SteppedDown::paused(account, make)?, place.above.path().join(&place.name));
                if let Some(account) = account {
                    // By its handle: whatever has the name by now is not given away.
                    let given =
                        SteppedDown::paused(Some(account), || fchown(&file, Some(account.uid), Some(account.gid)));
                    given.map_err(failed("hand over", &path))?;
                }
                (file, path)
            }
        };
        fill(file, &path, entry.size, to_have, content)
    }

    /// Another name for a file that the archive has.
    fn make_hard_link(&mut self, part: Part, below: &Path, target: &Path) -> Result<(), BackupError> {
        let target: PathBuf = target.components().filter(|it| *it != std::path::Component::CurDir).skip(1).collect();
        let (Some(name), Some(source)) = (below.file_name(), target.file_name()) else {
            return Err(BackupError::OurBug);
        };
        let Some(from) = self.folder(part, target.parent().unwrap_or(Path::new("")))? else { return Ok(()) };
        let from = from.again()?;
        let Some(to) = self.folder(part, below.parent().unwrap_or(Path::new("")))? else { return Ok(()) };
        replaced(to, name, || from.link_file(source, to, name))
    }
}

/// Makes something that may have come before, and takes the place of that then; what is a folder stays.
fn replaced<T>(
    folder: &Folder,
    name: &std::ffi::OsStr,
    make: impl Fn() -> Result<T, BackupError>,
) -> Result<T, BackupError> {
    match make() {
        Err(BackupError::System { source, .. }) if source.kind() == io::ErrorKind::AlreadyExists => {
            folder.remove_file(name)?;
            make()
        }
        other => other,
    }
}

impl Growing {
    /// Makes the folder that is the part. What lies above it need not be the account's, so that root makes it and gives it
    /// away, by its handle.
    fn make_root(&self, account: Option<&Account>) -> Result<Folder, BackupError> {
        SteppedDown::paused(account, || {
            let Place { above, name } = &self.place;
            if !above.make_folder(name)? {
                return Err(failed("create", &above.path().join(name))(io::ErrorKind::AlreadyExists.into()));
            }
            let root = above.folder(name)?;
            if let Some(account) = account {
                root.give_itself(Some(account.uid), Some(account.gid))?;
            }
            root.set_mode(UNLISTED)?;
            Ok(root)
        })
    }
}

/// Writes a file's content, and gives it its mode and time.
fn fill(
    mut file: File,
    path: &Path,
    size: u64,
    to_have: Attributes,
    content: &mut dyn Read,
) -> Result<(), BackupError> {
    let mut left = size;
    let mut piece = vec![0; PIECE.min(usize::try_from(size).unwrap_or(PIECE)).max(1)];
    while left > 0 {
        let count = content.read(&mut piece).map_err(failed("unpack", path))?;
        if count == 0 {
            return Err(failed("unpack", path)(io::ErrorKind::UnexpectedEof.into()));
        }
        let read = &piece[..count];
        let written = if to_have.has_holes && read.iter().all(|byte| *byte == 0) {
            file.seek_relative(count as i64)
        } else {
            file.write_all(read)
        };
        written.map_err(failed("write", path))?;
        left = left.saturating_sub(count as u64);
    }
    if to_have.has_holes {
        file.set_len(size).map_err(failed("write", path))?;
    }
    file.set_permissions(Permissions::from_mode(to_have.mode)).map_err(failed("set the mode of", path))?;
    let modified = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(to_have.modified));
    file.set_modified(modified.unwrap_or(SystemTime::UNIX_EPOCH)).map_err(failed("set the time of", path))
}

impl Destination for Unpacking<'_> {
    fn take(
        &mut self,
        part: Part,
        below: &Path,
        entry: &Entry,
        attributes: Attributes,
        content: &mut dyn Read,
    ) -> Result<(), BackupError> {
        if self.growing(part).is_none() {
            return Ok(());
        }
        let _stepped_down = SteppedDown::to(self.account);
        match &entry.kind {
            EntryKind::Folder => self.make_folder(part, below, attributes.mode),
            EntryKind::File => self.make_file((part, below), entry, attributes, content),
            EntryKind::Link(target) => {
                self.links.push((part, below.to_owned(), target.clone()));
                Ok(())
            }
            EntryKind::HardLink(target) => self.make_hard_link(part, below, target),
            // Judged before; none gets here.
            EntryKind::Other(_) => Err(BackupError::OurBug),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]
mod tests;
