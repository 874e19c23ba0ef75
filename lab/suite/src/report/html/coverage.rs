//! The document's sections and all that each claims, with what this run says of it: held, did not hold, not played, or
//! checked elsewhere or by nobody, and why.

use gitlab_mattermost_core::document::claims::{Claim, Section, means, sections};
use maud::{Markup, html};

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
            Self::NotPlayed => "not played in this run".to_owned(),
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
    let count = |class: &str| verdicts.iter().filter(|(_, verdict)| verdict.class() == class).count();
    let (good, bad, all) = (count("good"), count("bad"), verdicts.len());
    html! {
        details {
            summary {
                (section.title) " "
                @if all > 0 { small { (good) " of " (all) " claims held" } }
                @if bad > 0 { " " strong.bad { (bad) " wrong" } }
            }
            @if let Some(reason) = &section.without_scenario { p { "No scenario: " (reason) } }
            @if !verdicts.is_empty() {
                ul.scenarios {
                    @for (claim, verdict) in &verdicts {
                        li class=(verdict.class()) {
                            code { (claim.id) } " "
                            span { (verdict.words()) }
                            @for scenario in &claim.scenarios { br; small { code { (scenario) } } }
                        }
                    }
                }
            }
        }
    }
}

fn verdict<'a>(claim: &'a Claim, records: &[ScenarioResult]) -> Standing<'a> {
    let checks = |record: &&ScenarioResult| claim.scenarios.iter().any(|scenario| means(scenario, &record.heading.id));
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
