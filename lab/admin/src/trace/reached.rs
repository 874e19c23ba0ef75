//! How far a sign-in got.

use gitlab_mattermost_ground::exchange::Party;
use serde::Serialize;

/// How far a sign-in got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "place", rename_all = "kebab-case")]
pub enum Reached {
    /// GitLab, or the company's page on its side, asks who the user is, and nobody was named who may be told there.
    SignInPage {
        /// The host of the page.
        at: String,
    },
    /// The password was taken, and a second factor is asked for.
    SecondFactorPage {
        /// The host of the page.
        at: String,
    },
    /// GitLab asks for consent, which was not allowed.
    ConsentPage,
    /// The user is signed in to Mattermost.
    SignedIn,
    /// Somebody refused.
    Refused {
        /// The party that calls.
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
        matches!(self, Self::SignInPage { .. } | Self::SecondFactorPage { .. } | Self::ConsentPage | Self::SignedIn)
    }
}

impl std::fmt::Display for Reached {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::SignInPage { at } => write!(
                f,
                "a sign-in page (at {at}), good so far; `--login` and `--password-file` go on where GitLab asks itself"
            ),
            Self::SecondFactorPage { at } => {
                write!(f, "a page that asks for a second factor (at {at}), good so far; a user without one goes on")
            }
            Self::ConsentPage => f.write_str("GitLab's question for consent; `--consent` gives it"),
            Self::SignedIn => f.write_str("signed in to Mattermost"),
            Self::Refused { by, said } => write!(f, "refused by {by}: {said}"),
            Self::Lost { at, said } => write!(f, "stuck at {at}: {said}"),
        }
    }
}
