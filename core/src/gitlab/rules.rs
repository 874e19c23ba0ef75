//! What depends on the version of GitLab.

use std::time::Duration;

use super::fault::Faults;
use crate::version::Version;

/// How long an authorization code works.
///
/// # Source
/// Doorkeeper's default, never overridden by GitLab up to 18 (Doorkeeper 5.5.0 with the settings of GitLab 14.7: settings).
pub(super) const CODE_LIFETIME: Duration = Duration::from_secs(600);

/// How long an access token works that expires at all.
pub(super) const TOKEN_LIFETIME: Duration = Duration::from_secs(7200);

/// How long a session of nobody lives.
pub(super) const ANONYMOUS_SESSION_LIFETIME: Duration = Duration::from_secs(2 * 3600);

/// How long a signed-in session lives.
pub(super) const SESSION_LIFETIME: Duration = Duration::from_secs(7 * 24 * 3600);

/// Wrong passwords in a row that lock an account.
pub(super) const FAILED_SIGN_INS_LIMIT: u32 = 10;

/// How long a locked account stays locked.
pub(super) const LOCK_TIME: Duration = Duration::from_secs(600);

/// Behaviour that changed between versions of GitLab.
///
/// # Source
/// Doorkeeper 5.5.0 with the settings of GitLab 14.7: changes by version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rules {
    /// What it does wrong on purpose, whatever the version.
    pub faults: Faults,
    /// Whether and when access tokens expire.
    pub expiry: Expiry,
    /// Whether a second exchange for the same user, application and scopes returns the live token (up to 15.0).
    pub reuses_access_tokens: bool,
    /// Whether the implicit flow exists (before 15.0).
    pub has_implicit_flow: bool,
    /// Whether an application's secret is shown only once, when it is made (from 15.10).
    pub hides_secrets: bool,
    /// Whether the applications page stands under `/-/user_settings` (from 16.9) and no longer under `/-/profile`.
    pub has_user_settings: bool,
    /// Name of the form of an application, before the brackets (another one from 18.0).
    pub application_form: &'static str,
    /// Whether a consent page offers "Authorize NAME" before "Cancel" instead of "Deny" before "Authorize" (from 16.0).
    pub offers_cancel: bool,
    /// Whether OpenID Connect tells `preferred_username` (from 16.0; the first release that does is not known).
    pub tells_preferred_username: bool,
}

/// Whether and when access tokens expire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expiry {
    /// Before 14.3: never.
    Never,
    /// 14.3 to 14.10: as the application says.
    ByApplication,
    /// From 15.0: always.
    Always,
}

impl Rules {
    /// The behaviour of GitLab `version`.
    pub fn of(version: Version) -> Self {
        let from = |major, minor| version.minor_line() >= (major, minor);
        Self {
            faults: Faults::default(),
            expiry: match version.minor_line() {
                line if line >= (15, 0) => Expiry::Always,
                line if line >= (14, 3) => Expiry::ByApplication,
                _ => Expiry::Never,
            },
            reuses_access_tokens: !from(15, 1),
            has_implicit_flow: !from(15, 0),
            hides_secrets: from(15, 10),
            has_user_settings: from(16, 9),
            application_form: if from(18, 0) { "authn_oauth_application" } else { "doorkeeper_application" },
            offers_cancel: from(16, 0),
            tells_preferred_username: from(16, 0),
        }
    }

    /// How long a new access token works; `None` if it never expires.
    pub fn token_lifetime(self, application_expires_tokens: bool) -> Option<Duration> {
        match self.expiry {
            Expiry::Never => None,
            Expiry::ByApplication => application_expires_tokens.then_some(TOKEN_LIFETIME),
            Expiry::Always => Some(TOKEN_LIFETIME),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Rules, TOKEN_LIFETIME};
    use crate::version::Version;

    #[test]
    fn token_expiry_became_a_choice_in_14_3_and_the_rule_in_15_0() {
        for (version, chosen, not_chosen) in [
            (Version::new(14, 2, 7), None, None),
            (Version::new(14, 7, 0), Some(TOKEN_LIFETIME), None),
            (Version::new(15, 0, 0), Some(TOKEN_LIFETIME), Some(TOKEN_LIFETIME)),
        ] {
            let rules = Rules::of(version);
            assert_eq!((rules.token_lifetime(true), rules.token_lifetime(false)), (chosen, not_chosen), "{version}");
        }
    }
}
