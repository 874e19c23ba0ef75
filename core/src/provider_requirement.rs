//! What any provider in GitLab's place must do for Mattermost, as a table: each requirement with its level, where it comes
//! from, and the scenarios that ask for it.
//!
//! Not here: how it is asked; the scenarios of `features/20_provider.feature` do.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// A requirement.
///
/// # Shape
/// A row of `core/data/provider-requirements.json`. Unknown fields are refused.
///
/// ```
/// use gitlab_mattermost_core::provider_requirement;
///
/// let once = provider_requirement::all().iter().find(|it| it.id == "code-once").expect("a requirement");
/// assert_eq!(once.short, "refuses a reused code");
/// assert!(once.is_asked_by("20_provider/a-code-is-worth-nothing-a-second-time"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// A stable name.
    pub id: String,
    /// What a provider does that meets it, in a few words: "signs in".
    pub short: String,
    /// What is required, as a sentence.
    pub sentence: String,
    /// How binding it is: `must`, `should` or `may`.
    pub level: String,
    /// Where it comes from: a section of an RFC, or a place in Mattermost's code.
    pub source: Vec<String>,
    /// Ids of the scenarios that ask for it; one that ends in `/` means all that begin so.
    pub scenarios: Vec<String>,
}

impl Requirement {
    /// Whether the scenario with this id asks for it.
    pub fn is_asked_by(&self, id: &str) -> bool {
        self.scenarios.iter().any(|asking| id == asking || asking.ends_with('/') && id.starts_with(asking.as_str()))
    }
}

/// The table, in the order in which people read it.
///
/// # Source
/// RFC 6749, RFC 6750, RFC 9700, and Mattermost 5.36 (`app/oauth.go`, `app/oauthproviders/gitlab/gitlab.go`).
pub fn all() -> &'static [Requirement] {
    &REQUIREMENTS
}

#[allow(clippy::expect_used, reason = "a constant table, covered by the test below")]
static REQUIREMENTS: LazyLock<Vec<Requirement>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../data/provider-requirements.json")).expect("the table is constant")
});

#[cfg(test)]
mod tests {
    use super::all;

    #[test]
    fn every_requirement_has_a_name_of_its_own_a_level_a_source_and_a_scenario() {
        let mut ids: Vec<_> = all().iter().map(|it| it.id.as_str()).collect();
        ids.sort_unstable();
        assert!(ids.windows(2).all(|pair| pair[0] != pair[1]) && ids.len() > 20, "{ids:?}");
        for requirement in all() {
            assert!(["must", "should", "may"].contains(&requirement.level.as_str()), "{requirement:?}");
            assert!(!requirement.source.is_empty() && !requirement.scenarios.is_empty(), "{requirement:?}");
        }
    }
}
