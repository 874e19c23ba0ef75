//! A plan as a checklist in Markdown, to be ticked off in an issue.

use std::fmt::Write as _;

use gitlab_mattermost_core::plan::{Effect, Step};
use gitlab_mattermost_core::upgrade::{Concern, EnvironmentOnly, Severity, UpgradePlan};

use super::head;
use super::text::effect;

/// The plan. Writing to a `String` cannot fail, so the results of `write!` are not looked at.
pub(super) fn render(plan: &UpgradePlan, next: &str) -> String {
    let mut out = format!("# GitLab {} to {}\n\n", plan.from.gitlab, plan.to.gitlab);
    for (label, text) in head::lines(plan, next) {
        let text = if label == "next" { format!("`{text}`") } else { text };
        let _ = writeln!(out, "- **{label}**: {text}");
    }
    concerns(&mut out, "Blockers", plan, Severity::Blocker);
    concerns(&mut out, "Do or check", plan, Severity::Action);
    out.push_str("\n## Steps\n\n");
    for (index, it) in plan.steps.steps.iter().enumerate() {
        step(&mut out, index + 1, it);
    }
    if let Some(leaving) = &plan.leaving {
        out.push_str("\n## Settings that live only in the environment\n\n");
        leaving.environment_only.iter().for_each(|it| setting(&mut out, it));
    }
    out
}

fn concerns(out: &mut String, title: &str, plan: &UpgradePlan, severity: Severity) {
    let concerns: Vec<&Concern> = plan.concerns.iter().filter(|it| it.severity == severity).collect();
    if concerns.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n## {title}\n");
    for it in concerns {
        let place = it.place.as_ref().map(|place| format!(" (`{place}`)")).unwrap_or_default();
        let _ = writeln!(out, "- [ ] **GitLab {}, {}**: {}{place}", it.at, it.rule, it.what);
        let _ = writeln!(out, "  - why: {}\n  - do: {}", it.why, it.fix);
    }
}

fn step(out: &mut String, number: usize, step: &Step) {
    let _ = writeln!(out, "- [ ] {number}. {}", step.what);
    if let Some(why) = &step.why {
        let _ = writeln!(out, "  ({why})");
    }
    let commands: Vec<&str> = step.effects.iter().filter_map(command).collect();
    for it in step.effects.iter().filter(|it| command(it).is_none()) {
        let _ = writeln!(out, "  - {}", effect(it));
    }
    if !commands.is_empty() {
        out.push_str("\n  ```shell\n");
        commands.iter().flat_map(|it| it.lines()).for_each(|line| {
            let _ = writeln!(out, "  {line}");
        });
        out.push_str("  ```\n\n");
    }
}

fn command(effect: &Effect) -> Option<&str> {
    match effect {
        Effect::Command { command } => Some(command),
        _ => None,
    }
}

fn setting(out: &mut String, entry: &EnvironmentOnly) {
    let _ = writeln!(out, "- [ ] `{}` (from {}): {}", entry.variable, entry.given_by, entry.on_a_server_of_its_own);
}
