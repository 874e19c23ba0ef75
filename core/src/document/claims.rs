//! The document's sections and what each claims: the registry that coverage, scenarios and `doc` share.
//!
//! A claim is known by its facts (setting names and values, command lines, cells, paths, protocol); no sentence of the
//! document is kept. Each says who checks it: scenarios, the checks of the parent module, or nobody and why.
//!
//! Not here: reading a revision of the document and recognising its claims (the parent module).
//!
//! # Source
//! GitLab's page *GitLab Mattermost* as of GitLab 14.7.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::piece::PieceKind;
use crate::version::Version;

/// A section of the document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Its anchor, which is the first tag of its scenarios.
    pub anchor: String,
    /// Its heading.
    pub title: String,
    /// 2 for a chapter, more for what is below it.
    pub level: u8,
    /// Why no scenario has its anchor, where none has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub without_scenario: Option<String>,
    /// What it claims, in the document's order.
    #[serde(default)]
    pub claims: Vec<Claim>,
}

/// Something in a section that can be right or wrong.
///
/// ```
/// use gitlab_mattermost_core::document::claims;
/// use gitlab_mattermost_core::version::Version;
///
/// let (_, claim) = claims::all().find(|(_, claim)| claim.id == "sequence/authorize").expect("a claim of the document");
/// assert!(claim.holds_for(Version::new(14, 7, 0)));
/// assert!(!claim.scenarios.is_empty());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// A stable name, unique in the document: the section's short name, then its own.
    pub id: String,
    /// What kind of piece it is.
    pub kind: PieceKind,
    /// The facts by which it is known again. For a statement: words that it holds, each in lower case; `a|b` is either.
    pub facts: Vec<String>,
    /// The first GitLab for which it holds, where not all of 11.0 to 18.11.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Version>,
    /// The first GitLab for which it no longer holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Version>,
    /// The scenarios that check it, by id; the id of an outline stands for all of its rows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scenarios: Vec<String>,
    /// Whether `document` checks it by itself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub doc: bool,
    /// Why nothing checks it, where nothing does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unchecked: Option<String>,
}

impl Claim {
    /// Whether it is said of this GitLab at all.
    pub fn holds_for(&self, gitlab: Version) -> bool {
        self.from.is_none_or(|from| from <= gitlab) && self.until.is_none_or(|until| gitlab < until)
    }

    /// Whether the scenario `id` checks it: it is named, or is a row of an outline that is named.
    pub fn is_checked_by(&self, id: &str) -> bool {
        self.scenarios.iter().any(|named| means(named, id))
    }
}

/// What is amiss with the registry.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Gap {
    /// A section with neither a scenario nor a reason, or with both.
    #[error("section `{anchor}` has {}", if *both { "scenarios and a reason for having none" } else { "neither a scenario nor a reason" })]
    Section {
        /// Its anchor.
        anchor: String,
        /// Whether it has both.
        both: bool,
    },
    /// A claim that nothing checks, without a reason.
    #[error("claim `{claim}` has neither a scenario, nor a check, nor a reason for having none")]
    Unchecked {
        /// Its id.
        claim: String,
    },
    /// A claim that says both that something checks it and why nothing does.
    #[error("claim `{claim}` is checked and says why it is not")]
    Both {
        /// Its id.
        claim: String,
    },
    /// A claim whose scenario does not exist.
    #[error("claim `{claim}` names the scenario `{scenario}`, which does not exist")]
    NoSuchScenario {
        /// Its id.
        claim: String,
        /// The scenario.
        scenario: String,
    },
}

/// The sections, in the document's order.
pub fn sections() -> &'static [Section] {
    static SECTIONS: LazyLock<Vec<Section>> = LazyLock::new(read);
    &SECTIONS
}

/// Every claim with its section.
pub fn all() -> impl Iterator<Item = (&'static Section, &'static Claim)> {
    sections().iter().flat_map(|section| section.claims.iter().map(move |claim| (section, claim)))
}

/// What nothing checks, given the ids and sections of all scenarios.
pub fn gaps<'a>(scenarios: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<Gap> {
    let (ids, anchors): (BTreeSet<&str>, BTreeSet<&str>) = scenarios.into_iter().unzip();
    let of_sections = sections().iter().filter_map(|section| {
        let (played, excused) = (anchors.contains(section.anchor.as_str()), section.without_scenario.is_some());
        (played == excused).then(|| Gap::Section { anchor: section.anchor.clone(), both: played })
    });
    of_sections.chain(all().flat_map(|(_, claim)| gaps_of(claim, &ids))).collect()
}

fn gaps_of(claim: &Claim, ids: &BTreeSet<&str>) -> Vec<Gap> {
    let id = || claim.id.clone();
    let checked = claim.doc || !claim.scenarios.is_empty();
    let missing = claim.scenarios.iter().filter(|scenario| !exists(scenario, ids));
    let mut gaps: Vec<Gap> =
        missing.map(|scenario| Gap::NoSuchScenario { claim: id(), scenario: scenario.clone() }).collect();
    match (checked, claim.unchecked.is_some()) {
        (false, false) => gaps.push(Gap::Unchecked { claim: id() }),
        (true, true) => gaps.push(Gap::Both { claim: id() }),
        _ => {}
    }
    gaps
}

/// Whether what names a scenario means the scenario `id`: the scenario itself, or an outline of which it is a row.
///
/// ```
/// use gitlab_mattermost_core::document::claims::means;
///
/// assert!(means("09_backup/whole", "09_backup/whole") && means("09_backup/whole", "09_backup/whole/row"));
/// assert!(!means("09_backup/whole", "09_backup/wholesome"));
/// ```
pub fn means(named: &str, id: &str) -> bool {
    id.strip_prefix(named).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether a scenario is there that is meant.
fn exists(named: &str, ids: &BTreeSet<&str>) -> bool {
    ids.range(named..).take_while(|id| id.starts_with(named)).any(|id| means(named, id))
}

#[expect(clippy::expect_used, reason = "the data is part of the program; reading it is tested")]
fn read() -> Vec<Section> {
    serde_json::from_str(include_str!("../../data/document-claims.json")).expect("the document's claims")
}
