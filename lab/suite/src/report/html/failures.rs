//! Every scenario that did not hold: what was required, what was found, and all that was said.

use maud::{Markup, PreEscaped, html};

use crate::event::{Failure, Outcome, ScenarioResult};
use crate::known_deviation::KnownDeviation;
use crate::report::failure::visible;
use gitlab_mattermost_browser::sequence::sequence;
use gitlab_mattermost_ground::exchange::Exchange;

pub(super) fn section(records: &[ScenarioResult], no_longer: &[KnownDeviation]) -> Markup {
    let judged: Vec<(&ScenarioResult, &Failure)> =
        records.iter().filter_map(|record| Some((record, record.outcome.failure()?))).collect();
    let (failed, known): (Vec<_>, Vec<_>) = judged.into_iter().partition(|(record, _)| record.outcome.is_bad());
    html! {
        section id="failures" {
            h2 { "What did not hold" }
            @if failed.is_empty() && no_longer.is_empty() { p { "Nothing." } }
            @for entry in no_longer {
                p.bad { "Listed as a known deviation, yet it passed: " code { (entry.scenario) } " (" (entry.reason) ")" }
            }
            @for (record, failure) in failed { (one(record, failure)) }
            @if !known.is_empty() {
                h2 { "Known deviations" }
                @for (record, failure) in known { (one(record, failure)) }
            }
        }
    }
}

fn one(record: &ScenarioResult, failure: &Failure) -> Markup {
    let heading = &record.heading;
    html! {
        article.failure id={ "failure-" (heading.id) } {
            h3 { (heading.name) }
            p.id { code { (heading.id) } " · " (heading.section) " · " (heading.level) " · " (record.outcome.name()) }
            dl {
                dt { "step" } dd { (failure.step) }
                dt { "requirement" } dd { (failure.requirement) }
                dt { "expected" } dd { pre { (visible(&failure.expected)) } }
                dt { "actual" } dd { pre { (visible(&failure.actual)) } }
                @if let Outcome::KnownDeviation { reason, link, .. } = &record.outcome {
                    dt { "known because" } dd { (reason) " (" (link) ")" }
                }
                dt { "again" } dd { code { "mattermost-lab run --only " (heading.id) } }
            }
            @if !record.exchanges.is_empty() {
                details open {
                    summary { "Sequence" }
                    div.sequence { (PreEscaped(sequence(&record.exchanges).to_svg())) }
                }
                details {
                    summary { "Exchanges (" (record.exchanges.len()) ")" }
                    ol { @for exchange in &record.exchanges { li { (said(exchange)) } } }
                }
            }
        }
    }
}

fn said(exchange: &Exchange) -> Markup {
    html! {
        (exchange.from) " asks " (exchange.to) ": " code { (exchange.method) " " (visible(&exchange.url)) }
        pre { (message(&exchange.request_headers, &exchange.request_body)) }
        @match &exchange.answer {
            Ok(status) => { "answer: " strong { (status) } },
            Err(why) => { "no answer: " (visible(why)) },
        }
        pre { (message(&exchange.response_headers, &exchange.response_body)) }
    }
}

fn message(headers: &[(String, String)], body: &str) -> String {
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
    let between = if body.is_empty() { "" } else { "\n" };
    visible(&format!("{headers}{between}{body}"))
}
