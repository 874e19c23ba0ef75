//! Why there is no sign-in to follow.

use gitlab_mattermost_browser::BrowserError;
use gitlab_mattermost_ground::exchange::Party;
use url::Url;

/// Why there is nothing to follow.
#[derive(Debug, thiserror::Error)]
pub enum TraceError {
    /// A given server does not answer.
    #[error("{party} does not answer at `{url}`: {reason}")]
    Unreachable {
        /// The server that does not answer.
        party: Party,
        /// The URL given for it.
        url: Url,
        /// Why not.
        reason: String,
    },
    /// No browser.
    #[error("the sign-in cannot be followed")]
    Browser(#[from] BrowserError),
    /// No client for single questions.
    #[error("the client for HTTP could not be set up")]
    Client(#[from] reqwest::Error),
}
