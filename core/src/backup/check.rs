//! The checks of a backup: their names, how they end, and what is known of it by them.

use serde::{Deserialize, Serialize};

/// How many names a finding lists before it says how many more there are.
pub(super) const LISTED: usize = 5;

/// A check, named for good: programs go by it.
///
/// # Shape
/// In JSON the variant's name in small letters with hyphens: `dump-whole`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckId {
    /// The manifest is signed with the key that was given.
    Signature,
    /// There is a manifest, and it can be read.
    Manifest,
    /// Every file has the size and the SHA-256 of the manifest.
    Checksums,
    /// The dump can be decompressed to its end.
    DumpReadable,
    /// The dump begins and ends as a dump does (P24).
    DumpWhole,
    /// The dump has the tables that every Mattermost has, with their rows, and its version.
    Mattermost,
    /// The dump holds no commands but those of a dump.
    DumpSafe,
    /// Every table of the dump has the rows that were counted in its snapshot.
    RowCounts,
    /// The archives can be read to their end.
    ArchiveReadable,
    /// No entry of the archives would be written outside of its place.
    ArchiveSafe,
    /// The parts that Mattermost needs are in the archives, each once.
    Parts,
    /// `config.json` is whole, and Mattermost's.
    ConfigJson,
    /// Every row of `fileinfo` has its file with its size.
    Attachments,
    /// Dump and files are of the same moment.
    SameMoment,
    /// The dump loads into an empty database without an error.
    TrialRestore,
}

/// How a check ended.
///
/// # Shape
/// In JSON `passed`, `failed`, `accepted` or `not_checked`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// As it has to be.
    Passed,
    /// Not as it has to be.
    Failed,
    /// Not as it has to be, and accepted by the user.
    Accepted,
    /// It could not be looked at.
    NotChecked,
}

/// A check that was made, or why it was not.
///
/// # Shape
/// A JSON object with these fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// The check.
    pub id: CheckId,
    /// How it ended.
    pub outcome: Outcome,
    /// What was found, or why it was not looked at.
    pub detail: String,
}

impl Check {
    /// A check that found what it has to find.
    pub fn passed(id: CheckId, detail: impl Into<String>) -> Self {
        Self { id, outcome: Outcome::Passed, detail: detail.into() }
    }

    /// A check that found something else.
    pub fn failed(id: CheckId, detail: impl Into<String>) -> Self {
        Self { id, outcome: Outcome::Failed, detail: detail.into() }
    }

    /// A check that found something else, which passes as accepted where it is among the `accepted`.
    pub fn failed_unless(accepted: &[CheckId], id: CheckId, detail: impl Into<String>) -> Self {
        let outcome = if accepted.contains(&id) { Outcome::Accepted } else { Outcome::Failed };
        Self { outcome, ..Self::failed(id, detail) }
    }

    /// A check that was not made.
    pub fn not_made(id: CheckId, why: impl Into<String>) -> Self {
        Self { id, outcome: Outcome::NotChecked, detail: why.into() }
    }

    /// Passed if there is nothing to complain of, with `good` for the detail.
    pub fn of(id: CheckId, complaints: &[String], good: impl Into<String>) -> Self {
        if complaints.is_empty() { Self::passed(id, good) } else { Self::failed(id, listed(complaints)) }
    }
}

/// What is known of a backup.
///
/// # Shape
/// `lab/schemas/verification.schema.json`.
///
/// ```
/// use gitlab_mattermost_core::backup::{Check, CheckId, Verification};
///
/// let mut verification = Verification {
///     backup: "/var/backups".to_owned(),
///     has_manifest: false,
///     checks: vec![Check::failed(CheckId::Attachments, "a file is lost")],
///     rows: 0,
///     entries: 0,
///     content_bytes: 0,
///     notes: Vec::new(),
/// };
/// assert!(!verification.is_whole());
/// verification.accept(CheckId::Attachments);
/// assert!(verification.is_whole() && verification.accepted().count() == 1);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verification {
    /// Where it lies.
    pub backup: String,
    /// Whether it has a manifest; without, it was made by the document's commands.
    pub has_manifest: bool,
    /// The checks, in their order.
    pub checks: Vec<Check>,
    /// Rows in the dump.
    pub rows: u64,
    /// Files and folders in the archives.
    pub entries: u64,
    /// Bytes of everything, decompressed.
    pub content_bytes: u64,
    /// What a reader should know: what was found where, and what is left out.
    pub notes: Vec<String>,
}

impl Verification {
    /// Whether no check failed.
    pub fn is_whole(&self) -> bool {
        self.checks.iter().all(|check| check.outcome != Outcome::Failed)
    }

    /// Accepts what a check found.
    pub fn accept(&mut self, id: CheckId) {
        for check in self.checks.iter_mut().filter(|check| check.id == id && check.outcome == Outcome::Failed) {
            check.outcome = Outcome::Accepted;
        }
    }

    /// The checks that were accepted though they failed.
    pub fn accepted(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| check.outcome == Outcome::Accepted)
    }

    /// The checks that failed.
    pub fn failures(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| check.outcome == Outcome::Failed)
    }
}

/// The first few, and how many more there are.
///
/// ```
/// use gitlab_mattermost_core::backup::check::listed;
/// assert_eq!(listed(&["a".to_owned(), "b".to_owned()]), "a; b");
/// assert!(listed(&vec!["a".to_owned(); 100]).ends_with(" more"));
/// ```
pub fn listed(names: &[String]) -> String {
    let shown = names.iter().take(LISTED).map(String::as_str).collect::<Vec<_>>().join("; ");
    match names.len().saturating_sub(LISTED) {
        0 => shown,
        more => format!("{shown}; and {more} more"),
    }
}
