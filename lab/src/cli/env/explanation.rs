//! `--explain` as a table for people.

use std::fmt::Write as _;

use gitlab_mattermost_core::installation::{SettingsFile, explain};
use gitlab_mattermost_core::omnibus::Deployment;

/// A value in quotes, cut where it is long.
fn shortened(value: &str) -> String {
    const WIDTH: usize = 48;
    let cut: String = value.chars().take(WIDTH).collect();
    if cut.len() < value.len() { format!("{cut:?}…") } else { format!("{cut:?}") }
}

/// The explanation as a table for people.
pub(super) fn table(deployment: &Deployment, file: &SettingsFile, show_secrets: bool) -> String {
    if !deployment.enabled {
        return "Mattermost is not enabled: the package writes no env\n".to_owned();
    }
    let explanations = explain(deployment, &file.text, show_secrets);
    let rows: Vec<[String; 4]> = explanations
        .iter()
        .map(|it| {
            let lines: Vec<String> = it.lines.iter().map(usize::to_string).collect();
            let origin = match lines.as_slice() {
                [] => it.origin.clone(),
                [line] => format!("{}, line {line}", it.origin),
                lines => format!("{}, lines {}", it.origin, lines.join(", ")),
            };
            [it.variable.clone(), shortened(&it.value), origin, it.reading.told()]
        })
        .collect();
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
