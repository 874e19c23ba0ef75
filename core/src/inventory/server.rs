//! The server's version by the best source there is.

use super::{Mattermost, Origin};
use crate::releases::{Bundled, find};
use crate::version::Version;

/// What may tell the server's version.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct VersionSources {
    /// What the program says.
    pub program: Option<Version>,
    /// What a person says.
    pub given: Option<Version>,
    /// The GitLab that it came with.
    pub gitlab: Option<Version>,
    /// What the database was last migrated by.
    pub database: Option<Version>,
}

/// The server's version: the program's own word, then a person's, then what the GitLab release ships, then the database's.
///
/// ```
/// use gitlab_mattermost_core::inventory::{Origin, VersionSources, server};
///
/// let sources = VersionSources { gitlab: Some("14.7.0".parse()?), database: Some("6.0.0".parse()?), ..Default::default() };
/// let found = server(sources).unwrap();
/// assert_eq!((found.version, found.origin), ("6.2.1".parse()?, Origin::GitlabRelease));
/// # Ok::<(), gitlab_mattermost_core::version::InvalidVersion>(())
/// ```
pub fn server(sources: VersionSources) -> Option<Mattermost> {
    let exactly = |gitlab: Version| match find(gitlab).ok()?.mattermost {
        Bundled::Exactly(version) => Some(version),
        Bundled::Between { .. } | Bundled::Nothing => None,
    };
    let from = |origin| move |version| Mattermost { version, origin };
    let program = sources.program.map(from(Origin::Program));
    let given = || sources.given.map(from(Origin::Given));
    let bundled = || sources.gitlab.and_then(exactly).map(from(Origin::GitlabRelease));
    program.or_else(given).or_else(bundled).or_else(|| sources.database.map(from(Origin::Database)))
}
