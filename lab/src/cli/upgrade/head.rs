//! The answer in five lines, with which every form of a plan for people begins.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use gitlab_mattermost_core::upgrade::{Answer, Bundled, Concern, DatabaseChange, Release, UpgradePlan};

/// The most blockers or stops that one line names.
const NAMED: usize = 6;

/// Verdict, blockers, stops, downtime, next command.
pub(super) fn lines(plan: &UpgradePlan, next: &str) -> [(&'static str, String); 5] {
    let answer = plan.answer();
    [
        ("verdict", verdict(plan, &answer)),
        ("blockers", blockers(&answer)),
        ("stops", stops(&answer)),
        ("downtime", downtime(&answer)),
        ("next", next.to_owned()),
    ]
}

fn verdict(plan: &UpgradePlan, answer: &Answer<'_>) -> String {
    let way = format!("{} -> {}", release(plan.from), release(plan.to));
    let actions = counted(answer.actions.len(), "thing", "things");
    let ready = match (answer.blockers.len(), answer.actions.len()) {
        (0, 0) => "ready: install and reconfigure".to_owned(),
        (0, _) => format!("possible, with {actions} to do or check"),
        (blockers, 0) => format!("blocked: {}", counted(blockers, "blocker", "blockers")),
        (blockers, _) => {
            format!("blocked: {}, and {actions} to do or check", counted(blockers, "blocker", "blockers"))
        }
    };
    format!("{way}: {ready}")
}

fn blockers(answer: &Answer<'_>) -> String {
    let named = |it: &&Concern| format!("{} at {}", it.rule, it.at);
    listed(answer.blockers.iter().map(named).collect())
}

fn stops(answer: &Answer<'_>) -> String {
    listed(answer.stops.iter().map(ToString::to_string).collect())
}

fn downtime(answer: &Answer<'_>) -> String {
    if answer.restarts == 0 {
        return "none for Mattermost".to_owned();
    }
    let restarts = match answer.restarts {
        1 => "one restart".to_owned(),
        times => format!("{times} restarts"),
    };
    let at = |it: &DatabaseChange<'_>| it.gitlab.to_string();
    match answer.database_changes.as_slice() {
        [] => restarts,
        changes => {
            let at = listed(changes.iter().map(at).collect());
            format!("{restarts}; the database changes at the first start of {at}{}", growth(changes))
        }
    }
}

/// What the time of the changes grows with: the tables of all of them, each once.
fn growth(changes: &[DatabaseChange<'_>]) -> String {
    let grows_with = changes.iter().flat_map(|it| &it.grows_with);
    let rows = grows_with.filter_map(|it| it.strip_prefix("rows of "));
    let tables: BTreeSet<&str> = rows.flat_map(|it| it.split(", ")).flat_map(|it| it.split(" and ")).collect();
    if tables.is_empty() {
        return String::new();
    }
    let tables: Vec<&str> = tables.into_iter().collect();
    format!(", for a time that grows with the rows of {}", tables.join(", "))
}

/// A count with its noun.
pub(super) fn counted(count: usize, one: &str, more: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { more })
}

fn listed(mut items: Vec<String>) -> String {
    let more = items.len().saturating_sub(NAMED);
    items.truncate(NAMED);
    match (items.is_empty(), more) {
        (true, _) => "none".to_owned(),
        (false, 0) => items.join(", "),
        (false, more) => format!("{} and {more} more", items.join(", ")),
    }
}

/// The answer in five lines.
pub(super) fn write(out: &mut String, plan: &UpgradePlan, next: &str) {
    for (label, text) in lines(plan, next) {
        let _ = writeln!(out, "{label:<9} {text}");
    }
}

/// A GitLab with its Mattermost.
pub(super) fn release(release: &Release) -> String {
    format!("GitLab {} ({})", release.gitlab, mattermost(release.mattermost))
}

fn mattermost(bundled: Bundled) -> String {
    match bundled {
        Bundled::Nothing => "no Mattermost".to_owned(),
        Bundled::Exactly(version) => format!("Mattermost {version}"),
        Bundled::Between { at_least, at_most } => format!("Mattermost {at_least} to {at_most}"),
    }
}
