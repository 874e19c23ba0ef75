//! A diagnosis as people read it.

use std::fmt::Write as _;

use gitlab_mattermost_core::diagnosis::{Diagnosis, Finding, Input, Outcome, rules};

/// Findings first, then what was looked at and what was not. Writing to a `String` cannot fail, so the results of
/// `write!` are not looked at.
pub(super) fn render(diagnosis: &Diagnosis) -> String {
    let mut out = String::new();
    let mut findings = diagnosis.findings.iter().peekable();
    while let Some(it) = findings.next() {
        finding(&mut out, it);
        // What a rule says of all its findings is said once, below the last of them.
        if findings.peek().is_none_or(|next| next.rule != it.rule) {
            advice(&mut out, it);
        }
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
        let _ = writeln!(out, "    at      {}", visible(&place.to_string()));
    }
    let more = finding.count.saturating_sub(finding.places.len() as u64);
    if more > 0 && !finding.places.is_empty() {
        let _ = writeln!(out, "            and {more} more");
    }
}

/// The names of files cannot control the reader's terminal.
fn visible(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn advice(out: &mut String, finding: &Finding) {
    for (label, text) in [("cause", finding.cause), ("fix", finding.fix), ("source", finding.source)] {
        let _ = writeln!(out, "    {label:<6}  {text}");
    }
    out.push('\n');
}

/// Every rule: number, name, cause, and the inputs of which one set is enough.
pub(super) fn list_of_rules() -> String {
    let mut out = String::new();
    for rule in rules() {
        let sets: Vec<String> = rule.needs().iter().map(|set| options(set)).collect();
        let problem = rule.problem;
        let _ = writeln!(out, "{} {}\n    cause  {}", problem.rule, problem.title, problem.cause);
        let _ = writeln!(out, "    needs  {}", sets.join("\n        or "));
    }
    out
}

/// The options that give a set of inputs.
pub(super) fn options(set: &[Input]) -> String {
    let option = |input: &Input| {
        let options = input.options();
        if set.len() > 1 && options.contains(" or ") { format!("({options})") } else { options.to_owned() }
    };
    set.iter().map(option).collect::<Vec<_>>().join(" and ")
}
