//! The Mattermost that each GitLab release ships.
//!
//! Not here: which release to go to next (`path`).
//!
//! # Source
//! Release tags of the Linux package: each release from 11.0.0 on; before that the first and the latest of each minor.

use std::sync::LazyLock;

use serde::Serialize;

use super::table::{field, optional, rows};
use super::{Line, NotListed};
use crate::version::{DOCUMENTED, Version};

/// The Mattermost in a GitLab package.
///
/// # Shape
/// In JSON `null`, a version, or `{"at_least": version, "at_most": version}`.
///
/// ```
/// use gitlab_mattermost_core::releases::{Bundled, find};
///
/// let bundled = find("14.7.0".parse()?)?.mattermost;
/// assert_eq!(bundled, Bundled::Exactly("6.2.1".parse()?));
/// assert_eq!(bundled.at_least(), bundled.at_most());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Bundled {
    /// None: GitLab 19.0 and later.
    Nothing,
    /// This one.
    Exactly(Version),
    /// One of these: before 11.0 the releases between a minor's first and latest are not recorded one by one.
    Between {
        /// What the minor's first release ships.
        at_least: Version,
        /// What the minor's latest release ships.
        at_most: Version,
    },
}

impl Bundled {
    /// The least version that it may be.
    pub const fn at_least(self) -> Option<Version> {
        match self {
            Self::Nothing => None,
            Self::Exactly(version) | Self::Between { at_least: version, .. } => Some(version),
        }
    }

    /// The greatest version that it may be.
    pub const fn at_most(self) -> Option<Version> {
        match self {
            Self::Nothing => None,
            Self::Exactly(version) | Self::Between { at_most: version, .. } => Some(version),
        }
    }
}

/// A GitLab release and the Mattermost in its package.
///
/// # Shape
/// In JSON `{"gitlab": "14.7.0", "mattermost": "6.2.1", "released": "2022-01-21"}`; `released` is left out before 11.0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Release {
    /// The release.
    pub gitlab: Version,
    /// What it ships.
    pub mattermost: Bundled,
    /// The day of its tag, `YYYY-MM-DD`; not recorded before 11.0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub released: Option<&'static str>,
}

/// A GitLab minor and what its packages hold.
///
/// ```
/// use gitlab_mattermost_core::releases::{Line, lines, of_line};
///
/// let line = lines().iter().find(|it| it.gitlab == Line::new(14, 7)).expect("a minor with Mattermost");
/// let releases = of_line(line.gitlab);
/// assert_eq!((line.first, line.latest), (releases[0].gitlab, releases[releases.len() - 1].gitlab));
/// assert!(of_line(Line::new(14, 77)).is_empty());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineOfReleases {
    /// The minor.
    pub gitlab: Line,
    /// The Mattermost of its first release.
    pub mattermost_first: Version,
    /// The Mattermost of its latest release.
    pub mattermost_latest: Version,
    /// Its first release.
    pub first: Version,
    /// Its latest release.
    pub latest: Version,
    /// The PostgreSQL in its latest release, where known.
    pub postgresql: Option<&'static str>,
}

/// Every minor that ships Mattermost, 7.14 to 18.11, in order.
pub fn lines() -> &'static [LineOfReleases] {
    static LINES: LazyLock<Vec<LineOfReleases>> = LazyLock::new(|| {
        rows(include_str!("../../data/gitlab-lines.csv"))
            .map(|[gitlab, mattermost_first, mattermost_latest, first, latest, postgresql]| LineOfReleases {
                gitlab: field(gitlab),
                mattermost_first: field(mattermost_first),
                mattermost_latest: field(mattermost_latest),
                first: field(first),
                latest: field(latest),
                postgresql: (!postgresql.is_empty()).then_some(postgresql),
            })
            .collect()
    });
    &LINES
}

/// Every release from 11.0.0 on, in order of its number.
///
/// ```
/// use gitlab_mattermost_core::releases::{all, last_with_mattermost, recorded};
///
/// assert_eq!(recorded()[0].gitlab.to_string(), "11.0.0");
/// assert!(all().len() > recorded().len());
/// assert_eq!(last_with_mattermost().expect("a release").gitlab.minor_line(), (18, 11));
/// ```
pub fn recorded() -> &'static [Release] {
    let all = all();
    &all[all.partition_point(|release| release.released.is_none())..]
}

/// Every release from 7.14.0 on, in order of its number.
pub fn all() -> &'static [Release] {
    static RELEASES: LazyLock<Vec<Release>> = LazyLock::new(|| {
        let recorded =
            rows(include_str!("../../data/gitlab-mattermost-releases.csv")).map(|[gitlab, mattermost, released]| {
                Release {
                    gitlab: field(gitlab),
                    mattermost: optional(mattermost).map_or(Bundled::Nothing, Bundled::Exactly),
                    released: Some(released),
                }
            });
        let mut all: Vec<Release> = recorded.collect();
        let recorded_from = all.iter().map(|release| release.gitlab).min();
        all.extend(lines().iter().filter(|line| Some(line.first) < recorded_from).flat_map(unrecorded));
        all.sort_by_key(|release| release.gitlab);
        all
    });
    &RELEASES
}

/// The releases of a minor of which only the ends are recorded.
fn unrecorded(line: &'static LineOfReleases) -> impl Iterator<Item = Release> {
    let (at_least, at_most) = (line.mattermost_first, line.mattermost_latest);
    (line.first.patch..=line.latest.patch).map(move |patch| Release {
        gitlab: Version { patch, ..line.first },
        mattermost: match patch {
            _ if at_least == at_most => Bundled::Exactly(at_least),
            patch if patch == line.first.patch => Bundled::Exactly(at_least),
            patch if patch == line.latest.patch => Bundled::Exactly(at_most),
            _ => Bundled::Between { at_least, at_most },
        },
        released: None,
    })
}

/// The releases of one minor, in order; none if there is no such minor.
pub fn of_line(line: Line) -> &'static [Release] {
    let all = all();
    let start = all.partition_point(|release| Line::of(release.gitlab) < line);
    let end = all.partition_point(|release| Line::of(release.gitlab) <= line);
    &all[start..end]
}

/// The release `version`.
///
/// # Errors
/// [`NotListed`] with the nearest known ones.
///
/// ```
/// use gitlab_mattermost_core::releases::find;
///
/// assert_eq!(find("14.7.0".parse()?)?.mattermost.at_least(), Some("6.2.1".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn find(version: Version) -> Result<&'static Release, NotListed> {
    let all = all();
    let above = all.partition_point(|release| release.gitlab < version);
    match (above.checked_sub(1).map(|below| &all[below]), all.get(above)) {
        (_, Some(release)) if release.gitlab == version => Ok(release),
        (Some(below), Some(above)) => Err(NotListed::Between { version, below: below.gitlab, above: above.gitlab }),
        (None, Some(first)) => Err(NotListed::TooOld { version, first: first.gitlab }),
        (Some(last), None) => Err(NotListed::Future { version, last: last.gitlab }),
        (None, None) => Err(NotListed::Future { version, last: version }),
    }
}

/// The last release that ships Mattermost.
pub fn last_with_mattermost() -> Option<&'static Release> {
    all().iter().rev().find(|release| release.mattermost != Bundled::Nothing)
}

/// The Mattermost that GitLab `gitlab` bundles; `None` if it has none or is no release of the tables. A release later than the
/// last of its minor is taken to bundle what that one does; before 11.0, what lies between the ends of a minor, what its first
/// does.
///
/// ```
/// use gitlab_mattermost_core::releases::bundled_mattermost;
///
/// assert_eq!(bundled_mattermost("14.7.0".parse()?), Some("6.2.1".parse()?));
/// assert_eq!(bundled_mattermost("19.0.0".parse()?), None);
/// # Ok::<(), gitlab_mattermost_core::version::InvalidVersion>(())
/// ```
pub fn bundled_mattermost(gitlab: Version) -> Option<Version> {
    let line = of_line(Line::of(gitlab)).iter().rev().find(|release| release.gitlab <= gitlab)?;
    line.mattermost.at_least()
}

/// The Mattermost of the document's GitLab, for whoever is told no other.
///
/// ```
/// use gitlab_mattermost_core::releases::documented_mattermost;
///
/// assert_eq!(documented_mattermost().to_string(), "6.2.1");
/// ```
pub fn documented_mattermost() -> Version {
    // The table has the document's release, as the example above holds it to.
    bundled_mattermost(DOCUMENTED).unwrap_or(Version::new(6, 2, 1))
}

#[cfg(test)]
mod tests {
    use super::bundled_mattermost;
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
}
