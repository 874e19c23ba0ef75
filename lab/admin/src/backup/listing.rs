//! Reading what a backup holds, entry by entry, each judged before anybody gets it: for whoever checks a backup and for
//! whoever unpacks it, so that both find the same.

mod destination;
mod reading;
mod source;

use std::path::PathBuf;

use gitlab_mattermost_core::backup::layout::{Layout, Root, Spelling};
use gitlab_mattermost_core::backup::{ConfigFacts, ConfigFault, FileIndex, Limits, Part, Survey};

use self::reading::Reading;
use super::error::BackupError;
use super::gzip::FileFacts;
use super::progress::Progress;

pub(super) use self::destination::{Attributes, Destination, Nowhere};
pub use self::source::Source;

/// How users' files are kept that are in no folder.
const S3: &str = "amazons3";

/// All parts that a backup can have.
const ALL: [Part; 7] =
    [Part::Data, Part::ConfigJson, Part::Plugins, Part::ClientPlugins, Part::Env, Part::GitlabRb, Part::Secrets];

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
    /// What the user who restores it should know.
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
    let mut reading = Reading::new(source.path(), layout, limits, survey, to);
    let facts = reading.all_of(source, progress)?;
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
        notes: reading.notes(),
    })
}
