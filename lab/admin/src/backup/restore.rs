//! Putting a backup back: carries out a [`RestorePlan`], step by step, and undoes it if a step fails.

mod database;
mod folders;
mod forget;
mod load;
mod loader;
mod new_database;
mod prepare;
mod recover;
mod server;
mod settings;

use std::path::{Path, PathBuf};

use gitlab_mattermost_core::backup::restore::{RestoreTask, Taken, close_statement, swap_statements};
use gitlab_mattermost_core::backup::{ArtefactKind, Check, Journal, Part, Recovery, Stage};
use serde::Serialize;

use super::error::BackupError;
use super::folder::{self, Folder};
use super::lock::Lock;
use super::progress::Progress;
use super::sql::Sql;
use super::unpack::Unpacking;
use super::{crash, listing, note, process};

pub(super) use database::{compare_rows, drop_database};
pub use forget::{Forgotten, forget};
pub use gitlab_mattermost_core::backup::restore::Choices;
pub(super) use load::Loading;
pub use prepare::{Prepared, plan};
pub use recover::{Recovered, recover};
pub(super) use server::ask as ask_server;

/// A backup that was put back.
#[derive(Debug, Serialize)]
pub struct Restored {
    /// Mattermost's database.
    pub database: String,
    /// What the database before is called now.
    pub kept_database: Option<String>,
    /// Where the folders before are kept.
    pub kept_folders: Vec<PathBuf>,
    /// Rows that were restored and compared.
    pub rows: u64,
    /// Tables that they are in.
    pub tables: usize,
    /// Files and folders that were restored.
    pub entries: u64,
    /// What was found wrong with the backup and accepted.
    pub accepted: Vec<Check>,
    /// What is left to be done by a person.
    pub notes: Vec<String>,
}

/// Puts the backup back.
///
/// # Errors
/// A step failed. Then the old state is in place, unless the error says that undoing failed too.
pub fn restore(prepared: &Prepared, progress: &Progress) -> Result<Restored, BackupError> {
    let installation = &prepared.plan.installation;
    let _lock = Lock::take(&Folder::open(&installation.home)?)?;
    if let Some(journal) = note::unfinished(installation)? {
        return Err(BackupError::Unfinished { stamp: journal.stamp.as_str().to_owned() });
    }
    let mut restoring = Restoring { prepared, journal: prepared.plan.journal.clone(), progress };
    crash::boundary();
    for task in &prepared.plan.tasks {
        if let Err(error) = restoring.carry_out(*task) {
            progress.finish();
            return Err(restoring.fail(*task, error));
        }
        crash::boundary();
    }
    progress.finish();
    Ok(restoring.restored())
}

struct Restoring<'a> {
    prepared: &'a Prepared,
    journal: Journal,
    progress: &'a Progress,
}

impl Restoring<'_> {
    fn carry_out(&mut self, task: RestoreTask) -> Result<(), BackupError> {
        let plan = &self.prepared.plan;
        let installation = &plan.installation;
        let (admin, attempt) = (Sql::admin(installation), self.journal.scratch.as_str());
        match task {
            // Done when the plan was made: there is no plan for a backup that is not whole.
            RestoreTask::Check => Ok(()),
            RestoreTask::Begin => note::begin(installation, &self.journal),
            RestoreTask::CreateDatabase => admin.execute(attempt, &plan.create_statement()),
            RestoreTask::Load => {
                let known = self.dump()?;
                self.progress.begin("restoring", known.1.content_size);
                let (database, dump) = (self.journal.scratch.as_str(), plan.source.dump.as_path());
                Loading { installation, database, dump, server: &self.prepared.server, known }.carry_out(self.progress)
            }
            RestoreTask::CompareRows => compare_rows(installation, &self.journal.scratch, &self.dump()?.0),
            RestoreTask::SetUpDatabase => {
                let carrying = &plan.database.carrying;
                let inside = Sql { database: &self.journal.scratch, ..admin };
                let sent = [(admin, &carrying.statements), (inside, &carrying.inside)];
                let mut sent = sent.into_iter().filter(|(_, statements)| !statements.is_empty());
                sent.try_for_each(|(sql, statements)| sql.execute(attempt, &statements.join("; ")))
            }
            RestoreTask::Unpack(kind) => self.unpack(kind),
            RestoreTask::Stop => {
                self.journal.stopped = true;
                note::update(installation, &self.journal)?;
                crash::boundary();
                installation.stop.as_deref().map_or(Ok(()), process::shell)
            }
            RestoreTask::CloseDatabase => {
                admin.execute(attempt, &close_statement(&self.journal.database))?;
                crash::boundary();
                database::clear_out(installation, &self.journal.database, plan.choices.terminate)
            }
            RestoreTask::Ready => {
                self.journal.stage = Stage::Swapping;
                note::update(installation, &self.journal)
            }
            RestoreTask::SwapDatabases => admin.execute(attempt, &swap_statements(&self.journal)),
            RestoreTask::SwapFolders => folders::swap(&self.journal),
            RestoreTask::Start => installation.start.as_deref().map_or(Ok(()), process::shell),
            RestoreTask::Finish => {
                self.journal.stage = Stage::Finished;
                note::update(installation, &self.journal)
            }
            RestoreTask::Forget => forget::forget_one(installation, &self.journal),
        }
    }

    fn dump(&self) -> Result<&(gitlab_mattermost_core::backup::DumpSummary, super::gzip::FileFacts), BackupError> {
        self.prepared.proof.dump.as_ref().ok_or(BackupError::OurBug)
    }

    fn unpack(&self, kind: ArtefactKind) -> Result<(), BackupError> {
        let plan = &self.prepared.plan;
        for taken in plan.taken(kind) {
            self.unpack_from(taken)?;
        }
        let parts: Vec<Part> = plan.taken(kind).flat_map(|it| it.parts.clone()).collect();
        let moved: Vec<_> = self.journal.moved.iter().filter(|it| parts.contains(&it.part)).collect();
        if matches!(kind, ArtefactKind::Settings | ArtefactKind::Secrets) {
            self.prepared.settings.write(&moved)?;
        }
        let above = moved.iter().filter_map(|it| it.scratch.parent());
        above.map(Folder::open).try_for_each(|folder| folder?.sync_file_system())
    }

    fn unpack_from(&self, taken: &Taken) -> Result<(), BackupError> {
        let plan = &self.prepared.plan;
        let known = self.prepared.proof.archives.iter().find(|it| it.source.path() == taken.path);
        let known = known.ok_or(BackupError::OurBug)?;
        let moved: Vec<_> = self.journal.moved.iter().filter(|it| taken.parts.contains(&it.part)).collect();
        // Files that are GitLab's, too, are not those of the archive.
        let unpacked = moved.iter().filter(|it| !matches!(it.part, Part::GitlabRb | Part::Secrets));
        let places = unpacked.map(|it| (it.part, it.scratch.as_path())).collect::<Vec<_>>();
        let listing = &known.listing;
        self.progress.begin("unpacking", listing.facts.content_size);
        let account = match moved.iter().find(|it| it.part == Part::Env) {
            Some(env) => settings::owner_of(&env.place)?,
            None => plan.account.clone(),
        };
        let mut unpacking = Unpacking::new(&places, account.as_ref())?;
        let found = listing::read(&known.source, &listing.layout, listing.limits(), self.progress, &mut unpacking)?;
        if found.facts != listing.facts {
            return Err(BackupError::NotWhole {
                complaints: format!("`{}` changed since it was checked", taken.path.display()),
            });
        }
        unpacking.finish()
    }

    /// Undoes what was done, or, if the new state counts already, tells how to go on.
    fn fail(&mut self, task: RestoreTask, error: BackupError) -> BackupError {
        let installation = &self.prepared.plan.installation;
        let undone = match task {
            RestoreTask::Check | RestoreTask::Forget => return error,
            // Somebody else's note: theirs to undo.
            RestoreTask::Begin => return error,
            _ => recover::undo_unless_committed(installation, &self.journal),
        };
        match undone {
            Ok(Recovery::Undo | Recovery::Nothing) => error,
            Ok(Recovery::Complete) => BackupError::NotUndone {
                first: gitlab_mattermost_ground::error_chain::chain(&error),
                source: Box::new(BackupError::Committed),
            },
            Err(source) => BackupError::NotUndone {
                first: gitlab_mattermost_ground::error_chain::chain(&error),
                source: Box::new(source),
            },
        }
    }

    fn restored(&self) -> Restored {
        let (plan, proof) = (&self.prepared.plan, &self.prepared.proof);
        let kept = !plan.choices.drop_old;
        let parts: Vec<_> = self.journal.moved.iter().map(|it| it.part).collect();
        let mut notes = proof.verification.notes.clone();
        notes.extend(self.prepared.left_out.iter().map(|it| format!("not restored: {it}")));
        for part in Part::HOME.into_iter().filter(|part| !parts.contains(part)) {
            notes.push(format!("`{}` is not in the backup; the one that was there stays", part.name()));
        }
        let written =
            proof.archives.iter().filter_map(|it| it.listing.config.as_ref()?.as_ref().ok()?.directory.clone());
        for folder in written.filter(|it| it.starts_with('/') && plan.installation.data.as_path() != Path::new(it)) {
            let data = plan.installation.data.display();
            notes.push(format!(
                "the restored config.json keeps users' files in `{folder}`; they were restored to `{data}`"
            ));
        }
        if plan.installation.stop.is_none() {
            notes.push("start Mattermost again: it reads config.json and its database when it starts".to_owned());
        }
        notes.push(if !plan.choices.settings {
            "settings that come by environment were not put back; `--settings` does that, into gitlab.rb and the env \
             directory"
                .to_owned()
        } else if parts.contains(&Part::GitlabRb) {
            "run `gitlab-ctl reconfigure`: gitlab.rb was changed, and it makes the env directory from that".to_owned()
        } else {
            "gitlab.rb, which the package makes the env directory from, was not changed".to_owned()
        });
        Restored {
            database: self.journal.database.clone(),
            kept_database: self.journal.old.clone().filter(|_| kept),
            kept_folders: self
                .journal
                .moved
                .iter()
                .map(|it| it.old.clone())
                .filter(|it| folder::exists(it).unwrap_or(true))
                .collect(),
            rows: proof.verification.rows,
            tables: proof.dump.as_ref().map_or(0, |(summary, _)| summary.tables().len()),
            entries: proof.verification.entries,
            accepted: proof.verification.accepted().cloned().collect(),
            notes,
        }
    }
}
