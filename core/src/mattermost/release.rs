//! What differs between Mattermost versions in the sign-in.

use crate::version::Version;

/// The version a server behaves as.
///
/// # Shape
/// Any version; it behaves as the nearest release below whose behaviour was looked at.
///
/// # Source
/// Runs of 4.10.0, 5.0.0, 5.10.0, 5.14.2, 5.20.0, 5.31.0 and 5.36.1; the exact border of each change was read from the
/// public tags in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Release {
    /// The version.
    pub version: Version,
}

impl Release {
    /// The version whose sign-ins were recorded.
    pub const RECORDED: Self = Self { version: Version::new(5, 36, 1) };

    /// The version that the server takes itself for, which its database and its answers tell too.
    ///
    /// # Source
    /// 5.14.2, 5.31.0 and others, built and run: the list of versions was not raised for some releases.
    pub fn takes_itself_for(self) -> Version {
        match (self.version.major, self.version.minor, self.version.patch) {
            (5, 14, _) => Version::new(5, 14, 0),
            (5, 31, 0 | 1) => Version::new(5, 30, 0),
            _ => self.version,
        }
    }

    const fn since(self, minor: u32) -> bool {
        self.version.major > 5 || self.version.major == 5 && self.version.minor >= minor
    }

    /// A failed token answer is told by its status; before, its body alone was looked at.
    pub(super) const fn checks_answer_status(self) -> bool {
        self.since(0)
    }

    /// `error=access_denied` has an error page of its own; before, it was taken for a missing code.
    pub(super) const fn tells_denied(self) -> bool {
        self.since(4)
    }

    /// Sessions have a cookie against forged requests, `MMCSRF`.
    pub const fn has_csrf_cookie(self) -> bool {
        self.since(10)
    }

    /// The state of a log-in says whether it comes from the mobile application.
    pub(super) const fn state_tells_mobile(self) -> bool {
        self.since(25)
    }

    /// A user without email is refused for that; before, the account failed its password check later on.
    pub(super) const fn requires_email(self) -> bool {
        self.since(29)
    }

    /// The callback builds its redirect URI from the site URL.
    ///
    /// DIFFERENCE: up to 5.31 it is built from `X-Forwarded-Proto` and `Host` of the callback request, so that a proxy
    /// that drops either makes GitLab refuse the code.
    pub(super) const fn callback_uses_site_url(self) -> bool {
        self.since(32)
    }

    /// What the server calls itself towards GitLab.
    pub fn user_agent(self) -> String {
        match self {
            _ if self.since(35) => "Mattermost-Bot/1.1".to_owned(),
            _ if self.since(6) => format!("mattermost-{}", self.takes_itself_for()),
            _ => "Go-http-client/1.1".to_owned(),
        }
    }
}
