//! `mattermost-lab restore`: a backup put back.

use serde::Serialize;

use super::installation::{Format, Where, WhereSettings, ended, print_notes, print_plan};
use super::output::{as_json, told};
use super::surroundings::Surroundings;
use super::verify::Backup;
use gitlab_mattermost_ground::exit::Exit;
use mattermost_admin::backup::{
    BackupError, Choices, Forgotten, Progress, Recovered, Restored, forget, locate, plan_restore, recover, restore,
};

/// Put a backup back: staged beside the live data, then swapped in atomically
///
/// Checks the whole backup before anything is touched, stops at the first error, and keeps the old database and folders
/// until `--forget`. An interrupted restore is brought to an end by the next one.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("which").args(["folder", "dump", "recover", "forget"]).required(true))]
#[command(after_help = "Examples:
  mattermost-lab restore /var/backups/mattermost_backup_2021-08-05-14-30-00
  mattermost-lab restore /var/backups/mattermost_backup_2021-08-05-14-30-00 --settings --secrets --dry-run
  mattermost-lab restore --recover
  mattermost-lab restore --forget")]
pub struct Arguments {
    #[command(flatten)]
    backup: Backup,
    /// Whom restored files belong to, if not the owner of the present ones
    #[arg(long, value_name = "USER:GROUP")]
    owner: Option<String>,
    /// Put the env directory and Mattermost's part of gitlab.rb back too; what is there is kept beside them
    #[arg(long)]
    settings: bool,
    /// Put the Mattermost section of gitlab-secrets.json back too; the file that is there is kept beside it
    #[arg(long)]
    secrets: bool,
    #[command(flatten)]
    settings_places: WhereSettings,
    /// The command that stops Mattermost [default in the package: gitlab-ctl stop mattermost]
    #[arg(long, value_name = "COMMAND")]
    stop: Option<String>,
    /// The command that starts Mattermost [default in the package: gitlab-ctl start mattermost]
    #[arg(long, value_name = "COMMAND")]
    start: Option<String>,
    /// End the sessions that are in the old database instead of refusing
    #[arg(long)]
    terminate: bool,
    /// Remove the old database and folders once the new ones are in place
    #[arg(long)]
    drop_old: bool,
    /// Bring an interrupted restore to an end, and do nothing else
    #[arg(long, conflicts_with = "dry_run")]
    recover: bool,
    /// Remove what finished restores kept of the state before, and do nothing else
    #[arg(long, conflicts_with = "dry_run")]
    forget: bool,
    /// Check everything, print the plan as the shell commands it amounts to, and do nothing
    #[arg(long)]
    dry_run: bool,
    /// What to print
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    #[command(flatten)]
    place: Where,
    #[command(flatten)]
    surroundings: Surroundings,
}

#[derive(Default, Serialize)]
struct Report {
    recovered: Vec<Recovered>,
    forgotten: Vec<Forgotten>,
    restored: Option<Restored>,
}

/// Runs the subcommand.
pub fn run(arguments: &Arguments) -> Exit {
    match arguments.carry_out() {
        Ok(exit) => exit,
        Err(error) => ended(&error),
    }
}

impl Arguments {
    fn carry_out(&self) -> Result<Exit, BackupError> {
        let mut asked = self.place.asked();
        self.settings_places.add_to(&mut asked);
        asked.surroundings = match self.surroundings.read() {
            Ok(known) => known,
            Err(error) => {
                super::complain(&error);
                return Ok(Exit::Usage);
            }
        };
        asked.stop.clone_from(&self.stop);
        asked.start.clone_from(&self.start);
        let installation = locate::installation(&asked)?;
        let mut report = Report::default();
        if self.forget {
            report.forgotten = forget(&installation)?;
            return Ok(self.show(&report));
        }
        if !self.dry_run {
            report.recovered = recover(&installation)?;
        }
        if !self.recover {
            let set = self.backup.open()?;
            let choices = Choices {
                terminate: self.terminate,
                drop_old: self.drop_old,
                settings: self.settings,
                secrets: self.secrets,
            };
            let progress = Progress::new(true);
            let owner = self.owner.as_deref();
            let prepared = plan_restore(&set, installation, choices, owner, &self.backup.accepted(), &progress)?;
            if self.dry_run {
                return Ok(print_plan(&prepared.plan.to_steps(), self.format));
            }
            report.restored = Some(restore(&prepared, &progress)?);
        }
        Ok(self.show(&report))
    }

    fn show(&self, report: &Report) -> Exit {
        if self.format == Format::Json {
            return as_json(report);
        }
        let mut text = String::new();
        for recovered in &report.recovered {
            let end = if recovered.completed { "completed" } else { "undone" };
            text.push_str(&format!("the interrupted restore of {} was {end}\n", recovered.stamp));
        }
        for forgotten in &report.forgotten {
            text.push_str(&format!("what the restore of {} had kept was removed\n", forgotten.stamp));
        }
        if let Some(restored) = &report.restored {
            print_notes(&restored.notes);
            text.push_str(&format!(
                "{} rows in {} tables and {} files and folders are back\n",
                restored.rows, restored.tables, restored.entries
            ));
            for check in &restored.accepted {
                text.push_str(&format!("accepted: {}\n", check.detail));
            }
            if let Some(kept) = &restored.kept_database {
                text.push_str(&format!("the database before is kept as {kept}\n"));
            }
            for kept in &restored.kept_folders {
                text.push_str(&format!("{} is kept\n", kept.display()));
            }
        }
        if text.is_empty() {
            text.push_str("nothing was to be done\n");
        }
        told(&text)
    }
}
