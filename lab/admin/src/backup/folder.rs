//! Folders held open, and what is in them, reached without following a link.
//!
//! Whoever controls Mattermost's account can change what is in its home at any moment, while this program, which may be
//! root's, works there. So a name is looked up in a folder that is held open, one component at a time, and a link in a
//! place of a folder or file is an error, never a way. What is opened is a regular file or a folder, and is never waited
//! for. Which links may lead to such a place at all is not its job (`links`).

mod found;

use std::ffi::{CStr, OsStr, OsString};
use std::fs::File;
use std::io::{self, Write as _};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Component, Path, PathBuf};

use rustix::fs::{self as system, AtFlags, CWD, Gid, Mode, OFlags, RenameFlags, Uid};
use rustix::io::Errno;

use super::crash;
use super::error::{BackupError, failed};

pub(crate) use self::found::{Found, Kind};

/// End of the name of a file that is to replace another, while it is written.
pub(crate) const DRAFT: &str = ".new";

/// How everything is opened: no link is followed, no pipe waited for, no terminal taken, no child given it.
const WARY: OFlags = OFlags::NOFOLLOW.union(OFlags::NONBLOCK).union(OFlags::NOCTTY).union(OFlags::CLOEXEC);

/// Folders in folders are followed this deep. Whoever may write there can make them deeper than any program can follow.
pub(crate) const DEEPEST: usize = 256;

/// A folder that is held open: whatever happens to its name, this stays the same folder.
#[derive(Debug)]
pub(crate) struct Folder {
    fd: OwnedFd,
    path: PathBuf,
}

/// A name in a folder that is held open.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) above: Folder,
    pub(crate) name: OsString,
}

impl Place {
    /// The place with this path, which has no links in it above its last component.
    pub(crate) fn open(path: &Path) -> Result<Self, BackupError> {
        let name = path.file_name().ok_or_else(|| not_a_folder(path))?.to_owned();
        let above = Folder::open(path.parent().unwrap_or(Path::new("/")))?;
        Ok(Self { above, name })
    }

    /// What is there; `None` if nothing is.
    pub(crate) fn look(&self) -> Result<Option<Found>, BackupError> {
        self.above.look(&self.name)
    }
}

/// What has this path; `None` if nothing has, its folder included.
pub(crate) fn look(path: &Path) -> Result<Option<Found>, BackupError> {
    match Place::open(path) {
        Ok(place) => place.look(),
        Err(BackupError::System { source, .. }) if source.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether something, a link included, has this path.
pub(crate) fn exists(path: &Path) -> Result<bool, BackupError> {
    look(path).map(|found| found.is_some())
}

impl Folder {
    /// The folder with this absolute path, which has no links in it.
    pub(crate) fn open(path: &Path) -> Result<Self, BackupError> {
        let root = system::openat(CWD, c"/", WARY | OFlags::DIRECTORY, Mode::empty());
        let root = Self { fd: root.map_err(because("open", Path::new("/")))?, path: "/".into() };
        root.descend(path.strip_prefix("/").map_err(|_| not_a_folder(path))?)
    }

    /// The folder at `below` in this one.
    pub(crate) fn descend(&self, below: &Path) -> Result<Self, BackupError> {
        let mut found = self.again()?;
        for component in below.components() {
            match component {
                Component::Normal(name) => found = found.folder(name)?,
                Component::CurDir => {}
                _ => return Err(not_a_folder(&self.path.join(below))),
            }
        }
        Ok(found)
    }

    /// The folder with this absolute path; those on the way that are not there are made, for their owner to write in and for
    /// `others` as this mode has it.
    pub(crate) fn make_all(path: &Path, mode: u32) -> Result<Self, BackupError> {
        let mut found = Self::open(Path::new("/"))?;
        for component in path.strip_prefix("/").map_err(|_| not_a_folder(path))?.components() {
            let Component::Normal(name) = component else { return Err(not_a_folder(path)) };
            let is_new = match found.look(name)? {
                Some(_) => false,
                None => found.make_folder(name)?,
            };
            found = found.folder(name)?;
            if is_new {
                found.set_mode(mode)?;
            }
        }
        Ok(found)
    }

    /// The folder of this name.
    pub(crate) fn folder(&self, name: &OsStr) -> Result<Self, BackupError> {
        let path = self.path.join(name);
        let fd = match system::openat(&self.fd, name, WARY | OFlags::DIRECTORY, Mode::empty()) {
            // One that may be passed through and not listed.
            Err(Errno::ACCESS) => {
                system::openat(&self.fd, name, WARY | OFlags::DIRECTORY | OFlags::PATH, Mode::empty())
            }
            other => other,
        };
        match fd {
            Ok(fd) => Ok(Self { fd, path }),
            Err(Errno::LOOP | Errno::NOTDIR) => Err(not_a_folder(&path)),
            Err(error) => Err(because("open", &path)(error)),
        }
    }

    /// Its path, for messages.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The names in it, in no order.
    pub(crate) fn names(&self) -> Result<Vec<OsString>, BackupError> {
        let entries = system::Dir::read_from(&self.fd).map_err(because("list", &self.path))?;
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry.map_err(because("list", &self.path))?;
            if entry.file_name() != c"." && entry.file_name() != c".." {
                names.push(owned(entry.file_name()));
            }
        }
        Ok(names)
    }

    /// What has this name; `None` if nothing has.
    pub(crate) fn look(&self, name: &OsStr) -> Result<Option<Found>, BackupError> {
        match system::statat(&self.fd, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) => Ok(Some(Found::of(&stat))),
            Err(Errno::NOENT) => Ok(None),
            Err(error) => Err(because("look at", &self.path.join(name))(error)),
        }
    }

    /// What is known of the folder itself.
    pub(crate) fn look_at_itself(&self) -> Result<Found, BackupError> {
        system::fstat(&self.fd).map(|stat| Found::of(&stat)).map_err(because("look at", &self.path))
    }

    /// Opens the regular file of this name for reading; `None` if nothing has it.
    pub(crate) fn file(&self, name: &OsStr) -> Result<Option<(File, Found)>, BackupError> {
        match self.look(name)? {
            None => return Ok(None),
            // Opening a device can already do something to it.
            Some(found) => found.require_file(&self.path.join(name))?,
        }
        let path = self.path.join(name);
        let fd = match system::openat(&self.fd, name, WARY | OFlags::RDONLY, Mode::empty()) {
            Ok(fd) => fd,
            Err(Errno::NOENT) => return Ok(None),
            Err(Errno::LOOP) => return Err(BackupError::NotAFile { path, what: "a link" }),
            Err(error) => return Err(because("open", &path)(error)),
        };
        let found = Found::of(&system::fstat(&fd).map_err(because("look at", &path))?);
        found.require_file(&path)?;
        Ok(Some((File::from(fd), found)))
    }

    /// Opens the regular file of this name for writing. It has no other name: nobody else's file is written over under this one.
    pub(crate) fn file_to_write_over(&self, name: &OsStr) -> Result<File, BackupError> {
        let path = self.path.join(name);
        let fd =
            system::openat(&self.fd, name, WARY | OFlags::WRONLY, Mode::empty()).map_err(because("write", &path))?;
        let found = Found::of(&system::fstat(&fd).map_err(because("look at", &path))?);
        found.require_file(&path)?;
        if found.names > 1 {
            return Err(BackupError::NotAFile { path, what: "a second name of another file" });
        }
        Ok(File::from(fd))
    }

    /// All of the regular file of this name, which holds UTF-8; `None` if nothing has the name.
    pub(crate) fn text(&self, name: &OsStr, most: u64) -> Result<Option<(String, Found)>, BackupError> {
        let Some((file, found)) = self.file(name)? else { return Ok(None) };
        let path = self.path.join(name);
        let content = gitlab_mattermost_ground::named_file::read_open(file, most).map_err(failed("read", &path))?;
        let no_text = |_| io::Error::new(io::ErrorKind::InvalidData, "it is not a text in UTF-8");
        Ok(Some((String::from_utf8(content).map_err(no_text).map_err(failed("read", &path))?, found)))
    }

    /// Where the link of this name leads.
    pub(crate) fn target(&self, name: &OsStr) -> Result<PathBuf, BackupError> {
        let target = system::readlinkat(&self.fd, name, Vec::new()).map_err(because("read", &self.path.join(name)))?;
        Ok(owned(&target).into())
    }

    /// Makes a file that nobody else may have made, for its owner alone.
    pub(crate) fn new_file(&self, name: &OsStr) -> Result<File, BackupError> {
        let flags = WARY | OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL;
        let fd = system::openat(&self.fd, name, flags, Mode::RUSR | Mode::WUSR);
        fd.map(File::from).map_err(because("create", &self.path.join(name)))
    }

    /// Makes a folder for its owner alone; whether it was not there before.
    pub(crate) fn make_folder(&self, name: &OsStr) -> Result<bool, BackupError> {
        match system::mkdirat(&self.fd, name, Mode::RWXU) {
            Ok(()) => Ok(true),
            Err(Errno::EXIST) => Ok(false),
            Err(error) => Err(because("create", &self.path.join(name))(error)),
        }
    }

    /// Makes a link.
    pub(crate) fn make_link(&self, target: &Path, name: &OsStr) -> Result<(), BackupError> {
        system::symlinkat(target, &self.fd, name).map_err(because("create", &self.path.join(name)))
    }

    /// Gives the file `name` of this folder another name in `to`.
    pub(crate) fn link_file(&self, name: &OsStr, to: &Self, as_name: &OsStr) -> Result<(), BackupError> {
        system::linkat(&self.fd, name, &to.fd, as_name, AtFlags::empty())
            .map_err(because("link", &to.path.join(as_name)))
    }

    /// Hands the folder itself over.
    pub(crate) fn give_itself(&self, uid: Option<u32>, gid: Option<u32>) -> Result<(), BackupError> {
        system::fchown(&self.fd, uid.map(Uid::from_raw), gid.map(Gid::from_raw))
            .map_err(because("hand over", &self.path))
    }

    /// Hands a regular file of this folder to a group, with this mode.
    pub(crate) fn open_to_group(&self, name: &OsStr, gid: u32, mode: u32) -> Result<(), BackupError> {
        let path = self.path.join(name);
        let (file, _) = self.file(name)?.ok_or_else(|| because("open", &path)(Errno::NOENT))?;
        system::fchown(&file, None, Some(Gid::from_raw(gid))).map_err(because("hand over", &path))?;
        system::fchmod(&file, Mode::from_raw_mode(mode)).map_err(because("set the mode of", &path))
    }

    /// Sets the folder's own mode.
    pub(crate) fn set_mode(&self, mode: u32) -> Result<(), BackupError> {
        system::fchmod(&self.fd, Mode::from_raw_mode(mode)).map_err(because("set the mode of", &self.path))
    }

    /// Gives what is called `from` the name `to`, which nothing has, and forces the list of names to the disk.
    pub(crate) fn rename(&self, from: &OsStr, to: &OsStr) -> Result<(), BackupError> {
        self.move_to(from, self, to)
    }

    /// Moves what is called `from` into another folder, under the name `to`, which nothing there has.
    pub(crate) fn move_to(&self, from: &OsStr, other: &Self, to: &OsStr) -> Result<(), BackupError> {
        let path = self.path.join(from);
        let moved = match system::renameat_with(&self.fd, from, &other.fd, to, RenameFlags::NOREPLACE) {
            // Some file systems cannot promise it; then it is looked up.
            Err(Errno::INVAL | Errno::NOSYS) if other.look(to)?.is_none() => {
                system::renameat(&self.fd, from, &other.fd, to)
            }
            other => other,
        };
        moved.map_err(because("rename", &path))?;
        crash::boundary();
        self.sync()?;
        if std::ptr::eq(self, other) { Ok(()) } else { other.sync() }
    }

    /// Replaces a file by one with this content, atomically: a reader sees the old or the new one.
    pub(crate) fn replace(&self, name: &OsStr, content: &[u8]) -> Result<(), BackupError> {
        let mut draft = name.to_owned();
        draft.push(DRAFT);
        self.remove(&draft)?;
        let mut file = self.new_file(&draft)?;
        let written = file.write_all(content).and_then(|()| file.sync_all());
        written.map_err(failed("write", &self.path.join(&draft)))?;
        crash::boundary();
        system::renameat(&self.fd, &draft, &self.fd, name).map_err(because("rename", &self.path.join(&draft)))?;
        crash::boundary();
        self.sync()
    }

    /// Removes what has this name, a folder with all that is in it; nothing being there is as good.
    pub(crate) fn remove(&self, name: &OsStr) -> Result<(), BackupError> {
        self.remove_down_to(name, DEEPEST)
    }

    fn remove_down_to(&self, name: &OsStr, depth: usize) -> Result<(), BackupError> {
        let path = self.path.join(name);
        let Some(depth) = depth.checked_sub(1) else { return Err(BackupError::TooDeep { path, deepest: DEEPEST }) };
        let removed = match self.look(name)? {
            None => return Ok(()),
            Some(Found { kind: Kind::Folder, .. }) => {
                let inside = self.folder(name)?;
                inside.names()?.iter().try_for_each(|name| inside.remove_down_to(name, depth))?;
                system::unlinkat(&self.fd, name, AtFlags::REMOVEDIR)
            }
            Some(_) => system::unlinkat(&self.fd, name, AtFlags::empty()),
        };
        match removed {
            Err(Errno::NOENT) => Ok(()),
            other => other.map_err(because("remove", &path)),
        }
    }

    /// Removes what has this name and is no folder.
    pub(crate) fn remove_file(&self, name: &OsStr) -> Result<(), BackupError> {
        system::unlinkat(&self.fd, name, AtFlags::empty()).map_err(because("remove", &self.path.join(name)))
    }

    /// Forces the list of names to the disk.
    pub(crate) fn sync(&self) -> Result<(), BackupError> {
        system::fsync(&self.fd).map_err(because("write to disk", &self.path))
    }

    /// Forces the whole file system that the folder is on to the disk: quicker than file by file.
    pub(crate) fn sync_file_system(&self) -> Result<(), BackupError> {
        system::syncfs(&self.fd).map_err(because("write to disk", &self.path))
    }

    /// How many bytes are free where the folder is, for this user.
    pub(crate) fn free_bytes(&self) -> Result<u64, BackupError> {
        let found = system::fstatvfs(&self.fd).map_err(because("look at", &self.path))?;
        Ok(found.f_bavail.saturating_mul(found.f_frsize))
    }

    /// Another handle of the same folder.
    pub(crate) fn again(&self) -> Result<Self, BackupError> {
        let fd = self.fd.try_clone().map_err(failed("open", &self.path))?;
        Ok(Self { fd, path: self.path.clone() })
    }

    /// The folder as a file, for locks.
    pub(crate) fn into_file(self) -> File {
        File::from(self.fd)
    }
}

impl AsFd for Folder {
    fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

fn owned(name: &CStr) -> OsString {
    OsString::from_vec(name.to_bytes().to_vec())
}

fn not_a_folder(path: &Path) -> BackupError {
    BackupError::NotAFolder { path: path.to_owned() }
}

/// For `map_err`: what was tried with what.
fn because(action: &'static str, path: &Path) -> impl Fn(Errno) -> BackupError {
    let failed = failed(action, path);
    move |error| failed(error.into())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn nothing_is_reached_through_a_link_and_no_pipe_is_waited_for() {
        let outside = tempfile::tempdir().unwrap();
        let inside = tempfile::tempdir().unwrap();
        std::fs::write(outside.path().join("secret"), "x").unwrap();
        symlink(outside.path(), inside.path().join("folder")).unwrap();
        symlink(outside.path().join("secret"), inside.path().join("file")).unwrap();
        nix::unistd::mkfifo(&inside.path().join("pipe"), nix::sys::stat::Mode::S_IRWXU).unwrap();
        let folder = Folder::open(&inside.path().canonicalize().unwrap()).unwrap();
        assert!(matches!(folder.descend(Path::new("folder")), Err(BackupError::NotAFolder { .. })));
        assert!(matches!(folder.descend(Path::new("..")), Err(BackupError::NotAFolder { .. })));
        for name in ["file", "pipe", "folder"] {
            assert!(matches!(folder.file(name.as_ref()), Err(BackupError::NotAFile { .. })), "{name}");
        }
        assert!(folder.new_file("file".as_ref()).is_err());
        folder.remove("folder".as_ref()).unwrap();
        assert!(outside.path().join("secret").exists(), "a link was followed while it was removed");
    }
}
