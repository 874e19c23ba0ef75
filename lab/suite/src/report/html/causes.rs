//! Why the run failed, on the first screen: each cause once, with the first message that went wrong and the scenarios it
//! stopped.

use maud::{Markup, html};

use super::links::scenario_link;
use super::messages::first_wrong;
use crate::event::ScenarioResult;
use crate::known_deviation::KnownDeviation;
use crate::report::cause::{Cause, causes};
use crate::report::failure::visible;
use crate::report::number_of_scenarios;

/// Scenarios that a cause names before the rest is folded away.
const NAMED: usize = 3;

pub(super) fn section(records: &[ScenarioResult], no_longer: &[KnownDeviation]) -> Markup {
    let causes = causes(records);
    html! {
        @if !causes.is_empty() || !no_longer.is_empty() {
            section id="failures" {
                h2 { "What did not hold" }
                @for cause in &causes { (one(cause)) }
                @for entry in no_longer {
                    p.bad { "Listed as a known deviation, yet it passed: " code { (entry.scenario) } " (" (entry.reason) ")" }
                }
            }
        }
    }
}

fn one(cause: &Cause<'_>) -> Markup {
    let failure = cause.failure;
    let wrong = cause.records.iter().find_map(|record| first_wrong(&record.exchanges));
    let (named, more) = cause.records.split_at(cause.records.len().min(NAMED));
    html! {
        article.cause {
            h3 { (failure.requirement) }
            dl {
                dt { "expected" } dd { pre { (visible(&failure.expected)) } }
                dt { "actual" } dd { pre { (visible(&failure.actual)) } }
                @if let Some(wrong) = wrong { dt { "where" } dd { code { (wrong) } } }
                dt { (number_of_scenarios(cause.records.len())) }
                dd {
                    ul.plain { @for record in named { li { (scenario_link(&record.heading)) } } }
                    @if !more.is_empty() {
                        details {
                            summary { (more.len()) " more" }
                            ul.plain { @for record in more { li { (scenario_link(&record.heading)) } } }
                        }
                    }
                }
            }
        }
    }
}
