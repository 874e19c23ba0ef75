//! What is under test, and how each part is started, waited for and stopped.
//!
//! A subject is named as `kind` or `kind:id` on the command line. Steps speak with subjects through public protocols
//! alone, so a built-in part and a real one are the same to them.

mod chosen;
pub mod gitlab;
pub mod host;
pub mod mattermost;
pub mod planner;
pub mod program;
mod provider_flags;
pub mod translator;

use std::path::PathBuf;
use std::time::Duration;

use url::Url;

pub use gitlab::{GitLab, GitLabChoice};
pub use host::{Host, HostChoice};
pub use mattermost::{Mattermost, MattermostChoice};
pub use program::ProgramChoice;
pub use provider_flags::{NamedSecret, ProviderFlags};

use crate::fault::Fault;
use crate::postgresql::PostgresChoice;

/// The subjects of a run.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Subjects")]
pub struct Choices {
    /// GitLab: `mock` (built in, as strict as GitLab), `http://HOST[:PORT]` (a running provider) or a file
    /// `NAME.toml` that describes one (`mattermost-lab provider init URL` writes it)
    #[arg(long, value_name = "SUBJECT", default_value_t, env = "LAB_GITLAB")]
    pub gitlab: GitLabChoice,
    /// Mattermost: `standin` (built in; `standin:VERSION` for one from 5.31 to 6.7), a release of the real server: its folder (`dir:PATH`) or archive (`tarball:PATH`), or
    /// one that runs: `http://HOST[:PORT]`, of which what needs no settings of a scenario's own is asked
    #[arg(long, value_name = "SUBJECT", default_value_t, env = "LAB_MATTERMOST")]
    pub mattermost: MattermostChoice,
    /// A later Mattermost, which takes the place of the first on the same database and files: its folder or archive
    #[arg(long, value_name = "SUBJECT", env = "LAB_MATTERMOST_AFTER")]
    pub mattermost_after: Option<MattermostChoice>,
    /// PostgreSQL: `auto`, `container`, `local` (installed programs) or `postgres://…`
    #[arg(long, value_name = "SUBJECT", default_value_t, env = "LAB_POSTGRES")]
    pub postgres: PostgresChoice,
    /// The machine: `auto` (its own container where an engine runs, other built-in parts in this program), `container`
    /// (all in containers) or `image:NAME` (a container of an image with the real Linux package)
    #[arg(long, value_name = "SUBJECT", default_value_t, env = "LAB_HOST")]
    pub host: HostChoice,
    /// The translator of settings: `builtin` or `cmd:PROGRAM`, which is asked in lines of JSON
    #[arg(long, value_name = "SUBJECT", default_value_t, env = "LAB_TRANSLATOR")]
    pub translator: ProgramChoice,
    /// The planner of upgrades: `builtin` or `cmd:PROGRAM`, which is asked in lines of JSON
    #[arg(long, value_name = "SUBJECT", default_value_t, env = "LAB_PLANNER")]
    pub planner: ProgramChoice,
    /// Seconds that a program given with `cmd:` may take for one answer
    #[arg(long, value_name = "SECONDS", default_value_t, env = "LAB_ANSWER_WITHIN")]
    pub answer_within: AnswerWithin,
    /// Where random settings files begin; the same seed gives the same files
    #[arg(long, value_name = "N", default_value_t = 1, env = "LAB_SEED")]
    pub seed: u64,
    /// File that says which users and tokens a GitLab given by URL holds (default: those that README names)
    #[arg(long, value_name = "FILE", env = "LAB_GITLAB_SEED")]
    pub gitlab_seed: Option<PathBuf>,
    /// File with an administrator's personal access token of a GitLab given by URL (default: that of the seed)
    #[arg(long, value_name = "FILE", env = "LAB_GITLAB_ADMIN_TOKEN_FILE")]
    pub gitlab_admin_token_file: Option<PathBuf>,
    /// What is said of a provider without a file.
    #[command(flatten)]
    pub provider_flags: ProviderFlags,
    /// File that lists known deviations (`[[deviation]]` with `scenario`, `reason`, `link`); they do not fail the run as
    /// long as they happen
    #[arg(long, value_name = "FILE", env = "LAB_EXPECTATIONS")]
    pub expectations: Option<PathBuf>,
    /// File that holds choices, as `gitlab = "mock"`; flags and the environment win over it [default: lab.toml, if there
    /// is one]
    #[arg(long, value_name = "FILE", env = "LAB_CONFIG")]
    pub config: Option<PathBuf>,
    /// A mistake that a built-in part makes; may be given again
    #[arg(long = "fault", hide = true, value_name = "PART:NAME", value_delimiter = ',', env = "LAB_FAULT")]
    pub faults: Vec<Fault>,
}

/// How long a program may take for one answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnswerWithin(pub Duration);

impl Default for AnswerWithin {
    fn default() -> Self {
        Self(Duration::from_secs(5))
    }
}

impl std::str::FromStr for AnswerWithin {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let time = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        time.filter(|time| !time.is_zero()).map(Self).ok_or("write a number of seconds above 0, like `5` or `0.5`")
    }
}

impl std::fmt::Display for AnswerWithin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0.as_secs_f64())
    }
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

/// The URL of a server that runs, with or without `url:` before it; nothing for any other text.
fn server_url(text: &str) -> Option<Url> {
    let url = Url::parse(text.strip_prefix("url:").unwrap_or(text)).ok()?;
    let usable = matches!(url.scheme(), "http" | "https") && text.contains("://") && url.query().is_none();
    usable.then_some(url)
}

/// A subject did not come up.
#[derive(Debug, thiserror::Error)]
pub enum SubjectError {
    /// The built-in part could not be started.
    #[error("{part} did not start: {reason}")]
    NotStarted {
        /// The part, as people call it.
        part: String,
        /// Why, as the part or the operating system says it.
        reason: String,
    },
    /// It runs, but does not do what the lab needs from it.
    #[error("{part} cannot be used: {reason}")]
    NotUsable {
        /// The part, as people call it.
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

    /// The command-line flags that make the same choices again; defaults are left out.
    pub fn as_arguments(&self) -> Vec<String> {
        let mut flags = Vec::new();
        // A file may say something else than the default, over which the same choice must win again.
        let over_file = self.config.is_some();
        let mut add = |flag: &str, chosen: String, default: String| {
            if chosen != default || (over_file && !chosen.is_empty()) {
                flags.extend([flag.to_owned(), chosen]);
            }
        };
        add("--gitlab", self.gitlab.to_string(), GitLabChoice::default().to_string());
        add("--mattermost", self.mattermost.to_string(), MattermostChoice::default().to_string());
        let after = self.mattermost_after.as_ref().map(ToString::to_string);
        add("--mattermost-after", after.unwrap_or_default(), String::new());
        add("--postgres", self.postgres.to_string(), PostgresChoice::default().to_string());
        add("--host", self.host.to_string(), HostChoice::default().to_string());
        add("--translator", self.translator.to_string(), ProgramChoice::default().to_string());
        add("--planner", self.planner.to_string(), ProgramChoice::default().to_string());
        add("--answer-within", self.answer_within.to_string(), AnswerWithin::default().to_string());
        add("--seed", self.seed.to_string(), "1".to_owned());
        let file = self.gitlab_seed.as_ref().map(|path| path.display().to_string());
        add("--gitlab-seed", file.unwrap_or_default(), String::new());
        let file = self.gitlab_admin_token_file.as_ref().map(|path| path.display().to_string());
        add("--gitlab-admin-token-file", file.unwrap_or_default(), String::new());
        self.provider_flags.as_arguments().into_iter().for_each(|(flag, chosen)| add(flag, chosen, String::new()));
        for (flag, path) in [("--expectations", &self.expectations), ("--config", &self.config)] {
            add(flag, path.as_ref().map(|path| path.display().to_string()).unwrap_or_default(), String::new());
        }
        for fault in &self.faults {
            add("--fault", fault.to_string(), String::new());
        }
        flags
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::Choices;

    #[derive(Parser)]
    struct Arguments {
        #[command(flatten)]
        choices: Choices,
    }

    #[test]
    fn the_words_of_a_command_hold_no_password() {
        let words = [
            "run",
            "--gitlab",
            "url:http://me:hunter2@gitlab.example.com",
            "--postgres",
            "url:postgres://me:hunter2@db.example.com/lab",
        ];
        let words = Arguments::parse_from(words).choices.as_arguments().join(" ");
        assert!(words.contains("@gitlab.example.com") && words.contains("@db.example.com/lab"), "{words}");
        assert!(!words.contains("hunter2"), "{words}");
    }
}
