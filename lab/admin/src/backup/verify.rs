//! Proving a backup: everything in it is read to its end once.

use std::path::Path;

use gitlab_mattermost_core::backup::create::{kind_of, parts_of};
use gitlab_mattermost_core::backup::findings::{DumpFound, Findings};
use gitlab_mattermost_core::backup::restore::{Holder, Taken};
use gitlab_mattermost_core::backup::verification::{AttachmentsFound, PartsFound};
use gitlab_mattermost_core::backup::{
    ArtefactKind, DumpScanner, DumpSummary, FileIndex, Layout, Limits, Part, Verification,
};
use gitlab_mattermost_ground::error_chain::chain;

use super::content::{Form, read_dump};
use super::error::BackupError;
use super::gzip::FileFacts;
use super::listing::{self, Listing, Nowhere, Source};
use super::progress::Progress;
use super::set::BackupSet;

/// How many names of missing files are kept.
const KEPT_NAMES: usize = 20;

/// What is known of a backup after all of it was read.
pub(super) struct Proof {
    pub(super) verification: Verification,
    /// What the dump is, if it could be read.
    pub(super) dump: Option<(DumpSummary, FileFacts)>,
    /// What could be read, with what is in it.
    pub(super) archives: Vec<Archive>,
}

impl Proof {
    /// What holds a part.
    pub(super) fn with_part(&self, part: Part) -> Option<&Archive> {
        self.archives.iter().find(|it| it.listing.parts.contains(&part))
    }
}

/// Checks a backup.
///
/// # Errors
/// It cannot be looked at. What is wrong with the backup is no error but a failed check.
pub fn verify(set: &BackupSet, progress: &Progress) -> Result<Verification, BackupError> {
    prove(set, None, Limits::default(), progress).map(|proof| proof.verification)
}

/// Checks a backup and keeps what a restore has to know of it.
pub(super) fn prove(
    set: &BackupSet,
    programs: Option<&Path>,
    limits: Limits,
    progress: &Progress,
) -> Result<Proof, BackupError> {
    let manifest = set.manifest.as_ref();
    let content = manifest.map_or(0, |it| it.artefacts.iter().map(|artefact| artefact.content_size).sum());
    progress.begin("checking", content);
    let (mut sums, mut archives, mut unreadable, mut refused) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (kind, source) in &set.sources {
        let listed = match kind {
            Some(kind) => listing::read(source, &Layout::documented(parts_of(*kind)), limits, progress, &mut Nowhere),
            None => listing::explore(source, limits, progress),
        };
        match listed {
            Ok(listing) => {
                sums.extend(kind.map(|kind| (kind, listing.facts.size, listing.facts.sha256.clone())));
                archives.push(Archive { source: source.clone(), listing });
            }
            Err(error @ BackupError::Refused { .. }) => refused.push(chain(&error)),
            Err(error) => unreadable.push(chain(&error)),
        }
    }
    let files = archives.iter().find(|it| it.listing.parts.contains(&Part::Data)).map(|it| &it.listing.files);
    let scanned = scan((&set.dump, programs), files, progress);
    let form = Form::at(&set.dump).map_or("", Form::name);
    if let Ok((_, facts, _)) = &scanned {
        sums.push((ArtefactKind::Database, facts.size, facts.sha256.clone()));
    }
    let parts = PartsFound {
        parts: archives.iter().flat_map(Archive::named_parts).collect(),
        any_given: !set.sources.is_empty(),
        config_in_database: scanned.as_ref().is_ok_and(|(summary, ..)| has_configuration(summary)),
        files_in_s3: archives.iter().any(|it| it.listing.is_s3()),
        without_parts: archives
            .iter()
            .filter(|it| set.named && it.listing.parts.is_empty())
            .map(|it| it.source.path().display().to_string())
            .collect(),
    };
    let entries = archives.iter().map(|it| it.listing.entries).sum();
    let findings = Findings {
        manifest,
        signed_with: set.signed_with.as_deref(),
        sums: &sums,
        dump: match &scanned {
            Ok((summary, facts, attachments)) => {
                let attachments = files.map(|_| attachments);
                Ok(DumpFound { summary, form, bytes: facts.content_size, attachments })
            }
            Err(error) => Err(chain(error)),
        },
        unreadable: &unreadable,
        refused: &refused,
        entries,
        parts: &parts,
        config: archives.iter().find_map(|it| it.listing.config.as_ref()),
        days: set.days.as_ref().map(|(dump, files)| (dump.as_str(), files.as_str())),
    };
    let checks = findings.checks();
    let dump = scanned.ok().map(|(summary, facts, _)| (summary, facts));
    let verification = Verification {
        backup: set.name.display().to_string(),
        has_manifest: manifest.is_some(),
        checks,
        rows: dump.as_ref().map_or(0, |(summary, _)| summary.rows()),
        entries,
        content_bytes: dump.as_ref().map_or(0, |(_, facts)| facts.content_size)
            + archives.iter().map(|it| it.listing.facts.content_size).sum::<u64>(),
        notes: set.notes.iter().chain(archives.iter().flat_map(|it| &it.listing.notes)).cloned().collect(),
    };
    progress.finish();
    Ok(Proof { verification, dump, archives })
}

/// A source that could be read, with what is in it.
pub(super) struct Archive {
    pub(super) source: Source,
    pub(super) listing: Listing,
}

impl Archive {
    /// What of it counts as this kind, as a restore has to know it.
    pub(super) fn taken(&self, kind: ArtefactKind) -> Option<Taken> {
        let parts: Vec<Part> = self.listing.parts.iter().copied().filter(|part| kind_of(*part) == kind).collect();
        let holder = match self.source {
            Source::Archive(_) => Holder::Archive,
            Source::Folder(_) => Holder::Folder,
            Source::ConfigJson(_) => Holder::File,
        };
        let (path, layout) = (self.source.path().to_owned(), self.listing.layout.clone());
        (!parts.is_empty()).then_some(Taken { kind, path, holder, layout, parts })
    }

    fn named_parts(&self) -> impl Iterator<Item = (Part, String)> + '_ {
        self.listing.parts.iter().map(|part| (*part, self.source.path().display().to_string()))
    }
}

/// Whether the configuration is in the database.
fn has_configuration(summary: &DumpSummary) -> bool {
    summary.tables().iter().any(|it| it.rows > 0 && it.table.rsplit('.').next() == Some("configurations"))
}

/// Reads a dump to its end, and looks for every attachment among `files`.
pub(super) fn scan(
    (path, programs): (&Path, Option<&Path>),
    files: Option<&FileIndex>,
    progress: &Progress,
) -> Result<(DumpSummary, FileFacts, AttachmentsFound), BackupError> {
    let mut scanner = DumpScanner::default();
    let mut found = AttachmentsFound::default();
    let facts = read_dump(path, programs, |piece| {
        progress.add(piece.len() as u64);
        scanner.scan(piece, |attachment| {
            found.rows += 1;
            if files.is_some_and(|files| !files.has(&attachment)) {
                found.missing += 1;
                if found.names.len() < KEPT_NAMES {
                    found.names.push(attachment.path);
                }
            }
        });
        Ok(())
    })?;
    Ok((scanner.finish(), facts, found))
}
