//! Versions that are no release of the table.

use crate::version::Version;

/// Why a version is no release of the table, with the releases that come nearest.
///
/// # Shape
/// One variant per place: between known releases, after all, before all. Displayed, one sentence with the nearest releases.
///
/// ```
/// use gitlab_mattermost_core::releases::{NotListed, find};
///
/// assert!(matches!(find("99.0.0".parse()?), Err(NotListed::Future { .. })));
/// assert!(matches!(find("7.0.0".parse()?), Err(NotListed::TooOld { .. })));
/// # Ok::<(), gitlab_mattermost_core::version::InvalidVersion>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotListed {
    /// It lies between known releases and is not one of them.
    #[error("there is no GitLab release `{version}` in the table; the nearest are `{below}` and `{above}`")]
    Between {
        /// What was asked for.
        version: Version,
        /// The next known release below it.
        below: Version,
        /// The next known release above it.
        above: Version,
    },
    /// It is later than every known release.
    #[error("GitLab `{version}` is later than every release in the table; the nearest is the last one, `{last}`")]
    Future {
        /// What was asked for.
        version: Version,
        /// The last known release.
        last: Version,
    },
    /// It is older than the first release that shipped Mattermost.
    #[error("GitLab `{version}` did not ship Mattermost; the nearest that did is the first one, `{first}`")]
    TooOld {
        /// What was asked for.
        version: Version,
        /// The first release with Mattermost.
        first: Version,
    },
}
