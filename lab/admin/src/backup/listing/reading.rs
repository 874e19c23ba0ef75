//! A source that is being read: its entries, under the names of the parts, judged and handed on.

use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use gitlab_mattermost_core::backup::config_file;
use gitlab_mattermost_core::backup::journal::is_made_inside;
use gitlab_mattermost_core::backup::{ConfigFacts, ConfigFault, Entry, EntryKind, Layout, Limits, Part, Rules, Survey};
use gitlab_mattermost_ground::named_file;
use sha2::{Digest as _, Sha256};

use super::destination::{Attributes, Destination};
use super::source::Source;
use crate::backup::error::{BackupError, failed};
use crate::backup::folder::{Folder, Found, Kind};
use crate::backup::gzip::{FileFacts, hexadecimal};
use crate::backup::packed::{PackedReader, of_a_part};
use crate::backup::progress::Progress;
use crate::backup::tarball::{Oddities, Tarball};

/// How many names of what was left out are told.
const TOLD: usize = 5;

/// The variable that says how users' files are kept, and how much of its file is read.
const DRIVER: &str = "MM_FILESETTINGS_DRIVERNAME";
const LARGEST_VARIABLE: u64 = 64 * 1024;

/// A source that is being read.
pub(super) struct Reading<'a> {
    path: &'a Path,
    layout: &'a Layout,
    pub(super) rules: Rules,
    survey: Option<&'a mut Survey>,
    pub(super) bytes: u64,
    pub(super) full_bytes: u64,
    /// How many entries belong to no part, and the first of them.
    left_out: (u64, Vec<String>),
    pub(super) config: Option<Result<ConfigFacts, ConfigFault>>,
    pub(super) driver: Option<String>,
    /// How an archive is packed.
    packing: Option<&'static str>,
    /// Why it is not unpacked, found while it is surveyed, which goes on.
    refusal: Option<gitlab_mattermost_core::backup::Refusal>,
    oddities: Oddities,
    to: &'a mut dyn Destination,
}

impl<'a> Reading<'a> {
    pub(super) fn new(
        path: &'a Path,
        layout: &'a Layout,
        limits: Limits,
        survey: Option<&'a mut Survey>,
        to: &'a mut dyn Destination,
    ) -> Self {
        Self {
            path,
            layout,
            rules: Rules::new(&layout.parts(), limits),
            survey,
            bytes: 0,
            full_bytes: 0,
            left_out: (0, Vec::new()),
            config: None,
            driver: None,
            packing: None,
            refusal: None,
            oddities: Oddities::default(),
            to,
        }
    }

    /// Reads a source to its end.
    pub(super) fn all_of(&mut self, source: &Source, progress: &Progress) -> Result<FileFacts, BackupError> {
        let facts = match source {
            Source::Archive(path) => self.archive(path, progress)?,
            Source::Folder(path) => self.folder(path, progress)?,
            Source::ConfigJson(path) => self.config_json(path)?,
        };
        match self.refusal.take() {
            Some(source) => Err(BackupError::Refused { path: self.path.to_owned(), source }),
            None => Ok(facts),
        }
    }

    fn archive(&mut self, path: &Path, progress: &Progress) -> Result<FileFacts, BackupError> {
        let mut archive = Tarball::new(Counted { from: PackedReader::open(path)?, progress });
        while let Some(member) = archive.next().map_err(|error| failed("read", path)(of_a_part(path, error)))? {
            let entry = Entry { path: member.path, kind: member.kind, size: member.size };
            let has_holes = member.stored < member.size;
            let attributes = Attributes { mode: member.mode & 0o777, modified: member.modified, has_holes };
            self.take(entry, member.stored, attributes, &mut archive.content())?;
        }
        self.oddities = std::mem::take(&mut archive.oddities);
        let reader = archive.into_inner().from;
        self.packing = reader.unusual();
        reader.finish().map_err(failed("read", path))
    }

    /// A folder's content, each folder before what is in it. Links in it are taken as links.
    fn folder(&mut self, path: &Path, progress: &Progress) -> Result<FileFacts, BackupError> {
        let root = Folder::open(&path.canonicalize().map_err(failed("open", path))?)?;
        let (mut sum, mut size) = (Sha256::new(), 0);
        let mut waiting = vec![PathBuf::new()];
        while let Some(below) = waiting.pop() {
            let folder = root.descend(&below)?;
            let mut names = folder.names()?;
            names.sort_unstable();
            let mut folders = Vec::new();
            for name in names {
                let Some(found) = folder.look(&name)? else { continue };
                let path = below.join(&name);
                if is_made_inside(&name.to_string_lossy()) {
                    continue;
                }
                let kind = match found.kind {
                    Kind::Folder => EntryKind::Folder,
                    Kind::File => EntryKind::File,
                    Kind::Link => EntryKind::Link(folder.target(&name)?),
                    Kind::Other("a socket") => continue,
                    Kind::Other(what) => EntryKind::Other(what),
                };
                let Found { mode, modified, .. } = found;
                let modified = u64::try_from(modified).unwrap_or_default();
                let attributes = Attributes { mode: mode & 0o777, modified, has_holes: false };
                let is_file = kind == EntryKind::File;
                let entry = Entry { path: path.clone(), kind, size: if is_file { found.size } else { 0 } };
                sum.update(path.as_os_str().as_bytes());
                sum.update([0]);
                sum.update(entry.size.to_le_bytes());
                size += entry.size;
                progress.add(entry.size);
                if is_file {
                    let Some((file, _)) = folder.file(&name)? else { continue };
                    self.take(entry, found.size, attributes, &mut file.take(found.size))?;
                } else {
                    if entry.kind == EntryKind::Folder {
                        folders.push(path);
                    }
                    self.take(entry, 0, attributes, &mut io::empty())?;
                }
            }
            waiting.extend(folders.into_iter().rev());
        }
        Ok(FileFacts { size, sha256: hexadecimal(&sum.finalize()), content_size: size })
    }

    fn config_json(&mut self, path: &Path) -> Result<FileFacts, BackupError> {
        let content = named_file::read(path, config_file::LARGEST).map_err(failed("read", path))?;
        let size = content.len() as u64;
        let entry = Entry { path: Part::ConfigJson.name().into(), kind: EntryKind::File, size };
        let attributes = Attributes { mode: 0o600, modified: 0, has_holes: false };
        self.take(entry, size, attributes, &mut content.as_slice())?;
        Ok(FileFacts { size, sha256: hexadecimal(&Sha256::digest(&content)), content_size: size })
    }

    /// Judges an entry, and hands it on if it belongs to a part.
    fn take(
        &mut self,
        mut entry: Entry,
        stored: u64,
        attributes: Attributes,
        content: &mut dyn Read,
    ) -> Result<(), BackupError> {
        let path = self.path;
        let mut kept = Vec::new();
        let is_config = |name: &Path| name == Path::new(Part::ConfigJson.name());
        let place = self.layout.place(&entry.path);
        let wanted = entry.kind == EntryKind::File && place.as_deref().is_some_and(is_config);
        if let Some(survey) = &mut self.survey {
            survey.note(&entry);
        }
        let surveyed = self.survey.as_ref().is_some_and(|survey| survey.wants(&entry));
        if wanted || surveyed {
            // One byte more tells that it is too large.
            content.take(config_file::LARGEST + 1).read_to_end(&mut kept).map_err(failed("read", path))?;
            let read = match kept.len() as u64 > config_file::LARGEST {
                true => Err(ConfigFault::TooLarge),
                false => config_file::read(&kept),
            };
            if let Some(survey) = self.survey.as_mut().filter(|_| surveyed) {
                survey.note_config(&entry.path, read.is_ok());
            }
            if wanted {
                self.config = Some(read);
            }
        }
        if place.as_deref().is_some_and(|place| place == Path::new(Part::Env.name()).join(DRIVER)) {
            content.take(LARGEST_VARIABLE).read_to_end(&mut kept).map_err(failed("read", path))?;
            self.driver = Some(String::from_utf8_lossy(&kept).lines().next().unwrap_or_default().to_owned());
        }
        let Some(place) = place else {
            self.leave_out(&entry);
            return Ok(());
        };
        if self.refusal.is_some() {
            return Ok(());
        }
        entry.path = place;
        if let EntryKind::HardLink(target) = &mut entry.kind
            && let Some(place) = self.layout.place(target)
        {
            *target = place;
        }
        let (part, below) = match self.rules.judge(&entry) {
            Ok(placed) => placed,
            // The survey may find that this is none of Mattermost's.
            Err(refusal) if self.survey.is_some() => {
                self.refusal = Some(refusal);
                return Ok(());
            }
            Err(source) => return Err(BackupError::Refused { path: path.to_owned(), source }),
        };
        self.bytes += stored;
        self.full_bytes = self.full_bytes.saturating_add(entry.size);
        self.to.take(part, &below, &entry, attributes, &mut kept.as_slice().chain(content))
    }

    fn leave_out(&mut self, entry: &Entry) {
        let (count, names) = &mut self.left_out;
        // What a folder holds tells more than the folder.
        if entry.kind != EntryKind::Folder {
            *count += 1;
            if names.len() < TOLD {
                names.push(entry.path.display().to_string());
            }
        }
    }

    pub(super) fn notes(&self) -> Vec<String> {
        let oddities = &self.oddities;
        let path = self.path.display();
        let mut notes = Vec::new();
        notes.extend(self.packing.map(|what| format!("`{path}` is {what}")));
        let (count, names) = &self.left_out;
        if *count > 0 {
            let more = count - names.len() as u64;
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            notes.push(format!(
                "`{path}` holds what is no part of Mattermost and is left out: `{}`{more}",
                names.join("`, `")
            ));
        }
        for (part, root) in self.layout.parts().into_iter().filter_map(|part| Some((part, self.layout.root(part)?))) {
            if root != Path::new(part.name()) && self.rules.found().any(|found| found == part) {
                let root = if root.as_os_str().is_empty() {
                    "all of it".to_owned()
                } else {
                    format!("`{}` in it", root.display())
                };
                notes.push(format!("`{path}`: {root} is taken for `{}`", part.name()));
            }
        }
        if oddities.further_archives > 0 {
            notes.push(format!(
                "`{path}` is {} archives one after another; `tar` reads the first alone unless it is given `--ignore-zeros`",
                oddities.further_archives + 1
            ));
        }
        if oddities.attributes > 0 {
            notes.push(format!(
                "`{path}`: access lists, extended attributes or labels of {} entries are left out",
                oddities.attributes
            ));
        }
        notes
    }
}

/// What is read is counted for the progress bar.
struct Counted<'a> {
    from: PackedReader,
    progress: &'a Progress,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.from.read(buffer)?;
        self.progress.add(count as u64);
        Ok(count)
    }
}
