//! A part that goes down in the middle of a scenario fails that scenario alone, and the failure names the part.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// The records of a run over `parts_down/`, by the last part of their ids.
fn records(postgres: &str) -> Vec<Value> {
    let features = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/parts_down");
    let output = Command::new(env!("CARGO_BIN_EXE_mattermost-lab"))
        .args(["run", "--format", "json", "--jobs", "1", "--postgres", postgres])
        .arg(features)
        .output()
        .expect("the program runs");
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).expect("the events are text");
    let events = lines.lines().map(|line| serde_json::from_str::<Value>(line).expect("an event is JSON"));
    events.filter(|event| event["event"] == "scenario-finished").collect()
}

fn actual<'a>(records: &'a [Value], slug: &str) -> &'a str {
    let record = records.iter().find(|r| r["id"].as_str().is_some_and(|id| id.ends_with(slug)));
    record.and_then(|record| record["failure"]["actual"].as_str()).unwrap_or("(did not fail)")
}

#[test]
fn the_failure_names_the_part_that_is_down_and_the_other_scenarios_still_run() {
    let records = records("local");
    assert_eq!(records.len(), 4, "{records:#?}");
    let postgres = actual(&records, "/postgresql-goes-down");
    assert!(postgres.contains("PostgreSQL (local"), "{postgres}");
    assert!(postgres.contains("is not running"), "{postgres}");
    let gitlab = actual(&records, "/gitlab-goes-down");
    assert!(gitlab.contains("GitLab (`gitlab.example.com`, at 127.0.0.1:"), "{gitlab}");
    assert!(gitlab.contains("does not answer"), "{gitlab}");
    let mattermost = actual(&records, "/mattermost-goes-down");
    assert!(mattermost.contains("Mattermost (`mattermost.example.com`, at 127.0.0.1:"), "{mattermost}");
    let nothing = records.iter().find(|r| r["id"].as_str().is_some_and(|id| id.ends_with("/nothing-goes-down")));
    assert_eq!(nothing.map(|record| record["outcome"].clone()), Some(Value::from("passed")), "{nothing:#?}");
}
