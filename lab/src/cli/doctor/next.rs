//! The next command to run, with the values of this installation.

use gitlab_mattermost_core::backup::shell;
use gitlab_mattermost_core::diagnosis::{Diagnosis, Finding, Input, Outcome, Servers};
use gitlab_mattermost_core::gitlab_rb::Question;

use super::head::unchecked;

/// Where the package keeps what every installation has, and the option that gives it.
const OBTAINABLE: [(Input, &str, &str); 3] = [
    (Input::GitlabRb, "--gitlab-rb", "/etc/gitlab/gitlab.rb"),
    (Input::ConfigJson, "--config-json", "/var/opt/gitlab/mattermost/config.json"),
    (Input::Log, "--log", "/var/log/gitlab/mattermost/mattermost.log"),
];
/// The version of an installed package, as a shell reads it.
const INSTALLED: &str = "\"$(cat /opt/gitlab/embedded/service/gitlab-rails/VERSION)\"";

/// What was given, as far as it may be repeated.
pub(super) struct Given<'a> {
    /// Options with their values, word by word, without those that may hold a secret.
    pub(super) options: Vec<String>,
    /// The settings file.
    pub(super) gitlab_rb: Option<&'a String>,
    /// Mattermost's configuration.
    pub(super) config_json: Option<&'a String>,
    /// Whether the installed GitLab was told.
    pub(super) has_version: bool,
    /// The GitLab to upgrade to.
    pub(super) target: Option<String>,
}

/// What brings one further: to watch a sign-in, to plan the upgrade, to look again, or to look at more.
pub(super) fn command(given: &Given<'_>, diagnosis: &Diagnosis, servers: &Servers) -> String {
    let worst = diagnosis.findings.iter().max_by_key(|it| (it.severity, std::cmp::Reverse(it.rule)));
    match worst.map(Concerns::of) {
        Some(Concerns::SignIn) => trace(servers).unwrap_or_else(|| again(given, diagnosis)),
        Some(Concerns::Upgrade) => upgrade(given, diagnosis),
        Some(Concerns::Other) => again(given, diagnosis),
        None if diagnosis.not_known.is_empty() && missing(given, diagnosis).is_empty() => {
            trace(servers).unwrap_or_else(|| again(given, diagnosis))
        }
        None => again(given, diagnosis),
    }
}

/// What a problem is about.
enum Concerns {
    SignIn,
    Upgrade,
    Other,
}

impl Concerns {
    fn of(finding: &Finding) -> Self {
        let number = finding.rule.strip_prefix('P').and_then(|number| number.parse::<u8>().ok());
        match number {
            Some(1..=11 | 31..=35) => Self::SignIn,
            Some(26..=29 | 43..=46) => Self::Upgrade,
            _ => Self::Other,
        }
    }
}

/// Watches a sign-in at the running servers.
fn trace(servers: &Servers) -> Option<String> {
    let (mattermost, gitlab) = (servers.mattermost.as_deref()?, servers.gitlab.as_deref()?);
    Some(shell::line(["mattermost-lab", "trace", "--mattermost", mattermost, "--gitlab", gitlab]))
}

fn upgrade(given: &Given<'_>, diagnosis: &Diagnosis) -> String {
    let mut words = vec!["mattermost-lab".to_owned(), "upgrade".to_owned(), "--from".to_owned()];
    words.push(diagnosis.judged_as.gitlab.to_string());
    for (option, value) in
        [("--to", given.target.as_ref()), ("--gitlab-rb", given.gitlab_rb), ("--config-json", given.config_json)]
    {
        words.extend(value.into_iter().flat_map(|value| [option.to_owned(), value.clone()]));
    }
    shell::line(words.iter().map(String::as_str))
}

/// This command again, with what it lacked: inputs that every installation has, and what the settings file asks for.
fn again(given: &Given<'_>, diagnosis: &Diagnosis) -> String {
    let mut words = vec!["mattermost-lab".to_owned(), "doctor".to_owned()];
    words.extend(given.options.iter().cloned());
    words.extend(
        missing(given, diagnosis).into_iter().flat_map(|(_, option, path)| [(*option).to_owned(), (*path).to_owned()]),
    );
    let mut line = shell::line(words.iter().map(String::as_str));
    for question in diagnosis.not_known.iter().filter_map(|doubt| doubt.why.parse().ok()) {
        line.extend(answered_on_the_spot(&question).map(|option| format!(" {option}")));
    }
    if !given.has_version {
        line.push_str(&format!(" --gitlab-version {INSTALLED}"));
    }
    line
}

/// The inputs that every installation has and that were not given, though a rule needs them.
fn missing(given: &Given<'_>, diagnosis: &Diagnosis) -> Vec<&'static (Input, &'static str, &'static str)> {
    let is_needed = |input: Input| {
        unchecked(diagnosis).iter().any(|rule| match &rule.outcome {
            Outcome::NotChecked { needs, .. } => needs.iter().flatten().any(|it| *it == input),
            _ => false,
        })
    };
    let is_missing = |it: &&(Input, &str, &str)| is_needed(it.0) && !given.options.iter().any(|option| option == it.1);
    OBTAINABLE.iter().filter(is_missing).collect()
}

/// Commands that only tell something of their machine; with other arguments some of them change it.
const TELLING: [&str; 9] = [
    "hostname",
    "hostname --fqdn",
    "hostname -f",
    "hostname -i",
    "hostname -I",
    "hostname -s",
    "nproc",
    "uname -n",
    "whoami",
];

/// The option that answers a question of the settings file on its own machine. The file may be a stranger's, and somebody pastes
/// this into a shell: a name that is more than a name, and a program that does more than tell, are left out.
fn answered_on_the_spot(question: &Question) -> Option<String> {
    Some(match question {
        Question::Variable(name) => {
            let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            (is_name && !name.starts_with(|c: char| c.is_ascii_digit()))
                .then(|| format!("--env-var {name}=\"${name}\""))?
        }
        Question::Presence(path) => format!("--existing-file {}", shell::word(path)),
        Question::Content(path) | Question::Inclusion(path) => {
            format!("--file {}", shell::word(&format!("{path}={path}")))
        }
        Question::Output(command) => TELLING
            .contains(&command.as_str())
            .then(|| format!("--command {}=\"$({command})\"", shell::word(command)))?,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::{Question, answered_on_the_spot};

    #[test]
    fn nothing_of_the_file_runs_in_the_shell_that_the_next_command_is_pasted_into() {
        let variable = |name: &str| answered_on_the_spot(&Question::Variable(name.to_owned()));
        let output = |command: &str| answered_on_the_spot(&Question::Output(command.to_owned()));
        assert_eq!(variable("CHAT").unwrap(), "--env-var CHAT=\"$CHAT\"");
        assert_eq!(output("hostname -f").unwrap(), "--command 'hostname -f'=\"$(hostname -f)\"");
        for name in ["A$(id)", "A;id", "A B", "1A", "A`id`"] {
            assert_eq!(variable(name), None, "{name}");
        }
        for command in [
            "rm -r x",
            "hostname chat",
            "hostname; id",
            "hostname $(id)",
            "hostname `id`",
            "hostname\nid",
            "hostname)\"",
            "cat x…",
        ] {
            assert_eq!(output(command), None, "{command}");
        }
        let path = answered_on_the_spot(&Question::Presence("/x'; id; '".to_owned())).unwrap();
        assert_eq!(shlex::split(&path).unwrap(), ["--existing-file", "/x'; id; '"]);
    }
}
