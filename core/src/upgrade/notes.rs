//! What Mattermost's vendor and the package's history say about upgrading, fact by fact.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::{Bundled, Line, Release};
use crate::version::Version;

/// What a fact is about.
///
/// # Shape
/// In JSON the variant's name in small letters, its words joined by underscores: `minimum_db`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteKind {
    /// The GitLab that ships the version.
    Bundled,
    /// The command-line tools.
    Cli,
    /// A setting that is new and may have to be set.
    ConfigAddedRequired,
    /// A setting that is gone, renamed, or has another default.
    ConfigRemoved,
    /// A change of the database that runs at the first start.
    Migration,
    /// The least version of the database.
    MinimumDb,
    /// Anything else.
    Other,
    /// Signing in through GitLab.
    Sso,
    /// A version to stop at, or not to go to.
    StopRequired,
}

/// One fact.
///
/// # Shape
/// A row of `core/data/mattermost-upgrade-notes.json`. Unknown fields are refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// The Mattermost minor that brings it; `None` if it holds always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Line>,
    /// The exact release that brings it, where it is not the minor's first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Version>,
    /// What it is about.
    pub kind: NoteKind,
    /// The fact.
    pub fact: String,
    /// What the time of a migration grows with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub driven_by: Option<String>,
    /// Who says so: repository and file, or address.
    pub source: String,
}

impl Note {
    /// The Mattermost release from which the fact holds; `None` if it holds always.
    pub fn holds_from(&self) -> Option<Version> {
        self.since.or_else(|| self.version.map(Line::first))
    }
}

/// Every fact.
pub fn all() -> &'static [Note] {
    #[expect(clippy::expect_used, reason = "the table is part of the program; reading it is tested")]
    static NOTES: LazyLock<Vec<Note>> = LazyLock::new(|| {
        serde_json::from_str(include_str!("../../data/mattermost-upgrade-notes.json")).expect("a table of notes")
    });
    &NOTES
}

/// The Mattermost minors that some fact is about, in order.
pub(super) fn lines() -> impl Iterator<Item = Line> {
    all().iter().filter_map(|note| note.version).collect::<BTreeSet<_>>().into_iter()
}

/// The facts that become true when the package of `from` is replaced by that of `to`.
pub(super) fn between(from: &Release, to: &Release) -> impl Iterator<Item = &'static Note> + use<> {
    let range = match (from.mattermost, to.mattermost) {
        (Bundled::Nothing, _) | (_, Bundled::Nothing) => None,
        (before, after) => before.at_least().zip(after.at_most()),
    };
    all().iter().filter(move |note| {
        let (Some((before, after)), Some(since)) = (range, note.holds_from()) else { return false };
        before < since && since <= after
    })
}
