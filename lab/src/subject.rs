//! What is under test, and how each part is started, waited for and stopped.
//!
//! A subject is named as `kind` or `kind:id` on the command line. Steps speak with subjects through public protocols
//! alone, so a built-in part and a real one are the same to them.

pub mod gitlab;
pub mod host;
pub mod mattermost;

use std::path::PathBuf;

use gitlab_mattermost_core::oauth::{gitlab as gitlab_fault, mattermost as mattermost_fault};

pub use gitlab::{GitLab, GitLabChoice};
pub use host::{Host, HostChoice};
pub use mattermost::{Mattermost, MattermostChoice};

use crate::backend::PostgresChoice;
use crate::fault::Fault;

/// The subjects of a run.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Subjects")]
pub struct Choices {
    /// GitLab: `mock` (built in, as strict as GitLab) or `url:http://HOST[:PORT]` (a running provider)
    #[arg(long, value_name = "SUBJECT", default_value_t, env = "LAB_GITLAB")]
    pub gitlab: GitLabChoice,
    /// Mattermost: `standin` (built in) or `dir:PATH` (an unpacked release of the real server)
    #[arg(long, value_name = "SUBJECT", default_value_t, env = "LAB_MATTERMOST")]
    pub mattermost: MattermostChoice,
    /// PostgreSQL: `auto`, `container`, `local` (installed programs) or `url:postgres://…`
    #[arg(long, value_name = "SUBJECT", default_value_t, env = "LAB_POSTGRES")]
    pub postgres: PostgresChoice,
    /// The machine: `auto` (its own container where an engine runs, other built-in parts in this program), `container`
    /// (all in containers) or `image:NAME` (a container of an image with the real Linux package)
    #[arg(long, value_name = "SUBJECT", default_value_t, env = "LAB_HOST")]
    pub host: HostChoice,
    /// File with an administrator's personal access token of a GitLab given by URL (default: the token every lab has)
    #[arg(long, value_name = "FILE", env = "LAB_GITLAB_ADMIN_TOKEN_FILE")]
    pub gitlab_admin_token_file: Option<PathBuf>,
    /// A mistake that a built-in part makes; may be given again
    #[arg(long = "fault", hide = true, value_name = "PART:NAME", value_delimiter = ',', env = "LAB_FAULT")]
    pub faults: Vec<Fault>,
}

/// A subject named in a way nobody knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is no {slot}; choose {choices}")]
pub struct UnknownSubject {
    /// What was given.
    pub given: String,
    /// The slot it was given for.
    pub slot: &'static str,
    /// What can be chosen.
    pub choices: &'static str,
}

/// A subject did not come up.
#[derive(Debug, thiserror::Error)]
pub enum SubjectError {
    /// The built-in part could not be started.
    #[error("{part} did not start: {reason}")]
    NotStarted {
        /// Which part.
        part: String,
        /// Why, as the part or the operating system says it.
        reason: String,
    },
    /// It runs, but does not do what the lab needs from it.
    #[error("{part} cannot be used: {reason}")]
    NotUsable {
        /// Which part.
        part: String,
        /// What it answered.
        reason: String,
    },
}

impl Choices {
    /// The choices that the environment makes (`LAB_GITLAB`, `LAB_MATTERMOST`, `LAB_POSTGRES`, …), for test harnesses,
    /// which have no flags of their own.
    ///
    /// # Errors
    /// What clap says of a value that names no subject.
    pub fn from_env() -> Result<Self, clap::Error> {
        #[derive(clap::Parser)]
        struct OnlyChoices {
            #[command(flatten)]
            choices: Choices,
        }
        <OnlyChoices as clap::Parser>::try_parse_from(["mattermost-lab"]).map(|only| only.choices)
    }

    /// What GitLab does wrong on purpose.
    pub fn gitlab_faults(&self) -> Vec<gitlab_fault::Fault> {
        let of_gitlab = |fault: &Fault| match fault {
            Fault::GitLab(fault) => Some(*fault),
            Fault::Mattermost(_) => None,
        };
        self.faults.iter().filter_map(of_gitlab).collect()
    }

    /// What Mattermost does wrong on purpose.
    pub fn mattermost_faults(&self) -> Vec<mattermost_fault::Fault> {
        let of_mattermost = |fault: &Fault| match fault {
            Fault::Mattermost(fault) => Some(*fault),
            Fault::GitLab(_) => None,
        };
        self.faults.iter().filter_map(of_mattermost).collect()
    }

    /// The command-line flags that make the same choices again; defaults are left out.
    pub fn as_arguments(&self) -> Vec<String> {
        let mut flags = Vec::new();
        let mut add = |flag: &str, chosen: String, default: String| {
            if chosen != default {
                flags.extend([flag.to_owned(), chosen]);
            }
        };
        add("--gitlab", self.gitlab.to_string(), GitLabChoice::default().to_string());
        add("--mattermost", self.mattermost.to_string(), MattermostChoice::default().to_string());
        add("--postgres", self.postgres.to_string(), PostgresChoice::default().to_string());
        add("--host", self.host.to_string(), HostChoice::default().to_string());
        let file = self.gitlab_admin_token_file.as_ref().map(|path| path.display().to_string());
        add("--gitlab-admin-token-file", file.unwrap_or_default(), String::new());
        for fault in &self.faults {
            add("--fault", fault.to_string(), String::new());
        }
        flags
    }
}
