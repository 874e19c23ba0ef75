//! A run that a signal ends early.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};
use std::{fs, thread};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;

use crate::command::{command, diagnostics};
use crate::{Test, tests};

pub fn tests() -> Vec<Test> {
    tests![ctrl_c_ends_the_run_and_tells_what_was_not_run, sigterm_ends_it_like_ctrl_c]
}

fn ctrl_c_ends_the_run_and_tells_what_was_not_run() {
    interrupted_by(Signal::SIGINT);
}

fn sigterm_ends_it_like_ctrl_c() {
    interrupted_by(Signal::SIGTERM);
}

fn interrupted_by(signal: Signal) {
    let reports = TempDir::new().unwrap();
    let child = command(&["run", "features/outcomes.feature", "features/endless.feature"])
        .args(["--no-durations", "--jobs", "1", "--only", "outcomes/passes", "--only", "endless"])
        .args([OsStr::new("--report-dir"), reports.path().as_os_str()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    wait_for_line(&reports.path().join("events.jsonl"), r#"{"event":"scenario-started","id":"endless/waits"}"#);

    let begun = Instant::now();
    kill(Pid::from_raw(child.id().try_into().unwrap()), signal).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(begun.elapsed() < Duration::from_secs(5), "took {:?}", begun.elapsed());
    let expected = "\
passed   outcomes/passes
not run  endless/waits: interrupted before its end
not run  endless/blocks: interrupted before it began
not run  endless/comes-after: interrupted before it began

not run:
         endless/waits
         endless/blocks
         endless/comes-after

interrupted; 4 scenarios: 1 passed, 0 failed, 0 errored, 0 skipped, 3 not run
";
    assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
    assert_eq!(diagnostics(output.stderr), "");
}

fn wait_for_line(file: &Path, line: &str) {
    let begun = Instant::now();
    while !fs::read_to_string(file).is_ok_and(|text| text.lines().any(|found| found == line)) {
        assert!(begun.elapsed() < Duration::from_secs(10), "`{line}` never came in `{}`", file.display());
        thread::sleep(Duration::from_millis(5));
    }
}
