//! Two recordings of the same suite side by side: what became worse, what became better, what is new or gone.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::event::{Outcome, ScenarioResult};

/// What changed between an earlier run and a later one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// Scenarios whose outcome changed, and those that only one of the runs has, in order of their ids.
    pub changes: Vec<Change>,
    /// How many scenarios ended alike in both.
    pub unchanged: usize,
}

/// One scenario that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Its id.
    pub id: String,
    /// What to think of it.
    pub verdict: ChangeKind,
    /// How it ended in the earlier run; nothing if that did not have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// How it ended in the later run; nothing if that does not have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// What to think of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// It passed, or was at least judged, and does so no longer; or it is gone.
    Worse,
    /// It did not pass and does now, or is at least judged now.
    Better,
    /// It is new; what it found is no change.
    New,
}

impl ChangeKind {
    /// The verdict in a word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Worse => "worse",
            Self::Better => "better",
            Self::New => "new",
        }
    }
}

impl Comparison {
    /// Compares the records of an earlier run with those of a later one.
    pub fn of(before: &[ScenarioResult], after: &[ScenarioResult]) -> Self {
        let by_id = |records| -> BTreeMap<&str, &Outcome> {
            let records: &[ScenarioResult] = records;
            records.iter().map(|record| (record.heading.id.as_str(), &record.outcome)).collect()
        };
        let (before, after) = (by_id(before), by_id(after));
        let mut ids: Vec<&str> = before.keys().chain(after.keys()).copied().collect();
        ids.sort_unstable();
        ids.dedup();
        let mut comparison = Self::default();
        for id in ids {
            match change(before.get(id).copied(), after.get(id).copied()) {
                None => comparison.unchanged += 1,
                Some(verdict) => comparison.changes.push(Change {
                    id: id.to_owned(),
                    verdict,
                    before: before.get(id).map(|outcome| outcome.name().to_owned()),
                    after: after.get(id).map(|outcome| outcome.name().to_owned()),
                }),
            }
        }
        comparison
    }

    /// How many scenarios changed in this way.
    pub fn count(&self, verdict: ChangeKind) -> usize {
        self.changes.iter().filter(|change| change.verdict == verdict).count()
    }
}

fn change(before: Option<&Outcome>, after: Option<&Outcome>) -> Option<ChangeKind> {
    match (before, after) {
        (None, None) => None,
        (None, Some(_)) => Some(ChangeKind::New),
        (Some(_), None) => Some(ChangeKind::Worse),
        (Some(before), Some(after)) => match rank(before).cmp(&rank(after)) {
            std::cmp::Ordering::Less => Some(ChangeKind::Better),
            std::cmp::Ordering::Equal => None,
            std::cmp::Ordering::Greater => Some(ChangeKind::Worse),
        },
    }
}

/// What is better stands higher: a scenario that was judged and failed is still worse than one nobody judged.
const fn rank(outcome: &Outcome) -> u8 {
    match outcome {
        Outcome::Failed { .. } => 0,
        Outcome::Errored { .. } => 1,
        Outcome::NotRun { .. } => 2,
        Outcome::Skipped { .. } => 3,
        Outcome::KnownDeviation { .. } => 4,
        Outcome::Passed => 5,
    }
}
