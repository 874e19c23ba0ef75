//! Making archives: tar in gzip, as `tar -z` makes them.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use gitlab_mattermost_core::backup::archive::stays_inside;
use gitlab_mattermost_core::backup::{FileIndex, Part};
use tar::{Builder, EntryType, Header};

use super::error::{BackupError, failed};
use super::gzip::{FileFacts, GzipWriter};
use super::progress::Progress;
use super::{account, durable};

/// An archive that is being made.
pub(super) struct ArchiveWriter {
    path: PathBuf,
    tar: Builder<GzipWriter>,
    users: BTreeMap<u32, String>,
    groups: BTreeMap<u32, String>,
    progress: Progress,
    /// Files below `data`.
    pub(super) files: FileIndex,
    /// How many files and folders there are in it.
    pub(super) entries: u64,
    /// What a reader of the backup should know.
    pub(super) notes: Vec<String>,
}

impl ArchiveWriter {
    /// Makes the file.
    pub(super) fn create(path: &Path, progress: &Progress) -> Result<Self, BackupError> {
        let tar = Builder::new(GzipWriter::new(durable::new_file(path)?));
        Ok(Self {
            path: path.to_owned(),
            tar,
            users: BTreeMap::new(),
            groups: BTreeMap::new(),
            progress: progress.clone(),
            files: FileIndex::default(),
            entries: 0,
            notes: Vec::new(),
        })
    }

    /// Adds a part with all that is in it.
    pub(super) fn add_part(&mut self, part: Part, place: &Path) -> Result<(), BackupError> {
        self.add_tree(place, Path::new(part.name()), part == Part::Data)
    }

    /// Adds `place` under the name `name`, with all that is in it.
    pub(super) fn add_tree(&mut self, place: &Path, name: &Path, indexed: bool) -> Result<(), BackupError> {
        // A part that is a link stands for what it leads to; inside, links are kept as links.
        let place = fs::canonicalize(place).map_err(failed("open", place))?;
        let mut waiting = vec![PathBuf::new()];
        while let Some(below) = waiting.pop() {
            let (path, entry) = if below.as_os_str().is_empty() {
                (place.clone(), name.to_owned())
            } else {
                (place.join(&below), name.join(&below))
            };
            let metadata = match fs::symlink_metadata(&path) {
                // Removed since its folder was read: it is as if it had been removed before.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                other => other.map_err(failed("look at", &path))?,
            };
            if metadata.is_dir() {
                self.add_head(&path, &entry, &metadata, EntryType::Directory)?;
                let mut names = match names_in(&path) {
                    Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                    other => other.map_err(failed("list", &path))?,
                };
                names.sort_unstable_by(|a, b| b.cmp(a));
                waiting.extend(names.iter().map(|name| below.join(name)));
            } else if metadata.is_symlink() {
                self.add_link(&path, &entry, &below, &metadata)?;
            } else if metadata.is_file() {
                if let Some(size) = self.add_file(&path, &entry)?
                    && indexed
                {
                    self.files.insert(below.as_os_str().as_bytes(), size);
                }
            } else {
                let kind = metadata.file_type();
                let what = if kind.is_socket() {
                    "a socket"
                } else if kind.is_fifo() {
                    "a pipe"
                } else {
                    "a device"
                };
                self.notes.push(format!("`{}` is {what} and was left out", entry.display()));
            }
        }
        Ok(())
    }

    /// Adds a file with this content, readable for its owner alone.
    pub(super) fn add_text(&mut self, name: &str, text: &str) -> Result<(), BackupError> {
        let mut header = Header::new_gnu();
        header.set_entry_type(EntryType::Regular);
        header.set_mode(0o600);
        header.set_size(text.len() as u64);
        self.entries += 1;
        self.tar.append_data(&mut header, name, text.as_bytes()).map_err(failed("write", &self.path))
    }

    /// Ends the archive and forces it to the disk.
    pub(super) fn finish(self) -> Result<FileFacts, BackupError> {
        let gzip = self.tar.into_inner().map_err(failed("write", &self.path))?;
        gzip.finish().map_err(failed("write", &self.path))
    }

    fn add_head(&mut self, path: &Path, entry: &Path, metadata: &Metadata, kind: EntryType) -> Result<(), BackupError> {
        let mut header = self.header(metadata, kind)?;
        header.set_size(0);
        self.entries += 1;
        // Folders end with a slash, as those of `tar` do.
        let mut name = entry.as_os_str().to_owned();
        name.push("/");
        self.tar.append_data(&mut header, Path::new(&name), io::empty()).map_err(failed("archive", path))
    }

    fn add_link(&mut self, path: &Path, entry: &Path, below: &Path, metadata: &Metadata) -> Result<(), BackupError> {
        let target = fs::read_link(path).map_err(failed("read", path))?;
        if !stays_inside(below, &target) {
            return Err(BackupError::LinkOut { path: path.to_owned(), target });
        }
        let mut header = self.header(metadata, EntryType::Symlink)?;
        header.set_size(0);
        self.entries += 1;
        self.tar.append_link(&mut header, entry, &target).map_err(failed("archive", path))
    }

    /// Adds a file as large as it is when it is opened; its size, unless it has gone.
    fn add_file(&mut self, path: &Path, entry: &Path) -> Result<Option<u64>, BackupError> {
        let no_link = nix::fcntl::OFlag::O_NOFOLLOW.bits();
        let file = match OpenOptions::new().read(true).custom_flags(no_link).open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            other => other.map_err(failed("open", path))?,
        };
        let metadata = file.metadata().map_err(failed("look at", path))?;
        let mut header = self.header(&metadata, EntryType::Regular)?;
        let size = metadata.len();
        header.set_size(size);
        self.entries += 1;
        let content = Exactly { file, left: size, path, progress: &self.progress };
        self.tar.append_data(&mut header, entry, content).map_err(failed("archive", path))?;
        Ok(Some(size))
    }

    fn header(&mut self, metadata: &Metadata, kind: EntryType) -> Result<Header, BackupError> {
        let mut header = Header::new_gnu();
        header.set_entry_type(kind);
        header.set_mode(metadata.mode() & 0o777);
        let (uid, gid) = (metadata.uid(), metadata.gid());
        header.set_uid(uid.into());
        header.set_gid(gid.into());
        header.set_mtime(u64::try_from(metadata.mtime()).unwrap_or_default());
        let user = self.users.entry(uid).or_insert_with(|| account::user_name(uid));
        let group = self.groups.entry(gid).or_insert_with(|| account::group_name(gid));
        // Names that are too long are left to the numbers.
        let _ = header.set_username(user);
        let _ = header.set_groupname(group);
        Ok(header)
    }
}

/// Exactly as many bytes as were announced: more that came since are left, fewer are an error.
struct Exactly<'a> {
    file: File,
    left: u64,
    path: &'a Path,
    progress: &'a Progress,
}

impl Read for Exactly<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let wanted = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        let count = self.file.read(&mut buffer[..wanted])?;
        if count == 0 && self.left > 0 && wanted > 0 {
            return Err(io::Error::other(BackupError::Shrunk { path: self.path.to_owned() }));
        }
        self.left -= count as u64;
        self.progress.add(count as u64);
        Ok(count)
    }
}

fn names_in(folder: &Path) -> io::Result<Vec<std::ffi::OsString>> {
    fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name())).collect()
}

/// Bytes in all files of a tree, for the progress bar.
pub(super) fn size_of_tree(path: &Path) -> u64 {
    let Ok(metadata) = fs::symlink_metadata(path) else { return 0 };
    if !metadata.is_dir() {
        return metadata.len();
    }
    let Ok(names) = names_in(path) else { return 0 };
    names.iter().map(|name: &std::ffi::OsString| size_of_tree(&path.join(AsRef::<OsStr>::as_ref(name)))).sum()
}
