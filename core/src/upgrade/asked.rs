//! Versions as they are asked for, and the releases they stand for.

use std::str::FromStr;

use super::releases::{find, of_line};
use super::{Line, Release, releases};
use crate::version::{InvalidVersion, Version};

/// A version as it was asked for: a release, or a minor without its patch.
///
/// # Shape
/// As [`Version`]; `14.7` is the minor, `14.7.0` its first release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// All three numbers were written.
    Release(Version),
    /// Two numbers were written.
    Line(Line),
}

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

impl FromStr for Asked {
    type Err = UpgradeError;

    fn from_str(text: &str) -> Result<Self, UpgradeError> {
        let version: Version =
            text.parse().map_err(|invalid| UpgradeError::NoVersion { invalid, nearest: nearest(text) })?;
        let bare = text.trim().split(['-', '+']).next().unwrap_or_default();
        Ok(if bare.matches('.').count() == 1 { Self::Line(Line::of(version)) } else { Self::Release(version) })
    }
}

/// The latest release of the major version that `text` begins with.
fn nearest(text: &str) -> Option<Version> {
    let digits = text.trim().trim_start_matches('v');
    let digits = digits.split(|c: char| !c.is_ascii_digit()).next()?;
    let major: u32 = digits.parse().ok()?;
    releases::all().iter().rev().map(|release| release.gitlab).find(|gitlab| gitlab.major == major)
}

/// The installed release that `asked` stands for: without a patch the minor's first, as the most careful reading.
///
/// # Errors
/// [`UpgradeError::Unknown`], [`UpgradeError::Future`] or [`UpgradeError::TooOld`] if it is not in the table.
pub fn release_from(asked: Asked) -> Result<&'static Release, UpgradeError> {
    match asked {
        Asked::Release(version) => find(version),
        Asked::Line(line) => of_line(line).first().map_or_else(|| find(line.first()), Ok),
    }
}

/// The target that `asked` stands for: without a patch the minor's latest, as GitLab advises.
///
/// # Errors
/// As [`release_from`].
pub fn release_to(asked: Asked) -> Result<&'static Release, UpgradeError> {
    match asked {
        Asked::Release(version) => find(version),
        Asked::Line(line) => of_line(line).last().map_or_else(|| find(line.first()), Ok),
    }
}
