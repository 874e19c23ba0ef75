//! Tables in instructions: which variable takes an old setting over, and which GitLab ships which Mattermost.
//!
//! # Shape
//! Markdown: a row begins with `|`, cells are separated by `|`, code marks around a cell do not count.

use crate::diagnosis::case::Case;
use crate::diagnosis::problem::{E06, E09};
use crate::diagnosis::{Finding, Place, mask};
use crate::legacy::{Documented, LegacyKind, legacy_settings};
use crate::upgrade::{Line, tables};

/// The erratum on exceptions that are missing, on keys that reach nothing, and on the missing row of versions.
const MISSING_EXCEPTIONS: u8 = 6;
const DEAD_KEYS: u8 = 7;
const MISSING_VERSION: u8 = 9;
/// Lines before a table in which its heading is looked for.
const HEADING_WITHIN: usize = 4;

/// A row of a table of names.
pub(super) struct NameRow {
    pub line: u64,
    pub key: String,
    pub variable: String,
}

/// The rows that give a variable for a key: one cell is an `MM_` name, the one before it a key with an underscore.
pub(super) fn name_rows(text: &str) -> Vec<NameRow> {
    let rows = rows(text).filter_map(|(line, cells)| {
        let at = cells.iter().position(|cell| cell.starts_with("MM_"))?;
        let key = cells.get(at.checked_sub(1)?)?;
        let key = key.trim_start_matches("mattermost['").trim_end_matches("']");
        let is_key = key.contains('_') && key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        is_key.then(|| NameRow { line, key: key.to_owned(), variable: (*cells[at]).to_owned() })
    });
    rows.collect()
}

fn rows(text: &str) -> impl Iterator<Item = (u64, Vec<&str>)> {
    (1..).zip(text.lines()).filter_map(|(line, row)| {
        let row = row.trim().strip_prefix('|')?;
        let cells = row.strip_suffix('|').unwrap_or(row).split('|').map(|cell| cell.trim().trim_matches('`').trim());
        Some((line, cells.collect()))
    })
}

/// E06: a table of exceptions from the rule that leaves some out.
pub(super) fn exceptions(case: &Case<'_>) -> Vec<Finding> {
    let Some(document) = &case.evidence.document else { return Vec::new() };
    let rows = name_rows(&document.text);
    let Some(first) = rows.first() else { return Vec::new() };
    let lists = |key: &str| rows.iter().any(|row| row.key.replace('_', "") == key.replace('_', ""));
    // Three keys make one listening address and two maps; of these the document speaks in words.
    let is_exception = |(key, variable): &(&str, &str)| Documented::rule(key).as_deref() != Some(*variable);
    let missing: Vec<&str> = legacy_settings()
        .values()
        .filter_map(|setting| Some((setting.key(), setting.variable()?)))
        .filter(is_exception)
        .filter(|(_, variable)| *variable != "MM_SERVICESETTINGS_LISTENADDRESS")
        .map(|(key, _)| key)
        .filter(|key| !lists(key))
        .collect();
    let dead: Vec<&str> = legacy_settings()
        .values()
        .filter(|setting| setting.kind() == LegacyKind::Dead && setting.key().contains('_') && !lists(setting.key()))
        .map(|setting| setting.key())
        .collect();
    let place = Place::line(&document.name, first.line);
    let finding = |words: &str, keys: &[&str], erratum| {
        let evidence = format!("the table of exceptions {words}: `{}`", keys.join("`, `"));
        (!keys.is_empty()).then(|| E06.seen(evidence).at([place.clone()]).erratum(erratum))
    };
    let found = [
        finding("leaves out keys for which the rule does not hold", &missing, MISSING_EXCEPTIONS),
        finding("does not say that these keys reached nothing", &dead, DEAD_KEYS),
    ];
    found.into_iter().flatten().collect()
}

/// E09: a table of versions with a wrong row, or without one that it should have.
pub(super) fn versions(case: &Case<'_>) -> Vec<Finding> {
    let Some(document) = &case.evidence.document else { return Vec::new() };
    let pairs: Vec<(u64, Line, Line)> = rows(&document.text)
        .filter_map(|(line, cells)| match cells.as_slice() {
            [gitlab, mattermost] => Some((line, line_of(gitlab)?, line_of(mattermost)?)),
            _ => None,
        })
        .collect();
    let (Some(first), Some(last)) = (pairs.first(), pairs.last()) else { return Vec::new() };
    let mut found = Vec::new();
    for (line, gitlab, mattermost) in &pairs {
        let shipped =
            tables::lines().iter().find(|row| row.gitlab == *gitlab).map(|row| Line::of(row.mattermost_first));
        if shipped.is_some_and(|shipped| shipped != *mattermost) {
            let shipped = shipped.map(|it| it.to_string()).unwrap_or_default();
            let evidence = format!("GitLab {gitlab} ships Mattermost {shipped}, not {mattermost}");
            found.push(E09.seen(evidence).at([Place::line(&document.name, *line)]));
        }
    }
    let promised = promised(&document.text, first.0).unwrap_or(first.1).min(first.1);
    let lines = tables::lines().iter().map(|row| row.gitlab);
    let missing: Vec<String> = lines
        .filter(|line| (promised..=last.1).contains(line) && !pairs.iter().any(|(_, gitlab, _)| gitlab == line))
        .map(|line| line.to_string())
        .collect();
    if !missing.is_empty() {
        let evidence = format!("the table of versions lacks GitLab {}", mask::value("", &missing.join(", ")));
        found.push(E09.seen(evidence).at([Place::line(&document.name, first.0)]).erratum(MISSING_VERSION));
    }
    found
}

/// The version from which on the lines before the table promise rows: "GitLab 11.10 and later".
fn promised(text: &str, table: u64) -> Option<Line> {
    let before: Vec<&str> = text.lines().take(usize::try_from(table).ok()?).collect();
    let heading = before.iter().rev().filter(|line| !line.trim_start().starts_with('|')).take(HEADING_WITHIN);
    heading.into_iter().find_map(|line| line.split(" and later").next()?.rsplit(' ').next().and_then(line_of))
}

fn line_of(text: &str) -> Option<Line> {
    let (major, minor) = text.split_once('.')?;
    let digits = |part: &str| !part.is_empty() && part.len() < 4 && part.bytes().all(|byte| byte.is_ascii_digit());
    (digits(major) && digits(minor)).then(|| text.parse().ok()).flatten()
}
