//! The page as a whole: the verdict, and what stands in which order.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::told::{Told, seconds};
use super::{causes, comparison, coverage, matrix, scenarios};
use crate::event::Footer;
use crate::report::number_of_scenarios;

/// Search, filters, order, and the opening of what a link leads to.
const SCRIPT: &str = include_str!("page.js");

/// What lets the browser run [`SCRIPT`] and nothing else; a test holds it to the script.
const SCRIPT_HASH: &str = "sha256-XCE3KMLQQVpoZcAbhFbLinraDSaUS36AyxBoXaDWypk=";

/// The whole page.
pub(super) fn page(told: &Told<'_>) -> Markup {
    let verdict = headline(told.footer);
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                // Nothing is fetched, whatever a subject has put into its answers.
                meta http-equiv="Content-Security-Policy" content=(
                    format!("default-src 'none'; style-src 'unsafe-inline'; script-src '{SCRIPT_HASH}'")
                );
                title { (verdict.words) " – GitLab and Mattermost" }
                style { (PreEscaped(include_str!("style.css"))) }
            }
            body {
                header class=(verdict.class) {
                    h1 { (verdict.words) }
                    p { (summary(told)) }
                    p { small { (told.header.started_at.strftime("%Y-%m-%d %H:%M UTC")) @for (slot, subject) in &told.header.subjects {
                        " · " (slot) " " code { (subject) }
                    } } }
                }
                nav {
                    @if told.comparison.is_some() { a href="#comparison" { "Changes" } " " }
                    a href="#scenarios" { "Scenarios" } " "
                    a href="#sections" { "Sections" } " "
                    a href="#coverage" { "Claims" } " "
                    a href="#environment" { "Environment" }
                }
                main {
                    (causes::section(told.records, &told.footer.no_longer))
                    @if let Some(comparison) = &told.comparison { (comparison::section(comparison)) }
                    (scenarios::section(told))
                    (matrix::section(told.records))
                    (coverage::section(told.records))
                    (environment(told))
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    }
}

struct Headline {
    words: String,
    class: &'static str,
}

fn headline(footer: &Footer) -> Headline {
    let counts = footer.counts;
    let bad = counts.failed + counts.errored;
    let judged = counts.passed + bad + counts.known_deviations;
    if footer.interrupted {
        Headline { words: "The run did not come to its end".to_owned(), class: "bad" }
    } else if bad > 0 {
        Headline { words: format!("{bad} of {} did not hold", number_of_scenarios(judged)), class: "bad" }
    } else if !footer.no_longer.is_empty() {
        let words = format!("{} known deviations no longer happen", footer.no_longer.len());
        Headline { words, class: "bad" }
    } else if judged == 0 {
        Headline { words: "Nothing was checked".to_owned(), class: "open" }
    } else {
        Headline { words: format!("{} held", number_of_scenarios(counts.passed)), class: "good" }
    }
}

fn summary(told: &Told<'_>) -> String {
    let counts = told.footer.counts;
    let parts = [
        (counts.passed, "passed"),
        (counts.failed, "failed"),
        (counts.errored, "errored"),
        (counts.known_deviations, "known to deviate"),
        (counts.skipped, "skipped"),
        (counts.not_run, "not run"),
    ];
    let parts = parts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}"));
    let missing = told.header.scenarios.saturating_sub(counts.total());
    let missing = (missing > 0).then(|| format!("{missing} not recorded"));
    let parts: Vec<String> = parts.chain(missing).collect();
    format!("{} in {}", parts.join(", "), seconds(told.footer.duration))
}

fn environment(told: &Told<'_>) -> Markup {
    let header = told.header;
    let rows = header.subjects.iter().chain(&header.environment);
    html! {
        section id="environment" {
            h2 { "Environment" }
            table.facts {
                tr { th scope="row" { "begun" } td { (header.started_at.strftime("%Y-%m-%d %H:%M:%S UTC")) } }
                tr { th scope="row" { "this program" } td { "mattermost-lab " (header.program_version) } }
                @if let Some(shard) = header.shard { tr { th scope="row" { "part of the suite" } td { (shard) } } }
                @for (name, value) in rows { tr { th scope="row" { (name) } td { (value) } } }
                tr { th scope="row" { "at the same time" } td { (number_of_scenarios(header.jobs)) } }
            }
        }
    }
}
