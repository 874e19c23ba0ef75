//! Runs the built program in tests: status, stdout and stderr are compared exactly and are 0 and empty unless a test says
//! otherwise.

#![allow(dead_code, reason = "each test that shares this module uses a part of it")]

use std::io::Write;
use std::process::{Command, Output, Stdio};

/// A command line and what is expected of it.
#[must_use = "nothing is run before `check` or `output`"]
pub struct Expected {
    command: Command,
    stdin: String,
    status: i32,
    stdout: Option<String>,
    stderr: Option<String>,
    stderr_has: Option<String>,
    passed_over: Option<&'static str>,
}

/// The program with these arguments, in an environment without settings.
pub fn program(arguments: &[&str]) -> Expected {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mattermost-lab"));
    command.args(arguments);
    let demands = ["LAB_REQUIRE_CONTAINERS", "LAB_REQUIRE_BROWSER", "LAB_REQUIRE_POSTGRESQL"];
    for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"].iter().chain(&demands) {
        command.env_remove(variable);
    }
    Expected::of(command)
}

impl Expected {
    /// A command line of which nothing is expected but that it succeeds in silence.
    pub fn of(mut command: Command) -> Self {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let (stdout, stderr) = (Some(String::new()), Some(String::new()));
        let stdin = String::new();
        Self { command, stdin, status: 0, stdout, stderr, stderr_has: None, passed_over: None }
    }

    /// Passes over lines of stderr that begin like this.
    pub fn without_lines(mut self, beginning: &'static str) -> Self {
        self.passed_over = Some(beginning);
        self
    }

    /// Sets a variable of the environment.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Gives this on standard input.
    pub fn stdin(mut self, text: &str) -> Self {
        text.clone_into(&mut self.stdin);
        self
    }

    /// Expects this exit status.
    pub fn status(mut self, status: i32) -> Self {
        self.status = status;
        self
    }

    /// Expects exactly this on stdout; the text may begin with a line break of its own.
    pub fn stdout(mut self, text: &str) -> Self {
        self.stdout = Some(text.trim_start_matches('\n').to_owned());
        self
    }

    /// Expects anything on stdout: the test looks elsewhere.
    pub fn any_stdout(mut self) -> Self {
        self.stdout = None;
        self
    }

    /// Expects exactly this on stderr; the text may begin with a line break of its own.
    pub fn stderr(mut self, text: &str) -> Self {
        self.stderr = Some(text.trim_start_matches('\n').to_owned());
        self
    }

    /// Expects something on stderr, whatever it says.
    pub fn any_stderr(mut self) -> Self {
        self.stderr = None;
        self
    }

    /// Expects this somewhere on stderr.
    pub fn stderr_has(mut self, text: &str) -> Self {
        self.stderr_has = Some(text.to_owned());
        self.any_stderr()
    }

    /// Runs the program and compares.
    pub fn check(mut self) {
        let output = self.run();
        self.compare(&output, true);
    }

    /// Runs the program and gives its stdout, for a test that looks at only a part of it.
    pub fn output(mut self) -> String {
        let output = self.run();
        self.compare(&output, false);
        text(&output.stdout)
    }

    fn run(&mut self) -> Output {
        let mut child = self.command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // A program that stops before it has read everything is judged by its status.
        let _ = stdin.write_all(self.stdin.as_bytes());
        drop(stdin);
        child.wait_with_output().unwrap()
    }

    fn compare(&self, output: &Output, with_stdout: bool) {
        let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
        let passed_over = |line: &&str| self.passed_over.is_none_or(|it| !line.starts_with(it));
        let stderr: String = stderr.split_inclusive('\n').filter(passed_over).collect();
        let same = output.status.code() == Some(self.status)
            && (!with_stdout || self.stdout.as_ref().is_none_or(|it| *it == stdout))
            && self.stderr.as_ref().is_none_or(|it| *it == stderr)
            && self.stderr_has.as_ref().is_none_or(|it| stderr.contains(it));
        assert!(
            same,
            "{:?}\nexpected status {}, stdout:\n{:?}\nstderr:\n{:?}\nfound status {:?}, stdout:\n{stdout}\nstderr:\n{stderr}",
            self.command.get_args().collect::<Vec<_>>(),
            self.status,
            self.stdout,
            self.stderr.as_ref().or(self.stderr_has.as_ref()),
            output.status.code(),
        );
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}
