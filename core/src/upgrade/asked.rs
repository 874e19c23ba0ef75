//! Versions as they are asked for, and the releases they stand for.

use std::str::FromStr;

use super::releases::{find, of_line};
use super::{Line, Release, UpgradeError, releases};
use crate::version::Version;

/// A version as it was asked for: a release, or a minor without its patch.
///
/// # Shape
/// As [`Version`]; `14.7` is the minor, `14.7.0` its first release.
///
/// ```
/// use gitlab_mattermost_core::upgrade::{Asked, Line, release_to};
///
/// let asked: Asked = "14.7".parse()?;
/// assert_eq!(asked, Asked::Line(Line::new(14, 7)));
/// assert!(release_to(asked)?.gitlab > "14.7.0".parse()?, "the minor's latest release");
/// assert!("latest".parse::<Asked>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// All three numbers were written.
    Release(Version),
    /// Two numbers were written.
    Line(Line),
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
/// [`UpgradeError::NotListed`].
pub fn release_from(asked: Asked) -> Result<&'static Release, UpgradeError> {
    match asked {
        Asked::Release(version) => Ok(find(version)?),
        Asked::Line(line) => of_line(line).first().map_or_else(|| Ok(find(line.first())?), Ok),
    }
}

/// The target that `asked` stands for: without a patch the minor's latest, as GitLab advises.
///
/// # Errors
/// As [`release_from`].
pub fn release_to(asked: Asked) -> Result<&'static Release, UpgradeError> {
    match asked {
        Asked::Release(version) => Ok(find(version)?),
        Asked::Line(line) => of_line(line).last().map_or_else(|| Ok(find(line.first())?), Ok),
    }
}
