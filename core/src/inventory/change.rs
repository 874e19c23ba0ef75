//! What a comparison says.

use std::fmt;

use serde::Serialize;

/// The differences between two inventories, judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diff {
    /// The whole in a word.
    pub verdict: Verdict,
    /// Every difference, the worst first.
    pub changes: Vec<Change>,
    /// Parts of the earlier inventory that the later one does not tell of, or tells in a way that cannot be compared.
    pub not_compared: Vec<String>,
    /// What was compared, but not closely: secrets of which no fingerprints were taken.
    pub loosely_compared: Vec<String>,
}

/// The whole in a word, from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Nothing differs.
    Identical,
    /// What differs is what the versions, the machine or a running server make differ.
    AsExpected,
    /// Nothing worse was seen, but a part could not be compared.
    Incomplete,
    /// Something differs that nothing known explains, and that is no loss.
    Changed,
    /// Something is gone, or fell back to what it was before anybody set it.
    Lost,
}

impl Verdict {
    /// Whether nothing has to be looked at.
    pub fn is_good(self) -> bool {
        matches!(self, Self::Identical | Self::AsExpected)
    }
}

impl fmt::Display for Verdict {
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
