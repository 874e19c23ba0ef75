//! `mattermost-lab inventory`: what an installation holds; `inventory diff`: what became of it.
//!
//! Not here: taking an inventory (`mattermost_admin::inventory`), judging differences (`gitlab_mattermost_core::inventory`).

mod diff;
mod parts;
mod text;

use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;
use gitlab_mattermost_core::version::Version;

use super::complain;
use super::output::{as_json, told};
use super::surroundings::Surroundings;
use crate::waiting::Waiting;
use gitlab_mattermost_ground::exit::Exit;
use mattermost_admin::read_only_database::Address;

/// Record what an installation holds, and compare two such records
///
/// Records settings, tables, files, users and versions. Reads only, the database in one read-only transaction, and only the
/// parts that you name. Secrets are left out: a record says whether a secret is set and roughly how long it is; with a key
/// it also has a fingerprint, so that two records can be compared.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
#[command(after_help = "Examples:
  mattermost-lab inventory --config-json config.json --env-dir env --data-dir data > before.json
  mattermost-lab inventory diff before.json after.json")]
pub struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// The database as a data source; `sslmode` and `sslrootcert` work as in psql
    #[arg(long, value_name = "URL", env = "LAB_DATABASE", hide_env_values = true)]
    database: Option<Address>,
    /// Mattermost's configuration (/var/opt/gitlab/mattermost/config.json)
    #[arg(long, value_name = "FILE")]
    config_json: Option<String>,
    /// The env directory of Mattermost's service (/opt/gitlab/etc/mattermost/env)
    #[arg(long, value_name = "DIR", conflicts_with = "gitlab_rb")]
    env_dir: Option<PathBuf>,
    /// The settings file (/etc/gitlab/gitlab.rb), to derive the variables from if there is no env directory
    #[arg(long, value_name = "FILE", requires = "gitlab_version")]
    gitlab_rb: Option<String>,
    /// The package's secrets file (/etc/gitlab/gitlab-secrets.json), for `--gitlab-rb`
    #[arg(long, value_name = "FILE", requires = "gitlab_rb")]
    secrets: Option<String>,
    /// The folder with the users' files (/var/opt/gitlab/mattermost/data)
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// The folder with the plugins (/var/opt/gitlab/mattermost/plugins)
    #[arg(long, value_name = "DIR")]
    plugins_dir: Option<PathBuf>,
    /// The server's program, to ask for its version (/opt/gitlab/embedded/bin/mattermost)
    #[arg(long, value_name = "PATH")]
    program: Option<PathBuf>,
    /// The server's version
    #[arg(long, value_name = "VERSION", conflicts_with = "program")]
    mattermost_version: Option<Version>,
    /// The GitLab version of the package
    #[arg(long, value_name = "VERSION")]
    gitlab_version: Option<Version>,
    /// A file with a random key of at least 32 bytes (`openssl rand 32`): secrets get fingerprints, which can be compared
    /// between records made with the same key
    #[arg(long, value_name = "FILE")]
    fingerprint_key_file: Option<String>,
    /// Time limit per table of the database, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "600", value_parser = seconds)]
    table_timeout: Duration,
    /// What to print: `json`, the record; `pretty`, an overview for people
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    #[command(flatten)]
    surroundings: Surroundings,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Diff(diff::Arguments),
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Format {
    #[default]
    Json,
    Pretty,
}

/// Runs the subcommand.
pub fn run(arguments: &Arguments) -> Exit {
    if let Some(Command::Diff(arguments)) = &arguments.command {
        return diff::run(arguments);
    }
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            complain(&error);
            return Exit::NotStarted;
        }
    };
    let waiting = Waiting::on("looking at what there is");
    let taken = runtime.block_on(arguments.take());
    drop(waiting);
    match (taken, arguments.format) {
        (Ok(inventory), Format::Json) => as_json(&inventory),
        (Ok(inventory), Format::Pretty) => told(&text::overview(&inventory)),
        (Err(error), _) => {
            complain(&error);
            Exit::Usage
        }
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    match text.parse::<u64>() {
        Ok(seconds @ 1..=86_400) => Ok(Duration::from_secs(seconds)),
        _ => Err("write whole seconds from 1 to 86400".to_owned()),
    }
}
