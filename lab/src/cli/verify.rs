//! `mattermost-lab verify`: whether a backup is whole.

use std::fmt::Write as _;
use std::path::PathBuf;

use gitlab_mattermost_core::backup::{CheckId, Outcome, Verification};
use gitlab_mattermost_core::gitlab_rb;

use super::installation::{Accepted, Format, Where, WhereSettings, ended, print_notes};
use super::output::{BAD, DOUBTFUL, GOOD, Painted, as_json, told_in_colours};
use super::surroundings::Surroundings;
use gitlab_mattermost_ground::exit::Exit;
use gitlab_mattermost_ground::visible::one_line;
use mattermost_admin::backup::{BackupError, BackupSet, Progress, VerifyingKey, locate, trial_restore, verify};

/// Verify a backup: read all of it to the end and compare
///
/// Also verifies backups made with the documented commands, and says what cannot be checked in them. Without `--key` it
/// detects damage, but not tampering by someone who can also rewrite the manifest. Exit status: 0 the backup is whole, 1 it
/// is not, 2 it cannot be read.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("which").args(["folder", "dump"]).required(true))]
#[command(after_help = "Examples:
  mattermost-lab verify /var/backups/mattermost_backup_2021-08-05-14-30-00
  mattermost-lab verify /var/backups/mattermost_backup_2021-08-05-14-30-00 --trial-restore
  mattermost-lab verify /var/backups/mattermost_backup_2021-08-05-14-30-00 --key minisign.pub")]
pub struct Arguments {
    #[command(flatten)]
    backup: Backup,
    /// Load the dump into a temporary database, compare the rows, and drop it
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
    /// The folder of the backup, or one archive with all of it
    #[arg(value_name = "BACKUP")]
    folder: Option<PathBuf>,
    /// The dump of a backup made by other means
    #[arg(long, value_name = "FILE")]
    dump: Option<PathBuf>,
    /// The other parts of that backup: archives, folders, a config.json; without this flag, only the database
    #[arg(long, value_name = "PATH", requires = "dump", num_args = 1..)]
    files: Vec<PathBuf>,
    /// Require a signature by this minisign public key; a backup without it is not read further
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
                told_in_colours(&text(verification), painted)
            }
        };
        if shown == Exit::AsExpected && !verification.is_whole() { Exit::Deviations } else { shown }
    }
}

/// The outcome of each check, and the verdict.
fn painted(line: &str) -> Painted {
    let outcomes = [
        ("  passed", GOOD),
        ("  FAILED", BAD),
        ("  accepted", DOUBTFUL),
        ("  not checked", DOUBTFUL),
        ("NOT WHOLE", BAD),
        ("whole", GOOD),
    ];
    outcomes.into_iter().find(|(word, _)| line.starts_with(word)).map(|(word, style)| (word.len(), style))
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
