//! The least PostgreSQL that GitLab and Mattermost work with.

use std::sync::LazyLock;

use serde::Serialize;

use super::table::{field, rows};
use super::{Line, Release, releases};
use crate::version::Version;

/// What a GitLab release and its Mattermost need of PostgreSQL.
///
/// # Shape
/// A JSON object with these fields; `mattermost`, `gitlab` and `packaged` are left out if empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Floors {
    /// The least major version for Mattermost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mattermost: Option<&'static str>,
    /// The least major version for GitLab; not known before 10.0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gitlab: Option<&'static str>,
    /// The version in the package, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub packaged: Option<&'static str>,
}

/// What `release` needs.
pub(super) fn floors(release: &Release) -> Floors {
    let line = Line::of(release.gitlab);
    Floors {
        mattermost: release.mattermost.at_least().and_then(|version| floor("mattermost", version)),
        gitlab: floor("gitlab", release.gitlab),
        packaged: releases::lines().iter().find(|row| row.gitlab == line).and_then(|row| row.postgresql),
    }
}

/// The least PostgreSQL for `version` of `program`.
pub(crate) fn floor(program: &str, version: Version) -> Option<&'static str> {
    static FLOORS: LazyLock<Vec<(&'static str, Line, &'static str)>> = LazyLock::new(|| {
        rows(include_str!("../../data/postgresql-floors.csv"))
            .map(|[program, since, minimum]| (program, field(since), minimum))
            .collect()
    });
    let holds = |(whose, since, _): &&(&str, Line, &str)| *whose == program && *since <= Line::of(version);
    FLOORS.iter().rev().find(holds).map(|(.., minimum)| *minimum)
}
