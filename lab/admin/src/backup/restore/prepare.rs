//! Checking everything before anything is touched: the backup, and the machine it goes to.

use std::path::Path;

use gitlab_mattermost_core::backup::check::listed;
use gitlab_mattermost_core::backup::journal::{BEFORE, PlaceKind, RESTORED, database_name};
use gitlab_mattermost_core::backup::restore::{Choices, RestorePlan, Source, Taken};
use gitlab_mattermost_core::backup::sql::PROPERTIES;
use gitlab_mattermost_core::backup::{
    Account, ArtefactKind, CheckId, DumpSummary, Installation, Limits, Part, Stamp, shell,
};

use super::new_database::{Current, New};
use super::server::Server;
use super::settings::NewSettings;
use super::{server, settings};
use crate::backup::content::Form;
use crate::backup::error::{BackupError, failed};
use crate::backup::folder::{self, Folder, Kind};
use crate::backup::progress::Progress;
use crate::backup::set::BackupSet;
use crate::backup::sql::Sql;
use crate::backup::verify::{Proof, prove};
use crate::backup::{account, moment, note};

/// A plan, and what is known of the backup and of the machine: all checks have been made.
pub struct Prepared {
    /// What is to be done.
    pub plan: RestorePlan,
    /// What is known of the backup.
    pub(super) proof: Proof,
    pub(super) settings: NewSettings,
    pub(super) server: Server,
    /// What of the backup is not restored, one sentence each.
    pub(super) left_out: Vec<String>,
}

impl Prepared {
    /// What of the backup is not restored, one sentence each.
    pub fn left_out(&self) -> &[String] {
        &self.left_out
    }
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
    let server = server::ask(&installation)?;
    if let Some(why) = server.psql.refusal(summary) {
        return Err(BackupError::Target { why });
    }
    let taken = taken(&installation, choices, &proof)?;
    let settings = settings::prepare(&installation, choices, &proof, progress)?;
    let bytes = proof.archives.iter().map(|it| it.listing.bytes).sum();
    let dump = set.dump.clone();
    let reader = Form::at(&dump).map_err(failed("open", &dump))?.reader().to_owned();
    let source = Source { dump, reader, taken };
    let replaces = current.is_some();
    collations_are_there(&installation, &server, summary)?;
    let stamp = free_stamp(&installation, &server)?;
    let new = New { installation: &installation, server: &server, set, summary, stamp: &stamp };
    let (database, mut left_out) = new.database(current);
    left_out.extend(server.policy.left_out(summary));
    let plan = RestorePlan::new(source, installation, choices, database, account, replaces, stamp);
    let plan = RestorePlan { edit: settings.edit.clone(), ..plan };
    places_are_fit(&plan, bytes)?;
    Ok(Prepared { plan, proof, settings, server, left_out })
}

/// That the server has the orders of texts which the dump goes by, and can make those which it makes.
fn collations_are_there(installation: &Installation, server: &Server, dump: &DumpSummary) -> Result<(), BackupError> {
    if let Some(why) = server.policy.refusal(dump) {
        return Err(BackupError::Target { why });
    }
    for made in &dump.section.new_collations {
        match Sql::admin(installation).execute(&made.name, &made.probe()) {
            Err(BackupError::Program { said, .. }) => {
                let why = format!(
                    "this server cannot make the collation `{}` of the dump ({said}); install its locale, or ICU, and start the \
                     restore again",
                    made.name
                );
                return Err(BackupError::Target { why });
            }
            other => other?,
        }
    }
    Ok(())
}

/// A moment whose names no restore has taken, be it one that was typed by hand and noted nothing down.
fn free_stamp(installation: &Installation, server: &Server) -> Result<Stamp, BackupError> {
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

/// What is taken out of what, in the order of the kinds.
fn taken(installation: &Installation, choices: Choices, proof: &Proof) -> Result<Vec<Taken>, BackupError> {
    let mut all = Vec::new();
    for kind in ArtefactKind::ALL.into_iter().filter(|kind| *kind != ArtefactKind::Database) {
        let of_kind: Vec<Taken> = proof.archives.iter().filter_map(|it| it.taken(kind)).collect();
        let found: Vec<Part> = of_kind.iter().flat_map(|it| it.parts.clone()).collect();
        let found = (!of_kind.is_empty()).then_some(found.as_slice());
        let refused = |why| BackupError::Target { why };
        let wanted = choices.wanted_parts(kind, installation, found).map_err(refused)?;
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
    account::receiver(known)
}

/// Whether there is room for what is made beside the old parts, and whether those are what they have to be.
fn places_are_fit(plan: &RestorePlan, bytes: u64) -> Result<(), BackupError> {
    for moved in &plan.journal.moved {
        let above = Folder::open(moved.scratch.parent().unwrap_or(Path::new("/")))?;
        let found = folder::look(&moved.place)?.map(|found| match found.kind {
            Kind::File => PlaceKind::File,
            Kind::Folder => PlaceKind::Folder,
            Kind::Link | Kind::Other(_) => PlaceKind::Other,
        });
        if let Some(why) = moved.refusal(found, above.free_bytes()?, bytes) {
            return Err(BackupError::Target { why });
        }
    }
    Ok(())
}
