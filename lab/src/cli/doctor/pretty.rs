//! A diagnosis as people read it.

use std::fmt::Write as _;

use gitlab_mattermost_core::diagnosis::{Diagnosis, Finding, Input, rules};
use gitlab_mattermost_core::document::errata;
use gitlab_mattermost_core::gitlab_rb::HOW_TO_TELL;

use super::head;
use gitlab_mattermost_ground::visible::one_line;

use crate::console::{BAD, DOUBTFUL, Painted};

/// One line that says it all, where there are findings their names, the findings, what was not checked, and what to do
/// next. Writing to a `String` cannot fail, so the results of `write!` are not looked at.
pub(super) fn render(diagnosis: &Diagnosis, next: &str) -> String {
    let mut out = format!("{}\n", head::verdict(diagnosis));
    if !diagnosis.findings.is_empty() {
        for (label, text) in head::lines(diagnosis, next) {
            let _ = writeln!(out, "{label:<9} {}", one_line(&text));
        }
        out.push('\n');
    }
    let mut findings = diagnosis.findings.iter().peekable();
    while let Some(it) = findings.next() {
        finding(&mut out, it);
        // What a rule says of all its findings is said once, below the last of them.
        if findings.peek().is_none_or(|next| next.rule != it.rule) {
            advice(&mut out, it);
        }
    }
    not_known(&mut out, diagnosis);
    let not_given: Vec<&str> =
        head::unchecked(diagnosis).iter().filter(|rule| !head::is_open(rule)).map(|rule| rule.rule).collect();
    if !not_given.is_empty() {
        let _ =
            writeln!(out, "not checked, because their inputs are missing (see --list-rules): {}", not_given.join(" "));
    }
    let _ = writeln!(out, "next: {}", one_line(next));
    out
}

/// The heading of each finding, and what the head says of all.
pub(crate) fn painted(line: &str) -> Painted {
    let heads = [("errors ", BAD), ("warnings ", DOUBTFUL), ("unknown ", DOUBTFUL)];
    if let Some((word, style)) = heads.into_iter().find(|(word, _)| line.starts_with(word)) {
        return Some((word.trim_end().len(), style));
    }
    let (heading, severity) = line.rsplit_once(" (").filter(|_| !line.starts_with(' '))?;
    let style = match severity.trim_end_matches(')').split(',').next() {
        Some("error") => BAD,
        Some("warning") => DOUBTFUL,
        _ => return None,
    };
    Some((heading.len(), style))
}

/// What only Ruby or the machine could tell, and the rules that were therefore not checked.
fn not_known(out: &mut String, diagnosis: &Diagnosis) {
    if diagnosis.not_known.is_empty() {
        return;
    }
    out.push_str("unknown, because it depends on Ruby or on the machine:\n");
    for doubt in &diagnosis.not_known {
        let _ = writeln!(out, "    at      {}", one_line(&doubt.place.to_string()));
        let _ = writeln!(out, "    why     {}", one_line(&doubt.why));
        let rules =
            if doubt.rules.is_empty() { "none, no rule depends on it".to_owned() } else { doubt.rules.join(" ") };
        let _ = writeln!(out, "    not checked because of it: {rules}");
    }
    let _ = writeln!(out, "    fix     {HOW_TO_TELL}\n");
}

fn finding(out: &mut String, finding: &Finding) {
    let erratum = finding.erratum.map(|number| format!(", erratum {number}")).unwrap_or_default();
    let _ = writeln!(out, "{} {} ({}{erratum})", finding.rule, finding.title, finding.severity);
    let _ = writeln!(out, "    seen    {}", finding.evidence);
    if let Some(erratum) = finding.erratum.and_then(errata::erratum) {
        let _ = writeln!(out, "    page    {erratum}");
    }
    for place in &finding.places {
        let _ = writeln!(out, "    at      {}", one_line(&place.to_string()));
    }
    let more = finding.count.saturating_sub(finding.places.len() as u64);
    if more > 0 && !finding.places.is_empty() {
        let _ = writeln!(out, "            and {more} more");
    }
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
