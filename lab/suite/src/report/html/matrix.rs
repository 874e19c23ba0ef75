//! Section of the document by level: how many scenarios hold, as a table that fits a phone.

use std::collections::BTreeMap;

use maud::{Markup, html};

use crate::event::{Counts, ScenarioResult};
use crate::scenario::Level;

const LEVELS: [Level; 3] = [Level::Must, Level::Should, Level::May];

pub(super) fn section(records: &[ScenarioResult]) -> Markup {
    let rows = sections(records);
    html! {
        section id="sections" {
            h2 { "Sections of the document" }
            table.matrix {
                thead { tr { th { "section" } @for level in LEVELS { th { (level) } } } }
                tbody {
                    @for (section, counts) in &rows {
                        tr {
                            th scope="row" { (section) }
                            @for level in LEVELS { (cell(counts.get(&level))) }
                        }
                    }
                }
            }
            p.legend { "Held of judged; what was skipped or not run is told apart." }
        }
    }
}

fn cell(counts: Option<&Counts>) -> Markup {
    let Some(counts) = counts else { return html! { td.none { "–" } } };
    let bad = counts.failed + counts.errored;
    let judged = counts.passed + bad + counts.known_deviations;
    let class = match (bad, counts.passed) {
        (0, 0) => "open",
        (0, _) => "good",
        _ => "bad",
    };
    let aside = counts.total() - judged;
    html! {
        td class=(class) {
            (counts.passed) "/" (judged)
            @if counts.known_deviations > 0 { small { (counts.known_deviations) " known" } }
            @if aside > 0 { small { " +" (aside) " not judged" } }
        }
    }
}

/// Counts by section and level, sections in the order of the first feature file that speaks of them.
pub(super) fn sections(records: &[ScenarioResult]) -> Vec<(&str, BTreeMap<Level, Counts>)> {
    let mut sections: Vec<(&str, BTreeMap<Level, Counts>)> = Vec::new();
    for record in records {
        let heading = &record.heading;
        let known = sections.iter().position(|(section, _)| *section == heading.section);
        let place = known.unwrap_or_else(|| {
            sections.push((&heading.section, BTreeMap::new()));
            sections.len() - 1
        });
        sections[place].1.entry(heading.level).or_default().add(&record.outcome);
    }
    sections
}
