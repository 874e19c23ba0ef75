//! The answer with which a diagnosis for people begins: verdict, errors, warnings, what was not checked, next command.

use gitlab_mattermost_core::diagnosis::{Diagnosis, Examined, Outcome, Severity};

/// What is said of a diagnosis before its details; only the lines that have something to say.
pub(super) fn lines(diagnosis: &Diagnosis, next: &str) -> Vec<(&'static str, String)> {
    let named = |severity| {
        let mut rules: Vec<String> = Vec::new();
        for it in diagnosis.findings.iter().filter(|it| it.severity == severity) {
            let rule = format!("{} {}", it.rule, it.title);
            if !rules.contains(&rule) {
                rules.push(rule);
            }
        }
        rules.join(", ")
    };
    let not_known: Vec<String> = diagnosis.not_known.iter().map(|doubt| doubt.place.to_string()).collect();
    let lines = [
        ("errors", named(Severity::Error)),
        ("warnings", named(Severity::Warning)),
        ("unknown", not_known.join(", ")),
        ("next", next.to_owned()),
    ];
    lines.into_iter().filter(|(_, text)| !text.is_empty()).collect()
}

/// How much was found, how much was not looked at, and by which versions that was judged.
pub(super) fn verdict(diagnosis: &Diagnosis) -> String {
    let count = |severity| diagnosis.findings.iter().filter(|it| it.severity == severity).count();
    let judged = diagnosis.judged_as;
    let gitlab = if judged.gitlab_is_assumed { " (assumed, as --gitlab-version was not given)" } else { "" };
    let mattermost = match judged.mattermost {
        Some(version) if judged.mattermost_is_assumed => format!("Mattermost {version} (assumed from that)"),
        Some(version) => format!("Mattermost {version}"),
        None => "no Mattermost in it".to_owned(),
    };
    let open = unchecked(diagnosis).iter().filter(|rule| is_open(rule)).count();
    let open = (open > 0).then(|| format!(" ({open} of them because settings are unknown)"));
    let target = judged.target_mattermost.map(|version| format!(", on the way to Mattermost {version}"));
    format!(
        "{}, {}, {} of {} rules not checked{}; judged as GitLab {}{gitlab} with {mattermost}{}",
        counted(count(Severity::Error), "error"),
        counted(count(Severity::Warning), "warning"),
        unchecked(diagnosis).len(),
        diagnosis.rules.len(),
        open.unwrap_or_default(),
        judged.gitlab,
        target.unwrap_or_default()
    )
}

/// The rules that were not checked.
pub(super) fn unchecked(diagnosis: &Diagnosis) -> Vec<&Examined> {
    diagnosis.rules.iter().filter(|rule| matches!(rule.outcome, Outcome::NotChecked { .. })).collect()
}

/// Whether a rule was not checked because something that was given is not known.
pub(super) fn is_open(rule: &Examined) -> bool {
    matches!(&rule.outcome, Outcome::NotChecked { not_known, .. } if !not_known.is_empty())
}

fn counted(count: usize, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}
