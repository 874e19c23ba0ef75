//! A failure that a run may have, and what became of it. Which a run has, and how it judges them, is `runner`'s matter.

use serde::{Deserialize, Serialize};

/// A deviation that is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownDeviation {
    /// The id of the scenario, or the beginning of the ids of several.
    pub scenario: String,
    /// Why it is as it is.
    pub reason: String,
    /// Where it is followed up.
    pub link: String,
}

/// What became of a known deviation in a run, or in a part of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// The deviation.
    pub deviation: KnownDeviation,
    /// How many scenarios of the whole selection it means, those of other parts included.
    pub means: usize,
    /// How many of them passed here.
    pub passed: usize,
    /// How many were begun here and did anything else.
    pub others: usize,
    /// How many were skipped here.
    pub skipped: usize,
}

impl Tally {
    /// Whether all that it means has ended here: a part that lacks some cannot say that it is over.
    pub const fn is_whole(&self) -> bool {
        self.passed + self.others + self.skipped == self.means
    }

    /// Whether it no longer happens: everything that it means and that could be played passed.
    pub const fn is_over(&self) -> bool {
        self.is_whole() && self.passed > 0 && self.others == 0
    }

    /// The deviations that no longer happen.
    pub fn over(all: &[Self]) -> Vec<KnownDeviation> {
        all.iter().filter(|tally| tally.is_over()).map(|tally| tally.deviation.clone()).collect()
    }

    /// Adds what became of it in another part of the same run.
    pub fn add(&mut self, part: &Self) {
        self.passed += part.passed;
        self.others += part.others;
        self.skipped += part.skipped;
    }
}
