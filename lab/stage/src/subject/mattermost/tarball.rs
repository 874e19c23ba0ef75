//! Unpacks the archive of a release into an empty folder, and nothing out of it.
//!
//! An archive may come from anywhere: an entry that would lead out of the folder, or that is no file, folder or link, is
//! refused together with the whole archive. Which folder of it holds the server is not decided here.

use std::cell::Cell;
use std::fs::{self, OpenOptions, Permissions};
use std::io::{self, BufReader, Read, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _, symlink};
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;

use flate2::bufread::MultiGzDecoder;
use gitlab_mattermost_ground::named_file;
use tar::{Archive, Entry, EntryType};

/// Most bytes that the files of an archive may have together. Releases have less than a tenth of it.
const MOST_BYTES: u64 = 8 << 30;
/// Most bytes between two files: their headers, and names that are too long for those.
const MOST_BETWEEN: u64 = 1 << 20;
/// Bytes that are copied at once.
const PIECE: usize = 64 * 1024;
/// Plugins that come with a release; the server would unpack all of them at every start, and nothing here uses them.
const LEFT_OUT: &str = "prepackaged_plugins";

/// Why an archive was not unpacked.
#[derive(Debug, thiserror::Error)]
pub enum TarballError {
    /// It cannot be opened, is damaged, or is no such archive.
    #[error("cannot unpack `{}`; it must be a tar archive compressed with gzip", tarball.display())]
    Unreadable {
        /// The archive.
        tarball: PathBuf,
        /// What reading it said.
        source: io::Error,
    },
    /// An entry is not what a release may hold.
    #[error("`{}` is refused: its entry `{entry}` {reason}", tarball.display())]
    Refused {
        /// The archive.
        tarball: PathBuf,
        /// The entry's name.
        entry: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// An entry could not be written.
    #[error("cannot write `{}`", path.display())]
    NotWritten {
        /// The file, folder or link.
        path: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },
}

/// Unpacks `tarball` into the empty folder `into`, without the plugins that come with it.
///
/// # Errors
/// [`TarballError`]; what was unpacked before stays in the folder.
pub fn unpack(tarball: &Path, into: &Path) -> Result<(), TarballError> {
    let unreadable = |source| TarballError::Unreadable { tarball: tarball.to_owned(), source };
    let file = named_file::open(tarball).map_err(unreadable)?;
    let allowance = Rc::new(Cell::new(MOST_BETWEEN));
    let content = Metered { inner: MultiGzDecoder::new(BufReader::new(file)), allowance: Rc::clone(&allowance) };
    let mut archive = Archive::new(content);
    let mut total = 0_u64;
    for entry in archive.entries().map_err(unreadable)? {
        let mut entry = entry.map_err(unreadable)?;
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let refused = |reason| TarballError::Refused { tarball: tarball.to_owned(), entry: name.clone(), reason };
        total = total.saturating_add(entry.size());
        if total > MOST_BYTES {
            return Err(refused("makes it larger than any release"));
        }
        allowance.set(entry.size().saturating_add(MOST_BETWEEN));
        match place(&entry.path().map_err(unreadable)?) {
            Some(place) if !place.iter().any(|name| name == LEFT_OUT) => {
                write(&mut entry, into, &place, refused, unreadable)?
            }
            Some(_) => {}
            None => return Err(refused("leads out of the folder it is unpacked in")),
        }
        // What was not read is passed over here, while it is allowed for.
        io::copy(&mut entry, &mut io::sink()).map_err(unreadable)?;
        allowance.set(MOST_BETWEEN);
    }
    // Whether it is whole stands at its very end.
    io::copy(&mut archive.into_inner(), &mut io::sink()).map(drop).map_err(unreadable)
}

/// The way of an entry below the folder: its name without `.`; nothing if it leads anywhere else.
fn place(name: &Path) -> Option<PathBuf> {
    let mut place = PathBuf::new();
    for component in name.components() {
        match component {
            Component::Normal(name) => place.push(name),
            Component::CurDir => {}
            Component::Prefix(_) | Component::RootDir | Component::ParentDir => return None,
        }
    }
    Some(place)
}

fn write<R: Read>(
    entry: &mut Entry<'_, R>,
    into: &Path,
    place: &Path,
    refused: impl Fn(&'static str) -> TarballError,
    unreadable: impl Fn(io::Error) -> TarballError,
) -> Result<(), TarballError> {
    let path = into.join(place);
    if through_a_link(into, place) {
        return Err(refused("lies behind a link"));
    }
    let target = || entry.link_name().ok().flatten().map(std::borrow::Cow::into_owned).unwrap_or_default();
    let written = match entry.header().entry_type() {
        EntryType::Directory => fs::create_dir_all(&path),
        EntryType::Regular | EntryType::Continuous => match write_file(entry, &path) {
            Err(Trouble::Reading(source)) => return Err(unreadable(source)),
            Err(Trouble::Writing(source)) => Err(source),
            Ok(()) => Ok(()),
        },
        EntryType::Symlink if stays_within(place, &target()) => in_its_folder(&path, |path| symlink(target(), path)),
        EntryType::Symlink => return Err(refused("is a link that leads out of the folder")),
        EntryType::Link => match self::place(&target()).filter(|target| !through_a_link(into, target)) {
            Some(target) => in_its_folder(&path, |path| fs::hard_link(into.join(target), path)),
            None => return Err(refused("is a link that leads out of the folder")),
        },
        // Words about the archive itself, as `git archive` writes them.
        EntryType::XGlobalHeader => Ok(()),
        _ => return Err(refused("is no file, folder or link")),
    };
    written.map_err(|source| TarballError::NotWritten { path, source })
}

/// Whether a link leads on from one of the folders on the way to `place`, or from the folder itself.
fn through_a_link(into: &Path, place: &Path) -> bool {
    place.ancestors().skip(1).any(|folder| into.join(folder).is_symlink())
}

/// Whether a symbolic link at `place` leads to somewhere below the folder: up no further than it lies deep, and only at
/// the beginning of its way. Links are never written through, so its own folders are real ones.
fn stays_within(place: &Path, target: &Path) -> bool {
    let depth = place.components().count().saturating_sub(1);
    let up = target.components().take_while(|component| *component == Component::ParentDir).count();
    let rest = target.components().skip(up);
    up <= depth
        && !target.as_os_str().is_empty()
        && rest.into_iter().all(|component| matches!(component, Component::Normal(_) | Component::CurDir))
}

fn in_its_folder(path: &Path, make: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    make(path)
}

/// The side of the copying that failed.
enum Trouble {
    Reading(io::Error),
    Writing(io::Error),
}

fn write_file<R: Read>(entry: &mut Entry<'_, R>, path: &Path) -> Result<(), Trouble> {
    let mode = entry.header().mode().map_err(Trouble::Reading)? & 0o777;
    path.parent().map_or(Ok(()), fs::create_dir_all).map_err(Trouble::Writing)?;
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    let mut file = file.map_err(Trouble::Writing)?;
    let mut buffer = vec![0; PIECE];
    loop {
        match entry.read(&mut buffer).map_err(Trouble::Reading)? {
            0 => break,
            read => file.write_all(&buffer[..read]).map_err(Trouble::Writing)?,
        }
    }
    file.set_permissions(Permissions::from_mode(mode | 0o600)).map_err(Trouble::Writing)
}

/// A reader that ends with an error once its allowance is used up, so that no header of an archive fills the memory.
struct Metered<R> {
    inner: R,
    allowance: Rc<Cell<u64>>,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let allowed = usize::try_from(self.allowance.get()).unwrap_or(usize::MAX);
        if allowed == 0 && !buffer.is_empty() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "it goes on where a file should begin or it should end",
            ));
        }
        let most = buffer.len().min(allowed);
        let read = self.inner.read(&mut buffer[..most])?;
        self.allowance.set(self.allowance.get().saturating_sub(u64::try_from(read).unwrap_or(u64::MAX)));
        Ok(read)
    }
}

#[cfg(test)]
mod tests;
