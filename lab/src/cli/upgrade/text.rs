//! A plan as people read it.

use std::fmt::Write as _;

use super::head::{self, release};
use gitlab_mattermost_core::plan::{Effect, StepList};
use gitlab_mattermost_core::upgrade::{
    Concern, Direction, Floors, Gate, Leaving, Note, PlannedHop, Route, Ruling, Severity, Stops, UpgradePlan,
};

/// The whole plan. Writing to a `String` cannot fail, so the results of `write!` are not looked at.
pub(super) fn render(plan: &UpgradePlan, next: &str) -> String {
    let mut out = String::new();
    head::write(&mut out, plan, next);
    out.push('\n');
    if plan.mattermost_enabled == Some(false) {
        let _ = writeln!(out, "gitlab.rb does not enable Mattermost.");
    }
    let route = match plan.decision.route {
        Route::Package => "upgrade the package and run reconfigure",
        Route::PackageIfConfiguredInGitlabRb => "so too, if Mattermost was configured through gitlab.rb alone",
        Route::OneOfTwoOptions => "one of two options, as Mattermost was configured outside gitlab.rb too",
    };
    let _ = writeln!(out, "Route: {route}\n  {}", plan.decision.because);
    for option in plan.decision.options {
        let _ = writeln!(out, "  - {option}");
    }
    section(&mut out, "Path", &plan.hops, hop);
    section(&mut out, "Watch out", &plan.concerns, concern);
    section(&mut out, "On the way to GitLab 19", &plan.gates, gate);
    if let Some(way) = &plan.leaving {
        leaving(&mut out, way);
    }
    if let Some(old) = &plan.old_settings {
        let _ = writeln!(out, "\nSettings of GitLab 10.x");
        let _ = writeln!(out, "  into mattermost['env']: {}", listed(old.variables.iter()));
        let _ = writeln!(out, "  stay: {}", listed(old.keep.iter()));
        let _ = writeln!(out, "  no variable can take over: {}", listed(old.untranslatable.iter().map(|it| &it.key)));
        let _ = writeln!(out, "  the document errs on: {}", listed(old.differences.iter().map(|it| &it.key)));
    }
    steps(&mut out, &plan.steps);
    out
}

fn section<T>(out: &mut String, title: &str, items: &[T], print: fn(&mut String, &T)) {
    if !items.is_empty() {
        let _ = writeln!(out, "\n{title}");
        items.iter().for_each(|item| print(out, item));
    }
}

fn listed<'a>(items: impl Iterator<Item = &'a String>) -> String {
    let items: Vec<&str> = items.map(String::as_str).collect();
    if items.is_empty() { "none".to_owned() } else { items.join(", ") }
}

fn hop(out: &mut String, hop: &PlannedHop) {
    let why = if hop.required_stop { "required stop" } else { "target" };
    let _ = writeln!(out, "  {} -> {}  {why}", hop.from.gitlab, release(hop.to));
    let direction = match hop.direction {
        Direction::Up | Direction::Same | Direction::Absent => None,
        Direction::Down => Some("Mattermost goes BACKWARDS"),
        Direction::PerhapsDown => Some("Mattermost may go backwards"),
        Direction::Removed => Some("Mattermost is REMOVED"),
    };
    for line in direction.into_iter().chain(hop.reason) {
        let _ = writeln!(out, "      {line}");
    }
    let _ = writeln!(out, "      PostgreSQL: {}", floors(hop.postgresql));
    for stop in &hop.conditional_stops {
        let _ = writeln!(out, "      stop at {} too, if this applies: {}", stop.gitlab, stop.required_for);
    }
    for (title, list) in [("migration", &hop.migrations), ("command line", &hop.command_line), ("note", &hop.notes)] {
        list.iter().for_each(|it| note(out, title, it));
    }
}

fn floors(floors: Floors) -> String {
    let part = |name: &str, version: Option<&str>| version.map(|version| format!("{name} {version}"));
    let parts = [
        part("GitLab needs", floors.gitlab),
        part("Mattermost needs", floors.mattermost),
        part("the package has", floors.packaged),
    ];
    let known: Vec<String> = parts.into_iter().flatten().collect();
    if known.is_empty() { "not known".to_owned() } else { known.join(", ") }
}

fn note(out: &mut String, title: &str, note: &Note) {
    let version = note.holds_from().map(|version| format!(" {version}")).unwrap_or_default();
    let driven_by = note.driven_by.as_ref().map(|it| format!(" [time grows with {it}]")).unwrap_or_default();
    let _ = writeln!(out, "      {title}{version}: {}{driven_by}", note.fact);
}

fn concern(out: &mut String, concern: &Concern) {
    let severity = match concern.severity {
        Severity::Blocker => "BLOCKER",
        Severity::Action => "action ",
        Severity::Note => "note   ",
    };
    let _ = writeln!(out, "  {severity} {} {}: {}", concern.at, concern.rule, concern.what);
    if let Some(place) = &concern.place {
        let _ = writeln!(out, "      at: {place}");
    }
    let _ = writeln!(out, "      why: {}\n      do: {}", concern.why, concern.fix);
}

fn gate(out: &mut String, gate: &Gate) {
    let taken = if gate.planned { "" } else { " directly, which this plan does not do" };
    let _ = writeln!(out, "  {} -> {}{taken}", gate.installed, gate.target);
    ruling(out, "before installation", &gate.package);
    ruling(out, "at reconfigure", &gate.reconfigure);
}

fn ruling(out: &mut String, stage: &str, ruling: &Ruling) {
    let stops = match ruling.stops {
        Stops::Yes => "STOPS",
        Stops::No => "passes",
        Stops::Depends => "may stop",
    };
    let _ = writeln!(out, "    {stage}: {stops}\n      rule: {}\n      why: {}", ruling.when, ruling.why);
    for fix in &ruling.fix {
        let _ = writeln!(out, "      do: {fix}");
    }
}

fn leaving(out: &mut String, leaving: &Leaving) {
    let server = &leaving.server;
    let _ = writeln!(out, "\nLeaving the bundle\n  from GitLab {}", leaving.last_gitlab);
    let _ = writeln!(out, "  to Mattermost {}, then to {}", server.land_on, server.then);
    for range in &server.unsafe_servers {
        let _ = writeln!(
            out,
            "  never to {} or later below {}: it does not start on this database",
            range.from, range.below
        );
    }
    let _ = writeln!(out, "  Settings that live only in the environment");
    for entry in &leaving.environment_only {
        let stale =
            if entry.in_config_json == Some(true) { " (config.json has an own value, perhaps an old one)" } else { "" };
        let _ = writeln!(out, "    {} by {}: {}{stale}", entry.variable, entry.given_by, entry.on_a_server_of_its_own);
    }
}

fn steps(out: &mut String, plan: &StepList) {
    let _ = writeln!(out, "\nSteps");
    for (index, step) in plan.steps.iter().enumerate() {
        let _ = writeln!(out, "  {:>2}. {}", index + 1, step.what);
        if let Some(why) = &step.why {
            let _ = writeln!(out, "      ({why})");
        }
        for it in &step.effects {
            let _ = writeln!(out, "      {}", effect(it));
        }
    }
}

/// What a step does to the machine, in one line.
pub(super) fn effect(effect: &Effect) -> String {
    match effect {
        Effect::Command { command } => format!("$ {command}"),
        Effect::Write { path, .. } => format!("write {path}"),
        Effect::Supervise { service } => format!("let runit take up {service}"),
        Effect::Register { name, .. } => format!("register {name} with GitLab"),
        Effect::Install { gitlab } => format!("install the Linux package of GitLab {gitlab}, same edition"),
    }
}
