//! Reading archives: listing them, and unpacking them beside what they replace.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions, Permissions};
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use gitlab_mattermost_core::backup::{Account, Entry, EntryKind, FileIndex, Limits, Part, Rules};
use tar::EntryType;

use super::durable;
use super::error::{BackupError, failed};
use super::gzip::{FileFacts, GzipReader};
use super::progress::Progress;

/// A tar archive ends with two blocks of zeros.
const END: usize = 1024;

/// What the owner of a folder needs to work in it.
const OPEN: u32 = 0o700;

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
    let file = File::open(path).map_err(failed("open", path))?;
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

/// Unpacks parts into places where nothing is yet.
pub(super) struct Unpacking<'a> {
    /// Where each part goes.
    pub(super) places: Vec<(Part, &'a Path)>,
    /// Whom everything belongs to; nobody else if this process may not give files away.
    pub(super) account: Option<&'a Account>,
    /// Links, made after everything else, so that nothing is written through one.
    links: Vec<(PathBuf, PathBuf)>,
    /// Folders that are closed to us, with their modes, set after everything else.
    closed: Vec<(PathBuf, u32)>,
}

impl<'a> Unpacking<'a> {
    /// For these places.
    pub(super) fn new(places: Vec<(Part, &'a Path)>, account: Option<&'a Account>) -> Self {
        Self { places, account, links: Vec::new(), closed: Vec::new() }
    }

    /// Makes links and sets the modes that would have been in the way.
    pub(super) fn finish(self) -> Result<(), BackupError> {
        for (path, target) in &self.links {
            std::os::unix::fs::symlink(target, path).map_err(failed("create", path))?;
            self.give(path)?;
        }
        self.closed.iter().rev().try_for_each(|(path, mode)| set_mode(path, *mode))?;
        for (_, place) in &self.places {
            durable::sync_above(place)?;
        }
        Ok(())
    }

    fn place(&self, part: Part, below: &Path) -> Option<PathBuf> {
        let (_, place) = self.places.iter().find(|(it, _)| *it == part)?;
        Some(if below.as_os_str().is_empty() { (*place).to_owned() } else { place.join(below) })
    }

    fn give(&self, path: &Path) -> Result<(), BackupError> {
        match self.account {
            Some(account) => {
                std::os::unix::fs::lchown(path, Some(account.uid), Some(account.gid)).map_err(failed("hand over", path))
            }
            None => Ok(()),
        }
    }

    /// Makes the folders above that the archive does not list itself.
    fn make_above(&mut self, path: &Path, part: Part) -> Result<(), BackupError> {
        let Some(root) = self.place(part, Path::new("")) else { return Ok(()) };
        let missing: Vec<PathBuf> = path
            .ancestors()
            .skip(1)
            .take_while(|above| above.starts_with(&root) && !durable::exists(above))
            .map(Path::to_owned)
            .collect();
        missing.iter().rev().try_for_each(|folder| self.make_folder(folder, 0o750))
    }

    fn make_folder(&mut self, path: &Path, mode: u32) -> Result<(), BackupError> {
        match DirBuilder::new().mode(0o700).create(path) {
            // Listed twice, or after what is in it.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            other => other.map_err(failed("create", path))?,
        }
        self.give(path)?;
        if mode & OPEN == OPEN {
            return set_mode(path, mode);
        }
        self.closed.push((path.to_owned(), mode));
        Ok(())
    }

    fn make_file(
        &self,
        path: &Path,
        entry: &Entry,
        to_have: Attributes,
        content: &mut dyn Read,
    ) -> Result<(), BackupError> {
        let mut file =
            OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(failed("create", path))?;
        let mut left = entry.size;
        let mut piece = vec![0; PIECE.min(usize::try_from(entry.size).unwrap_or(PIECE)).max(1)];
        while left > 0 {
            let count = content.read(&mut piece).map_err(failed("unpack", path))?;
            if count == 0 {
                return Err(failed("unpack", path)(io::ErrorKind::UnexpectedEof.into()));
            }
            io::Write::write_all(&mut file, &piece[..count]).map_err(failed("write", path))?;
            left = left.saturating_sub(count as u64);
        }
        self.give(path)?;
        // After the change of owner, which takes bits away.
        file.set_permissions(Permissions::from_mode(to_have.mode)).map_err(failed("set the mode of", path))?;
        file.set_modified(to_have.modified).map_err(failed("set the time of", path))
    }
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
        let Some(path) = self.place(part, below) else { return Ok(()) };
        self.make_above(&path, part)?;
        match &entry.kind {
            EntryKind::Folder => self.make_folder(&path, attributes.mode),
            EntryKind::File => self.make_file(&path, entry, attributes, content),
            EntryKind::Link(target) => {
                self.links.push((path, target.clone()));
                Ok(())
            }
            EntryKind::HardLink(target) => {
                let below: PathBuf =
                    target.components().filter(|it| *it != std::path::Component::CurDir).skip(1).collect();
                let source = self.place(part, &below).unwrap_or_else(|| path.clone());
                fs::hard_link(&source, &path).map_err(failed("link", &path))
            }
            // Judged before; none gets here.
            EntryKind::Other(_) => Err(BackupError::OurBug),
        }
    }
}

fn set_mode(path: &Path, mode: u32) -> Result<(), BackupError> {
    fs::set_permissions(path, Permissions::from_mode(mode)).map_err(failed("set the mode of", path))
}

/// Forces what was written to a file system to the disk, all at once: quicker than file by file.
pub(super) fn sync_file_system(path: &Path) -> Result<(), BackupError> {
    let file = File::open(path).map_err(failed("open", path))?;
    nix::unistd::syncfs(&file).map_err(|error| failed("write to disk", path)(error.into()))
}

/// The device that a file is on.
pub(super) fn device(path: &Path) -> Result<u64, BackupError> {
    fs::metadata(path)
        .as_ref()
        .map(Metadata::dev)
        .map_err(|error| failed("look at", path)(io::Error::new(error.kind(), error.to_string())))
}
