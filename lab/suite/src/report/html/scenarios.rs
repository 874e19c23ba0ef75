//! Every scenario, by chapter; each opens to its steps and messages.

use gitlab_mattermost_core::document::claims::{Claim, all};
use maud::{Markup, html};

use super::links::{claim_anchor, scenario_anchor};
use super::messages::messages;
use super::told::{Told, seconds};
use crate::event::{Failure, Outcome, ScenarioResult};
use crate::report::failure::visible;
use crate::report::rerun::rerun;

pub(super) fn section(told: &Told<'_>) -> Markup {
    let mut chapters: Vec<&str> = told.records.iter().map(|record| chapter(&record.heading.id)).collect();
    chapters.dedup();
    html! {
        section id="scenarios" {
            h2 { "Scenarios" }
            // A script fills it; without one, the browser's own search finds what is folded, too.
            form id="find" hidden {
                input type="search" placeholder="Words of a name, id, section or step" aria-label="Search";
                @for (name, values) in [
                    ("outcome", &["passed", "failed", "errored", "known deviation", "skipped", "not run"][..]),
                    ("level", &["must", "should", "may"][..]),
                    ("chapter", &chapters[..]),
                ] {
                    select name=(name) aria-label=(name) {
                        option value="" { "any " (name) }
                        @for value in values { option { (value) } }
                    }
                }
                label { input type="checkbox" name="slowest"; " slowest first" }
                output {}
            }
            div id="list" {
                @for name in &chapters {
                    div.chapter {
                        h3 { (name) }
                        @for record in told.records.iter().filter(|record| chapter(&record.heading.id) == *name) {
                            (one(record, told))
                        }
                    }
                }
            }
        }
    }
}

fn chapter(id: &str) -> &str {
    id.split('/').next().unwrap_or(id)
}

fn one(record: &ScenarioResult, told: &Told<'_>) -> Markup {
    let heading = &record.heading;
    let (class, mark) = match &record.outcome {
        Outcome::Passed => ("good", "✓"),
        Outcome::Failed { .. } | Outcome::Errored { .. } => ("bad", "✗"),
        Outcome::KnownDeviation { .. } => ("open", "≠"),
        Outcome::Skipped { .. } | Outcome::NotRun { .. } => ("open", "–"),
    };
    html! {
        details.scenario data-outcome=(record.outcome.name()) data-level=(heading.level) data-chapter=(chapter(&heading.id))
            data-ms=(record.duration.as_millis()) {
            summary {
                span class=(class) title=(record.outcome.name()) { (mark) } " " (heading.name)
                small { " " (heading.level) @if !record.duration.is_zero() { ", " (seconds(record.duration)) } }
            }
            div.inside id=(scenario_anchor(&heading.id)) {
                p {
                    code { (heading.id) } " · " (record.outcome.name()) " · section " (heading.section)
                    @for claim in claims(&heading.id) {
                        " · " a href={ "#" (claim_anchor(&claim.id)) } { (claim.id) }
                    }
                }
                @match &record.outcome {
                    Outcome::Skipped { reason } | Outcome::NotRun { reason } => { p.open { (reason) } },
                    Outcome::KnownDeviation { reason, link, .. } => { p.open { "known: " (reason) " (" (link) ")" } },
                    _ => {},
                }
                @if let Some(failure) = record.outcome.failure() { (why(failure)) }
                @if !record.steps.is_empty() { (steps(record)) }
                @if !record.exchanges.is_empty() { (messages(&record.exchanges, record.outcome.failure().is_some())) }
                @if !told.header.command.is_empty() { p.again { code { (rerun(&told.header.command, &heading.id)) } } }
            }
        }
    }
}

fn why(failure: &Failure) -> Markup {
    html! {
        dl {
            dt { "requirement" } dd { (failure.requirement) }
            dt { "expected" } dd { pre { (visible(&failure.expected)) } }
            dt { "actual" } dd { pre { (visible(&failure.actual)) } }
        }
    }
}

fn steps(record: &ScenarioResult) -> Markup {
    let last = record.steps.len() - 1;
    let failed = record.outcome.failure().is_some();
    html! {
        ol.steps {
            @for (index, step) in record.steps.iter().enumerate() {
                @let bad = failed && index == last;
                li class=(if bad { "bad" } else { "good" }) {
                    span { (visible(&step.text)) } small { " " (step.duration.as_millis()) " ms" }
                }
            }
        }
    }
}

/// The claims that a scenario checks.
fn claims(id: &str) -> impl Iterator<Item = &'static Claim> {
    all().map(|(_, claim)| claim).filter(move |claim| claim.is_checked_by(id))
}
