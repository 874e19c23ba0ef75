//! What a comparison says.

use std::fmt;

use serde::Serialize;

/// The differences between two inventories, judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diff {
    /// The whole in a word.
    pub verdict: DiffVerdict,
    /// Every difference, the worst first.
    pub changes: Vec<Change>,
    /// Parts of the earlier inventory that the later one does not tell of, or tells in a way that cannot be compared.
    pub not_compared: Vec<String>,
    /// What was compared, but not closely: secrets of which no fingerprints were taken.
    pub loosely_compared: Vec<String>,
}

impl Diff {
    /// Sorts `changes` and judges the whole.
    pub(super) fn of(changes: Vec<Change>, not_compared: Vec<String>, loosely_compared: Vec<String>) -> Self {
        let mut diff = Self { verdict: DiffVerdict::Identical, changes, not_compared, loosely_compared };
        diff.judge();
        diff
    }

    /// Accepts every difference in what is called `what`, by somebody who has looked at it; how many that are.
    ///
    /// # Shape
    /// `what` is [`Change::what`] in full: `setting PluginSettings.PluginStates`.
    pub fn accept(&mut self, what: &str) -> usize {
        let mut accepted = 0;
        for change in self.changes.iter_mut().filter(|change| change.what == what) {
            // What is expected needs no one to accept it.
            if change.judgement != Judgement::Expected {
                change.judgement = Judgement::Accepted;
            }
            accepted += 1;
        }
        self.judge();
        accepted
    }

    fn judge(&mut self) {
        // The order within a judgement is that of the parts, which every part keeps by name.
        self.changes.sort_by_key(|change| change.judgement);
        self.verdict = match self.changes.first().map(|change| change.judgement) {
            Some(Judgement::Lost) => DiffVerdict::Lost,
            Some(Judgement::Changed) => DiffVerdict::Changed,
            _ if !self.not_compared.is_empty() => DiffVerdict::Incomplete,
            Some(Judgement::Accepted | Judgement::Expected) => DiffVerdict::AsExpected,
            None => DiffVerdict::Identical,
        };
    }
}

/// The whole in a word, from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DiffVerdict {
    /// Nothing differs.
    Identical,
    /// What differs is what the versions, the machine or a running server make differ, or was accepted.
    AsExpected,
    /// Nothing worse was seen, but a part could not be compared.
    Incomplete,
    /// Something differs that nothing known explains, and that is no loss.
    Changed,
    /// Something is gone, or fell back to what it was before anybody set it.
    Lost,
}

impl DiffVerdict {
    /// Whether nothing has to be looked at.
    pub fn is_good(self) -> bool {
        matches!(self, Self::Identical | Self::AsExpected)
    }
}

impl fmt::Display for DiffVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Identical => "identical",
            Self::AsExpected => "changed as expected",
            Self::Incomplete => "incomplete",
            Self::Changed => "changed",
            Self::Lost => "lost",
        })
    }
}

/// What a difference means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Judgement {
    /// Something is gone or fell back.
    Lost,
    /// Nothing known explains it.
    Changed,
    /// Somebody accepted it by name.
    Accepted,
    /// The versions, the machine or a running server explain it.
    Expected,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What it means.
    pub judgement: Judgement,
    /// The rule that says so: `rows-lost`.
    pub rule: &'static str,
    /// What differs: `table posts`, `setting ServiceSettings.SiteURL`, `file data/a.png`.
    pub what: String,
    /// How it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// How it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Why it is judged so.
    pub why: String,
}

impl Change {
    /// A difference in `what` that `rule` judges.
    pub(super) fn new(
        judgement: Judgement,
        rule: &'static str,
        what: impl Into<String>,
        why: impl Into<String>,
    ) -> Self {
        Self { judgement, rule, what: what.into(), before: None, after: None, why: why.into() }
    }

    /// How it was and how it is.
    pub(super) fn between(mut self, before: impl fmt::Display, after: impl fmt::Display) -> Self {
        self.before = Some(before.to_string());
        self.after = Some(after.to_string());
        self
    }

    /// How it was, of something that is no more.
    pub(super) fn from(mut self, before: impl fmt::Display) -> Self {
        self.before = Some(before.to_string());
        self
    }

    /// How it is, of something that is new.
    pub(super) fn to(mut self, after: impl fmt::Display) -> Self {
        self.after = Some(after.to_string());
        self
    }
}
