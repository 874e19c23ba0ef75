//! Checking everything before anything is touched: the backup, and the machine it goes to.

use std::path::Path;

use gitlab_mattermost_core::backup::restore::{NewDatabase, Source, Taken};
use gitlab_mattermost_core::backup::verification::listed;
use gitlab_mattermost_core::backup::{
    Account, ArtefactKind, CheckId, DumpSummary, Installation, Limits, Part, Stamp, shell,
};
use serde::Deserialize;

use super::{Choices, Prepared, RestorePlan, settings};
use crate::backup::error::BackupError;
use crate::backup::folder::{self, Folder, Kind};
use crate::backup::progress::Progress;
use crate::backup::set::BackupSet;
use crate::backup::sql::Sql;
use crate::backup::verify::{Proof, prove};
use crate::backup::{account, process};

/// The role that the Linux package gives the database to.
const ROLE: &str = "gitlab_mattermost";

#[derive(Debug, Deserialize)]
struct Current {
    owner: String,
    encoding: String,
    collate: String,
    ctype: String,
}

/// Checks the backup as a whole and the machine, and plans the restore.
///
/// # Errors
/// The backup is not whole, or the machine cannot take it; nothing was touched.
pub fn plan(
    set: &BackupSet,
    installation: Installation,
    choices: Choices,
    owner: Option<&str>,
    stamp: Stamp,
    accepted: &[CheckId],
    progress: &Progress,
) -> Result<Prepared, BackupError> {
    let current = current_database(&installation)?;
    let account = account(&installation, owner)?;
    let mut proof = prove(set, Limits::default(), progress)?;
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
    let source = Source { dump: set.dump()?.to_owned(), taken };
    let replaces = current.is_some();
    let database = new_database(&installation, current, set);
    owners_are_known(&installation, summary, &database)?;
    let plan = RestorePlan::new(source, installation, choices, database, account, replaces, stamp);
    let plan = RestorePlan { edit: settings.edit.clone(), ..plan };
    places_are_fit(&plan, bytes)?;
    Ok(Prepared { plan, proof, settings })
}

fn current_database(installation: &Installation) -> Result<Option<Current>, BackupError> {
    let query = format!(
        "SELECT json_build_object('owner', pg_get_userbyid(datdba), 'encoding', pg_encoding_to_char(encoding), \
         'collate', datcollate, 'ctype', datctype) FROM pg_database WHERE datname = {}",
        shell::sql_text(&installation.owner.database)
    );
    Ok(Sql::admin(installation).query(&query)?.pop())
}

/// As the database that is replaced; else as the one that was backed up. The role is always Mattermost's own, even if
/// the one before belonged to another, as the documented restore leaves it.
fn new_database(installation: &Installation, current: Option<Current>, set: &BackupSet) -> NewDatabase {
    let backed_up = set.manifest.as_ref().map(|manifest| &manifest.database);
    let owner = installation.owner.role.clone().or_else(|| current.as_ref().map(|it| it.owner.clone()));
    let locale = current
        .map(|it| (it.encoding, it.collate, it.ctype))
        .or_else(|| backed_up.map(|it| (it.encoding.clone(), it.collate.clone(), it.ctype.clone())));
    NewDatabase { owner: owner.unwrap_or_else(|| ROLE.to_owned()), locale }
}

/// Objects are given to the roles that the dump names; loading as another role stops there.
fn owners_are_known(
    installation: &Installation,
    summary: &DumpSummary,
    database: &NewDatabase,
) -> Result<(), BackupError> {
    let strange: Vec<String> = summary.owners.iter().filter(|it| **it != database.owner).cloned().collect();
    if strange.is_empty() {
        return Ok(());
    }
    let names = strange.iter().map(|it| shell::sql_text(it)).collect::<Vec<_>>().join(", ");
    let member = format!(
        "SELECT to_json(rolname) FROM pg_roles WHERE rolname IN ({names}) AND pg_has_role({}, oid, 'MEMBER')",
        shell::sql_text(&database.owner)
    );
    let known: Vec<String> = Sql::admin(installation).query(&member)?;
    let unknown: Vec<String> = strange.into_iter().filter(|it| !known.contains(it)).collect();
    if unknown.is_empty() {
        return Ok(());
    }
    let why = format!(
        "the dump gives its tables to `{}`, which `{}` may not do on this server; restore as that role, or make it one of its members",
        unknown.join("`, `"),
        database.owner
    );
    Err(BackupError::Target { why })
}

/// Commands to psql may run any program; one that can be restricted takes none.
fn psql_is_safe(installation: &Installation, summary: &DumpSummary) -> Result<(), BackupError> {
    if !summary.may_hide_commands || process::knows_restrict(installation)? {
        return Ok(());
    }
    let version = process::version(installation, "psql")?;
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
