//! `mattermost-lab backup`: a backup of an installed Mattermost.

use std::io;
use std::path::{Path, PathBuf};

use gitlab_mattermost_core::backup::{Check, Outcome};
use gitlab_mattermost_core::secret::Secret;
use serde::Serialize;

use super::installation::{Accepted, Format, Where, WhereSettings, ended, print_notes, print_plan};
use super::output::{as_json, told};
use super::surroundings::Surroundings;
use gitlab_mattermost_ground::exit::Exit;
use gitlab_mattermost_ground::named_file::{self, Own};
use gitlab_mattermost_ground::visible::visible;
use mattermost_admin::backup::{BackupError, Created, Progress, SigningKey, create, plan_backup};

/// No password has more bytes.
const LARGEST_PASSWORD: u64 = 4 << 10;

/// Back up an installed Mattermost: database, files, configuration, plugins, settings
///
/// The server goes on running. The files are those that the document's commands make, in a folder of their own with a
/// manifest; an interrupted backup leaves nothing that looks like one.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mattermost-lab backup --to /var/backups
  mattermost-lab backup --to /var/backups --sign-key minisign.key
  mattermost-lab backup --to /var/backups --secrets --dry-run")]
pub struct Arguments {
    /// The folder to put the backup in, in a folder of its own
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// Take the Mattermost section of gitlab-secrets.json too, in a file for its owner alone
    #[arg(long)]
    secrets: bool,
    /// Sign the backup with this secret key of minisign's, which nobody else may be able to read
    #[arg(long, value_name = "FILE")]
    sign_key: Option<PathBuf>,
    /// The file with the key's password; without it, it is asked for at the terminal
    #[arg(long, value_name = "FILE", requires = "sign_key")]
    sign_key_password_file: Option<PathBuf>,
    #[command(flatten)]
    accepted: Accepted,
    #[command(flatten)]
    settings: WhereSettings,
    /// Print the plan as the shell commands it amounts to, and do nothing
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

#[derive(Serialize)]
struct Report<'a> {
    path: String,
    manifest: &'a gitlab_mattermost_core::backup::Manifest,
    findings: &'a [Check],
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
        self.settings.add_to(&mut asked);
        asked.surroundings = match self.surroundings.read() {
            Ok(known) => known,
            Err(error) => {
                super::complain(&error);
                return Ok(Exit::Usage);
            }
        };
        let installation = mattermost_admin::backup::locate::installation(&asked)?;
        let mut plan = plan_backup(installation, self.secrets, &self.to, self.accepted.ids())?;
        if self.sign_key.is_some() {
            plan = plan.signed();
        }
        if self.dry_run {
            return Ok(print_plan(&plan.to_steps(), self.format));
        }
        let key = self.sign_key.as_deref().map(|path| SigningKey::read(path, || self.password(path))).transpose()?;
        let created = create(&plan, key.as_ref(), &Progress::new(true))?;
        Ok(self.show(&created))
    }

    /// The password of the key at `key`.
    fn password(&self, key: &Path) -> io::Result<Secret> {
        let Some(file) = &self.sign_key_password_file else {
            let shown = key.display().to_string();
            return rpassword::prompt_password(format!("Password of `{}`: ", visible(&shown))).map(Secret::new);
        };
        let named =
            |error: io::Error| io::Error::new(error.kind(), format!("cannot read `{}`: {error}", file.display()));
        let text = named_file::own_text(file, Own::Secret, LARGEST_PASSWORD).map_err(named)?;
        Ok(Secret::new(text.trim_end_matches(['\r', '\n'])))
    }

    /// Tells what was made; a finding that nobody accepted shows in the exit code.
    fn show(&self, created: &Created) -> Exit {
        let shown = self.tell(created);
        let is_open = created.findings.iter().any(|it| it.outcome == Outcome::Failed);
        if shown == Exit::AsExpected && is_open { Exit::Deviations } else { shown }
    }

    fn tell(&self, created: &Created) -> Exit {
        let Created { path, manifest, findings } = created;
        if self.format == Format::Json {
            return as_json(&Report { path: path.display().to_string(), manifest, findings });
        }
        for finding in findings {
            let detail = &finding.detail;
            match finding.outcome {
                Outcome::Accepted => anstream::eprintln!("accepted: {detail}"),
                _ => anstream::eprintln!(
                    "found: {detail}; `verify` names them, and `--accept attachments` takes it so, here and in a restore"
                ),
            }
        }
        print_notes(&manifest.notes);
        let tables = &manifest.database.tables;
        let rows: u64 = tables.iter().map(|table| table.rows).sum();
        let entries: u64 = manifest.artefacts.iter().map(|artefact| artefact.entries).sum();
        let bytes: u64 = manifest.artefacts.iter().map(|artefact| artefact.size).sum();
        told(&format!(
            "{}\n{rows} rows in {} tables, {entries} files and folders, {bytes} bytes\n",
            path.display(),
            tables.len()
        ))
    }
}
