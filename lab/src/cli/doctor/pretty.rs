//! A diagnosis as people read it.

use std::fmt::Write as _;

use gitlab_mattermost_core::diagnosis::{Diagnosis, Finding, Input, Outcome, rules};

/// Findings first, then what was looked at and what was not. Writing to a `String` cannot fail, so the results of
/// `write!` are not looked at.
pub(super) fn render(diagnosis: &Diagnosis) -> String {
    let mut out = String::new();
    for it in &diagnosis.findings {
        finding(&mut out, it);
    }
    let judged = diagnosis.judged_as;
    let assumed = if judged.gitlab_is_assumed { " (assumed, as --gitlab-version was not given)" } else { "" };
    let target = judged.target_mattermost.map(|version| format!(", on the way to Mattermost {version}"));
    let _ = writeln!(
        out,
        "judged as GitLab {}{assumed} with Mattermost {}{}",
        judged.gitlab,
        judged.mattermost,
        target.unwrap_or_default()
    );
    let rules = |wanted: fn(&Outcome) -> bool| -> Vec<&str> {
        diagnosis.rules.iter().filter(|rule| wanted(&rule.outcome)).map(|rule| rule.rule).collect()
    };
    let found = rules(|outcome| matches!(outcome, Outcome::Found { .. }));
    let clear = rules(|outcome| matches!(outcome, Outcome::NotSeen { .. }));
    let unchecked = rules(|outcome| matches!(outcome, Outcome::NotChecked { .. }));
    let _ = writeln!(
        out,
        "{} found, {} rules found nothing in what was given, {} rules not checked",
        if found.len() == 1 { "1 problem".to_owned() } else { format!("{} problems", found.len()) },
        clear.len(),
        unchecked.len()
    );
    if !unchecked.is_empty() {
        let _ =
            writeln!(out, "not checked, as their inputs were not given (see --list-rules): {}", unchecked.join(" "));
    }
    out
}

fn finding(out: &mut String, finding: &Finding) {
    let erratum = finding.erratum.map(|number| format!(", erratum {number}")).unwrap_or_default();
    let _ = writeln!(out, "{} {} ({}{erratum})", finding.rule, finding.title, finding.severity);
    let _ = writeln!(out, "    seen    {}", finding.evidence);
    for place in &finding.places {
        let _ = writeln!(out, "    at      {place}");
    }
    let more = finding.count.saturating_sub(finding.places.len() as u64);
    if more > 0 && !finding.places.is_empty() {
        let _ = writeln!(out, "            and {more} more");
    }
    for (label, text) in [("cause", finding.cause), ("fix", finding.fix), ("source", finding.source)] {
        let _ = writeln!(out, "    {label:<6}  {text}");
    }
    out.push('\n');
}

/// Every rule: number, name, and the inputs of which one is enough.
pub(super) fn list_of_rules() -> String {
    let mut out = String::new();
    for rule in rules() {
        let sets = rule.needs();
        let sets: Vec<String> = sets.iter().map(|set| options(set)).collect();
        let _ = writeln!(out, "{} {}\n    {}", rule.problem.rule, rule.problem.title, sets.join("; "));
    }
    out
}

/// The options that give a set of inputs.
pub(super) fn options(set: &[Input]) -> String {
    set.iter().map(|input| input.options()).collect::<Vec<_>>().join(" and ")
}
