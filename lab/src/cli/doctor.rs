//! `mattermost-lab doctor`: looks for the known problems in what an administrator has of an installation.
//!
//! Not here: reading it (`mattermost_admin::doctor`), the rules (`gitlab_mattermost_core::diagnosis`).

mod head;
mod junit;
mod markdown;
mod next;
pub(super) mod pretty;

use clap::ValueEnum;
use gitlab_mattermost_core::diagnosis::{Database, Diagnosis, Servers, examine};
use gitlab_mattermost_core::installation::Versions;
use gitlab_mattermost_core::version::Version;

use super::complain;
use super::output::{as_json, told, told_in_colours, told_whole};
use super::surroundings::Surroundings;
use crate::waiting::Waiting;
use gitlab_mattermost_ground::exit::Exit;
use mattermost_admin::doctor::{Inputs, gather, look_at_database};
use mattermost_admin::read_only_database::Address;
use mattermost_admin::reading::{Named, Unreadable};

/// Find known problems in settings, logs, dumps, backups, databases
///
/// Reads only. Give any of the inputs: a rule whose inputs are missing is reported as not checked. Secrets and log lines
/// are never shown. Where the settings file depends on Ruby or on its machine, the report names the place and the rules
/// that could not be checked. Exit status: 0 no problem found, 1 a problem found, 2 an input cannot be read.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mattermost-lab doctor --gitlab-rb gitlab.rb --config-json config.json --log mattermost.log
  mattermost-lab doctor --env-dir env --target-gitlab-version 18.11 --format junit
  mattermost-lab doctor --gitlab-rb gitlab.rb --env-var CHAT=chat.example.com --strict
  mattermost-lab doctor --list-rules")]
pub struct Arguments {
    /// The settings file (/etc/gitlab/gitlab.rb)
    #[arg(long, value_name = "FILE")]
    gitlab_rb: Option<String>,
    /// The env directory of Mattermost's service (/opt/gitlab/etc/mattermost/env)
    #[arg(long, value_name = "DIR")]
    env_dir: Option<String>,
    /// Mattermost's configuration (/var/opt/gitlab/mattermost/config.json)
    #[arg(long, value_name = "FILE")]
    config_json: Option<String>,
    /// A log of Mattermost, GitLab, nginx or PostgreSQL, or the output of a command; plain or compressed (gzip, bzip2, xz,
    /// zstd); may be repeated
    #[arg(long, value_name = "FILE")]
    log: Vec<String>,
    /// A dump of Mattermost's database in plain SQL; plain or compressed (gzip, bzip2, xz, zstd); may be repeated
    #[arg(long, value_name = "FILE")]
    dump: Vec<String>,
    /// Mattermost's running database as a data source; connect with Mattermost's role. It is read in one read-only
    /// transaction; `sslmode` and `sslrootcert` work as in psql
    #[arg(long, value_name = "URL", env = "LAB_DATABASE", hide_env_values = true)]
    database: Option<Address>,
    /// A folder with a backup of Mattermost
    #[arg(long, value_name = "DIR")]
    backup_dir: Option<String>,
    /// The rows of db_migrations (number, name), as psql prints them or as CSV
    #[arg(long, value_name = "FILE")]
    migrations: Option<String>,
    /// The package's secrets file (/etc/gitlab/gitlab-secrets.json)
    #[arg(long, value_name = "FILE")]
    secrets: Option<String>,
    /// The package's cached node file (/opt/gitlab/embedded/nodes/*.json)
    #[arg(long, value_name = "FILE")]
    node_json: Option<String>,
    /// A shell script that you are about to run
    #[arg(long, value_name = "FILE")]
    script: Option<String>,
    /// Instructions in Markdown that you are about to follow; their tables of variables and versions are checked
    #[arg(long, value_name = "FILE")]
    document: Option<String>,
    /// The installed GitLab, such as 14.7.3; without it, 14.7 is assumed
    #[arg(long, value_name = "VERSION", value_parser = super::env::released_version)]
    gitlab_version: Option<Version>,
    /// The GitLab to upgrade to
    #[arg(long, value_name = "VERSION", value_parser = super::env::released_version)]
    target_gitlab_version: Option<Version>,
    /// The installed Mattermost, if it is not the one bundled with that GitLab
    #[arg(long, value_name = "VERSION")]
    mattermost_version: Option<Version>,
    /// The Mattermost to upgrade or move to
    #[arg(long, value_name = "VERSION")]
    target_mattermost_version: Option<Version>,
    /// Also exit with 1 if rules were not checked because part of the settings file is unknown
    #[arg(long)]
    strict: bool,
    /// List the rules and the inputs that each needs, and exit
    #[arg(long)]
    list_rules: bool,
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
    Pretty,
    /// For people, as a checklist to tick
    Markdown,
    /// For programs, as described by the schema `doctor`
    Json,
    /// For CI: a test case for each rule
    Junit,
}

/// Runs the subcommand.
pub fn run(arguments: &Arguments) -> Exit {
    if arguments.list_rules {
        return told(&pretty::list_of_rules());
    }
    let inputs = match arguments.inputs() {
        Ok(inputs) => inputs,
        Err(error) => {
            complain(&error);
            return Exit::Usage;
        }
    };
    if !given(&inputs) && arguments.database.is_none() {
        complain(&NothingGiven);
        return Exit::Usage;
    }
    let waiting = Waiting::on("reading the inputs");
    let gathered = gather(&inputs);
    drop(waiting);
    let mut evidence = match gathered {
        Ok(evidence) => evidence,
        Err(error) => {
            complain(&error);
            return Exit::Usage;
        }
    };
    if let Some(address) = &arguments.database {
        match examined(address) {
            Ok(database) => evidence.databases.push(database),
            Err(exit) => return exit,
        }
    }
    arguments.show(&examine(&evidence), &Servers::of(&evidence))
}

/// Looks at a running database; an error has been told.
fn examined(address: &Address) -> Result<Database, Exit> {
    let tell = |error: &dyn std::error::Error, exit| {
        complain(error);
        exit
    };
    let runtime = tokio::runtime::Runtime::new().map_err(|error| tell(&error, Exit::NotStarted))?;
    let _waiting = Waiting::on("reading the database");
    runtime.block_on(look_at_database(address)).map_err(|error| tell(&error, Exit::Usage))
}

#[derive(Debug, thiserror::Error)]
#[error("no input given; give at least one, for example `--gitlab-rb /etc/gitlab/gitlab.rb`")]
struct NothingGiven;

fn given(inputs: &Inputs) -> bool {
    let installed = &inputs.installed;
    let files = [
        &installed.gitlab_rb,
        &installed.env_dir,
        &installed.config_json,
        &installed.secrets,
        &installed.node_json,
        &inputs.backup_dir,
        &inputs.migrations,
        &inputs.script,
        &inputs.document,
    ];
    let versions = inputs.target != Versions::default();
    versions || !inputs.logs.is_empty() || !inputs.dumps.is_empty() || files.iter().any(|file| file.is_some())
}

impl Arguments {
    fn show(&self, diagnosis: &Diagnosis, servers: &Servers) -> Exit {
        let shown = match self.format {
            Format::Pretty => {
                let next = next::command(&self.given(), diagnosis, servers);
                told_in_colours(&pretty::render(diagnosis, &next), pretty::painted)
            }
            Format::Markdown => told(&markdown::render(diagnosis, &next::command(&self.given(), diagnosis, servers))),
            Format::Json => as_json(diagnosis),
            Format::Junit => match junit::render(diagnosis) {
                Ok(document) => told_whole(&document),
                Err(error) => {
                    complain(&error);
                    Exit::OurBug
                }
            },
        };
        let open = self.strict && !diagnosis.not_known.is_empty();
        match shown {
            Exit::AsExpected if open || !diagnosis.findings.is_empty() => Exit::Deviations,
            shown => shown,
        }
    }

    /// The options as they were given, without those that may hold a secret.
    fn given(&self) -> next::Given<'_> {
        let files = [
            ("--gitlab-rb", &self.gitlab_rb),
            ("--env-dir", &self.env_dir),
            ("--config-json", &self.config_json),
            ("--backup-dir", &self.backup_dir),
            ("--migrations", &self.migrations),
            ("--secrets", &self.secrets),
            ("--node-json", &self.node_json),
            ("--script", &self.script),
            ("--document", &self.document),
        ];
        let files = files.into_iter().filter_map(|(option, file)| Some((option, file.clone()?)));
        let logs = self.log.iter().map(|file| ("--log", file.clone()));
        let dumps = self.dump.iter().map(|file| ("--dump", file.clone()));
        let versions = [
            ("--gitlab-version", self.gitlab_version),
            ("--target-gitlab-version", self.target_gitlab_version),
            ("--mattermost-version", self.mattermost_version),
            ("--target-mattermost-version", self.target_mattermost_version),
        ];
        let versions = versions.into_iter().filter_map(|(option, version)| Some((option, version?.to_string())));
        let all = files.chain(logs).chain(dumps).chain(self.surroundings.files()).chain(versions);
        next::Given {
            options: all.flat_map(|(option, value)| [option.to_owned(), value]).collect(),
            gitlab_rb: self.gitlab_rb.as_ref(),
            config_json: self.config_json.as_ref(),
            has_version: self.gitlab_version.is_some(),
            target: self.target_gitlab_version.map(|version| version.to_string()),
        }
    }

    fn inputs(&self) -> Result<Inputs, Unreadable> {
        let installed = Named {
            gitlab_rb: self.gitlab_rb.clone(),
            surroundings: self.surroundings.read()?,
            env_dir: self.env_dir.clone(),
            config_json: self.config_json.clone(),
            secrets: self.secrets.clone(),
            node_json: self.node_json.clone(),
            versions: Versions { gitlab: self.gitlab_version, mattermost: self.mattermost_version },
        };
        Ok(Inputs {
            installed,
            logs: self.log.clone(),
            dumps: self.dump.clone(),
            backup_dir: self.backup_dir.clone(),
            migrations: self.migrations.clone(),
            script: self.script.clone(),
            document: self.document.clone(),
            target: Versions { gitlab: self.target_gitlab_version, mattermost: self.target_mattermost_version },
        })
    }
}
