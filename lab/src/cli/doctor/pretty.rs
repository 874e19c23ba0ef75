//! A diagnosis as people read it.

use std::fmt::Write as _;

use gitlab_mattermost_core::diagnosis::{Diagnosis, Examined, Finding, Input, Outcome, Severity, rules};
use gitlab_mattermost_core::gitlab_rb::HOW_TO_TELL;

/// One line that says it all, the findings, what was not checked, and what to do next. Writing to a `String` cannot fail,
/// so the results of `write!` are not looked at.
pub(super) fn render(diagnosis: &Diagnosis) -> String {
    let mut out = format!("{}\n", in_one_line(diagnosis));
    if !diagnosis.findings.is_empty() {
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
        unchecked(diagnosis).iter().filter(|rule| !is_open(rule)).map(|rule| rule.rule).collect();
    if !not_given.is_empty() {
        let _ =
            writeln!(out, "not checked, as their inputs were not given (see --list-rules): {}", not_given.join(" "));
    }
    let _ = writeln!(out, "next: {}", next_command(diagnosis));
    out
}

/// How much was found, how much was not looked at, and by which versions that was judged.
fn in_one_line(diagnosis: &Diagnosis) -> String {
    let count = |severity| diagnosis.findings.iter().filter(|it| it.severity == severity).count();
    let judged = diagnosis.judged_as;
    let gitlab = if judged.gitlab_is_assumed { " (assumed, as --gitlab-version was not given)" } else { "" };
    let mattermost = match judged.mattermost {
        Some(version) if judged.mattermost_is_assumed => format!("Mattermost {version} (assumed from that)"),
        Some(version) => format!("Mattermost {version}"),
        None => "no Mattermost in it".to_owned(),
    };
    let open = unchecked(diagnosis).iter().filter(|rule| is_open(rule)).count();
    let open = (open > 0).then(|| format!(" ({open} of them as the settings are not known)"));
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

/// What only Ruby or the machine could tell, and the rules that were therefore not checked.
fn not_known(out: &mut String, diagnosis: &Diagnosis) {
    if diagnosis.not_known.is_empty() {
        return;
    }
    out.push_str("not known, as it is left to Ruby or to the machine:\n");
    for doubt in &diagnosis.not_known {
        let _ = writeln!(out, "    at      {}", visible(&doubt.place.to_string()));
        let _ = writeln!(out, "    why     {}", visible(&doubt.why));
        let rules =
            if doubt.rules.is_empty() { "none; it is no input of theirs".to_owned() } else { doubt.rules.join(" ") };
        let _ = writeln!(out, "    not checked because of it: {rules}");
    }
    let _ = writeln!(out, "    fix     {HOW_TO_TELL}\n");
}

/// Whether a rule was not checked because something that was given is not known.
fn is_open(rule: &Examined) -> bool {
    matches!(&rule.outcome, Outcome::NotChecked { not_known, .. } if !not_known.is_empty())
}

fn counted(count: usize, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}

fn unchecked(diagnosis: &Diagnosis) -> Vec<&Examined> {
    diagnosis.rules.iter().filter(|rule| matches!(rule.outcome, Outcome::NotChecked { .. })).collect()
}

/// What brings one further: to look at what was not given, or to see the mended installation work.
fn next_command(diagnosis: &Diagnosis) -> String {
    let worst = diagnosis.findings.iter().max_by_key(|it| (it.severity, std::cmp::Reverse(it.rule)));
    if let Some(worst) = worst {
        let number = worst.rule.trim_start_matches(|c: char| !c.is_ascii_digit()).parse().unwrap_or(0_u8);
        let command = match (worst.rule.starts_with('P'), number) {
            (true, 1..=11 | 31..=35) => TRACE.to_owned(),
            (true, 26..=29 | 43..=46) => format!("`mattermost-lab upgrade --from {}`", diagnosis.judged_as.gitlab),
            _ => "this command again, with logs that begin afterwards".to_owned(),
        };
        return format!("once that is mended, {command}");
    }
    if !diagnosis.not_known.is_empty() {
        return "this command again, with what it says is not known (`--env-var`, `--file`, `--command` and the like)"
            .to_owned();
    }
    let is_missing = |input: Input| {
        unchecked(diagnosis).iter().any(|rule| match &rule.outcome {
            Outcome::NotChecked { needs, .. } => needs.iter().flatten().any(|it| *it == input),
            _ => false,
        })
    };
    let mut command = "mattermost-lab doctor".to_owned();
    for (_, option) in OBTAINABLE.into_iter().filter(|(input, _)| is_missing(*input)) {
        command.push_str(option);
    }
    if diagnosis.judged_as.gitlab_is_assumed {
        command.push_str(" --gitlab-version VERSION");
    }
    if command.contains("--") {
        return format!("`{command}`, besides what was given");
    }
    TRACE.to_owned()
}

/// Looks at the running servers.
const TRACE: &str = "`mattermost-lab trace --mattermost https://mattermost.example.com --gitlab https://gitlab.example.com`, \
                     with your own addresses";

/// Inputs that every installation has, and where the package keeps them.
const OBTAINABLE: [(Input, &str); 4] = [
    (Input::Variables, " --gitlab-rb /etc/gitlab/gitlab.rb"),
    (Input::ConfigJson, " --config-json /var/opt/gitlab/mattermost/config.json"),
    (Input::Log, " --log /var/log/gitlab/mattermost/mattermost.log"),
    (Input::Backup, " --backup-dir DIR"),
];

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
