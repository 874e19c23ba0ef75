//! The document's sections and all that each claims, with what this run says of it: held, did not hold, not judged, or
//! checked elsewhere or by nobody, and why.

use gitlab_mattermost_core::document::claims::{Claim, Section, sections};
use gitlab_mattermost_core::document::{ClaimState, Shown};
use maud::{Markup, html};

use super::links::{claim_anchor, scenario_anchor};
use crate::event::ScenarioResult;

const fn class(state: &ClaimState<'_>) -> &'static str {
    match state {
        ClaimState::Held => "good",
        ClaimState::Wrong => "bad",
        ClaimState::ByDocument | ClaimState::NotJudged | ClaimState::Unchecked(_) => "open",
    }
}

fn words(state: &ClaimState<'_>) -> String {
    match state {
        ClaimState::Held => "held".to_owned(),
        ClaimState::Wrong => "did not hold".to_owned(),
        ClaimState::NotJudged => "not judged in this run".to_owned(),
        ClaimState::ByDocument => "not checked in this run; `mattermost-lab doc` checks it".to_owned(),
        ClaimState::Unchecked(reason) => format!("not checked: {reason}"),
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
    let claims: Vec<(&Claim, ClaimState<'_>)> =
        section.claims.iter().map(|claim| (claim, state(claim, records))).collect();
    let count = |wanted: fn(&ClaimState<'_>) -> bool| claims.iter().filter(|(_, state)| wanted(state)).count();
    let counts = [
        (count(|it| matches!(it, ClaimState::Held)), "held"),
        (count(|it| matches!(it, ClaimState::Wrong)), "did not hold"),
        (count(|it| matches!(it, ClaimState::NotJudged)), "not judged in this run"),
        (count(|it| matches!(it, ClaimState::ByDocument)), "checked by doc"),
        (count(|it| matches!(it, ClaimState::Unchecked(_))), "not checked"),
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
            @if !claims.is_empty() {
                ul.scenarios {
                    @for (claim, state) in &claims {
                        li class=(class(state)) {
                            span.inside id=(claim_anchor(&claim.id)) { code { (claim.id) } " " (words(state)) }
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

fn state<'a>(claim: &'a Claim, records: &[ScenarioResult]) -> ClaimState<'a> {
    let checks = records.iter().filter(|record| claim.is_checked_by(&record.heading.id));
    let shown: Vec<Shown> = checks.map(|record| record.outcome.shown(&record.heading.id)).collect();
    claim.state(&shown)
}
