//! The sign-in that is followed: both servers, and the account to sign in with.

use gitlab_mattermost_core::secret::Secret;
use url::Url;

/// The sign-in to follow.
#[derive(Debug)]
pub struct Asked {
    /// Base URL of Mattermost.
    pub mattermost: Url,
    /// Base URL of GitLab.
    pub gitlab: Url,
    /// Who signs in; without, the sign-in ends at the first sign-in page.
    pub account: Option<Account>,
    /// Whether to consent where GitLab asks for it.
    pub consent: bool,
    /// Certificates of authorities that are trusted besides those of this machine.
    pub authorities: Vec<reqwest::Certificate>,
}

/// A user of GitLab.
#[derive(Debug)]
pub struct Account {
    /// User name or e-mail address.
    pub login: String,
    /// The password.
    pub password: Secret,
}
