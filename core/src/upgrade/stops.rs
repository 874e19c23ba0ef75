//! The minor releases at which an upgrade of GitLab must stop.

use std::sync::LazyLock;

use serde::Serialize;

use super::table::{field, rows};
use super::{Line, Release, releases};

/// Whom a stop concerns.
///
/// # Shape
/// In JSON `required` or `conditional`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StopKind {
    /// It concerns everybody.
    Required,
    /// Installations of the kind that the stop's reason names.
    Conditional,
}

/// A minor release that must not be jumped over.
///
/// # Shape
/// A row of `core/data/gitlab-stops.csv`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stop {
    /// The minor.
    pub line: Line,
    /// The least patch of it that will do.
    pub least_patch: u32,
    /// Whom it concerns.
    pub kind: StopKind,
    /// Whom exactly, or why from that patch on.
    pub reason: &'static str,
    /// The releases that will do, in order.
    pub(super) releases: &'static [Release],
}

/// Every stop, in order.
pub fn all() -> &'static [Stop] {
    static STOPS: LazyLock<Vec<Stop>> = LazyLock::new(|| {
        rows(include_str!("../../data/gitlab-stops.csv"))
            .map(|[line, least_patch, kind, reason]| {
                let line = field(line);
                let least_patch = field(least_patch);
                let releases = releases::of_line(line);
                let start = releases.partition_point(|release| release.gitlab.patch < least_patch);
                let kind = if kind == "conditional" { StopKind::Conditional } else { StopKind::Required };
                Stop { line, least_patch, kind, reason, releases: &releases[start..] }
            })
            .collect()
    });
    &STOPS
}

/// The stops that everybody makes, in order.
pub(super) fn required() -> &'static [Stop] {
    static REQUIRED: LazyLock<Vec<Stop>> =
        LazyLock::new(|| all().iter().filter(|stop| stop.kind == StopKind::Required).copied().collect());
    &REQUIRED
}

/// The stops strictly between two releases that only some installations make.
pub(super) fn conditional(from: Line, to: Line) -> impl Iterator<Item = &'static Stop> {
    all().iter().filter(move |stop| stop.kind == StopKind::Conditional && from < stop.line && stop.line < to)
}
