//! Tables: versions of Mattermost by GitLab, and variables by setting.

use super::super::finding::Finding;
use super::super::piece::{Piece, PieceKind};
use super::checked::Checked;
use super::page::Page;
use crate::legacy::{Accuracy, Documented, documented, legacy_settings};
use crate::mattermost_config::Catalogue;
use crate::upgrade::{Line, tables};

/// The row that the 14.7 page promises and does not have.
const OF_ERRATUM_9: Line = Line::new(11, 10);

pub(super) fn check_row(piece: &Piece, page: &Page<'_>) -> Checked {
    if let Some((key, variable)) = exception(piece) {
        return Checked::decided(of_exception(&key, &variable, page));
    }
    match versions(piece) {
        Some((gitlab, mattermost)) => {
            Checked::decided(gitlab.into_iter().filter_map(|line| of_versions(line, mattermost)).collect())
        }
        None => Checked::default(),
    }
}

pub(super) fn check_table(piece: &Piece, page: &Page<'_>) -> Checked {
    let (rows, tables) = (page.of(PieceKind::Row, &piece.section), page.of(PieceKind::Table, &piece.section));
    let next = tables.get(tables.partition_point(|other| other.line <= piece.line));
    let end = next.map_or(rows.len(), |next| rows.partition_point(|row| row.line < next.line));
    let start = rows.partition_point(|row| row.line <= piece.line).min(end);
    let rows = &rows[start..end];
    let exceptions: Vec<(String, String)> = rows.iter().filter_map(|row| exception(row)).collect();
    if !exceptions.is_empty() {
        return Checked::decided(missing_exceptions(&exceptions).into_iter().collect());
    }
    let lines: Vec<(Line, Line)> = rows
        .iter()
        .filter_map(|row| versions(row))
        .flat_map(|(gitlab, mattermost)| gitlab.into_iter().map(move |line| (line, mattermost)))
        .collect();
    if lines.is_empty() { Checked::default() } else { Checked::decided(missing_versions(&lines, piece, page)) }
}

/// Key and variable, if the row translates a setting.
fn exception(row: &Piece) -> Option<(String, String)> {
    let [setting, variable, ..] = row.facts.as_slice() else { return None };
    let key = setting.strip_prefix("mattermost['").or_else(|| setting.strip_prefix("mattermost[\""))?;
    let key = key.strip_suffix("']").or_else(|| key.strip_suffix("\"]"))?;
    variable.starts_with("MM_").then(|| (key.to_owned(), variable.clone()))
}

fn of_exception(key: &str, variable: &str, page: &Page<'_>) -> Vec<Finding> {
    let Accuracy::Wrong { key: real, variable: works, erratum } = documented().accuracy(key, variable) else {
        let gone = page.mattermost.and_then(|version| Catalogue::of(version).removed_variable(variable));
        let what = format!("`{variable}` does nothing on GitLab {}", page.gitlab);
        let gone = gone.map(|it| Finding::caveat(what, format!("`{}` is gone since Mattermost {}", it.path, it.since)));
        let of_webrtc = variable.starts_with("MM_WEBRTCSETTINGS_");
        return gone.map(|finding| if of_webrtc { finding.erratum(8) } else { finding }).into_iter().collect();
    };
    let what = match (real, works) {
        (Some(real), _) => format!("the setting is `mattermost['{real}']`"),
        (None, Some(_)) => format!("Mattermost does not read `{variable}`"),
        (None, None) => format!("`mattermost['{key}']` has no variable"),
    };
    let evidence = works.map_or_else(|| "package 10.8.0 rendered".to_owned(), |works| format!("`{works}` works"));
    let finding = Finding::wrong(what, evidence);
    vec![match erratum {
        Some(number) => finding.erratum(number),
        None => finding,
    }]
}

/// Settings for which the rule fails and that the table does not list.
fn missing_exceptions(rows: &[(String, String)]) -> Option<Finding> {
    let unlisted = legacy_settings().iter().filter(|(key, setting)| {
        let misspelt = rows.iter().any(|(row, _)| row.replace('_', "") == key.replace('_', ""));
        let works = setting.variable();
        !setting.is_kept() && works.is_some() && Documented::rule(key).as_deref() != works && !misspelt
    });
    let unlisted: Vec<&str> = unlisted.map(|(key, _)| key.as_str()).collect();
    let what = "the table is not complete: the rule fails for settings that it does not list";
    (!unlisted.is_empty()).then(|| Finding::wrong(what, unlisted.join(", ")).erratum(6))
}

/// The GitLab minors and the Mattermost minor of a row.
fn versions(row: &Piece) -> Option<(Vec<Line>, Line)> {
    let [gitlab, mattermost, ..] = row.facts.as_slice() else { return None };
    let gitlab = gitlab.split(',').map(|line| line.trim().parse().ok()).collect::<Option<Vec<Line>>>()?;
    Some((gitlab, mattermost.trim().parse().ok()?))
}

fn of_versions(gitlab: Line, mattermost: Line) -> Option<Finding> {
    let Some(line) = tables::lines().iter().find(|line| line.gitlab == gitlab) else {
        return Some(Finding::wrong(
            format!("no release of GitLab {gitlab} ships Mattermost"),
            "release tags of the package",
        ));
    };
    let (first, latest) = (line.mattermost_first, line.mattermost_latest);
    let evidence = format!("GitLab {} ships {first}, GitLab {} ships {latest}", line.first, line.latest);
    match (Line::of(first) == mattermost, Line::of(latest) == mattermost) {
        (true, true) => None,
        (false, false) => {
            Some(Finding::wrong(format!("GitLab {gitlab} does not ship Mattermost {mattermost}"), evidence))
        }
        _ => Some(Finding::caveat(format!("not every GitLab {gitlab} ships Mattermost {mattermost}"), evidence)),
    }
}

/// Rows that the words above the table promise. A GitLab that stays on the Mattermost of the one before needs none.
fn missing_versions(rows: &[(Line, Line)], table: &Piece, page: &Page<'_>) -> Vec<Finding> {
    let (Some(least), Some(last)) = (rows.iter().map(|row| row.0).min(), rows.iter().map(|row| row.0).max()) else {
        return Vec::new();
    };
    let first = promised(page.prose(&table.section)).unwrap_or(least);
    let lines = tables::lines();
    let missing = lines.windows(2).filter(|pair| {
        let [before, line] = pair else { return false };
        let wanted = first <= line.gitlab && line.gitlab <= last && !rows.iter().any(|row| row.0 == line.gitlab);
        wanted && (Line::of(before.mattermost_latest) != Line::of(line.mattermost_first))
    });
    let missing = missing.filter_map(|pair| pair.get(1));
    missing
        .map(|line| {
            let what = format!("the row of GitLab {} is missing", line.gitlab);
            let evidence = format!("GitLab {} ships Mattermost {}", line.first, line.mattermost_first);
            let finding = Finding::wrong(what, evidence);
            if line.gitlab == OF_ERRATUM_9 { finding.erratum(9) } else { finding }
        })
        .collect()
}

/// The version of `GitLab X and later` in a section's words, where they speak of a list or a table of versions.
fn promised(prose: &str) -> Option<Line> {
    let line = prose.lines().find(|line| line.contains("mattermost version") && line.contains("and later"))?;
    let before = line.split("and later").next()?;
    before.split_whitespace().rev().find_map(|word| word.parse().ok())
}
