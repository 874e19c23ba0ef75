//! `mattermost-lab upgrade`: the plan of an upgrade of GitLab with its Mattermost, or of leaving the bundle.
//!
//! Not here: how the plan comes about (`gitlab_mattermost_core::upgrade`).

mod brief;
mod head;
mod markdown;
mod text;

use clap::ValueEnum;
use gitlab_mattermost_core::installation::Versions;
use gitlab_mattermost_core::upgrade::{Asked, UpgradeError, UpgradePlan, leave, release_from, release_to, upgrade};

use super::complain;
use super::output::{as_json, told, told_in_colours};
use super::surroundings::Surroundings;
use crate::settings_fault::print_diagnostic;
use gitlab_mattermost_ground::exit::Exit;
use mattermost_admin::reading::{self, Named, Unreadable};

/// Plan an upgrade of GitLab, or moving Mattermost off the bundle
///
/// The plan has steps, required stops and warnings; without `--to` it leaves the bundle. Reads only the files that you name
/// and changes nothing. Setting values are not shown. Exit status: 0 installing the packages is enough, 1 there is more to
/// do or check, 2 wrong usage or an unreadable file.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mattermost-lab upgrade --from 13.12 --to 14.7
  mattermost-lab upgrade --from 10.8.7 --to 11.0 --gitlab-rb gitlab.rb --config-json config.json
  mattermost-lab upgrade --from 18.10.2 --gitlab-rb gitlab.rb --brief
  mattermost-lab upgrade --from 14.7.7 --format json")]
pub struct Arguments {
    /// The installed GitLab, such as 14.5.4; without a patch number, the first release of the minor is assumed
    #[arg(long, value_name = "VERSION")]
    from: String,
    /// The target GitLab; without a patch number, the latest release of the minor. Without this flag, the plan leaves the
    /// bundle
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
    /// Show only the verdict, what to do first, and one line per step
    #[arg(long)]
    brief: bool,
    /// What to print
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    #[command(flatten)]
    surroundings: Surroundings,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Text,
    /// For people, as a checklist to tick
    Markdown,
    /// For programs, as described by the schema `upgrade-plan`
    Json,
}

/// The files of an installation, where the package keeps them.
const FILES: &str = " --gitlab-rb /etc/gitlab/gitlab.rb --config-json /var/opt/gitlab/mattermost/config.json";

/// Why there is no plan.
#[derive(Debug, thiserror::Error)]
enum NoPlan {
    #[error(transparent)]
    Version(#[from] UpgradeError),
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

/// Runs the subcommand.
pub fn run(arguments: &Arguments) -> Exit {
    let plan = match arguments.plan() {
        Ok(plan) => plan,
        Err(NoPlan::Unreadable(Unreadable::Settings { fault, .. })) => {
            print_diagnostic(&*fault);
            return Exit::Usage;
        }
        Err(error) => {
            complain(&error);
            return Exit::Usage;
        }
    };
    let printed = match arguments.format {
        Format::Text if arguments.brief => {
            told_in_colours(&brief::render(&plan, &arguments.next(&plan)), text::painted)
        }
        Format::Text => told_in_colours(&text::render(&plan, &arguments.next(&plan)), text::painted),
        Format::Markdown => told(&markdown::render(&plan, &arguments.next(&plan))),
        Format::Json => as_json(&plan),
    };
    match printed {
        Exit::AsExpected if plan.needs_action() => Exit::Deviations,
        printed => printed,
    }
}

impl Arguments {
    /// The next command: to plan with the installation's own files, or else the first of the plan.
    fn next(&self, plan: &UpgradePlan) -> String {
        let answer = plan.answer();
        match answer.first_command {
            Some(command) if self.gitlab_rb.is_some() => command.to_owned(),
            _ => {
                let to = self.to.as_ref().map_or(String::new(), |_| format!(" --to {}", plan.to.gitlab));
                format!("mattermost-lab upgrade --from {}{to}{FILES}", plan.from.gitlab)
            }
        }
    }

    fn plan(&self) -> Result<UpgradePlan, NoPlan> {
        let from = release_from(self.from.parse::<Asked>()?)?;
        let to = self.to.as_ref().map(|to| release_to(to.parse::<Asked>()?)).transpose()?;
        let files = reading::read(&Named {
            gitlab_rb: self.gitlab_rb.clone(),
            surroundings: self.surroundings.read()?,
            env_dir: None,
            config_json: self.config_json.clone(),
            secrets: self.secrets.clone(),
            node_json: self.node_json.clone(),
            versions: Versions { gitlab: Some(from.gitlab), mattermost: None },
        })?;
        let installation = files.installation();
        Ok(match to {
            Some(to) => upgrade(from, to, &installation)?,
            None => leave(from, &installation),
        })
    }
}
