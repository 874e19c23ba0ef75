//! The whole: every piece recognised and checked, with a verdict.

use serde::Serialize;

use super::check::{self, Page};
use super::finding::{Finding, Weight};
use super::markdown::Document;
use super::piece::{PieceKind, pieces};
use super::recognition::{Known, Recognised, recognise};
use super::showing::{Shown, Together};
use crate::document::claims::{self, Claim};
use crate::masking::{MASK, is_secret, shown_text};
use crate::version::Version;

/// What a page is held against.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The GitLab that the page is of, 11.0 to 18.11.
    pub gitlab_version: Version,
}

/// Whether what a piece says is so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PieceVerdict {
    /// A check found nothing against it.
    Holds,
    /// It holds, with the caveats found.
    HoldsWithCaveat,
    /// It does not hold.
    Wrong,
    /// What it says only a running system can show; the scenarios named do.
    InTheLab,
    /// Nothing checks it, for the reason given.
    Unchecked,
}

/// A piece of the page with everything said about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Examined {
    /// What it is.
    pub kind: PieceKind,
    /// Anchor of its section.
    pub section: String,
    /// 1-based line.
    pub line: usize,
    /// Its facts; empty for what is said in running text.
    pub facts: Vec<String>,
    /// What the registry says of it.
    #[serde(flatten)]
    pub recognised: Recognised,
    /// Whether it holds.
    pub verdict: PieceVerdict,
    /// What was found against it.
    pub findings: Vec<Finding>,
    /// The scenarios that check it, by id; the id of an outline stands for all of its rows.
    pub scenarios: Vec<String>,
    /// Why nothing checks it, where nothing does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Examined {
    /// Judges the piece by what each of its scenarios showed, too. One against it makes it wrong; where only a running
    /// system can show it, it holds if all of them, and at least one, show it.
    pub fn judge_by(&mut self, shown: &[Shown]) {
        for shown in shown {
            if let Shown::Wrong { what, evidence } = shown {
                self.findings.push(Finding::wrong(what.clone(), evidence.clone()));
            }
        }
        match Together::of(shown) {
            Together::Wrong => {
                self.verdict = PieceVerdict::Wrong;
                self.reason = None;
            }
            Together::Holds if self.verdict == PieceVerdict::InTheLab => self.verdict = PieceVerdict::Holds,
            Together::Holds | Together::HoldsInPart | Together::Nothing => {}
        }
    }
}

/// A page, examined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Examination {
    /// The GitLab that it was held against.
    pub gitlab_version: Version,
    /// Its pieces, in the page's order.
    pub pieces: Vec<Examined>,
    /// The sections and claims of the 14.7 page that it does not have, by anchor or id.
    pub gone: Vec<&'static str>,
    /// The errata that it has, by number.
    pub errata: Vec<u8>,
}

impl Examination {
    /// Whether anything was found against the page, or anything in it that the registry does not know.
    pub fn has_findings(&self) -> bool {
        self.pieces.iter().any(|piece| !piece.findings.is_empty() || piece.recognised == Recognised::New)
    }
}

/// Examines a page.
///
/// ```
/// use gitlab_mattermost_core::document::{Options, PieceVerdict, examine, read};
///
/// let page = read("# GitLab Mattermost\n\n```shell\nsudo gitlab-ctl recofigure\n```\n")?;
/// let examination = examine(&page, Options { gitlab_version: "14.7".parse()? });
/// assert!(examination.pieces.iter().any(|piece| piece.verdict == PieceVerdict::Wrong));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn examine(document: &Document, options: Options) -> Examination {
    let (known, gone) = recognise(pieces(document));
    let page = Page::new(document, &known, options.gitlab_version);
    let pieces: Vec<Examined> = known.iter().map(|it| examined(it, &page)).collect();
    let mut errata: Vec<u8> =
        pieces.iter().flat_map(|piece| &piece.findings).filter_map(|finding| finding.erratum).collect();
    errata.sort_unstable();
    errata.dedup();
    Examination { gitlab_version: options.gitlab_version, pieces, gone, errata }
}

fn examined(known: &Known, page: &Page<'_>) -> Examined {
    let (piece, recognised, claim) = known;
    let result = check::check(known, page);
    let mut findings = result.findings;
    findings.extend(claim.and_then(|claim| out_of_range(claim, page.gitlab)));
    let said = match claim {
        Some(claim) => Said::of_claim(claim),
        None => Said::of_section(&piece.section, piece.kind),
    };
    let verdict = match findings.iter().map(|finding| finding.weight).max() {
        Some(Weight::Wrong) => PieceVerdict::Wrong,
        Some(Weight::Caveat) => PieceVerdict::HoldsWithCaveat,
        None if result.decided => PieceVerdict::Holds,
        None if !said.scenarios.is_empty() => PieceVerdict::InTheLab,
        None => PieceVerdict::Unchecked,
    };
    let reason = (verdict == PieceVerdict::Unchecked).then_some(said.reason);
    let facts = if piece.kind == PieceKind::Statement { Vec::new() } else { masked(piece.kind, &piece.facts) };
    Examined {
        kind: piece.kind,
        section: piece.section.clone(),
        line: piece.line,
        facts,
        recognised: match recognised {
            Recognised::Changed { claim, added, removed } => {
                Recognised::Changed { claim, added: masked(piece.kind, added), removed: masked(piece.kind, removed) }
            }
            other => other.clone(),
        },
        verdict,
        findings,
        scenarios: said.scenarios,
        reason,
    }
}

/// The facts without secrets: a page of somebody's own may hold real ones.
fn masked(kind: PieceKind, facts: &[String]) -> Vec<String> {
    let mask = |fact: &String| match fact.split_once(" = ") {
        Some((name, value)) if kind == PieceKind::Settings && holds_secret(name, value) => format!("{name} = {MASK}"),
        _ if kind == PieceKind::Shell => shown_text(fact),
        _ => fact.clone(),
    };
    facts.iter().map(mask).collect()
}

/// Whether a text is a secret by its name or by itself; numbers are none.
fn holds_secret(name: &str, value: &str) -> bool {
    value.strip_prefix('"').is_some_and(|text| is_secret(name, text.trim_end_matches('"')))
}

/// Who checks a piece, after the registry.
struct Said {
    scenarios: Vec<String>,
    reason: String,
}

impl Said {
    fn of_claim(claim: &Claim) -> Self {
        let reason = claim.unchecked.clone().unwrap_or_else(|| "no check here applies to it as it stands".to_owned());
        Self { scenarios: claim.scenarios.clone(), reason }
    }

    /// A section is checked by what checks its claims; what the registry does not know, by nothing.
    fn of_section(anchor: &str, kind: PieceKind) -> Self {
        let section = claims::sections().iter().find(|section| section.anchor == anchor && kind == PieceKind::Section);
        let Some(section) = section else {
            return Self { scenarios: Vec::new(), reason: "the registry does not know it".to_owned() };
        };
        let mut scenarios: Vec<String> = section.claims.iter().flat_map(|claim| claim.scenarios.clone()).collect();
        scenarios.sort_unstable();
        scenarios.dedup();
        let reason = section.without_scenario.clone().unwrap_or_else(|| "its claims are checked one by one".to_owned());
        Self { scenarios, reason }
    }
}

fn out_of_range(claim: &Claim, gitlab: Version) -> Option<Finding> {
    if claim.holds_for(gitlab) {
        return None;
    }
    let from = claim.from.map(|version| format!("from GitLab {version} on")).unwrap_or_default();
    let until = claim.until.map(|version| format!("before GitLab {version}")).unwrap_or_default();
    let range = [from, until].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" and ");
    Some(Finding::wrong(format!("holds {range} only"), format!("this is GitLab {gitlab}")))
}
