//! Runs a program at a terminal of its own, by `script` of util-linux.

#![allow(dead_code, reason = "each test that shares this module uses a part of it")]

use std::process::{Command, Stdio};

use gitlab_mattermost_ground::wrap::columns;

/// What `program` shows on stdout at a terminal of so many columns, in `folder`, with these variables. Its stderr is no
/// terminal and left out.
pub fn shown(program: &[&str], columns: usize, variables: &[(&str, &str)], folder: Option<&str>) -> String {
    run(&format!("{} 2>/dev/null", shlex::try_join(program.iter().copied()).unwrap()), columns, variables, folder)
}

/// What the words of a shell show at a terminal of so many columns.
pub fn run(words: &str, columns: usize, variables: &[(&str, &str)], folder: Option<&str>) -> String {
    let mut command = Command::new("script");
    command.args(["-qec", &format!("stty cols {columns} rows 24; {words}"), "/dev/null"]);
    for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "DOCKER_HOST"] {
        command.env_remove(variable);
    }
    command.env("TERM", "xterm").envs(variables.iter().copied()).stdin(Stdio::null());
    if let Some(folder) = folder {
        command.current_dir(folder);
    }
    let output = command.output().expect("`script` of util-linux runs");
    String::from_utf8(output.stdout).unwrap().replace("\r\n", "\n")
}

/// The text without colours.
pub fn without_colours(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once('m').map_or("", |(_, rest)| rest))
}

/// Lines that are too long though they could be broken. A command, a text in backticks and a word stay whole.
pub fn too_long(text: &str, width: usize) -> Vec<&str> {
    let is_whole = |line: &str| {
        let content = line.trim_start();
        // Behind its label, if it has one.
        let content = content.rsplit_once("  ").map_or(content, |(_, content)| content);
        let outside: String = content.split('`').step_by(2).collect();
        ["$ ", "mattermost-lab ", "sudo "].iter().any(|command| content.starts_with(command))
            || !outside.trim().contains(' ')
    };
    text.lines().filter(|line| columns(line) > width && !is_whole(line)).collect()
}

/// The words of a text, whatever their lines.
pub fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}
