//! Why the run failed, on the first screen: each cause once, with the first message that went wrong and the scenarios it
//! stopped.

use maud::{Markup, html};

use super::links::scenario_link;
use super::messages::first_wrong;
use crate::event::ScenarioResult;
use crate::known_deviation::KnownDeviation;
use crate::report::cause::{Cause, Causes};
use crate::report::failure::visible;
use crate::report::number_of_scenarios;

/// Scenarios that a cause names before the rest is folded away.
const NAMED: usize = 3;

pub(super) fn section(records: &[ScenarioResult], no_longer: &[KnownDeviation]) -> Markup {
    let causes = Causes::of_bad(records);
    html! {
        @if !causes.is_empty() || !no_longer.is_empty() {
            section id="failures" {
                h2 { "What did not hold" }
                @for cause in &causes { (one(cause, records)) }
                @for entry in no_longer {
                    p.bad { "Listed as a known deviation, yet it passed: " code { (entry.scenario) } " (" (entry.reason) ")" }
                }
            }
        }
    }
}

fn one(cause: &Cause, records: &[ScenarioResult]) -> Markup {
    let failure = cause.first.outcome.failure();
    let wrong = first_wrong(&cause.first.exchanges);
    let record = |id: &String| records.iter().find(|record| record.heading.id == *id);
    let scenarios: Vec<&ScenarioResult> = cause.ids().filter_map(record).collect();
    let (named, more) = scenarios.split_at(scenarios.len().min(NAMED));
    html! {
        article.cause {
            h3 { (visible(cause.line())) }
            dl {
                @if let Some(failure) = failure {
                    dt { "expected" } dd { pre { (visible(&failure.expected)) } }
                    dt { "actual" } dd { pre { (visible(&failure.actual)) } }
                }
                @if let Some(wrong) = wrong { dt { "where" } dd { code { (wrong) } } }
                dt { (number_of_scenarios(scenarios.len())) }
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
