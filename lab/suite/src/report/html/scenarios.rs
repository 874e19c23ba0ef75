//! Every scenario, by section.

use maud::{Markup, html};

use super::matrix;
use super::told::seconds;
use crate::event::{Outcome, ScenarioResult};

pub(super) fn section(records: &[ScenarioResult]) -> Markup {
    html! {
        section id="scenarios" {
            h2 { "Scenarios" }
            @for (section, _) in matrix::sections(records) {
                details id={ "section-" (section) } {
                    summary { (section) }
                    ul.scenarios {
                        @for record in records.iter().filter(|record| record.heading.section == section) {
                            (line(record))
                        }
                    }
                }
            }
        }
    }
}

fn line(record: &ScenarioResult) -> Markup {
    let heading = &record.heading;
    let (class, reason) = match &record.outcome {
        Outcome::Passed => ("good", None),
        Outcome::Failed { .. } | Outcome::Errored { .. } => ("bad", None),
        Outcome::KnownDeviation { reason, .. } | Outcome::Skipped { reason } | Outcome::NotRun { reason } => {
            ("open", Some(reason))
        }
    };
    html! {
        li class=(class) {
            strong { (record.outcome.name()) } " " (heading.name)
            small { " " (heading.level) ", " (seconds(record.duration)) }
            br;
            code { (heading.id) }
            @if let Some(reason) = reason { br; small { (reason) } }
            @if record.outcome.failure().is_some() { " " a href={ "#failure-" (heading.id) } { "more" } }
        }
    }
}
