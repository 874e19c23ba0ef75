//! P29: the two checks on the way to GitLab 19.

use crate::diagnosis::Finding;
use crate::diagnosis::case::Case;
use crate::diagnosis::problem::P29;
use crate::upgrade::{Ruling, Stops, WITHOUT_MATTERMOST, gate};

/// P29: what both checks make of the installation.
pub(super) fn nineteen(case: &Case<'_>) -> Vec<Finding> {
    let (Some(installed), Some(target)) = (case.evidence.installed.gitlab, case.evidence.target.gitlab) else {
        return Vec::new();
    };
    if installed >= WITHOUT_MATTERMOST || target < WITHOUT_MATTERMOST {
        return Vec::new();
    }
    let gate = gate(installed, target, true, &case.evidence.installation());
    let stages = [
        ("the package's check before installation", gate.package),
        ("the new package's reconfigure", gate.reconfigure),
    ];
    let way = format!("{installed} to {target}");
    stages.into_iter().filter_map(|(stage, ruling)| finding(&way, stage, &ruling)).collect()
}

fn finding(way: &str, stage: &str, ruling: &Ruling) -> Option<Finding> {
    match ruling.stops {
        Stops::No => None,
        Stops::Yes => Some(P29.seen(format!("from {way} {stage} stops: {}", ruling.why))),
        Stops::Depends => Some(P29.suspected(format!("from {way} {stage} may stop: {}", ruling.why))),
    }
}

/// P29: what is left of Mattermost in `gitlab.rb`, whatever is installed.
pub(super) fn traces(case: &Case<'_>) -> Vec<Finding> {
    let (Some(target), Some(file)) = (case.evidence.target.gitlab, &case.evidence.gitlab_rb) else { return Vec::new() };
    if target < WITHOUT_MATTERMOST {
        return Vec::new();
    }
    let mut spans: Vec<_> = ["mattermost", "mattermost_nginx"]
        .into_iter()
        .filter_map(|section| file.settings.sections.get(section))
        .flat_map(|section| section.borrow().entries.values().filter_map(|entry| entry.span).collect::<Vec<_>>())
        .collect();
    spans.extend(file.settings.call("mattermost_external_url").map(|call| call.span));
    spans.sort_unstable();
    if spans.is_empty() {
        return Vec::new();
    }
    let evidence = format!("gitlab.rb still speaks of Mattermost, which GitLab {target} does not have");
    vec![P29.suspected(evidence).at(spans.into_iter().map(|span| case.ruby_place(Some(span))))]
}
