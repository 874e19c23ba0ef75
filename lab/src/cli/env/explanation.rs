//! `--explain`: where each value comes from, and whether Mattermost reads it.

use std::fmt::Write as _;

use gitlab_mattermost_core::gitlab_rb::Span;
use gitlab_mattermost_core::installation::SettingsFile;
use gitlab_mattermost_core::masking::shown;
use gitlab_mattermost_core::mattermost_config::{Catalogue, EnvEffect, is_read_by_process};
use gitlab_mattermost_core::omnibus::{Deployment, EnvEntry, Origin};
use gitlab_mattermost_core::releases::bundled_mattermost;
use gitlab_mattermost_core::version::Version;
use serde::Serialize;

/// One variable, explained.
#[derive(Debug, Serialize)]
pub(super) struct Explanation {
    variable: String,
    value: String,
    origin: String,
    /// Lines of the settings file that the value comes from.
    lines: Vec<usize>,
    /// What the bundled Mattermost makes of it.
    reading: Reading,
}

/// Whether the bundled Mattermost reads a variable.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
enum Reading {
    /// It sets this setting.
    Setting { path: String },
    /// The file is empty, so the variable is not set and `config.json` decides.
    NotSet { path: Option<String> },
    /// It names a setting that the server lists but never takes from a variable, or that stops its start.
    WithoutEffect { path: String, why: String },
    /// The server had such a setting once.
    Removed { path: String, since: Version, successor: Option<String> },
    /// The server knows no such setting.
    Unknown { nearest: Option<String> },
    /// No setting up to `up_to`, the last version whose settings are all known, which the server is later than.
    NotKnownHere { up_to: Version },
    /// Not one of Mattermost's settings: it is there for the process, as `HTTP_PROXY` is.
    Process,
}

/// Explains every variable, in order of name.
pub(super) fn explain(deployment: &Deployment, file: &SettingsFile, show_secrets: bool) -> Vec<Explanation> {
    let catalogue = bundled_mattermost(deployment.gitlab_version).map(Catalogue::of);
    let explain = |(name, entry): (&String, &EnvEntry)| {
        let (origin, spans) = told(&entry.origin);
        let mut lines: Vec<usize> = spans.iter().map(|span| span.line_and_column(&file.text).0).collect();
        lines.dedup();
        Explanation {
            variable: name.clone(),
            value: if show_secrets { entry.value.clone() } else { shown(name, &entry.value) },
            origin,
            lines,
            reading: reading(name, &entry.value, catalogue.as_ref()),
        }
    };
    deployment.env.iter().map(explain).collect()
}

fn told(origin: &Origin) -> (String, Vec<Span>) {
    match origin {
        Origin::Default => ("package default".to_owned(), Vec::new()),
        Origin::Settings { sources } => {
            let names: Vec<&str> = sources.iter().map(|source| source.setting.as_str()).collect();
            (names.join(", "), sources.iter().filter_map(|source| source.span).collect())
        }
        Origin::Env { span } => ("mattermost['env']".to_owned(), span.iter().copied().collect()),
        Origin::SecretsFile { keys } => (format!("secrets file, {}", keys.join(", ")), Vec::new()),
        Origin::Generated => ("generated (a placeholder here)".to_owned(), Vec::new()),
    }
}

fn reading(name: &str, value: &str, catalogue: Option<&Catalogue>) -> Reading {
    let Some(catalogue) = catalogue.filter(|it| it.looks_up(name) && !is_read_by_process(name)) else {
        return Reading::Process;
    };
    let setting = catalogue.setting_of_variable(name);
    let path = setting.map(|setting| setting.spelt_in(catalogue.version()).to_owned());
    if value.is_empty() {
        return Reading::NotSet { path };
    }
    let Some((setting, path)) = setting.zip(path) else {
        return match catalogue.removed_variable(name) {
            Some(removed) => {
                Reading::Removed { path: removed.path, since: removed.since, successor: removed.successor }
            }
            None => match catalogue.known_up_to() {
                Some(up_to) => Reading::NotKnownHere { up_to },
                None => Reading::Unknown { nearest: catalogue.nearest_variable(name) },
            },
        };
    };
    match catalogue.env_effect(setting) {
        EnvEffect::Effective => Reading::Setting { path },
        EnvEffect::Never => Reading::WithoutEffect { path, why: "the server never applies the variable".to_owned() },
        EnvEffect::StopsTheStart => {
            Reading::WithoutEffect { path, why: "the server does not start with the variable set".to_owned() }
        }
    }
}

impl Reading {
    fn told(&self) -> String {
        match self {
            Self::Setting { path } => path.clone(),
            Self::NotSet { path: Some(path) } => format!("not set: config.json decides on {path}"),
            Self::NotSet { path: None } => "not set".to_owned(),
            Self::WithoutEffect { path, why } => format!("{path}, but {why}"),
            Self::Removed { path, since, successor: None } => format!("no: {path} is gone since Mattermost {since}"),
            Self::Removed { path, since, successor: Some(successor) } => {
                format!("no: {path} is gone since Mattermost {since}, use {successor}")
            }
            Self::Unknown { nearest: Some(nearest) } => format!("no such setting; did you mean {nearest}?"),
            Self::Unknown { nearest: None } => "no such setting".to_owned(),
            Self::NotKnownHere { up_to } => {
                format!("not known to this program, which knows the settings up to Mattermost {up_to}")
            }
            Self::Process => "the process, not a setting".to_owned(),
        }
    }
}

/// A value in quotes, cut where it is long.
fn shortened(value: &str) -> String {
    const WIDTH: usize = 48;
    let cut: String = value.chars().take(WIDTH).collect();
    if cut.len() < value.len() { format!("{cut:?}…") } else { format!("{cut:?}") }
}

/// The same as a table for people.
pub(super) fn table(deployment: &Deployment, file: &SettingsFile, show_secrets: bool) -> String {
    if !deployment.enabled {
        return "Mattermost is not enabled: the package writes no env\n".to_owned();
    }
    let explanations = explain(deployment, file, show_secrets);
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
