//! Blocks of `gitlab.rb`: they are read and applied as the package would, old ones translated.

use super::super::facts;
use super::super::finding::Finding;
use super::super::piece::Piece;
use super::old_settings::is_old;
use super::package::deploy;
use super::page::Page;
use super::variables;
use crate::gitlab_rb::{Settings, Value};
use crate::legacy;
use crate::version::Version;

/// Monitoring services that run unless switched off, with the GitLab from which they are there and gone.
///
/// # Source
/// Package 14.7.0 with the document's block (erratum 15); release notes for Grafana.
const MONITORING: [(&str, Version, Version); 4] = [
    ("alertmanager", Version::new(11, 3, 0), Version::new(20, 0, 0)),
    ("grafana", Version::new(11, 9, 0), Version::new(16, 3, 0)),
    ("node_exporter", Version::new(8, 16, 0), Version::new(20, 0, 0)),
    ("prometheus", Version::new(8, 16, 0), Version::new(20, 0, 0)),
];

pub(super) fn check(piece: &Piece, page: &Page<'_>) -> Vec<Finding> {
    let settings = match facts::settings(&piece.text) {
        Ok(settings) => settings,
        Err(error) => return vec![Finding::wrong("it cannot be read as settings", error.to_string())],
    };
    if is_old(&settings) {
        return translated(&settings);
    }
    if let Err(error) = deploy(&piece.text, page.gitlab, &[]) {
        return vec![Finding::wrong(format!("reconfigure of GitLab {} stops at it", page.gitlab), error)];
    }
    let mut findings = variables::check(piece, &settings, page);
    findings.extend(own_server(&settings, page));
    findings
}

fn translated(settings: &Settings) -> Vec<Finding> {
    match legacy::translate(settings) {
        Err(error) => vec![Finding::wrong("it cannot be translated", error.to_string())],
        Ok(translation) => {
            let lost = translation.untranslatable.into_iter();
            lost.map(|it| Finding::caveat(format!("`mattermost['{}']` has no variable", it.key), it.why)).collect()
        }
    }
}

/// What a server that runs Mattermost alone still runs beside it.
fn own_server(settings: &Settings, page: &Page<'_>) -> Option<Finding> {
    let off = |service: &str| matches!(settings.value(service, "enable"), Some(Value::Bool(false)));
    if !off("gitlab_rails") || !settings.calls.contains_key("mattermost_external_url") || off("prometheus_monitoring") {
        return None;
    }
    let there = MONITORING.iter().filter(|(_, from, gone)| *from <= page.gitlab && page.gitlab < *gone);
    let on: Vec<&str> = there.map(|(name, ..)| *name).filter(|name| !off(name)).collect();
    let what = "GitLab's services are not all off, so they take resources of the server";
    let evidence = format!("still on: {}; and logrotate, nginx and PostgreSQL, which Mattermost needs", on.join(", "));
    (!on.is_empty()).then(|| Finding::caveat(what, evidence).erratum(15))
}
