//! Follows a sign-in between running servers, as far as a browser gets, and looks for known problems.
//!
//! What the browser sees is recorded; what Mattermost asks GitLab behind it is not seen and judged by how the sign-in ends.
//! Not here: the rules of the problems (`gitlab_mattermost_core::diagnosis`).

mod follow;
mod probe;

use gitlab_mattermost_core::diagnosis::Finding;
use gitlab_mattermost_core::diagnosis::sign_in::{Address, diagnose};
use gitlab_mattermost_core::secret::Secret;
use serde::Serialize;
use url::Url;

use gitlab_mattermost_browser::BrowserError;
use gitlab_mattermost_ground::exchange::{Exchange, Party};

/// Which sign-in to follow.
#[derive(Debug)]
pub struct Asked {
    /// Base URL of Mattermost.
    pub mattermost: Url,
    /// Base URL of GitLab.
    pub gitlab: Url,
    /// Who signs in; without, the sign-in ends at GitLab's sign-in page.
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

/// What was seen.
#[derive(Debug, Serialize)]
pub struct Trace {
    /// How far the sign-in got.
    pub reached: Reached,
    /// The known problems seen.
    pub findings: Vec<Finding>,
    /// What the browser said and was told, secrets masked.
    pub exchanges: Vec<Exchange>,
}

/// How far a sign-in got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "place", rename_all = "kebab-case")]
pub enum Reached {
    /// GitLab asks who the user is, and nobody was named.
    SignInPage,
    /// GitLab asks for consent, which was not allowed.
    ConsentPage,
    /// The user is signed in to Mattermost.
    SignedIn,
    /// Somebody refused.
    Refused {
        /// Who.
        by: Party,
        /// In their words.
        said: String,
    },
    /// The browser stands where nothing leads on.
    Lost {
        /// Scheme, host and path of the page, or of the address that does not answer.
        at: String,
        /// What is seen there.
        said: String,
    },
}

impl Reached {
    /// Whether nothing went wrong so far.
    pub const fn is_good(&self) -> bool {
        matches!(self, Self::SignInPage | Self::ConsentPage | Self::SignedIn)
    }
}

impl std::fmt::Display for Reached {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::SignInPage => {
                f.write_str("GitLab's sign-in page; name a user with `--login` and `--password-file` to go on")
            }
            Self::ConsentPage => f.write_str("GitLab's question for consent; `--consent` gives it"),
            Self::SignedIn => f.write_str("signed in to Mattermost"),
            Self::Refused { by, said } => write!(f, "refused by {by}: {said}"),
            Self::Lost { at, said } => write!(f, "stuck at {at}: {said}"),
        }
    }
}

/// Why there is nothing to follow.
#[derive(Debug, thiserror::Error)]
pub enum TraceError {
    /// A given server does not answer.
    #[error("{party} does not answer at `{url}`: {reason}")]
    Unreachable {
        /// Who.
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

/// Follows the sign-in.
///
/// # Errors
/// [`TraceError`], where a given server does not answer at all. A certificate of GitLab's that is not trusted is a
/// finding instead.
pub async fn trace(asked: &Asked) -> Result<Trace, TraceError> {
    gitlab_mattermost_ground::tls::install_provider();
    let client = probe::client(&asked.authorities)?;
    probe::answers(&client, &asked.mattermost, Party::Mattermost).await?;
    probe::answers(&client, &asked.gitlab, Party::GitLab).await?;
    let followed = follow::sign_in(asked).await?;
    let (mut evidence, reached, exchanges) = (followed.evidence, followed.reached, followed.exchanges);
    evidence.client = probe::client_configuration(&client, &asked.mattermost).await;
    if evidence.unreachable.is_none() {
        let base = followed.gitlab_base;
        evidence.token_endpoint = probe::endpoint(client.post(below(&base, "oauth/token"))).await;
        evidence.user_endpoint = probe::endpoint(client.get(below(&base, "api/v4/user"))).await;
    }
    Ok(Trace { reached, findings: diagnose(&evidence), exchanges })
}

/// `path` below the base URL `base`.
fn below(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}/{path}", base.path().trim_end_matches('/')));
    url.set_query(None);
    url
}

/// The parts of a URL that are compared.
fn address(url: &Url) -> Address {
    Address {
        scheme: url.scheme().to_owned(),
        host: url.host_str().unwrap_or_default().to_owned(),
        port: url.port_or_known_default().unwrap_or_default(),
        path: url.path().to_owned(),
    }
}
