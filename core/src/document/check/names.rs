//! What running text names in passing: settings, commands, versions. Each is held against what is known of such names.

use super::super::finding::Finding;
use super::super::piece::{Piece, PieceKind};
use super::checked::Checked;
use super::page::Page;
use super::{commands, variables};
use crate::legacy::legacy_settings;
use crate::mattermost_config::{Catalogue, is_read_by_process};
use crate::upgrade::{Line, tables};
use crate::version::Version;

/// Keys of `mattermost` that are no setting of Mattermost itself but of the package.
///
/// # Source
/// Attributes of package 14.7.0.
const OF_THE_PACKAGE: [&str; 9] =
    ["enable", "env", "env_directory", "gid", "group", "home", "log_file_directory", "uid", "username"];

/// Checks a setting, a command or a version in running text.
pub(super) fn check(piece: &Piece, page: &Page<'_>) -> Checked {
    let Some(name) = piece.facts.first() else { return Checked::default() };
    match piece.kind {
        PieceKind::Setting => setting(name, page),
        PieceKind::Command => command(piece, name, page),
        _ => version(name),
    }
}

/// A variable, a place in `config.json` (`Section.Key`), or a key of `gitlab.rb`.
fn setting(name: &str, page: &Page<'_>) -> Checked {
    let Some(mattermost) = page.mattermost else { return Checked::default() };
    let catalogue = Catalogue::of(mattermost);
    if name.starts_with("MM_") {
        if name.contains('<') {
            return Checked::default();
        }
        let findings: Vec<Finding> = variables::of_name(name, &catalogue, &catalogue, page).into_iter().collect();
        let is_known = catalogue.setting_of_variable(name).is_some() || is_read_by_process(name);
        let decided = is_known || !findings.is_empty() || !catalogue.is_open_ended();
        return Checked { findings, decided };
    }
    if let Some(key) = name.strip_prefix("mattermost['").and_then(|rest| rest.strip_suffix("']")) {
        let known = OF_THE_PACKAGE.contains(&key) || legacy_settings().contains_key(key);
        return if known { Checked::decided(Vec::new()) } else { Checked::default() };
    }
    if name.contains('[') {
        return Checked::default();
    }
    if catalogue.setting(name).is_some() {
        return Checked::decided(Vec::new());
    }
    let finding = match (catalogue.removed_path(name), catalogue.nearest_path(name)) {
        (Some(removed), _) => {
            let what = format!("`{name}` does nothing on GitLab {}", page.gitlab);
            Finding::caveat(what, format!("it is gone since Mattermost {}", removed.since))
        }
        // A later server may have it.
        (None, _) if catalogue.is_open_ended() => return Checked::default(),
        (None, nearest) => {
            let nearest = nearest.map_or_else(String::new, |nearest| format!("; `{nearest}` is one"));
            Finding::wrong(format!("`{name}` is no setting{nearest}"), format!("settings of Mattermost {mattermost}"))
        }
    };
    Checked::decided(vec![finding])
}

/// A command that stands alone: as a block with this one line.
fn command(piece: &Piece, line: &str, page: &Page<'_>) -> Checked {
    let findings = commands::check(piece, page);
    let decided = !findings.is_empty() || line.split_whitespace().any(|word| word.ends_with("gitlab-ctl"));
    Checked { findings, decided }
}

/// `GitLab 14.6`, `Mattermost 6.1`, or a number alone, which may be either's.
fn version(name: &str) -> Checked {
    let (product, number) = name.rsplit_once(' ').unwrap_or(("", name));
    let Ok(version) = number.parse::<Version>() else { return Checked::default() };
    let lines = tables::lines();
    let of_gitlab = || lines.iter().any(|line| line.gitlab == Line::of(version));
    let of_mattermost = || {
        let same = |other: Version| (other.major, other.minor) == (version.major, version.minor);
        lines.iter().any(|line| same(line.mattermost_first) || same(line.mattermost_latest))
    };
    let there = match product {
        "GitLab" => of_gitlab(),
        "Mattermost" => of_mattermost(),
        _ => of_gitlab() || of_mattermost(),
    };
    if there {
        return Checked::decided(Vec::new());
    }
    // A minor that was skipped between two that there are never was; what is before or after all of them may be.
    let gitlab: Vec<Line> = lines.iter().map(|line| line.gitlab).collect();
    let between = gitlab.first().zip(gitlab.last()).is_some_and(|(first, last)| {
        let (least, most) = ((*first).min(*last), (*first).max(*last));
        least < Line::of(version) && Line::of(version) < most
    });
    if product == "GitLab" && between {
        return Checked::decided(vec![Finding::wrong(format!("there is no {name}"), "releases of GitLab's package")]);
    }
    Checked::default()
}
