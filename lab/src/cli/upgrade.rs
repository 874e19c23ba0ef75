//! `mattermost-lab upgrade`: the plan of an upgrade of GitLab with its Mattermost, or of leaving the bundle.
//!
//! Not here: how the plan comes about (`gitlab_mattermost_core::upgrade`).

mod text;

use std::collections::BTreeMap;

use clap::ValueEnum;
use gitlab_mattermost_core::gitlab_rb::ReadError;
use gitlab_mattermost_core::installation::{Installation, SettingsFile, Versions};
use gitlab_mattermost_core::upgrade::{
    Asked, Release, UpgradeError, UpgradePlan, leave, release_from, release_to, upgrade,
};
use serde_json::Value as Json;

use super::complain;
use super::output::{as_json, written};
use super::settings_file::{Unreadable, print_diagnostic, read_settings_text, read_text};
use gitlab_mattermost_ground::exit::Exit;

/// The plan of an upgrade: hops, required stops, what to mind; without `--to`, of leaving the bundle
///
/// Nothing is read but the files named here, and nothing is changed. Values of settings are not shown. Exits with 1 if
/// more has to be done or checked than installing the packages.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mattermost-lab upgrade --from 13.12 --to 14.7
  mattermost-lab upgrade --from 10.8.7 --to 11.0 --gitlab-rb gitlab.rb --config-json config.json
  mattermost-lab upgrade --from 14.7.7 --format json")]
pub struct Arguments {
    /// The installed GitLab, such as 14.5.4; without its patch the minor's first release is assumed
    #[arg(long, value_name = "VERSION")]
    from: String,
    /// The GitLab to go to; without its patch the minor's latest release is taken. If absent, the plan leaves the bundle
    #[arg(long, value_name = "VERSION")]
    to: Option<String>,
    /// The settings file (/etc/gitlab/gitlab.rb), or `-` for standard input
    #[arg(long, value_name = "FILE")]
    gitlab_rb: Option<String>,
    /// Mattermost's configuration (/var/opt/gitlab/mattermost/config.json)
    #[arg(long, value_name = "FILE")]
    config_json: Option<String>,
    /// The package's secrets file (/etc/gitlab/gitlab-secrets.json)
    #[arg(long, value_name = "FILE")]
    secrets: Option<String>,
    /// The package's cached node file (/opt/gitlab/embedded/nodes/*.json)
    #[arg(long, value_name = "FILE")]
    node_json: Option<String>,
    /// What to print
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Text,
    /// For programs, as described by the schema `upgrade-plan`
    Json,
}

/// Why there is no plan.
#[derive(Debug, thiserror::Error)]
enum NoPlan {
    #[error(transparent)]
    Version(#[from] UpgradeError),
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    #[error("`{file}` is not JSON")]
    NotJson { file: String, source: serde_json::Error },
    #[error("cannot read the settings in `{file}`")]
    Settings { file: String, source: Box<ReadError> },
}

/// Runs the subcommand.
pub fn run(arguments: &Arguments) -> Exit {
    let plan = match arguments.plan() {
        Ok(plan) => plan,
        Err(NoPlan::Settings { source, .. }) => {
            print_diagnostic(&*source);
            return Exit::Usage;
        }
        Err(error) => {
            complain(&error);
            return Exit::Usage;
        }
    };
    let printed = match arguments.format {
        Format::Text => written(&text::render(&plan)),
        Format::Json => as_json(&plan),
    };
    match printed {
        Exit::AsExpected if plan.needs_action() => Exit::Deviations,
        printed => printed,
    }
}

impl Arguments {
    fn plan(&self) -> Result<UpgradePlan, NoPlan> {
        let from = release_from(self.from.parse::<Asked>()?)?;
        let to = self.to.as_ref().map(|to| release_to(to.parse::<Asked>()?)).transpose()?;
        let file = self.gitlab_rb.as_ref().map(|file| read_settings(file, from)).transpose()?;
        let config_json = read_json(self.config_json.as_ref())?;
        let secrets = read_json(self.secrets.as_ref())?;
        let node = read_json(self.node_json.as_ref())?;
        let installation = Installation {
            versions: Versions { gitlab: Some(from.gitlab), mattermost: None },
            gitlab_rb: file.as_ref(),
            environment: None,
            config_json: config_json.as_ref(),
            secrets: secrets.as_ref(),
            node: node.as_ref(),
        };
        Ok(match to {
            Some(to) => upgrade(from, to, &installation)?,
            None => leave(from, &installation),
        })
    }
}

fn read_settings(file: &str, installed: &Release) -> Result<SettingsFile, NoPlan> {
    let text = read_settings_text(file)?;
    let name = if file == "-" { "standard input" } else { file }.to_owned();
    let read = SettingsFile::read(name.as_str(), text, BTreeMap::new(), installed.gitlab);
    read.map_err(|error| NoPlan::Settings { file: name, source: Box::new(error) })
}

fn read_json(file: Option<&String>) -> Result<Option<Json>, NoPlan> {
    let Some(file) = file else { return Ok(None) };
    let text = read_text(file)?;
    match serde_json::from_str(&text) {
        Ok(json) => Ok(Some(json)),
        Err(source) => Err(NoPlan::NotJson { file: file.clone(), source }),
    }
}
