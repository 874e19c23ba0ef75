//! The document's sections and all that each claims, with what this run says of it: held, did not hold, not played, or
//! checked elsewhere or by nobody, and why.

use gitlab_mattermost_core::document::claims::{Claim, Section, sections};
use maud::{Markup, html};

use super::links::{claim_anchor, scenario_anchor};
use crate::event::{Outcome, ScenarioResult};

/// What a run says of a claim.
enum Standing<'a> {
    /// All its scenarios that were judged passed.
    Held,
    /// One of its scenarios did not hold.
    Wrong,
    /// It has scenarios, and none of them was judged in this run.
    NotPlayed,
    /// `mattermost-lab doc` checks it against a copy of the document.
    ByDoc,
    /// Nothing checks it.
    Unchecked(&'a str),
}

impl Standing<'_> {
    const fn class(&self) -> &'static str {
        match self {
            Self::Held => "good",
            Self::Wrong => "bad",
            // A run does not ask `doc`, so it cannot say that a claim holds which nothing else checks.
            Self::ByDoc | Self::NotPlayed | Self::Unchecked(_) => "open",
        }
    }

    fn words(&self) -> String {
        match self {
            Self::Held => "held".to_owned(),
            Self::Wrong => "did not hold".to_owned(),
            Self::NotPlayed => "not in this run".to_owned(),
            Self::ByDoc => "not checked in this run; `mattermost-lab doc` checks it".to_owned(),
            Self::Unchecked(reason) => format!("not checked: {reason}"),
        }
    }
}

pub(super) fn section(records: &[ScenarioResult]) -> Markup {
    html! {
        section id="coverage" {
            h2 { "The document, claim by claim" }
            @for section in sections() { (one(section, records)) }
        }
    }
}

fn one(section: &Section, records: &[ScenarioResult]) -> Markup {
    let verdicts: Vec<(&Claim, Standing<'_>)> =
        section.claims.iter().map(|claim| (claim, verdict(claim, records))).collect();
    let count = |wanted: fn(&Standing<'_>) -> bool| verdicts.iter().filter(|(_, verdict)| wanted(verdict)).count();
    let counts = [
        (count(|it| matches!(it, Standing::Held)), "held"),
        (count(|it| matches!(it, Standing::Wrong)), "did not hold"),
        (count(|it| matches!(it, Standing::NotPlayed)), "not in this run"),
        (count(|it| matches!(it, Standing::ByDoc)), "checked by doc"),
        (count(|it| matches!(it, Standing::Unchecked(_))), "not checked"),
    ];
    let told: Vec<String> =
        counts.iter().filter(|(count, _)| *count > 0).map(|(count, words)| format!("{count} {words}")).collect();
    html! {
        details {
            summary {
                (section.title) " "
                small class=[(counts[1].0 > 0).then_some("bad")] { (told.join(", ")) }
            }
            @if let Some(reason) = &section.without_scenario { p { "No scenario: " (reason) } }
            @if !verdicts.is_empty() {
                ul.scenarios {
                    @for (claim, verdict) in &verdicts {
                        li class=(verdict.class()) {
                            span.inside id=(claim_anchor(&claim.id)) { code { (claim.id) } " " (verdict.words()) }
                            @for record in records.iter().filter(|record| claim.is_checked_by(&record.heading.id)) {
                                br; small { a href={ "#" (scenario_anchor(&record.heading.id)) } { (record.heading.id) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn verdict<'a>(claim: &'a Claim, records: &[ScenarioResult]) -> Standing<'a> {
    let checks = |record: &&ScenarioResult| claim.is_checked_by(&record.heading.id);
    let judged = |record: &&ScenarioResult| !matches!(record.outcome, Outcome::Skipped { .. } | Outcome::NotRun { .. });
    let outcomes: Vec<bool> = records.iter().filter(checks).filter(judged).map(|record| !fails(record)).collect();
    match (outcomes.is_empty(), outcomes.iter().all(|held| *held)) {
        (false, true) => Standing::Held,
        (false, false) => Standing::Wrong,
        (true, _) if claim.doc => Standing::ByDoc,
        (true, _) if !claim.scenarios.is_empty() => Standing::NotPlayed,
        (true, _) => Standing::Unchecked(claim.unchecked.as_deref().unwrap_or("no reason is given")),
    }
}

fn fails(record: &ScenarioResult) -> bool {
    record.outcome.failure().is_some()
}
