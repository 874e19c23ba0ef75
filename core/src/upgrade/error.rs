//! Why there is no plan, with the releases that come nearest to what was asked for.

use crate::releases::NotListed;
use crate::version::{InvalidVersion, Version};

/// Why there is no plan.
///
/// # Shape
/// One variant per cause; displayed, one line with the nearest releases.
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
    /// The version is no known release.
    #[error(transparent)]
    NotListed(#[from] NotListed),
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
