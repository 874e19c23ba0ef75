//! Arguments that say where a Mattermost is, shared by the commands around backups.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::ValueEnum;
use gitlab_mattermost_core::backup::CheckId;
use gitlab_mattermost_core::plan::{Effect, StepList};
use serde::Serialize;

use super::output::{as_json, remark, told};
use gitlab_mattermost_ground::exit::Exit;
use mattermost_admin::backup::{BackupError, locate};

/// Where Mattermost is; without any of these, where the Linux package puts it.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Installation")]
pub(super) struct Where {
    /// The folder with data, config.json, plugins and client-plugins [default: /var/opt/gitlab/mattermost]
    #[arg(long, value_name = "DIR")]
    home: Option<PathBuf>,
    /// The folder of the users' files, if it is not `data` there
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Mattermost's configuration, if it is not `config.json` there
    #[arg(long, value_name = "FILE")]
    config_json: Option<PathBuf>,
    /// The folder of the plugins, if it is not `plugins` there
    #[arg(long, value_name = "DIR")]
    plugins: Option<PathBuf>,
    /// The folder of what plugins give to browsers, if it is not `client-plugins` there
    #[arg(long, value_name = "DIR")]
    client_plugins: Option<PathBuf>,
    /// Mattermost's data source, `postgres://…` or `user=… host=…`, for a database other than the package's own; give it
    /// in the environment, where others do not see its password
    #[arg(long, value_name = "SOURCE", env = "MATTERMOST_LAB_DATA_SOURCE", hide_env_values = true)]
    data_source: Option<String>,
    /// The same of a role that may create and rename databases, if Mattermost's own may not
    #[arg(long, value_name = "SOURCE", env = "MATTERMOST_LAB_ADMIN_DATA_SOURCE", hide_env_values = true)]
    #[arg(requires = "data_source")]
    admin_data_source: Option<String>,
    /// The folder with psql and pg_dump
    #[arg(long, value_name = "DIR")]
    programs: Option<PathBuf>,
    /// A folder that links of Mattermost's own account may lead to, such as a disk for `data`; links that root made are
    /// followed in any case
    #[arg(long, value_name = "DIR")]
    follow: Vec<PathBuf>,
    /// The folder for notes on restores, which nobody else may write to [default: /var/lib/mattermost-lab for root,
    /// ~/.local/state/mattermost-lab for others]
    #[arg(long, value_name = "DIR", env = "MATTERMOST_LAB_STATE_DIR")]
    state_dir: Option<PathBuf>,
}

impl Where {
    /// What is asked for, for the command to complete.
    pub(super) fn asked(&self) -> locate::Asked {
        let it = self.clone();
        locate::Asked {
            home: it.home,
            data: it.data,
            config_json: it.config_json,
            plugins: it.plugins,
            client_plugins: it.client_plugins,
            data_source: it.data_source,
            admin_data_source: it.admin_data_source,
            programs: it.programs,
            follow: it.follow,
            state: it.state_dir,
            ..locate::Asked::default()
        }
    }
}

/// Where GitLab's settings are, as far as they are Mattermost's.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct WhereSettings {
    /// GitLab's secrets file, if it is not /etc/gitlab/gitlab-secrets.json
    #[arg(long, value_name = "FILE")]
    secrets_file: Option<PathBuf>,
    /// GitLab's settings file, if it is not /etc/gitlab/gitlab.rb
    #[arg(long, value_name = "FILE")]
    gitlab_rb: Option<PathBuf>,
    /// The env directory, if it is not /opt/gitlab/etc/mattermost/env
    #[arg(long, value_name = "DIR")]
    env_dir: Option<PathBuf>,
}

impl WhereSettings {
    /// Adds them to what is asked for.
    pub(super) fn add_to(&self, asked: &mut locate::Asked) {
        asked.gitlab_rb.clone_from(&self.gitlab_rb);
        asked.env_directory.clone_from(&self.env_dir);
        asked.secrets.clone_from(&self.secrets_file);
    }
}

/// Findings that are no reason to refuse.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Accepted {
    /// Take a backup in which this is found: `attachments`, files that the database knows and that are not there
    #[arg(long, value_name = "FINDING", value_enum)]
    accept: Vec<Acceptable>,
}

/// Findings that somebody may want to live with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Acceptable {
    /// Rows of fileinfo have no file
    Attachments,
}

impl Accepted {
    /// The checks whose findings are accepted.
    pub(super) fn ids(&self) -> Vec<CheckId> {
        let id = |accepted: &Acceptable| match accepted {
            Acceptable::Attachments => CheckId::Attachments,
        };
        self.accept.iter().map(id).collect()
    }
}

/// What to print.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    #[default]
    Text,
    /// For programs, as described by the schema of the command
    Json,
}

#[derive(Serialize)]
struct Planned<'a> {
    plan: &'a StepList,
}

/// Prints a plan as the shell commands it amounts to.
pub(super) fn print_plan(plan: &StepList, format: Format) -> Exit {
    if format == Format::Json {
        return as_json(&Planned { plan });
    }
    let mut text = String::new();
    for (index, step) in plan.steps.iter().enumerate() {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "# {}. {}", index + 1, step.what);
        if let Some(why) = &step.why {
            let _ = writeln!(text, "#    ({why})");
        }
        for effect in &step.effects {
            if let Effect::Command { command } = effect {
                let _ = writeln!(text, "{command}");
            }
        }
    }
    told(&text)
}

/// Prints what is to be noted, for people.
pub(super) fn print_notes(notes: &[String]) {
    for note in notes {
        remark(&format!("note: {note}"));
    }
}

/// An error, and how the program ends.
pub(super) fn ended(error: &BackupError) -> Exit {
    super::complain(error);
    error.exit()
}
