//! Settings that earlier versions had, and what took their place.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::table::settings;
use crate::version::Version;

/// A setting that a version no longer has.
///
/// # Shape
/// A JSON object with these fields; `successor` and `note` may be missing, unknown ones are refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Removed {
    /// Its path while it existed.
    pub path: String,
    /// The first version without it, to the minor.
    pub since: Version,
    /// The path that took its place, if any did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub successor: Option<String>,
    /// What to watch out for when moving the value over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// The removal of `path` that lies at or before `version`, whether the list or the table of settings tells it.
pub(super) fn before(path: &str, version: Version) -> Option<Removed> {
    listed(path, version).cloned().or_else(|| {
        let until = settings().iter().find(|s| s.path() == path)?.versions().1?;
        let since = Version::new(until.major, until.minor + 1, 0);
        (since <= version).then(|| Removed { path: path.to_owned(), since, successor: None, note: None })
    })
}

/// The removal of `path` in the list, if it lies at or before `version`.
pub(super) fn listed(path: &str, version: Version) -> Option<&'static Removed> {
    static REMOVED: LazyLock<BTreeMap<String, Removed>> = LazyLock::new(read);
    REMOVED.get(path).filter(|removed| removed.since <= version)
}

#[expect(clippy::expect_used, reason = "the table is part of the program; reading it is tested")]
fn read() -> BTreeMap<String, Removed> {
    let removals: Vec<Removed> = serde_json::from_str(include_str!("../../../data/mattermost-removed-settings.json"))
        .expect("a table of removals");
    removals.into_iter().map(|removed| (removed.path.clone(), removed)).collect()
}
