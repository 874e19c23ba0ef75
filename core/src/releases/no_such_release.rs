//! Minors of GitLab that were never released.

use super::{Line, all, of_line};
use crate::version::Version;

/// A minor of GitLab that was never released.
///
/// # Shape
/// Displayed, one sentence with the nearest minor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no GitLab {}.{}; the nearest is {nearest}", version.major, version.minor)]
pub struct NoSuchRelease {
    /// What was asked for.
    pub version: Version,
    /// The nearest minor that was.
    pub nearest: Line,
}

/// Whether there is a release of that minor; later ones than this program knows may be.
///
/// # Errors
/// [`NoSuchRelease`] with the nearest.
///
/// ```
/// use gitlab_mattermost_core::releases::check_released;
/// assert_eq!(check_released("14.77".parse()?).unwrap_err().nearest.to_string(), "14.10");
/// assert!(check_released("99.1".parse()?).is_ok());
/// # Ok::<(), gitlab_mattermost_core::version::InvalidVersion>(())
/// ```
pub fn check_released(version: Version) -> Result<(), NoSuchRelease> {
    let is_later = all().last().is_none_or(|last| version > last.gitlab);
    if is_later || !of_line(Line::of(version)).is_empty() {
        return Ok(());
    }
    let below = all().iter().rev().find(|it| it.gitlab.major == version.major && it.gitlab < version);
    let above = all().iter().find(|it| it.gitlab > version);
    match below.or(above) {
        Some(nearest) => Err(NoSuchRelease { version, nearest: Line::of(nearest.gitlab) }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minors_that_never_were_have_a_nearest_one() {
        for (asked, nearest) in [
            ("14.77", "14.10"),
            ("12.11", "12.10"),
            ("10.9", "10.8"),
            ("8.18", "8.17"),
            ("7.1", "7.14"),
            ("13.13", "13.12"),
        ] {
            let refused = check_released(asked.parse().unwrap()).unwrap_err();
            assert_eq!(refused.nearest.to_string(), nearest, "{asked}");
        }
        for released in ["14.7", "14.10", "18.11.3", "19.3", "7.14", "19.9"] {
            assert!(check_released(released.parse().unwrap()).is_ok(), "{released}");
        }
    }
}
