//! What a check says.

use super::super::finding::Finding;

/// What was found, and whether that is all there is to find.
#[derive(Debug, Default)]
pub(in super::super) struct Checked {
    /// What it found.
    pub findings: Vec<Finding>,
    /// Whether it could decide; without, a piece without findings is not thereby right.
    pub decided: bool,
}

impl Checked {
    /// It could decide.
    pub(super) fn decided(findings: Vec<Finding>) -> Self {
        Self { findings, decided: true }
    }

    /// It could decide only if it found something.
    pub(super) fn open(findings: Vec<Finding>) -> Self {
        let decided = !findings.is_empty();
        Self { findings, decided }
    }
}
