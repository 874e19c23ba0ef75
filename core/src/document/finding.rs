//! What is wrong with a piece, with the evidence.

use serde::Serialize;

/// How much it is wrong.
///
/// # Shape
/// In JSON `caveat` or `wrong`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// It holds, but less far than it seems, or something is left out.
    Caveat,
    /// It does not hold.
    Wrong,
}

/// Something that a check found.
///
/// # Shape
/// A JSON object with these fields; `erratum` and `problem` are left out where there is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How much it is wrong.
    pub weight: Weight,
    /// The number of the erratum of the 14.7 page that says the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub erratum: Option<u8>,
    /// The known problem that it leads to, such as `P03`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<&'static str>,
    /// What is wrong, as a clause.
    pub what: String,
    /// What shows it: a value that was derived, a row of a table, a release that was read.
    pub evidence: String,
}

impl Finding {
    /// Something that does not hold.
    pub(super) fn wrong(what: impl Into<String>, evidence: impl Into<String>) -> Self {
        Self { weight: Weight::Wrong, erratum: None, problem: None, what: what.into(), evidence: evidence.into() }
    }

    /// Something that holds with a caveat.
    pub(super) fn caveat(what: impl Into<String>, evidence: impl Into<String>) -> Self {
        Self { weight: Weight::Caveat, ..Self::wrong(what, evidence) }
    }

    /// This finding with the number of its erratum.
    pub(super) fn erratum(self, number: u8) -> Self {
        Self { erratum: Some(number), ..self }
    }

    /// This finding with the number of the problem that it leads to: `P12`.
    pub(super) fn problem(self, id: &'static str) -> Self {
        Self { problem: Some(id), ..self }
    }
}
