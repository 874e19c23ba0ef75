//! `--explain` for people: a table, or two lines for each variable where a table is too wide.

use std::fmt::Write as _;

use gitlab_mattermost_core::installation::{Explanation, SettingsFile, explain};
use gitlab_mattermost_core::omnibus::Deployment;

use crate::console::{HEADING, Painted};

/// The columns that the table needs.
const WIDTH_OF_TABLE: usize = 140;

/// A value in quotes, cut where it is long.
fn shortened(value: &str) -> String {
    const WIDTH: usize = 48;
    let cut: String = value.chars().take(WIDTH).collect();
    if cut.len() < value.len() { format!("{cut:?}…") } else { format!("{cut:?}") }
}

/// The explanation for a terminal of `width` columns; without a width, as for a wide one.
pub(super) fn told(deployment: &Deployment, file: &SettingsFile, show_secrets: bool, width: Option<usize>) -> String {
    if !deployment.enabled {
        return "Mattermost is not enabled: the package writes no env\n".to_owned();
    }
    let explanations = explain(deployment, &file.text, show_secrets);
    match width {
        Some(width) if width < WIDTH_OF_TABLE => two_lines_each(&explanations),
        _ => table(&explanations),
    }
}

/// Where the value comes from.
fn origin(it: &Explanation) -> String {
    let lines: Vec<String> = it.lines.iter().map(usize::to_string).collect();
    match lines.as_slice() {
        [] => it.origin.clone(),
        [line] => format!("{}, line {line}", it.origin),
        lines => format!("{}, lines {}", it.origin, lines.join(", ")),
    }
}

fn two_lines_each(explanations: &[Explanation]) -> String {
    let two = |it: &Explanation| {
        let (value, origin, reading) = (shortened(&it.value), origin(it), it.reading.told());
        format!("{} = {value}\n    {origin} -> {reading}\n", it.variable)
    };
    let heading = "VARIABLE = VALUE\n    FROM -> MATTERMOST READS\n".to_owned();
    heading + &explanations.iter().map(two).collect::<String>()
}

fn table(explanations: &[Explanation]) -> String {
    let row = |it: &Explanation| [it.variable.clone(), shortened(&it.value), origin(it), it.reading.told()];
    let rows: Vec<[String; 4]> = explanations.iter().map(row).collect();
    let header = ["VARIABLE", "VALUE", "FROM", "MATTERMOST READS"].map(str::to_owned);
    let width = |column: usize| rows.iter().chain([&header]).map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2)];
    let mut out = String::new();
    for [variable, value, origin, reading] in [&header].into_iter().chain(&rows) {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{variable:<0$}  {value:<1$}  {origin:<2$}  {reading}", widths[0], widths[1], widths[2]);
    }
    out
}

/// The name of each variable, and the line of headings.
pub(super) fn painted(line: &str) -> Painted {
    let name = line.split_once(" = ").map(|(name, _)| name).filter(|name| !name.starts_with(' '));
    let length = if line.starts_with("VARIABLE ") { line.len() } else { name?.len() };
    Some((length, HEADING))
}
