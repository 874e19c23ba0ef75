//! The words for one scenario that did not pass, shared by every format that people read.

use std::fmt::Write as _;

use crate::event::Record;
use crate::exchange::Exchange;

/// Section, requirement, expected, actual, then the exchange; empty for a scenario without failure.
pub fn describe(record: &Record) -> String {
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
        let _ = writeln!(text, "{}", format!("{:17}{line}", "").trim_end());
    }
}

fn visible(value: &str) -> String {
    let mut visible = String::with_capacity(value.len());
    for c in value.chars() {
        if c.is_control() && !matches!(c, '\n' | '\t') {
            visible.extend(c.escape_default());
        } else {
            visible.push(c);
        }
    }
    visible
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
    for line in body.lines() {
        let _ = writeln!(text, "   {direction} {line}");
    }
}
