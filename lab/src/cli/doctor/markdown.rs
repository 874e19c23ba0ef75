//! A diagnosis as a checklist in Markdown, to be ticked off in an issue.

use std::fmt::Write as _;

use gitlab_mattermost_core::diagnosis::{Diagnosis, Finding};
use gitlab_mattermost_core::gitlab_rb::HOW_TO_TELL;

use super::head;
use super::pretty::options;

/// The diagnosis. Writing to a `String` cannot fail, so the results of `write!` are not looked at.
pub(super) fn render(diagnosis: &Diagnosis, next: &str) -> String {
    let mut out = format!("# Diagnosis\n\n- **verdict**: {}\n", head::verdict(diagnosis));
    for (label, text) in head::lines(diagnosis, next) {
        let text = if label == "next" { format!("`{text}`") } else { text };
        let _ = writeln!(out, "- **{label}**: {text}");
    }
    if !diagnosis.findings.is_empty() {
        out.push_str("\n## Findings\n\n");
    }
    diagnosis.findings.iter().for_each(|it| finding(&mut out, it));
    if !diagnosis.not_known.is_empty() {
        let _ = writeln!(out, "\n## Not known\n\nTo check these too, {HOW_TO_TELL}.\n");
    }
    for doubt in &diagnosis.not_known {
        let _ = writeln!(out, "- [ ] `{}`: {} ({})", doubt.place, doubt.why, doubt.rules.join(" "));
    }
    let not_given: Vec<_> = head::unchecked(diagnosis).into_iter().filter(|rule| !head::is_open(rule)).collect();
    if !not_given.is_empty() {
        out.push_str("\n## Not checked\n\n");
    }
    for rule in not_given {
        let needs = gitlab_mattermost_core::diagnosis::rules().iter().find(|it| it.problem.rule == rule.rule);
        let needs: Vec<String> = needs.iter().flat_map(|it| it.needs()).map(|set| options(&set)).collect();
        let _ = writeln!(out, "- [ ] {} {}: needs {}", rule.rule, rule.title, needs.join(", or "));
    }
    out
}

fn finding(out: &mut String, finding: &Finding) {
    let _ = writeln!(out, "- [ ] **{} {}** ({}): {}", finding.rule, finding.title, finding.severity, finding.evidence);
    for place in &finding.places {
        let _ = writeln!(out, "  - at `{place}`");
    }
    let more = finding.count.saturating_sub(finding.places.len() as u64);
    if more > 0 && !finding.places.is_empty() {
        let _ = writeln!(out, "  - and {more} more");
    }
    let _ = writeln!(out, "  - cause: {}\n  - fix: {}\n  - source: {}", finding.cause, finding.fix, finding.source);
}
