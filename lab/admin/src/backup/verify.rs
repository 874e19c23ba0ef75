//! Proving a backup: everything in it is read to its end once.

use std::path::Path;

use gitlab_mattermost_core::backup::create::parts_of;
use gitlab_mattermost_core::backup::journal::database_name;
use gitlab_mattermost_core::backup::verification::{
    judge_attachments, judge_checksums, judge_dump, judge_moment, listed,
};
use gitlab_mattermost_core::backup::{
    ArtefactKind, Check, CheckId, DumpScanner, DumpSummary, FileIndex, Installation, Limits, Part, Verification, shell,
};

use super::content::{Form, read_dump};
use super::error::{BackupError, failed};
use super::gzip::{FileFacts, GzipReader};
use super::progress::Progress;
use super::restore::{Loading, ask_server, compare_rows, drop_database};
use super::set::BackupSet;
use super::sql::Sql;
use super::unpack::{Listing, Nowhere, read_archive};
use gitlab_mattermost_ground::named_file;

/// How many names of missing files are kept.
const KEPT_NAMES: usize = 20;

/// What is known of a backup after all of it was read.
pub(super) struct Proof {
    pub(super) verification: Verification,
    /// What the dump is, if it could be read.
    pub(super) dump: Option<(DumpSummary, FileFacts)>,
    /// The archives that could be read, with what is in them.
    pub(super) archives: Vec<(ArtefactKind, Listing)>,
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
    let mut checks = vec![match manifest {
        Some(manifest) => Check::passed(CheckId::Manifest, format!("made by {}", manifest.program)),
        None => Check::not_made(CheckId::Manifest, "there is none: the backup was made by other commands"),
    }];
    let content = manifest.map_or(0, |it| it.artefacts.iter().map(|artefact| artefact.content_size).sum());
    progress.begin("checking", content);
    let (mut sums, mut archives, mut unreadable, mut refused) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (kind, path) in set.files.iter().filter(|(kind, _)| *kind != ArtefactKind::Database) {
        match list(*kind, path, limits, progress) {
            Ok(Some(listing)) => {
                sums.push((*kind, listing.facts.size, listing.facts.sha256.clone()));
                archives.push((*kind, listing));
            }
            Ok(None) => sums.push(summed(*kind, path, progress)?),
            Err(error @ BackupError::Refused { .. }) => {
                refused.push(gitlab_mattermost_ground::error_chain::chain(&error))
            }
            Err(error) => unreadable.push(gitlab_mattermost_ground::error_chain::chain(&error)),
        }
    }
    let files = archives.iter().find(|(kind, _)| *kind == ArtefactKind::Files).map(|(_, listing)| &listing.files);
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
    let entries = archives.iter().map(|(_, listing)| listing.entries).sum();
    checks.push(Check::of(CheckId::ArchiveReadable, &unreadable, format!("{entries} files and folders")));
    checks.push(Check::of(CheckId::ArchiveSafe, &refused, "nothing in them leads elsewhere"));
    checks.push(parts_there(&archives));
    checks.push(attachments);
    checks.push(judge_moment(manifest, set.days.as_ref().map(|(dump, files)| (dump.as_str(), files.as_str()))));
    checks.insert(1, judge_checksums(manifest, &sums));
    let verification = Verification {
        backup: set.name.display().to_string(),
        has_manifest: manifest.is_some(),
        checks,
        rows: dump.as_ref().map_or(0, |(summary, _)| summary.rows()),
        entries,
        content_bytes: dump.as_ref().map_or(0, |(_, facts)| facts.content_size)
            + archives.iter().map(|(_, listing)| listing.facts.content_size).sum::<u64>(),
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

/// What an archive holds; `None` for those that are no part of Mattermost's folders.
fn list(kind: ArtefactKind, path: &Path, limits: Limits, progress: &Progress) -> Result<Option<Listing>, BackupError> {
    match parts_of(kind) {
        [] => Ok(None),
        parts => read_archive(path, parts, limits, progress, &mut Nowhere).map(Some),
    }
}

fn parts_there(archives: &[(ArtefactKind, Listing)]) -> Check {
    let found: Vec<Part> = archives.iter().flat_map(|(_, listing)| listing.parts.iter().copied()).collect();
    let missing = [Part::Data, Part::ConfigJson].into_iter().filter(|part| !found.contains(part));
    let complaints: Vec<String> = missing.map(|part| format!("`{}` is in no archive", part.name())).collect();
    let plugins = if found.contains(&Part::Plugins) { "" } else { "; plugins are not in the backup (P22)" };
    Check::of(CheckId::Parts, &complaints, format!("{} parts{plugins}", found.len()))
}

fn summed(kind: ArtefactKind, path: &Path, progress: &Progress) -> Result<(ArtefactKind, u64, String), BackupError> {
    let mut reader = GzipReader::new(named_file::open(path).map_err(failed("open", path))?);
    // A file that cannot be read has no sum that could be right.
    let facts = loop {
        match reader.next_piece().map(<[u8]>::len) {
            Ok(0) => break reader.finish(),
            Ok(count) => progress.add(count as u64),
            Err(error) => break Err(error),
        }
    };
    Ok(facts.map_or_else(|_| (kind, 0, String::new()), |facts| (kind, facts.size, facts.sha256)))
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
        None => Check::not_made(CheckId::Attachments, "the archive of the files cannot be read"),
    };
    Ok((summary, facts, check))
}
