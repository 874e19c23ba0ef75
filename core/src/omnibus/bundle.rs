//! Which Mattermost a GitLab package bundles, and which releases there are.

use crate::version::Version;

/// The first release whose packages are recorded one by one.
const RECORDED_FROM: Version = Version::new(11, 0, 0);

/// The Mattermost that GitLab `gitlab` bundles; `None` if it has none or is no release of the tables.
///
/// # Source
/// `data/gitlab-mattermost-releases.csv` and, before 11.0, `data/gitlab-lines.csv`, from the package tags; a release later
/// than the table's last of its minor is taken to bundle what that one does. Before 11.0 only the ends of a minor are
/// recorded, and what lies between them is taken to bundle what its first does.
pub fn bundled_mattermost(gitlab: Version) -> Option<Version> {
    if gitlab < RECORDED_FROM {
        return before_11(gitlab);
    }
    let releases = include_str!("../../data/gitlab-mattermost-releases.csv").lines().skip(1).filter_map(|line| {
        let mut fields = line.split(',');
        let release: Version = fields.next()?.parse().ok()?;
        Some((release, fields.next()?.parse::<Version>().ok()))
    });
    releases
        .filter(|(release, _)| release.minor_line() == gitlab.minor_line() && *release <= gitlab)
        .max_by_key(|(release, _)| *release)
        .and_then(|(_, mattermost)| mattermost)
}

fn before_11(gitlab: Version) -> Option<Version> {
    include_str!("../../data/gitlab-lines.csv").lines().skip(1).find_map(|line| {
        let fields: Vec<&str> = line.split(',').collect();
        let [line, first, latest, _, latest_release, ..] = fields.as_slice() else { return None };
        let line: Version = line.parse().ok()?;
        let is_latest = latest_release.parse::<Version>().is_ok_and(|release| gitlab >= release);
        let mattermost = if is_latest { latest } else { first };
        (line.minor_line() == gitlab.minor_line()).then(|| mattermost.parse().ok()).flatten()
    })
}

/// A minor of GitLab that was never released.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no GitLab {}.{}; the nearest is {}.{}", version.major, version.minor, nearest.major, nearest.minor)]
pub struct NoSuchRelease {
    /// What was asked for.
    pub version: Version,
    /// The nearest minor that was.
    pub nearest: Version,
}

/// Whether there is a release of that minor; later ones than this program knows may be.
///
/// # Errors
/// [`NoSuchRelease`] with the nearest.
///
/// ```
/// use gitlab_mattermost_core::omnibus::check_released;
/// assert_eq!(check_released("14.77".parse()?).unwrap_err().nearest, "14.10".parse()?);
/// assert!(check_released("99.1".parse()?).is_ok());
/// # Ok::<(), gitlab_mattermost_core::version::InvalidVersion>(())
/// ```
pub fn check_released(version: Version) -> Result<(), NoSuchRelease> {
    let minors: Vec<Version> = minors().collect();
    let known = minors.iter().any(|minor| minor.minor_line() == version.minor_line());
    if known || minors.last().is_none_or(|last| version > *last) {
        return Ok(());
    }
    let same_major = minors.iter().rev().find(|minor| minor.major == version.major && **minor < version);
    let above = minors.iter().find(|minor| **minor > version);
    match same_major.or(above) {
        Some(nearest) => Err(NoSuchRelease { version, nearest: *nearest }),
        None => Ok(()),
    }
}

/// Every minor with Mattermost, and those after it, in order.
fn minors() -> impl Iterator<Item = Version> {
    let with = include_str!("../../data/gitlab-lines.csv").lines().skip(1);
    let without =
        include_str!("../../data/gitlab-mattermost-releases.csv").lines().skip(1).filter(|it| it.contains(",,"));
    let version = |line: &str| line.split(',').next()?.parse::<Version>().ok().map(|it| Version { patch: 0, ..it });
    let mut minors: Vec<Version> = with.chain(without).filter_map(version).collect();
    minors.sort_unstable();
    minors.dedup();
    minors.into_iter()
}

#[cfg(test)]
mod tests {
    use super::{bundled_mattermost, check_released};
    use crate::version::Version;

    #[test]
    fn the_bundled_version_follows_the_patch_release() {
        for (gitlab, mattermost) in [
            ((14, 7, 0), Some((6, 2, 1))),
            ((14, 7, 99), Some((6, 2, 5))),
            ((11, 0, 0), Some((4, 10, 1))),
            ((10, 8, 7), Some((4, 9, 1))),
            ((9, 3, 0), Some((3, 10, 0))),
            ((9, 3, 11), Some((3, 10, 2))),
            ((7, 14, 0), Some((0, 6, 0))),
            ((7, 13, 0), None),
            ((19, 0, 0), None),
        ] {
            let version = |(major, minor, patch)| Version::new(major, minor, patch);
            assert_eq!(bundled_mattermost(version(gitlab)), mattermost.map(version), "GitLab {gitlab:?}");
        }
    }

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
            let nearest: Version = nearest.parse().unwrap();
            assert_eq!(check_released(asked.parse().unwrap()).unwrap_err().nearest, nearest, "{asked}");
        }
        for released in ["14.7", "14.10", "18.11.3", "19.3", "7.14", "19.9"] {
            assert!(check_released(released.parse().unwrap()).is_ok(), "{released}");
        }
    }
}
