//! Checking everything before anything is touched: the backup, and the machine it goes to.

use std::path::Path;

use gitlab_mattermost_core::backup::journal::{BEFORE, RESTORED, database_name};
use gitlab_mattermost_core::backup::restore::{Source, Taken};
use gitlab_mattermost_core::backup::sql::PROPERTIES;
use gitlab_mattermost_core::backup::verification::listed;
use gitlab_mattermost_core::backup::{
    Account, ArtefactKind, CheckId, DumpSummary, Installation, Limits, Part, Stamp, shell,
};

use super::new_database::{Current, New};
use super::{Choices, Prepared, RestorePlan, note, server, settings};
use crate::backup::content::Form;
use crate::backup::error::{BackupError, failed};
use crate::backup::folder::{self, Folder, Kind};
use crate::backup::progress::Progress;
use crate::backup::set::BackupSet;
use crate::backup::sql::Sql;
use crate::backup::verify::{Proof, prove};
use crate::backup::{account, moment, process};

/// The first psql that reads a function's body which is not in quotes.
const KNOWS_BODIES: u32 = 14;

/// Checks the backup as a whole and the machine, and plans the restore.
///
/// # Errors
/// The backup is not whole, or the machine cannot take it; nothing was touched.
pub fn plan(
    set: &BackupSet,
    installation: Installation,
    choices: Choices,
    owner: Option<&str>,
    accepted: &[CheckId],
    progress: &Progress,
) -> Result<Prepared, BackupError> {
    let current = current_database(&installation)?;
    let account = account(&installation, owner)?;
    let mut proof = prove(set, Some(&installation.programs), Limits::default(), progress)?;
    accepted.iter().for_each(|id| proof.verification.accept(*id));
    let failures: Vec<String> = proof.verification.failures().map(|check| check.detail.clone()).collect();
    if !failures.is_empty() {
        return Err(BackupError::NotWhole { complaints: listed(&failures) });
    }
    let (summary, _) = proof.dump.as_ref().ok_or(BackupError::OurBug)?;
    psql_is_safe(&installation, summary)?;
    let taken = taken(&installation, choices, &proof)?;
    let settings = settings::prepare(&installation, choices, &proof, progress)?;
    let bytes = proof.archives.iter().map(|it| it.listing.bytes).sum();
    let dump = set.dump()?.to_owned();
    let reader = Form::at(&dump).map_err(failed("open", &dump))?.reader().to_owned();
    let source = Source { dump, reader, taken };
    let replaces = current.is_some();
    let server = server::ask(&installation)?;
    let stamp = free_stamp(&installation, &server)?;
    let new = New { installation: &installation, server: &server, set, summary, stamp: &stamp };
    let (database, mut left_out) = new.database(current);
    left_out.extend(server.policy.left_out(summary));
    let plan = RestorePlan::new(source, installation, choices, database, account, replaces, stamp);
    let plan = RestorePlan { edit: settings.edit.clone(), ..plan };
    places_are_fit(&plan, bytes)?;
    Ok(Prepared { plan, proof, settings, server, left_out })
}

/// A moment whose names no restore has taken, be it one that was typed by hand and noted nothing down.
fn free_stamp(installation: &Installation, server: &server::Server) -> Result<Stamp, BackupError> {
    let name = &installation.owner.database;
    moment::free(|stamp| {
        let made = [RESTORED, BEFORE].map(|purpose| database_name(name, purpose, stamp));
        Ok(made.iter().any(|it| server.has_database(it)) || note::is_taken(installation, stamp)?)
    })
}

fn current_database(installation: &Installation) -> Result<Option<Current>, BackupError> {
    let query = format!(
        "SELECT json_build_object('owner', pg_get_userbyid(datdba), 'encoding', pg_encoding_to_char(encoding), \
         'collate', datcollate, 'ctype', datctype, 'properties', {PROPERTIES}) FROM pg_database d WHERE datname = {}",
        shell::sql_text(&installation.owner.database)
    );
    Ok(Sql::admin(installation).query(&query)?.pop())
}

/// Commands to psql may run any program; one that can be restricted takes none.
fn psql_is_safe(installation: &Installation, summary: &DumpSummary) -> Result<(), BackupError> {
    let version = process::version(installation, "psql")?;
    let psql = installation.programs.join("psql");
    if summary.has_bodies && process::major_version(&psql)? < KNOWS_BODIES {
        let why =
            format!("this dump has functions whose bodies psql {version} cannot read; use psql 14 or a later one");
        return Err(BackupError::Target { why });
    }
    if !summary.may_hide_commands || process::knows_restrict(installation)? {
        return Ok(());
    }
    let why = format!(
        "this dump has statements that could make psql {version} run programs; use psql 13.22, 14.19, 15.14, 16.10, 17.6 or a \
         later one, which can be told to take nothing but SQL"
    );
    Err(BackupError::Target { why })
}

/// What is taken out of what, in the order of the kinds.
fn taken(installation: &Installation, choices: Choices, proof: &Proof) -> Result<Vec<Taken>, BackupError> {
    let mut all = Vec::new();
    for kind in ArtefactKind::ALL.into_iter().filter(|kind| *kind != ArtefactKind::Database) {
        let of_kind: Vec<Taken> = proof.archives.iter().filter_map(|it| it.taken(kind)).collect();
        let found: Vec<Part> = of_kind.iter().flat_map(|it| it.parts.clone()).collect();
        let found = (!of_kind.is_empty()).then_some(found.as_slice());
        let wanted = settings::wanted_parts(kind, installation, choices, found)?;
        if let (true, Some(place)) = (wanted.contains(&Part::Env), installation.part(Part::Env)) {
            settings::owner_of(place)?;
        }
        for mut taken in of_kind {
            taken.parts.retain(|part| wanted.contains(part));
            all.extend((!taken.parts.is_empty()).then_some(taken));
        }
    }
    Ok(all)
}

/// Whom restored files belong to: whom they belong to now. `None` if this process can only make files of its own.
fn account(installation: &Installation, asked: Option<&str>) -> Result<Option<Account>, BackupError> {
    let known = match asked {
        Some(name) => account::named(name)?,
        None => {
            let mut found = None;
            for place in [&installation.config_json, &installation.data, &installation.home] {
                found = found.map_or_else(|| folder::look(place), |it| Ok(Some(it)))?;
            }
            let missing = || format!("there is no folder `{}`", installation.home.display());
            account::of(&found.ok_or_else(|| BackupError::Target { why: missing() })?)
        }
    };
    whose(known)
}

/// Whom files are handed over to so that they are this account's: nobody, if what we make is its own.
pub(super) fn whose(known: Account) -> Result<Option<Account>, BackupError> {
    if account::is_root() {
        return Ok(Some(known));
    }
    if known.uid == nix::unistd::geteuid().as_raw() {
        return Ok(None);
    }
    Err(BackupError::Target { why: format!("files of `{}` can be made by that user or by root alone", known.user) })
}

/// Whether there is room for what is made beside the old parts, and whether those are what they have to be.
fn places_are_fit(plan: &RestorePlan, bytes: u64) -> Result<(), BackupError> {
    for moved in &plan.journal.moved {
        let above = Folder::open(moved.scratch.parent().unwrap_or(Path::new("/")))?;
        let kind = folder::look(&moved.place)?.map(|found| found.kind);
        let expected = if moved.part.is_file() { Kind::File } else { Kind::Folder };
        if kind.is_some_and(|kind| kind != expected) {
            let what = if moved.part.is_file() { "a file" } else { "a folder" };
            let why = format!("`{}` is not {what}", moved.place.display());
            return Err(BackupError::Target { why });
        }
        let free = above.free_bytes()?;
        if free < bytes {
            let why = format!("`{}` has {free} free bytes, the files need {bytes}", above.path().display());
            return Err(BackupError::Target { why });
        }
    }
    Ok(())
}
