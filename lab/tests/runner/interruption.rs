//! A run that a signal ends early.

use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::command::command;
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
    let flags = ["--no-durations", "--jobs", "1", "--only", "outcomes/passes", "--only", "endless"];
    let mut child = command(&["run", "features/outcomes.feature", "features/endless.feature"])
        .args(flags)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut first = String::new();
    stdout.read_line(&mut first).unwrap();
    assert_eq!(first, "passed   outcomes/passes\n");

    let begun = Instant::now();
    kill(Pid::from_raw(child.id().try_into().unwrap()), signal).unwrap();
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1));
    assert!(begun.elapsed() < Duration::from_secs(5), "took {:?}", begun.elapsed());
    let expected = "\
not run  endless/waits: interrupted before its end
not run  endless/blocks: interrupted before it began
not run  endless/comes-after: interrupted before it began

not run:
         endless/waits
         endless/blocks
         endless/comes-after

interrupted; 4 scenarios: 1 passed, 0 failed, 0 errored, 0 skipped, 3 not run
";
    assert_eq!(rest, expected);
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!(stderr, "");
}
