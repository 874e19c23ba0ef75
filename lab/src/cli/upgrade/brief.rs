//! A plan in short: the answer, what has to be done first, and each step in one line.

use std::fmt::Write as _;

use gitlab_mattermost_core::upgrade::{Concern, Severity, UpgradePlan};

use super::head;

/// The plan. Writing to a `String` cannot fail, so the results of `write!` are not looked at.
pub(super) fn render(plan: &UpgradePlan, next: &str) -> String {
    let mut out = String::new();
    head::write(&mut out, plan, next);
    let minded: Vec<&Concern> = plan.concerns.iter().filter(|it| it.severity > Severity::Note).collect();
    if !minded.is_empty() {
        out.push_str("\nDo or check\n");
    }
    for it in minded {
        let mark = if it.severity == Severity::Blocker { "BLOCKER " } else { "" };
        let _ = writeln!(out, "  {mark}{} {}", it.at, it.rule);
        // What comes after the first thing stands in the whole plan.
        let _ = writeln!(out, "      do: {}", it.fix.split("; ").next().unwrap_or_default());
    }
    out.push_str("\nSteps\n");
    for (index, step) in plan.steps.steps.iter().enumerate() {
        let _ = writeln!(out, "  {:>2}. {}", index + 1, step.what);
    }
    let settings = plan.leaving.as_ref().map_or(0, |leaving| leaving.environment_only.len());
    let notes = plan.concerns.iter().filter(|it| it.severity == Severity::Note).count();
    let left_out = [
        (settings, "setting that lives only in the environment", "settings that live only in the environment"),
        (notes, "note", "notes"),
    ];
    let left_out = left_out.into_iter().filter(|(count, ..)| *count > 0);
    let mut left_out: Vec<String> = left_out.map(|(count, one, more)| head::counted(count, one, more)).collect();
    left_out.push("the commands".to_owned());
    let _ = writeln!(out, "\nNot shown: {}; leave out --brief for them.", left_out.join(", "));
    out
}
