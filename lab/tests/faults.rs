//! The suite is held against liars: for each fault of a built-in part, exactly the scenarios that are listed for it fail,
//! of all scenarios of the chapters 5 and 17 that are played without a real browser.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use gitlab_mattermost_lab::fault::KNOWN;
use serde_json::Value;

/// The chapters that the faults are shown to.
const CHAPTERS: [&str; 3] = ["05_authorize/", "05_authorize_refusals/", "17_oauth2_sequence/"];

/// Plays the chapters with a fault, or with none; returns the ids of the scenarios that did not pass.
fn failing(fault: Option<&str>) -> BTreeSet<String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mattermost-lab"));
    command.args(["run", "--format", "json"]).args(CHAPTERS.map(|chapter| format!("--only={chapter}")));
    command.args(fault.map(|fault| format!("--fault={fault}")));
    // A PostgreSQL that makes a database for each scenario writes thousands of files: faster in memory.
    let memory = Path::new("/dev/shm");
    if memory.is_dir() {
        command.env("TMPDIR", memory);
    }
    let output = command.output().expect("the program runs");
    let text = String::from_utf8(output.stdout).expect("the events are text");
    let events: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(events.last().is_some_and(|event| event["event"] == "run-finished"), "{fault:?} stopped the run: {told}");
    let finished = events.iter().filter(|event| event["event"] == "scenario-finished");
    let unfit = finished.filter(|event| event["outcome"] != "passed");
    unfit.map(|event| event["id"].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn each_fault_is_caught_by_exactly_the_scenarios_listed_for_it() {
    assert_eq!(failing(None), BTreeSet::new(), "without a fault");
    let mut wrong = String::new();
    for known in &KNOWN {
        let name = known.fault.to_string();
        let listed: BTreeSet<String> = known.scenarios().map(str::to_owned).collect();
        let found = failing(Some(&name));
        let missed: Vec<_> = listed.difference(&found).collect();
        let more: Vec<_> = found.difference(&listed).collect();
        if listed.is_empty() || !missed.is_empty() || !more.is_empty() {
            let _ = writeln!(wrong, "{name}\n  not caught by {missed:#?}\n  also caught by {more:#?}");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
