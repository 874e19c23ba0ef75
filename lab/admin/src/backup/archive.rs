//! Making archives: tar in gzip, as `tar -z` makes them.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use gitlab_mattermost_core::backup::archive::stays_inside;
use gitlab_mattermost_core::backup::journal::is_made_inside;
use gitlab_mattermost_core::backup::{Account, FileIndex, Part};
use tar::{Builder, EntryType, Header};

use super::error::{BackupError, failed};
use super::folder::{self, DEEPEST, Folder, Found, Kind, Place};
use super::gzip::{FileFacts, GzipWriter};
use super::progress::Progress;
use super::{account, links};

/// An archive that is being made.
pub(super) struct ArchiveWriter {
    path: PathBuf,
    tar: Builder<GzipWriter>,
    users: BTreeMap<u32, String>,
    groups: BTreeMap<u32, String>,
    progress: Progress,
    follow: Vec<PathBuf>,
    /// Who is going to read the archive.
    reader: Option<Account>,
    /// Whether something is in it that its reader may not read where it lies.
    pub(super) beyond_reader: bool,
    /// Files below `data`.
    pub(super) files: FileIndex,
    /// How many files and folders there are in it.
    pub(super) entries: u64,
    /// What a reader of the backup should know.
    pub(super) notes: Vec<String>,
}

impl ArchiveWriter {
    /// Makes the file `name` in a folder, for `reader` to read; links may lead to what is in `follow`.
    pub(super) fn create(
        folder: &Folder,
        name: &OsStr,
        reader: Option<&Account>,
        follow: &[PathBuf],
        progress: &Progress,
    ) -> Result<Self, BackupError> {
        let tar = Builder::new(GzipWriter::new(folder.new_file(name)?));
        Ok(Self {
            path: folder.path().join(name),
            tar,
            users: BTreeMap::new(),
            groups: BTreeMap::new(),
            progress: progress.clone(),
            follow: follow.to_vec(),
            reader: reader.cloned(),
            beyond_reader: false,
            files: FileIndex::default(),
            entries: 0,
            notes: Vec::new(),
        })
    }

    /// Adds a part with all that is in it; whether it is there.
    pub(super) fn add_part(&mut self, part: Part, path: &Path) -> Result<bool, BackupError> {
        let place = Place::open(path)?;
        let Some(found) = place.look()? else { return Ok(false) };
        let entry = Path::new(part.name());
        match found.kind {
            Kind::Folder => self.add_tree(&place.above.folder(&place.name)?, entry, &[path.to_owned()])?,
            // Anything but a file is refused there.
            _ => self.add_file(&place.above, &place.name, entry)?,
        }
        Ok(true)
    }

    /// Adds a folder under the name `entry`, with all that is in it. `within` are the folders that links led out of.
    fn add_tree(&mut self, root: &Folder, entry: &Path, within: &[PathBuf]) -> Result<(), BackupError> {
        let mut waiting = vec![PathBuf::new()];
        while let Some(below) = waiting.pop() {
            let folder = match root.descend(&below) {
                // Removed since its folder was read: it is as if it had been removed before.
                Err(BackupError::System { source, .. }) if source.kind() == io::ErrorKind::NotFound => continue,
                other => other?,
            };
            let entry = if below.as_os_str().is_empty() { entry.to_owned() } else { entry.join(&below) };
            self.add_head(&folder, &entry)?;
            let mut names = folder.names()?;
            names.sort_unstable();
            let mut folders = Vec::new();
            for name in names {
                let Some(found) = folder.look(&name)? else { continue };
                let (entry, below) = (entry.join(&name), below.join(&name));
                match found.kind {
                    Kind::Folder if below == Path::new(&name) && is_made_inside(&name.to_string_lossy()) => {}
                    Kind::Folder => folders.push(below),
                    Kind::Link => self.add_link(&folder, &name, &entry, &below, within)?,
                    Kind::File => self.add_file(&folder, &name, &entry)?,
                    Kind::Other(what) => {
                        self.notes.push(format!("`{}` is {what} and was left out", entry.display()));
                    }
                }
            }
            if folders.iter().any(|below| below.components().count() >= DEEPEST) {
                return Err(BackupError::TooDeep { path: folder.path().to_owned(), deepest: DEEPEST });
            }
            waiting.extend(folders.into_iter().rev());
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

    fn add_head(&mut self, folder: &Folder, entry: &Path) -> Result<(), BackupError> {
        let mut header = self.header(&folder.look_at_itself()?, EntryType::Directory);
        header.set_size(0);
        self.entries += 1;
        // Folders end with a slash, as those of `tar` do.
        let mut name = entry.as_os_str().to_owned();
        name.push("/");
        self.tar.append_data(&mut header, Path::new(&name), io::empty()).map_err(failed("archive", folder.path()))
    }

    /// Adds a link as a link if it stays inside, else what it stands for, if that was named or nobody but root made it.
    fn add_link(
        &mut self,
        folder: &Folder,
        name: &OsStr,
        entry: &Path,
        below: &Path,
        within: &[PathBuf],
    ) -> Result<(), BackupError> {
        let (path, target) = (folder.path().join(name), folder.target(name)?);
        if stays_inside(below, &target) {
            let Some(found) = folder.look(name)? else { return Ok(()) };
            let mut header = self.header(&found, EntryType::Symlink);
            header.set_size(0);
            self.entries += 1;
            return self.tar.append_link(&mut header, entry, &target).map_err(failed("archive", &path));
        }
        let leads_out = || BackupError::LinkOut { path: path.clone(), target: target.clone() };
        let real = match links::resolve(&path, &self.follow) {
            Err(BackupError::ForeignLink { .. }) => return Err(leads_out()),
            other => other?,
        };
        if within.iter().any(|root| root.starts_with(&real) || real.starts_with(root)) {
            return Err(leads_out());
        }
        let Some(found) = folder::look(&real)? else { return Err(leads_out()) };
        let place = Place::open(&real)?;
        match found {
            Found { kind: Kind::Folder, .. } => {
                self.notes.push(format!(
                    "`{}` is a link; what it leads to, `{}`, was taken",
                    entry.display(),
                    real.display()
                ));
                let within: Vec<PathBuf> = within.iter().cloned().chain([real.clone()]).collect();
                self.add_tree(&place.above.folder(&place.name)?, entry, &within)
            }
            _ => self.add_file(&place.above, &place.name, entry),
        }
    }

    /// Adds a file as large as it is when it is opened, unless it has gone.
    fn add_file(&mut self, folder: &Folder, name: &OsStr, entry: &Path) -> Result<(), BackupError> {
        let Some((file, found)) = folder.file(name)? else { return Ok(()) };
        let path = folder.path().join(name);
        if let Some(reader) = &self.reader
            && !account::may_read(reader, &found)
        {
            // Another name of it may lie where only root gets: it would come back as Mattermost's own.
            if found.names > 1 {
                return Err(BackupError::ForeignFile { path, owner: account::user_name(found.uid) });
            }
            self.beyond_reader = true;
        }
        let mut header = self.header(&found, EntryType::Regular);
        header.set_size(found.size);
        self.entries += 1;
        let content = Exactly { file, left: found.size, path: &path, progress: &self.progress };
        self.tar.append_data(&mut header, entry, content).map_err(failed("archive", &path))?;
        if let Ok(below) = entry.strip_prefix(Part::Data.name()) {
            self.files.insert(below.as_os_str().as_bytes(), found.size);
        }
        Ok(())
    }

    fn header(&mut self, found: &Found, kind: EntryType) -> Header {
        let mut header = Header::new_gnu();
        header.set_entry_type(kind);
        header.set_mode(found.mode & 0o777);
        header.set_uid(found.uid.into());
        header.set_gid(found.gid.into());
        header.set_mtime(u64::try_from(found.modified).unwrap_or_default());
        let user = self.users.entry(found.uid).or_insert_with(|| account::user_name(found.uid));
        let group = self.groups.entry(found.gid).or_insert_with(|| account::group_name(found.gid));
        // Names that are too long are left to the numbers.
        let _ = header.set_username(user);
        let _ = header.set_groupname(group);
        header
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

/// Bytes in all files of a tree, for the progress bar: what cannot be looked at is no matter.
pub(super) fn size_of_tree(path: &Path) -> u64 {
    let place = Place::open(path).ok();
    place.map_or(0, |place| size_of(&place.above, &place.name, DEEPEST))
}

fn size_of(folder: &Folder, name: &OsStr, depth: usize) -> u64 {
    let Some(depth) = depth.checked_sub(1) else { return 0 };
    match folder.look(name) {
        Ok(Some(Found { kind: Kind::Folder, .. })) => {
            let Ok(inside) = folder.folder(name) else { return 0 };
            let names = inside.names().unwrap_or_default();
            names.iter().fold(0_u64, |sum, name| sum.saturating_add(size_of(&inside, name, depth)))
        }
        Ok(Some(Found { kind: Kind::File, size, .. })) => size,
        _ => 0,
    }
}
