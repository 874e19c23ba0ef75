//! The words for one scenario that did not pass, shared by every format that people read. Pages are cut to what a person
//! would read of them; `events.jsonl` keeps them whole.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::event::ScenarioResult;
use gitlab_mattermost_browser::sequence::sequence;
use gitlab_mattermost_browser::{script_target, visible_text};
use gitlab_mattermost_ground::exchange::{Exchange, field};
pub use gitlab_mattermost_ground::visible::visible;

/// Characters shown of the text of a page.
const SHOWN_OF_PAGE: usize = 300;

/// The columns before a value.
const LABELS: usize = 17;

/// Section, requirement, expected, actual, then the sequence as a diagram and the exchanges in full; empty for a scenario without failure.
pub fn describe(record: &ScenarioResult) -> String {
    describe_within(record, None)
}

/// The same, with a diagram that fits into `width` columns, if they are known.
pub(super) fn describe_within(record: &ScenarioResult, width: Option<usize>) -> String {
    let mut text = String::new();
    let Some(failure) = record.outcome.failure() else { return text };
    let heading = &record.heading;
    let rows = [
        ("section", &format!("{} ({})", heading.section, heading.level)),
        ("scenario", &format!("{} ({})", heading.name, heading.location)),
        ("step", &failure.step),
        ("requirement", &failure.requirement),
        ("expected", &failure.expected),
        ("actual", &failure.actual),
    ];
    for (label, value) in rows {
        push(&mut text, label, value);
    }
    if !record.exchanges.is_empty() {
        let sequence = sequence(&record.exchanges);
        let within = |width: usize| sequence.to_plain_within(width.saturating_sub(LABELS));
        push(&mut text, "sequence", &width.map_or_else(|| sequence.to_plain(), within));
        let exchanges: Vec<String> = record.exchanges.iter().enumerate().map(|(i, e)| exchange(i + 1, e)).collect();
        push(&mut text, "exchange", &exchanges.join("\n"));
    }
    text
}

/// One labelled value; the lines of a longer value stand below each other. What a subject sent cannot control the
/// reader's terminal.
fn push(text: &mut String, label: &str, value: &str) {
    let value = visible(value);
    let mut lines = value.trim_end_matches('\n').split('\n');
    // Writing to a string cannot fail.
    let _ = writeln!(text, "    {label:<11}  {}", lines.next().unwrap_or_default());
    for line in lines {
        let _ = writeln!(text, "{}", format!("{:LABELS$}{line}", "").trim_end());
    }
}

fn exchange(number: usize, exchange: &Exchange) -> String {
    let Exchange { from, to, method, url, .. } = exchange;
    let mut text = format!("{number}. {from} asks {to}: {method} {url}\n");
    message(&mut text, '>', &exchange.request_headers, &exchange.request_body);
    let answer = match &exchange.answer {
        Ok(status) => status.to_string(),
        Err(why) => format!("no answer: {why}"),
    };
    let _ = writeln!(text, "   < {answer}");
    message(&mut text, '<', &exchange.response_headers, &exchange.response_body);
    text.truncate(text.trim_end().len());
    text
}

fn message(text: &mut String, direction: char, headers: &[(String, String)], body: &str) {
    for (name, value) in headers {
        let _ = writeln!(text, "   {direction} {name}: {value}");
    }
    for line in readable(headers, body).lines() {
        let _ = writeln!(text, "   {direction} {line}");
    }
}

/// A body as a person reads it: of a page what is seen of it, anything else as it is.
pub(super) fn readable<'a>(headers: &[(String, String)], body: &'a str) -> Cow<'a, str> {
    let is_page = field(headers, "content-type").is_some_and(|kind| kind.starts_with("text/html"));
    if is_page { page(body).into() } else { body.into() }
}

/// What a person sees of a page: where it leads by script, and the beginning of its text.
fn page(html: &str) -> String {
    let leads = script_target(html).map(|target| format!("(page that leads to {target})\n")).unwrap_or_default();
    let text = visible_text(html);
    let ellipsis = if text.chars().count() > SHOWN_OF_PAGE { "…" } else { "" };
    let text: String = text.chars().take(SHOWN_OF_PAGE).collect();
    format!("{leads}{text}{ellipsis}")
}
