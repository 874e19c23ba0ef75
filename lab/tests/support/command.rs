//! The one way in which tests run the program: status, stdout and stderr are compared exactly and are 0 and empty
//! unless a test says otherwise.

use std::path::Path;
use std::process::{Command, Stdio};

/// A command line and what is expected of it.
#[must_use = "nothing is run before `check`"]
pub struct Expected {
    command: Command,
    status: i32,
    stdout: String,
    stderr: String,
}

/// The program with these arguments, run in the folder `tests` of the package, in an environment without settings.
pub fn program(arguments: &[&str]) -> Expected {
    Expected { command: command(arguments), status: 0, stdout: String::new(), stderr: String::new() }
}

/// The same, for a test that watches the program while it runs.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(arguments).env(super::PLAYS_THE_PROGRAM, "1");
    command.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")).stdin(Stdio::null());
    for variable in
        ["DOCKER_HOST", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "LAB_CONFIG", "LAB_EXPECTATIONS", "LAB_SEED"]
    {
        command.env_remove(variable);
    }
    command
}

impl Expected {
    /// Sets a variable of the environment.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Expects this exit status.
    pub fn status(mut self, status: i32) -> Self {
        self.status = status;
        self
    }

    /// Expects exactly this on stdout; the text may begin with a line break of its own.
    pub fn stdout(mut self, text: &str) -> Self {
        self.stdout = text.trim_start_matches('\n').to_owned();
        self
    }

    /// Expects exactly this on stderr; the text may begin with a line break of its own.
    pub fn stderr(mut self, text: &str) -> Self {
        self.stderr = text.trim_start_matches('\n').to_owned();
        self
    }

    /// Runs the program and compares.
    pub fn check(mut self) {
        let output = self.command.output().unwrap();
        let found = (output.status.code(), text(output.stdout), diagnostics(output.stderr));
        let expected = (Some(self.status), self.stdout, self.stderr);
        assert!(
            found == expected,
            "{:?}\nexpected status {:?}, stdout:\n{}\nstderr:\n{}\nfound status {:?}, stdout:\n{}\nstderr:\n{}",
            self.command.get_args().collect::<Vec<_>>(),
            expected.0,
            expected.1,
            expected.2,
            found.0,
            found.1,
            found.2,
        );
    }

    /// Runs the program and gives its stdout, for a test that looks at only a part of it.
    pub fn output(mut self) -> String {
        let output = self.command.output().unwrap();
        let (status, stderr) = (output.status.code(), diagnostics(output.stderr));
        assert_eq!((status, stderr.as_str()), (Some(self.status), self.stderr.as_str()));
        text(output.stdout)
    }
}

/// Stderr without the line that says which parts the lab has, which differs from machine to machine.
pub fn diagnostics(bytes: Vec<u8>) -> String {
    text(bytes).split_inclusive('\n').filter(|line| !line.starts_with("lab: ")).collect()
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}
