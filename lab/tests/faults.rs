//! The suite is held against liars: for each fault of a built-in part, exactly the scenarios that are listed for it fail,
//! of all scenarios of the chapters 5 and 17 that are played without a real browser.
#![allow(clippy::expect_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use gitlab_mattermost_database::programs::installed_versions;
use gitlab_mattermost_suite::fault::{KNOWN, Known};
use serde_json::Value;

/// The chapters that the faults are shown to.
const CHAPTERS: [&str; 3] = ["05_authorize/", "05_authorize_refusals/", "17_oauth2_sequence/"];

/// How a run over the chapters ended.
struct Run {
    all: BTreeSet<String>,
    unfit: BTreeSet<String>,
}

/// Plays the chapters with a fault, or with none.
fn run(fault: Option<&str>) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mattermost-lab"));
    command.args(["run", "--format", "json"]).args(CHAPTERS.map(|chapter| format!("--only={chapter}")));
    command.args(fault.map(|fault| format!("--fault={fault}")));
    for subject in ["LAB_GITLAB", "LAB_MATTERMOST", "LAB_HOST", "LAB_FAULT"] {
        command.env_remove(subject);
    }
    // The quickest of equals: a server of this machine, with the hundreds of files for each scenario's database in memory.
    if !installed_versions().is_empty() {
        command.args(["--postgres", "local"]);
    }
    let memory = Path::new("/dev/shm");
    if memory.is_dir() {
        command.env("TMPDIR", memory);
    }
    let output = command.output().expect("the program runs");
    let text = String::from_utf8(output.stdout).expect("the events are text");
    let events: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(events.last().is_some_and(|event| event["event"] == "run-finished"), "{fault:?} stopped the run: {told}");
    let finished: Vec<_> = events.iter().filter(|event| event["event"] == "scenario-finished").collect();
    let id = |event: &&&Value| event["id"].as_str().unwrap_or_default().to_owned();
    let unfit = finished.iter().filter(|event| event["outcome"] != "passed").map(|event| id(&event)).collect();
    Run { all: finished.iter().map(|event| id(&event)).collect(), unfit }
}

/// The scenarios that are listed for a fault, of `all`.
fn listed(known: &Known, all: &BTreeSet<String>) -> BTreeSet<String> {
    let mut scenarios = BTreeSet::new();
    for entry in known.caught_by() {
        let meant = all.iter().filter(|id| *id == entry || entry.ends_with('/') && id.starts_with(entry));
        let before = scenarios.len();
        scenarios.extend(meant.cloned());
        assert!(scenarios.len() > before, "`{entry}`, listed for `{}`, is no scenario, or listed twice", known.fault);
    }
    scenarios
}

#[test]
fn each_fault_is_caught_by_exactly_the_scenarios_listed_for_it() {
    let Run { all, unfit } = run(None);
    assert_eq!(unfit, BTreeSet::new(), "without a fault");
    let mut wrong = String::new();
    for known in &KNOWN {
        let listed = listed(known, &all);
        assert!(!listed.is_empty(), "nothing is listed for `{}`", known.fault);
        let found = run(Some(&known.fault.to_string())).unfit;
        if listed != found {
            let (missed, more): (Vec<_>, Vec<_>) =
                (listed.difference(&found).collect(), found.difference(&listed).collect());
            let _ = writeln!(wrong, "{} ({})", known.fault, known.fault.sentence());
            let _ = writeln!(wrong, "  not caught by {missed:#?}\n  also caught by {more:#?}");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
