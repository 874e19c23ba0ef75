//! Reading what a backup holds, entry by entry, each judged before anybody gets it: for whoever checks a backup and for
//! whoever unpacks it, so that both find the same.

use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use gitlab_mattermost_core::backup::config_file;
use gitlab_mattermost_core::backup::journal::is_made_inside;
use gitlab_mattermost_core::backup::layout::{Layout, Root, Spelling};
use gitlab_mattermost_core::backup::{
    ConfigFacts, ConfigFault, Entry, EntryKind, FileIndex, Limits, Part, Rules, Survey,
};
use sha2::{Digest as _, Sha256};

use super::error::{BackupError, failed};
use super::folder::{Folder, Found, Kind};
use super::gzip::{FileFacts, hexadecimal};
use super::packed::PackedReader;
use super::progress::Progress;
use super::tarball::{Oddities, Tarball};

/// How many names of what was left out are told.
const TOLD: usize = 5;

/// The variable that says how users' files are kept, its value for S3, and how much of its file is read.
const DRIVER: &str = "MM_FILESETTINGS_DRIVERNAME";
const S3: &str = "amazons3";
const LARGEST_VARIABLE: u64 = 64 * 1024;

/// All parts that a backup can have.
const ALL: [Part; 7] =
    [Part::Data, Part::ConfigJson, Part::Plugins, Part::ClientPlugins, Part::Env, Part::GitlabRb, Part::Secrets];

/// Something that parts of Mattermost are in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A tar archive, packed or not.
    Archive(PathBuf),
    /// A folder, as a copy or a file system's snapshot has it.
    Folder(PathBuf),
    /// A `config.json` by itself, under whatever name.
    ConfigJson(PathBuf),
}

impl Source {
    /// Where it lies.
    pub fn path(&self) -> &Path {
        match self {
            Self::Archive(path) | Self::Folder(path) | Self::ConfigJson(path) => path,
        }
    }
}

/// What a source was found to hold.
#[derive(Debug, Clone)]
pub(super) struct Listing {
    /// The file itself; of a folder, its entries.
    pub(super) facts: FileFacts,
    /// Where the parts are in it.
    pub(super) layout: Layout,
    /// The parts in it.
    pub(super) parts: Vec<Part>,
    /// How many entries the parts have.
    pub(super) entries: u64,
    /// Bytes that unpacking writes.
    pub(super) bytes: u64,
    /// Bytes of all files, holes included.
    pub(super) full_bytes: u64,
    /// Files below `data`, sorted.
    pub(super) files: FileIndex,
    /// What the `config.json` in it is.
    pub(super) config: Option<Result<ConfigFacts, ConfigFault>>,
    /// What the env directory says of where users' files are kept; it counts more than `config.json`.
    pub(super) driver: Option<String>,
    /// Dumps of databases in it.
    pub(super) dumps: Vec<PathBuf>,
    /// What whoever restores it should know.
    pub(super) notes: Vec<String>,
}

impl Listing {
    /// Whether users' files are kept in S3, by what the parts say.
    pub(super) fn is_s3(&self) -> bool {
        let by_file = self.config.as_ref().and_then(|it| it.as_ref().ok()).is_some_and(ConfigFacts::is_s3);
        self.driver.as_deref().map_or(by_file, |driver| driver == S3)
    }

    /// What a second reading may find: as much as the first.
    pub(super) fn limits(&self) -> Limits {
        Limits { bytes: self.full_bytes, entries: self.entries }
    }
}

/// What a file has besides its content.
#[derive(Debug, Clone, Copy)]
pub(super) struct Attributes {
    /// Who may do what; bits that make a program run as somebody else are dropped.
    pub(super) mode: u32,
    /// When it was changed last, in seconds of Unix time.
    pub(super) modified: u64,
    /// Whether it has holes.
    pub(super) has_holes: bool,
}

/// Where entries go.
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

/// Takes nothing: for looking only.
pub(super) struct Nowhere;

impl Destination for Nowhere {
    fn take(&mut self, _: Part, _: &Path, _: &Entry, _: Attributes, _: &mut dyn Read) -> Result<(), BackupError> {
        Ok(())
    }
}

/// Looks where the parts are in a source, and what they hold.
pub(super) fn explore(source: &Source, limits: Limits, progress: &Progress) -> Result<Listing, BackupError> {
    let usual = if matches!(source, Source::ConfigJson(_)) { &[Part::ConfigJson][..] } else { &ALL };
    let roots = usual.iter().map(|part| Root { part: *part, path: part.name().into() }).collect();
    let usual = Layout::new(roots, Spelling::Plain);
    let mut survey = Survey::default();
    let first = read_with(source, &usual, limits, progress, Some(&mut survey), &mut Nowhere);
    let layout = survey.layout();
    let is_usual = |listing: &Listing| layout.is_plain() && listing.parts == sorted(layout.parts());
    let mut listing = match first {
        Ok(listing) if is_usual(&listing) => Listing { layout, ..listing },
        // What is refused under one name may be none of Mattermost's under another.
        Ok(_) | Err(BackupError::Refused { .. }) if !layout.is_plain() || !layout.parts().is_empty() => {
            read_with(source, &layout, limits, progress, None, &mut Nowhere)?
        }
        other => Listing { layout, parts: Vec::new(), entries: 0, ..other? },
    };
    listing.dumps = survey.dumps(&listing.layout);
    Ok(listing)
}

fn sorted(mut parts: Vec<Part>) -> Vec<Part> {
    parts.sort();
    parts
}

/// Reads a source to its end, entry by entry.
pub(super) fn read(
    source: &Source,
    layout: &Layout,
    limits: Limits,
    progress: &Progress,
    to: &mut dyn Destination,
) -> Result<Listing, BackupError> {
    read_with(source, layout, limits, progress, None, to)
}

fn read_with(
    source: &Source,
    layout: &Layout,
    limits: Limits,
    progress: &Progress,
    survey: Option<&mut Survey>,
    to: &mut dyn Destination,
) -> Result<Listing, BackupError> {
    let path = source.path();
    let mut reading = Reading {
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
        to,
    };
    let (facts, oddities) = match source {
        Source::Archive(path) => reading.archive(path, progress)?,
        Source::Folder(path) => (reading.folder(path, progress)?, Oddities::default()),
        Source::ConfigJson(path) => (reading.config_json(path)?, Oddities::default()),
    };
    if let Some(source) = reading.refusal {
        return Err(BackupError::Refused { path: path.to_owned(), source });
    }
    Ok(Listing {
        facts,
        layout: layout.clone(),
        parts: reading.rules.found().collect(),
        entries: reading.rules.entries(),
        bytes: reading.bytes,
        full_bytes: reading.full_bytes,
        files: reading.rules.files(),
        config: reading.config.clone(),
        driver: reading.driver.clone(),
        dumps: Vec::new(),
        notes: reading.notes(&oddities),
    })
}

/// A source that is being read.
struct Reading<'a> {
    path: &'a Path,
    layout: &'a Layout,
    rules: Rules,
    survey: Option<&'a mut Survey>,
    bytes: u64,
    full_bytes: u64,
    /// How many entries belong to no part, and the first of them.
    left_out: (u64, Vec<String>),
    config: Option<Result<ConfigFacts, ConfigFault>>,
    driver: Option<String>,
    /// How an archive is packed.
    packing: Option<&'static str>,
    /// Why it is not unpacked, found while it is surveyed, which goes on.
    refusal: Option<gitlab_mattermost_core::backup::Refusal>,
    to: &'a mut dyn Destination,
}

impl Reading<'_> {
    fn archive(&mut self, path: &Path, progress: &Progress) -> Result<(FileFacts, Oddities), BackupError> {
        let mut archive = Tarball::new(Counted { from: PackedReader::open(path)?, progress });
        while let Some(member) = archive.next().map_err(failed("read", path))? {
            let entry = Entry { path: member.path, kind: member.kind, size: member.size };
            let has_holes = member.stored < member.size;
            let attributes = Attributes { mode: member.mode & 0o777, modified: member.modified, has_holes };
            self.take(entry, member.stored, attributes, &mut archive.content())?;
        }
        let oddities = std::mem::take(&mut archive.oddities);
        let reader = archive.into_inner().from;
        self.packing = reader.unusual();
        let facts = reader.finish().map_err(failed("read", path))?;
        Ok((facts, oddities))
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
        use gitlab_mattermost_ground::named_file;
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

    fn notes(&self, oddities: &Oddities) -> Vec<String> {
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
