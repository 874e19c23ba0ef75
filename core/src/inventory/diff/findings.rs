//! What a comparison has found so far.

use std::collections::BTreeSet;

use crate::inventory::{Change, Diff};

/// What a comparison has found so far.
#[derive(Default)]
pub(super) struct Findings {
    pub(super) changes: Vec<Change>,
    pub(super) not_compared: BTreeSet<String>,
    pub(super) loosely_compared: BTreeSet<String>,
}

impl Findings {
    pub(super) fn add(&mut self, change: Change) {
        self.changes.push(change);
    }

    pub(super) fn into_diff(self) -> Diff {
        Diff::of(self.changes, self.not_compared.into_iter().collect(), self.loosely_compared.into_iter().collect())
    }
}
