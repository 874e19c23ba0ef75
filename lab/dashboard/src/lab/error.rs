//! Why nothing stands.

use gitlab_mattermost_stage::lab::{NoDatabase, StartError};
use gitlab_mattermost_stage::packaged_server::ReconfigureError;
use gitlab_mattermost_stage::subject::SubjectError;

/// Why nothing stands.
#[derive(Debug, thiserror::Error)]
pub enum NotStanding {
    /// The parts that every run has did not start.
    #[error(transparent)]
    Lab(#[from] StartError),
    /// Only the built-in GitLab can be looked into.
    #[error("a page stands around the built-in GitLab in this process alone")]
    NotTheMock,
    /// A listener or a file could not be had.
    #[error("cannot {what}")]
    System {
        /// What was to be done.
        what: String,
        /// The operating system's reason.
        source: std::io::Error,
    },
    /// The built-in GitLab did not start.
    #[error(transparent)]
    GitLab(#[from] gitlab_double::StartError),
    /// The settings are refused.
    #[error(transparent)]
    Settings(#[from] ReconfigureError),
    /// The settings do not lead to a Mattermost that can be reached.
    #[error("{reason}")]
    Unreachable {
        /// Why not.
        reason: String,
    },
    /// There is no database.
    #[error(transparent)]
    Database(#[from] NoDatabase),
    /// Mattermost did not start.
    #[error(transparent)]
    Mattermost(#[from] SubjectError),
    /// The stand-in did not start.
    #[error("the stand-in Mattermost did not start")]
    StandIn(#[from] mattermost_standin::StartError),
}

/// What the operating system did not let be done.
pub(super) fn system(what: &str) -> impl Fn(std::io::Error) -> NotStanding {
    let what = what.to_owned();
    move |source| NotStanding::System { what: what.clone(), source }
}
