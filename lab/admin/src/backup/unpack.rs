//! Reading archives: listing them, and unpacking them beside what they replace.

use std::fs::{File, Permissions};
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use gitlab_mattermost_core::backup::{Account, Entry, EntryKind, FileIndex, Limits, Part, Rules};
use tar::EntryType;

use super::account::SteppedDown;
use super::error::{BackupError, failed};
use super::folder::{Folder, Place};
use super::gzip::{FileFacts, GzipReader};
use super::progress::Progress;
use gitlab_mattermost_ground::named_file;

/// A tar archive ends with two blocks of zeros.
const END: usize = 1024;

/// What the owner of a folder needs to work in it.
const OPEN: u32 = 0o700;

/// The mode of folders that an archive does not list itself.
const UNLISTED: u32 = 0o750;

/// Copies of files are made in pieces of this size.
const PIECE: usize = 256 * 1024;

/// What an archive was found to hold.
#[derive(Debug)]
pub(super) struct Listing {
    /// The file itself.
    pub(super) facts: FileFacts,
    /// The parts in it.
    pub(super) parts: Vec<Part>,
    /// How many entries it has.
    pub(super) entries: u64,
    /// Bytes of its files.
    pub(super) bytes: u64,
    /// Files below `data`, sorted.
    pub(super) files: FileIndex,
}

/// What a file has besides its content.
#[derive(Debug, Clone, Copy)]
pub(super) struct Attributes {
    /// Who may do what; bits that make a program run as somebody else are dropped.
    mode: u32,
    /// When it was changed last.
    modified: SystemTime,
}

/// Where the entries of an archive go.
pub(super) trait Destination {
    /// Takes an entry that may be unpacked; `content` has its bytes.
    fn take(
        &mut self,
        part: Part,
        below: &Path,
        entry: &Entry,
        attributes: Attributes,
        content: &mut dyn Read,
    ) -> Result<(), BackupError>;
}

/// Reads an archive to its end, entry by entry, each judged before it is taken.
pub(super) fn read_archive(
    path: &Path,
    parts: &[Part],
    limits: Limits,
    progress: &Progress,
    to: &mut dyn Destination,
) -> Result<Listing, BackupError> {
    let file = named_file::open(path).map_err(failed("open", path))?;
    let reader = EndKept { inner: GzipReader::new(file), end: Vec::new(), progress };
    let mut archive = tar::Archive::new(reader);
    let mut rules = Rules::new(parts, limits);
    let mut files = FileIndex::default();
    let mut bytes = 0;
    for next in archive.entries().map_err(failed("read", path))? {
        let mut next = next.map_err(failed("read", path))?;
        let entry = head(&next);
        let attributes = attributes(&next);
        let refused = |source| BackupError::Refused { path: path.to_owned(), source };
        let (part, below) = rules.judge(&entry).map_err(refused)?;
        if part == Part::Data && entry.kind == EntryKind::File {
            files.insert(below.as_os_str().as_bytes(), entry.size);
        }
        bytes += entry.size;
        to.take(part, &below, &entry, attributes, &mut next)?;
    }
    let mut reader = archive.into_inner();
    io::copy(&mut reader, &mut io::sink()).map_err(failed("read", path))?;
    if reader.end.len() < END || reader.end.iter().any(|byte| *byte != 0) {
        return Err(failed("read", path)(io::Error::new(io::ErrorKind::UnexpectedEof, "the archive has no end")));
    }
    let facts = reader.inner.finish().map_err(failed("read", path))?;
    files.sort();
    Ok(Listing { facts, parts: rules.found().collect(), entries: rules.entries(), bytes, files })
}

fn head(entry: &tar::Entry<'_, impl Read>) -> Entry {
    let path = PathBuf::from(std::ffi::OsStr::from_bytes(&entry.path_bytes()));
    let target = || PathBuf::from(std::ffi::OsStr::from_bytes(&entry.link_name_bytes().unwrap_or_default()));
    let kind = match entry.header().entry_type() {
        EntryType::Regular | EntryType::Continuous => EntryKind::File,
        EntryType::Directory => EntryKind::Folder,
        EntryType::Symlink => EntryKind::Link(target()),
        EntryType::Link => EntryKind::HardLink(target()),
        EntryType::Char | EntryType::Block => EntryKind::Other("a device"),
        EntryType::Fifo => EntryKind::Other("a pipe"),
        EntryType::GNUSparse => EntryKind::Other("a file with holes, which is not supported"),
        _ => EntryKind::Other("of a kind that no backup has"),
    };
    let size = if matches!(kind, EntryKind::File) { entry.size() } else { 0 };
    Entry { path, kind, size }
}

fn attributes(entry: &tar::Entry<'_, impl Read>) -> Attributes {
    let header = entry.header();
    let seconds = header.mtime().unwrap_or_default();
    let modified = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds));
    Attributes { mode: header.mode().unwrap_or(0o600) & 0o777, modified: modified.unwrap_or(SystemTime::UNIX_EPOCH) }
}

/// Keeps the last bytes that were read.
struct EndKept<'a> {
    inner: GzipReader,
    end: Vec<u8>,
    progress: &'a Progress,
}

impl Read for EndKept<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.progress.add(count as u64);
        let new = &buffer[..count];
        if new.len() >= END {
            self.end.clear();
        }
        self.end.extend_from_slice(&new[new.len().saturating_sub(END)..]);
        if self.end.len() > END {
            self.end.drain(..self.end.len() - END);
        }
        Ok(count)
    }
}

/// Takes nothing: for looking only.
pub(super) struct Nowhere;

impl Destination for Nowhere {
    fn take(&mut self, _: Part, _: &Path, _: &Entry, _: Attributes, _: &mut dyn Read) -> Result<(), BackupError> {
        Ok(())
    }
}

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
            folder.make_link(&target, name)?;
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
                (folder.new_file(name)?, folder.path().join(name))
            }
            None => {
                let account = self.account;
                let Some(Growing { place, .. }) = self.growing(part) else { return Ok(()) };
                let file = SteppedDown::paused(account, || place.above.new_file(&place.name))?;
                if let Some(account) = account {
                    SteppedDown::paused(Some(account), || place.above.give(&place.name, account))?;
                }
                (file, place.above.path().join(&place.name))
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
        from.link_file(source, to, name)
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
        io::Write::write_all(&mut file, &piece[..count]).map_err(failed("write", path))?;
        left = left.saturating_sub(count as u64);
    }
    file.set_permissions(Permissions::from_mode(to_have.mode)).map_err(failed("set the mode of", path))?;
    file.set_modified(to_have.modified).map_err(failed("set the time of", path))
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
