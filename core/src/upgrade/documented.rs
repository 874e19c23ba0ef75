//! The document's table of versions, row by row against the releases.

use std::sync::LazyLock;

use serde::Serialize;

use super::table::{field, rows};
use super::{Line, notes, releases};

/// The lines that the heading of the document's table speaks of: "GitLab 11.10 and later", as of GitLab 14.7.
const HEADING: (Line, Line) = (Line::new(11, 10), Line::new(14, 7));

/// What comparing a line of the document's table with the releases gave.
///
/// # Shape
/// In JSON `right`, `wrong` or `missing`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Accuracy {
    /// Its first and its latest release ship what the row says.
    Right,
    /// They ship something else.
    Wrong,
    /// DIFFERENCE: erratum 9. The heading promises the row, but it is not there.
    Missing,
}

/// A GitLab minor that the document's table has, or should have.
///
/// # Shape
/// A JSON object with these fields; `remark` is left out if empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Documented {
    /// The GitLab minor.
    pub gitlab: Line,
    /// The Mattermost minor in the row.
    pub mattermost: Option<Line>,
    /// The Mattermost minor of its first release.
    pub shipped: Line,
    /// Whether they agree.
    pub verdict: Accuracy,
    /// Whether it stays on the Mattermost of the GitLab minor before.
    pub held_over: bool,
    /// Mattermost minors that exist but were never bundled between the GitLab minor before and this one.
    pub skipped: Vec<Line>,
    /// What the document remarks on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remark: Option<&'static str>,
}

/// Every line that the table has or should have, in order.
///
/// ```
/// use gitlab_mattermost_core::upgrade::Accuracy;
/// use gitlab_mattermost_core::upgrade::tables::documented;
///
/// let rows = |verdict| documented().iter().filter(|row| row.verdict == verdict).count();
/// assert_eq!(rows(Accuracy::Missing), 1, "erratum 9");
/// ```
pub fn all() -> &'static [Documented] {
    static DOCUMENTED: LazyLock<Vec<Documented>> = LazyLock::new(|| {
        let table: Vec<(Line, Line, &'static str)> = rows(include_str!("../../data/documented-versions.csv"))
            .map(|[gitlab, mattermost, remark]| (field(gitlab), field(mattermost), remark))
            .collect();
        let pairs = releases::lines().windows(2);
        let promised = pairs.filter(|pair| HEADING.0 <= pair[1].gitlab && pair[1].gitlab <= HEADING.1);
        promised.map(|pair| compare(&pair[0], &pair[1], &table)).collect()
    });
    &DOCUMENTED
}

/// The row of `gitlab`, or its absence; `None` outside of what the table's heading speaks of.
pub(super) fn of(gitlab: Line) -> Option<&'static Documented> {
    all().iter().find(|row| row.gitlab == gitlab)
}

fn compare(
    before: &releases::LineOfReleases,
    line: &releases::LineOfReleases,
    table: &[(Line, Line, &'static str)],
) -> Documented {
    let row = table.iter().find(|(gitlab, ..)| *gitlab == line.gitlab);
    let (first, latest) = (Line::of(line.mattermost_first), Line::of(line.mattermost_latest));
    let from = Line::of(before.mattermost_latest);
    Documented {
        gitlab: line.gitlab,
        mattermost: row.map(|(_, mattermost, _)| *mattermost),
        shipped: first,
        verdict: match row {
            None => Accuracy::Missing,
            Some((_, mattermost, _)) if *mattermost == first && *mattermost == latest => Accuracy::Right,
            Some(_) => Accuracy::Wrong,
        },
        held_over: first == from,
        skipped: notes::lines().filter(|known| from < *known && *known < first).collect(),
        remark: row.map(|(.., remark)| *remark).filter(|remark| !remark.is_empty()),
    }
}
