//! Proving a backup: everything in it is read to its end once.

use std::path::Path;

use gitlab_mattermost_core::backup::create::{kind_of, parts_of};
use gitlab_mattermost_core::backup::journal::database_name;
use gitlab_mattermost_core::backup::restore::{Holder, Taken};
use gitlab_mattermost_core::backup::verification::{
    PartsFound, judge_attachments, judge_checksums, judge_config, judge_dump, judge_moment, judge_parts,
    judge_signature, listed,
};
use gitlab_mattermost_core::backup::{
    ArtefactKind, Check, CheckId, DumpScanner, DumpSummary, FileIndex, Installation, Layout, Limits, Part,
    Verification, shell,
};

use super::content::{Form, read_dump};
use super::error::BackupError;
use super::gzip::FileFacts;
use super::listing::{self, Listing, Nowhere, Source};
use super::progress::Progress;
use super::restore::{Loading, ask_server, compare_rows, drop_database};
use super::set::BackupSet;
use super::sql::Sql;

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

/// The same, with what a restore has to know.
pub(super) fn prove(
    set: &BackupSet,
    programs: Option<&Path>,
    limits: Limits,
    progress: &Progress,
) -> Result<Proof, BackupError> {
    let manifest = set.manifest.as_ref();
    let signature = judge_signature(manifest, set.signed_with.as_deref());
    let manifested = match manifest {
        Some(manifest) => Check::passed(CheckId::Manifest, format!("made by {}", manifest.program)),
        None => Check::not_made(CheckId::Manifest, "there is none: the backup was made by other commands"),
    };
    let mut checks = vec![signature, manifested];
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
            Err(error @ BackupError::Refused { .. }) => {
                refused.push(gitlab_mattermost_ground::error_chain::chain(&error))
            }
            Err(error) => unreadable.push(gitlab_mattermost_ground::error_chain::chain(&error)),
        }
    }
    let files = archives.iter().find(|it| it.listing.parts.contains(&Part::Data)).map(|it| &it.listing.files);
    let files_in_s3 = archives.iter().any(|it| it.listing.is_s3());
    let (dump, attachments) = match scan((set.dump()?, programs), files, manifest, progress) {
        Ok((summary, facts, check)) => {
            sums.push((ArtefactKind::Database, facts.size, facts.sha256.clone()));
            let form = Form::at(set.dump()?).map_or("", Form::name);
            checks.push(Check::passed(CheckId::DumpReadable, format!("{form}, {} bytes of SQL", facts.content_size)));
            checks.extend(judge_dump(&summary, manifest));
            (Some((summary, facts)), check)
        }
        Err(error) => {
            checks.push(Check::failed(CheckId::DumpReadable, gitlab_mattermost_ground::error_chain::chain(&error)));
            (None, Check::not_made(CheckId::Attachments, "the dump cannot be read"))
        }
    };
    let attachments = match files_in_s3 {
        true => Check::not_made(CheckId::Attachments, "users' files are kept in S3, which is not in the backup"),
        false => attachments,
    };
    let found = PartsFound {
        parts: archives.iter().flat_map(Archive::named_parts).collect(),
        any_given: !set.sources.is_empty(),
        config_in_database: dump.as_ref().is_some_and(|(summary, _)| has_configuration(summary)),
        files_in_s3,
        without_parts: archives
            .iter()
            .filter(|it| set.named && it.listing.parts.is_empty())
            .map(|it| it.source.path().display().to_string())
            .collect(),
    };
    let config = archives.iter().find_map(|it| it.listing.config.as_ref());
    let entries = archives.iter().map(|it| it.listing.entries).sum();
    checks.push(Check::of(CheckId::ArchiveReadable, &unreadable, format!("{entries} files and folders")));
    checks.push(Check::of(CheckId::ArchiveSafe, &refused, "nothing in them leads elsewhere"));
    checks.push(judge_parts(&found));
    checks.push(judge_config(config));
    checks.push(attachments);
    checks.push(judge_moment(manifest, set.days.as_ref().map(|(dump, files)| (dump.as_str(), files.as_str()))));
    checks.insert(2, judge_checksums(manifest, &sums));
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

/// Loads the dump into a database of its own, compares the rows, and removes it again.
///
/// # Errors
/// The database cannot be made or removed. That the dump does not load is no error but a failed check.
pub fn trial_restore(
    set: &BackupSet,
    verification: &mut Verification,
    installation: &Installation,
    stamp: &gitlab_mattermost_core::backup::Stamp,
    progress: &Progress,
) -> Result<(), BackupError> {
    let id = CheckId::TrialRestore;
    let failures: Vec<String> = verification.failures().map(|check| check.detail.clone()).collect();
    if !failures.is_empty() {
        verification.checks.push(Check::not_made(id, format!("the backup is not whole: {}", listed(&failures))));
        return Ok(());
    }
    let (summary, facts, _) = scan((set.dump()?, Some(&installation.programs)), None, None, progress)?;
    let scratch = database_name(&installation.owner.database, "trial", stamp);
    let owner = installation.owner.role.as_deref().unwrap_or("gitlab_mattermost");
    let create =
        format!("CREATE DATABASE {} OWNER {} TEMPLATE template0", shell::sql_name(&scratch), shell::sql_name(owner));
    Sql::admin(installation).execute(&scratch, &create)?;
    let known = (summary, facts);
    let server = ask_server(installation)?;
    let tried = Loading { installation, database: &scratch, dump: set.dump()?, server: &server, known: &known }
        .carry_out(progress)
        .and_then(|()| compare_rows(installation, &scratch, &known.0));
    drop_database(installation, &scratch)?;
    verification.checks.push(match tried {
        Ok(()) => Check::passed(id, format!("{} rows in {} tables", known.0.rows(), known.0.tables().len())),
        Err(error) => Check::failed(id, gitlab_mattermost_ground::error_chain::chain(&error)),
    });
    Ok(())
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
    manifest: Option<&gitlab_mattermost_core::backup::Manifest>,
    progress: &Progress,
) -> Result<(DumpSummary, FileFacts, Check), BackupError> {
    let mut scanner = DumpScanner::default();
    let (mut rows, mut missing_count, mut missing) = (0, 0, Vec::new());
    let facts = read_dump(path, programs, |piece| {
        progress.add(piece.len() as u64);
        scanner.scan(piece, |attachment| {
            rows += 1;
            if files.is_some_and(|files| !files.has(&attachment)) {
                missing_count += 1;
                if missing.len() < KEPT_NAMES {
                    missing.push(attachment.path);
                }
            }
        });
        Ok(())
    })?;
    let summary = scanner.finish();
    let check = match files {
        Some(_) => judge_attachments(&summary, rows, &missing, missing_count, manifest),
        None => Check::not_made(CheckId::Attachments, "there are no files to look for them among"),
    };
    Ok((summary, facts, check))
}
