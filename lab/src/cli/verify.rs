//! `mattermost-lab verify`: whether a backup is whole.

use std::fmt::Write as _;
use std::path::PathBuf;

use gitlab_mattermost_core::backup::{CheckId, Outcome, Verification};
use gitlab_mattermost_core::gitlab_rb;

use super::installation::{Accepted, Format, Where, WhereSettings, ended, print_notes};
use super::output::{as_json, told};
use super::surroundings::Surroundings;
use gitlab_mattermost_ground::exit::Exit;
use gitlab_mattermost_ground::visible::one_line;
use mattermost_admin::backup::{BackupError, BackupSet, Progress, VerifyingKey, locate, trial_restore, verify};

/// Prove a backup: everything in it is read to its end and compared
///
/// Works on backups of the document's commands too, and says what cannot be checked of them. Without `--key` it finds damage,
/// not somebody who could rewrite the manifest, too. Exits with 1 if the backup is not whole.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("which").args(["folder", "dump"]).required(true))]
#[command(after_help = "Examples:
  mattermost-lab verify /var/backups/mattermost_backup_2021-08-05-14-30-00
  mattermost-lab verify /var/backups/mattermost_backup_2021-08-05-14-30-00 --trial-restore
  mattermost-lab verify /var/backups/mattermost_backup_2021-08-05-14-30-00 --key minisign.pub")]
pub struct Arguments {
    #[command(flatten)]
    backup: Backup,
    /// Load the dump into a database of its own, compare the rows, and remove it again
    #[arg(long)]
    trial_restore: bool,
    /// What to print
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    #[command(flatten)]
    settings: WhereSettings,
    #[command(flatten)]
    place: Where,
    #[command(flatten)]
    surroundings: Surroundings,
}

/// Which backup is meant.
#[derive(Debug, clap::Args)]
pub(super) struct Backup {
    /// The folder of the backup, or one archive that holds all of it
    #[arg(value_name = "BACKUP")]
    folder: Option<PathBuf>,
    /// The dump, of a backup that others made
    #[arg(long, value_name = "FILE")]
    dump: Option<PathBuf>,
    /// What belongs to it: archives, folders, a config.json; without, the database alone is meant
    #[arg(long, value_name = "PATH", requires = "dump", num_args = 1..)]
    files: Vec<PathBuf>,
    /// Take only a backup that is signed with this public key of minisign's, and look at nothing else of another one
    #[arg(long, value_name = "FILE", conflicts_with = "dump")]
    key: Option<PathBuf>,
    #[command(flatten)]
    accepted: Accepted,
}

impl Backup {
    /// The files of the backup.
    pub(super) fn open(&self) -> Result<BackupSet, BackupError> {
        match (&self.folder, &self.dump) {
            (Some(folder), _) => match &self.key {
                Some(key) => BackupSet::open_signed(folder, &VerifyingKey::read(key)?),
                None => BackupSet::open(folder),
            },
            (None, Some(dump)) => BackupSet::of_files(dump, &self.files),
            // The command line lets nobody through with less.
            (None, None) => Err(BackupError::OurBug),
        }
    }

    /// The checks whose findings are accepted.
    pub(super) fn accepted(&self) -> Vec<CheckId> {
        self.accepted.ids()
    }
}

/// Runs the subcommand.
pub fn run(arguments: &Arguments) -> Exit {
    let surroundings = match arguments.surroundings.read() {
        Ok(known) => known,
        Err(error) => {
            super::complain(&error);
            return Exit::Usage;
        }
    };
    match arguments.carry_out(surroundings) {
        Ok(verification) => arguments.show(&verification),
        Err(error) => ended(&error),
    }
}

impl Arguments {
    fn carry_out(&self, surroundings: gitlab_rb::Surroundings) -> Result<Verification, BackupError> {
        let set = self.backup.open()?;
        let progress = Progress::new(true);
        let mut verification = verify(&set, &progress)?;
        self.backup.accepted().into_iter().for_each(|id| verification.accept(id));
        if self.trial_restore {
            let mut asked = self.place.asked();
            self.settings.add_to(&mut asked);
            asked.surroundings = surroundings;
            let installation = locate::installation(&asked)?;
            trial_restore(&set, &mut verification, &installation, &progress)?;
            progress.finish();
        }
        Ok(verification)
    }

    fn show(&self, verification: &Verification) -> Exit {
        let shown = match self.format {
            Format::Json => as_json(verification),
            Format::Text => {
                print_notes(&verification.notes);
                told(&text(verification))
            }
        };
        if shown == Exit::AsExpected && !verification.is_whole() { Exit::Deviations } else { shown }
    }
}

fn text(verification: &Verification) -> String {
    let mut text = format!("{}\n", verification.backup);
    for check in &verification.checks {
        let outcome = match check.outcome {
            Outcome::Passed => "passed     ",
            Outcome::Failed => "FAILED     ",
            Outcome::Accepted => "accepted   ",
            Outcome::NotChecked => "not checked",
        };
        let id = serde_json::to_value(check.id).ok();
        let id = id.as_ref().and_then(|it| it.as_str()).unwrap_or_default();
        let detail = one_line(&check.detail);
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {outcome}  {id:<16}  {detail}");
    }
    let verdict = if verification.is_whole() { "whole, as far as it was checked" } else { "NOT WHOLE" };
    text + verdict + "\n"
}
