//! What scenarios show of what they check, and where a claim stands after a run.

use super::claims::Claim;

/// What one scenario showed of a claim that it checks.
///
/// # Shape
/// One variant per outcome that counts: shown, not met, not judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// It is so.
    Holds,
    /// It is not so.
    Wrong {
        /// What is not met.
        what: String,
        /// What was found instead.
        evidence: String,
    },
    /// Nothing: the scenario was not played to its end.
    Nothing,
}

/// What scenarios show together of what they all check.
///
/// # Shape
/// Made by [`Together::of`] from what each scenario showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Together {
    /// It holds: each of them shows it, and there is one.
    Holds,
    /// It holds as far as it was looked at: some show it, the others show nothing.
    HoldsInPart,
    /// It does not hold: one of them speaks against it.
    Wrong,
    /// No scenario was judged.
    Nothing,
}

impl Together {
    /// What these scenarios show together.
    ///
    /// ```
    /// use gitlab_mattermost_core::document::{Shown, Together};
    ///
    /// assert_eq!(Together::of(&[Shown::Holds, Shown::Holds]), Together::Holds);
    /// assert_eq!(Together::of(&[Shown::Holds, Shown::Nothing]), Together::HoldsInPart);
    /// assert_eq!(Together::of(&[]), Together::Nothing);
    /// ```
    pub fn of(shown: &[Shown]) -> Self {
        let holds = shown.iter().filter(|shown| **shown == Shown::Holds).count();
        if shown.iter().any(|shown| matches!(shown, Shown::Wrong { .. })) {
            Self::Wrong
        } else if holds == 0 {
            Self::Nothing
        } else if holds == shown.len() {
            Self::Holds
        } else {
            Self::HoldsInPart
        }
    }
}

/// Where a claim stands after a run of its scenarios.
///
/// # Shape
/// Made by [`Claim::state`] from what each scenario showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClaimState<'a> {
    /// All its scenarios that were judged show it.
    Held,
    /// One of its scenarios speaks against it.
    Wrong,
    /// It has scenarios, and none of them was judged.
    NotJudged,
    /// `document` alone checks it, against a copy of the page: a run cannot say that it holds.
    ByDocument,
    /// Nothing checks it, for this reason.
    Unchecked(&'a str),
}

impl Claim {
    /// Where the claim stands, by what each scenario that checks it showed.
    ///
    /// ```
    /// use gitlab_mattermost_core::document::{Shown, ClaimState, claims};
    ///
    /// let (_, claim) = claims::all().find(|(_, claim)| claim.id == "sequence/authorize").expect("a claim of the document");
    /// assert_eq!(claim.state(&[Shown::Holds, Shown::Nothing]), ClaimState::Held);
    /// assert_eq!(claim.state(&[Shown::Nothing]), ClaimState::ByDocument);
    /// ```
    pub fn state(&self, shown: &[Shown]) -> ClaimState<'_> {
        match Together::of(shown) {
            Together::Holds | Together::HoldsInPart => ClaimState::Held,
            Together::Wrong => ClaimState::Wrong,
            Together::Nothing if self.doc => ClaimState::ByDocument,
            Together::Nothing if !self.scenarios.is_empty() => ClaimState::NotJudged,
            Together::Nothing => ClaimState::Unchecked(self.unchecked.as_deref().unwrap_or("no reason is given")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::claims;

    fn wrong() -> Shown {
        Shown::Wrong { what: "it answers".to_owned(), evidence: "it does not".to_owned() }
    }

    #[test]
    fn one_scenario_against_a_claim_outweighs_all_others() {
        assert_eq!(Together::of(&[Shown::Holds, wrong(), Shown::Nothing]), Together::Wrong);
        assert_eq!(Together::of(&[Shown::Nothing]), Together::Nothing);
    }

    #[test]
    fn what_no_scenario_shows_stands_as_the_registry_says() {
        let first = |wanted: fn(&Claim) -> bool| claims::all().map(|(_, claim)| claim).find(|claim| wanted(claim));
        let by_document = first(|claim| claim.doc).unwrap();
        assert_eq!(by_document.state(&[Shown::Nothing]), ClaimState::ByDocument);
        assert_eq!(by_document.state(&[wrong()]), ClaimState::Wrong);
        let unchecked = first(|claim| claim.unchecked.is_some()).unwrap();
        assert_eq!(unchecked.state(&[]), ClaimState::Unchecked(unchecked.unchecked.as_deref().unwrap()));
    }
}
