//! The versions of both programs, and what is assumed where none is given.

use crate::releases::bundled_mattermost;
pub use crate::version::DOCUMENTED;
use crate::version::Version;

/// Versions of both programs, as far as known.
///
/// # Shape
/// With neither given, the GitLab is that of the document, 14.7.
///
/// ```
/// use gitlab_mattermost_core::installation::{DOCUMENTED, Versions};
///
/// assert_eq!(Versions::default().gitlab_or_documented(), DOCUMENTED);
/// let versions = Versions { gitlab: Some(DOCUMENTED), mattermost: None };
/// assert_eq!(versions.mattermost_or_bundled(), Some("6.2.1".parse()?));
/// # Ok::<(), gitlab_mattermost_core::version::InvalidVersion>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Versions {
    /// Of GitLab.
    pub gitlab: Option<Version>,
    /// Of Mattermost.
    pub mattermost: Option<Version>,
}

impl Versions {
    /// GitLab's, or that of the document.
    pub fn gitlab_or_documented(self) -> Version {
        self.gitlab.unwrap_or(DOCUMENTED)
    }

    /// Mattermost's, or that of the Mattermost that the GitLab bundles.
    pub fn mattermost_or_bundled(self) -> Option<Version> {
        self.mattermost.or_else(|| self.gitlab.and_then(bundled_mattermost))
    }
}
