//! The programs of an Omnibus-shaped machine that are the lab's own: `gitlab-ctl`, and the stand-in as `mattermost`.
//!
//! They run on that machine, as root or as the caller, and act on it: never on the one that runs the lab. What a
//! reconfigure changes is decided by `gitlab_mattermost_core::reconfigure`.
//! Not here: making and starting such a machine (`subject::host`, `lab/stage/images/host`).

mod carry_out;
pub mod gitlab_ctl;
mod look;
pub mod mattermost;
mod nginx;
mod reconfigure;
mod registration;
mod whole_file;

use std::path::PathBuf;

use gitlab_mattermost_core::reconfigure::Undecided;
use gitlab_mattermost_core::version::InvalidVersion;

/// The settings file.
pub const SETTINGS_FILE: &str = "/etc/gitlab/gitlab.rb";
/// The secrets file.
pub const SECRETS_FILE: &str = "/etc/gitlab/gitlab-secrets.json";
/// Says which version of GitLab the machine has.
pub const GITLAB_VERSION_FILE: &str = "/opt/gitlab/embedded/service/gitlab-rails/VERSION";
/// Says which version of Mattermost came with it.
pub const MATTERMOST_VERSION_FILE: &str = "/opt/gitlab/embedded/service/mattermost/VERSION";
/// Where runit looks for services.
const SERVICES: &str = "/opt/gitlab/service";
/// How many seconds `sv` waits for a service, as it takes it from the environment. By itself it gives up after seven; a
/// real Mattermost may take twelve to end.
const SV_WAIT: (&str, &str) = ("SVWAIT", "30");

/// Why a program of the machine did not do its work.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// It takes root.
    #[error("this must be run as root; put `sudo` before it")]
    NotRoot,
    /// A file cannot be read or written.
    #[error("failed to {action} `{}`", path.display())]
    File {
        /// What was to be done with it.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// The machine does not say which version of GitLab it has.
    #[error("`{GITLAB_VERSION_FILE}` holds no version")]
    Version(#[from] InvalidVersion),
    /// The secrets file does not fit.
    #[error("`{SECRETS_FILE}` does not fit")]
    Secrets(#[from] gitlab_mattermost_core::omnibus::SecretsError),
    /// The plan depends on what only Ruby could tell.
    #[error("the settings leave something open")]
    Undecided(#[from] Undecided),
    /// A command of the plan failed.
    #[error("`{command}` failed with {status}{}", said(stderr))]
    Command {
        /// The command.
        command: String,
        /// How it ended.
        status: String,
        /// What it said.
        stderr: String,
    },
    /// Something did not come about in time.
    #[error("{what} within {seconds} s")]
    Late {
        /// What did not.
        what: String,
        /// How long was waited.
        seconds: u64,
    },
    /// No such service.
    #[error("there is no service `{service}`; there are: {known}")]
    NoService {
        /// What was asked for.
        service: String,
        /// The services there are.
        known: String,
    },
}

fn said(stderr: &str) -> String {
    if stderr.trim().is_empty() { String::new() } else { format!(": {}", stderr.trim()) }
}

fn failed(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> HostError {
    let path = path.into();
    move |source| HostError::File { action, path, source }
}

/// The text of a file; nothing if there is none.
fn read_if_there(path: &str) -> Result<Option<String>, HostError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed("read", path)(error)),
    }
}
