//! One call of the program, and what its output must and must not have.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use gitlab_mattermost_ground::visible::visible;
use serde_json::Value;

use super::files::{MARK, TURNED};

/// What a command gives on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given {
    /// No secret.
    Nothing,
    /// Settings with their secrets, on stdout: what it is asked for.
    Settings,
}

/// A call of the program.
#[derive(Debug, Clone)]
pub struct Call {
    command: String,
    words: Vec<String>,
    format: String,
    variables: Vec<(String, String)>,
    stdin: String,
    shows: Vec<String>,
    given: Given,
    has_to_fail: bool,
    is_turned: bool,
}

impl Call {
    /// A command of the program, such as `inventory diff`.
    pub fn of(command: &str) -> Self {
        Self {
            command: command.to_owned(),
            words: Vec::new(),
            format: String::new(),
            variables: Vec::new(),
            stdin: String::new(),
            shows: Vec::new(),
            given: Given::Nothing,
            has_to_fail: false,
            is_turned: false,
        }
    }

    pub fn with<T: AsRef<str>>(mut self, words: &[T]) -> Self {
        self.words.extend(words.iter().map(|word| word.as_ref().to_owned()));
        self
    }

    pub fn format(mut self, format: &str) -> Self {
        format.clone_into(&mut self.format);
        self
    }

    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn stdin(mut self, text: &str) -> Self {
        text.clone_into(&mut self.stdin);
        self
    }

    /// What the output has to name.
    pub fn shows(mut self, names: &[&str]) -> Self {
        self.shows.extend(names.iter().map(|name| (*name).to_owned()));
        self
    }

    /// It is asked for settings, which it gives on stdout.
    pub fn gives_settings(mut self) -> Self {
        self.given = Given::Settings;
        self
    }

    /// It cannot do what it is asked for.
    pub fn fails(mut self) -> Self {
        self.has_to_fail = true;
        self
    }

    /// What it shows has the text that could control a terminal, written out.
    pub fn turned(mut self) -> Self {
        self.is_turned = true;
        self
    }

    /// The command and the form that it is asked for.
    pub fn kind(&self) -> (String, String) {
        (self.command.clone(), self.format.split(':').next().unwrap().to_owned())
    }

    /// Makes the call: the status, stdout, stderr.
    pub fn output(&mut self) -> (Option<i32>, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mattermost-lab"));
        command.args(self.command.split(' ')).args(&self.words);
        if !self.format.is_empty() {
            command.args(["--format", &self.format]);
        }
        // What clap knows of the environment is only what is given here.
        for variable in ["LAB_POSTGRES", "LAB_DATABASE", "LAB_CONFIG", "LAB_GITLAB", "LAB_MATTERMOST"] {
            command.env_remove(variable);
        }
        command.envs(self.variables.iter().cloned());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // Who ends before it has read all has said why.
        let _ = child.stdin.take().unwrap().write_all(self.stdin.as_bytes());
        let output = child.wait_with_output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    }

    /// What is wrong with its output, if anything is.
    pub fn fault(&self) -> Option<String> {
        let (status, stdout, stderr) = self.clone().output();
        let named = format!("{} {} --format {:?}: status {status:?}", self.command, self.words.join(" "), self.format);
        let searched = if self.given == Given::Settings { stderr.clone() } else { format!("{stdout}{stderr}") };
        if let Some(found) = canary_in(&searched) {
            return Some(format!("{named}: shows {found}"));
        }
        if self.given == Given::Settings && canary_in(&stdout).is_none() {
            return Some(format!("{named}: does not give the settings\n{stdout}{stderr}"));
        }
        // What other programs take as it is, is not for terminals; JSON has a form for everything.
        let exact = self.given == Given::Settings && self.format != "json";
        let terminal = if exact { stderr.clone() } else { format!("{stdout}{stderr}") };
        if let Some(raw) = raw_in(&terminal) {
            return Some(format!("{named}: writes raw {raw}"));
        }
        let whole = format!("{stdout}{stderr}");
        let has_turned = match self.format.as_str() {
            "json" => json_has_turned(&stdout),
            _ => whole.contains(&*visible(TURNED)),
        };
        if self.is_turned && !has_turned {
            return Some(format!("{named}: does not show {}\n{whole}", visible(TURNED)));
        }
        if let Some(name) = self.shows.iter().find(|name| !whole.contains(*name)) {
            return Some(format!("{named}: does not show `{name}`\n{whole}"));
        }
        let failed = status != Some(0);
        let broke = status.is_none_or(|status| status == 70) || whole.contains("panicked");
        if broke || (self.has_to_fail && !failed) {
            return Some(format!("{named}\n{whole}"));
        }
        None
    }
}

/// A character in a text that could control a terminal or turn what is read, with what stands around it.
pub fn raw_in(text: &str) -> Option<String> {
    let line = text.lines().find(|line| visible(line) != *line)?;
    let at = line.char_indices().find(|(_, c)| visible(c.encode_utf8(&mut [0; 4])) != c.to_string())?.0;
    let start = line[..at].char_indices().rev().nth(60).map_or(0, |(index, _)| index);
    Some(format!("{:?}", line[start..].chars().take(110).collect::<String>()))
}

/// Whether a value of a document, or of a line of JSON lines, is the text that could control a terminal.
fn json_has_turned(stdout: &str) -> bool {
    let whole = serde_json::from_str::<Value>(stdout);
    let values = whole.map_or_else(|_| stdout.lines().flat_map(serde_json::from_str).collect(), |value| vec![value]);
    values.iter().any(|value: &Value| value.to_string().contains(TURNED))
}

/// A canary in a text, as it is or in base64, with what stands around it.
pub fn canary_in(text: &str) -> Option<String> {
    let mut marks = vec![MARK.to_owned()];
    // Base64 has three faces of a text, by where it begins.
    for before in 0..3 {
        let encoded = STANDARD.encode(format!("{}{MARK}", "x".repeat(before)));
        let whole = encoded.trim_end_matches('=');
        marks.push(whole.get(2 + before..whole.len() - 2).unwrap().to_owned());
    }
    let at = marks.iter().find_map(|mark| text.find(mark))?;
    let start = text[..at].char_indices().rev().nth(60).map_or(0, |(index, _)| index);
    Some(format!("`…{}…`", text[start..].chars().take(110).collect::<String>()))
}

/// Every command that people can see with every form of its output, by the program's own help.
pub fn listed() -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    let mut waiting = vec![String::new()];
    while let Some(command) = waiting.pop() {
        let help = help(&command);
        let usage = help.lines().find(|line| line.starts_with("Usage:")).unwrap_or_default();
        if let Some((_, entries)) = help.split_once("\nCommands:\n") {
            let entries = entries.lines().take_while(|line| !line.is_empty());
            let names = entries.filter_map(|line| line.strip_prefix("  ").filter(|rest| !rest.starts_with(' ')));
            let names = names.filter_map(|entry| entry.split_whitespace().next()).filter(|name| *name != "help");
            waiting.extend(names.map(|name| format!("{command} {name}").trim().to_owned()));
            if usage.contains("<COMMAND>") {
                continue;
            }
        }
        let forms = forms(&help);
        assert!(
            !help.contains("--format") || !forms.is_empty(),
            "the forms of `{command}` are not understood:\n{help}"
        );
        if forms.is_empty() {
            found.insert((command, String::new()));
        } else {
            found.extend(forms.into_iter().map(|form| (command.clone(), form)));
        }
    }
    found
}

fn help(command: &str) -> String {
    let mut program = Command::new(env!("CARGO_BIN_EXE_mattermost-lab"));
    let output = program.args(command.split_whitespace()).arg("--help").output().unwrap();
    assert!(output.status.success(), "{command}");
    String::from_utf8(output.stdout).unwrap()
}

/// The forms that `--format` takes: what clap lists, or what the description has in code.
fn forms(help: &str) -> Vec<String> {
    let Some((_, rest)) = help.split_once("--format <") else { return Vec::new() };
    let mut lines: Vec<&str> = Vec::new();
    for line in rest.lines().skip(1) {
        if line.trim_start().starts_with('-') && !line.trim_start().starts_with("- ")
            || (!line.is_empty() && !line.starts_with(' '))
        {
            break;
        }
        lines.push(line.trim());
    }
    let text = lines.join(" ");
    let bracketed = text.split_once("[possible values: ").and_then(|(_, rest)| rest.split_once(']'));
    if let Some((values, _)) = bracketed {
        return values.split(',').map(|value| value.trim().to_owned()).collect();
    }
    let listed: Vec<String> = lines
        .iter()
        .filter_map(|line| line.strip_prefix("- "))
        .map(|line| line.split(':').next().unwrap().trim().to_owned())
        .collect();
    if !listed.is_empty() {
        return listed;
    }
    let mut forms: Vec<String> =
        text.split('`').skip(1).step_by(2).map(|word| word.split(':').next().unwrap().to_owned()).collect();
    forms.retain(|word| word.chars().all(|c| c.is_ascii_lowercase()));
    forms
}
