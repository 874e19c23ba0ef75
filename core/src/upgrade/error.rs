//! Why there is no plan, with the releases that come nearest to what was asked for.

use crate::version::{InvalidVersion, Version};

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UpgradeError {
    /// The text is no version.
    #[error("{invalid}{}", nearest_hint(.nearest))]
    NoVersion {
        /// What is wrong with it.
        invalid: InvalidVersion,
        /// The latest release of the major version that the text begins with.
        nearest: Option<Version>,
    },
    /// The version lies between known releases but is none of them.
    #[error("there is no GitLab release `{version}` in the table; the nearest are `{below}` and `{above}`")]
    Unknown {
        /// What was asked for.
        version: Version,
        /// The next known release below it.
        below: Version,
        /// The next known release above it.
        above: Version,
    },
    /// The version is later than every known release.
    #[error("GitLab `{version}` is later than every release in the table; the nearest is the last one, `{last}`")]
    Future {
        /// What was asked for.
        version: Version,
        /// The last known release.
        last: Version,
    },
    /// The version is older than the first release that shipped Mattermost.
    #[error("GitLab `{version}` did not ship Mattermost; the nearest that did is the first one, `{first}`")]
    TooOld {
        /// What was asked for.
        version: Version,
        /// The first release with Mattermost.
        first: Version,
    },
    /// The target is not later than the installed release.
    #[error(
        "`{to}` is not later than the installed `{from}`; the package cannot go back, \
         restore a backup made with `{to}` instead"
    )]
    NotUpwards {
        /// The installed release.
        from: Version,
        /// The target.
        to: Version,
    },
}

fn nearest_hint(nearest: &Option<Version>) -> String {
    nearest.map(|version| format!("; the nearest known release is `{version}`")).unwrap_or_default()
}
