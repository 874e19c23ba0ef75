//! The formats for machines: each is read back with somebody else's reader, and nothing is lost in it.

use std::fs;

use quick_junit::{NonSuccessKind, Report, TestCaseStatus};
use serde_json::Value;
use tempfile::TempDir;

use crate::command::program;
use crate::{Test, tests};

pub fn tests() -> Vec<Test> {
    tests![
        every_line_of_json_follows_the_schema,
        the_footer_counts_what_the_lines_say,
        the_schema_refuses_what_is_no_event,
        junit_holds_every_outcome,
        junit_tells_all_test_cases_apart,
        a_folder_that_cannot_be_made_is_refused,
    ]
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn schema() -> Value {
    serde_json::from_str(include_str!("../../schemas/run-events.schema.json")).unwrap()
}

fn run_as_json(file: &str, status: i32) -> Vec<Value> {
    lines(&program(&["run", file, "--format", "json"]).env("DOCKER_HOST", "unix:///nowhere").status(status).output())
}

fn every_line_of_json_follows_the_schema() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    for (file, status) in
        [("features/outcomes.feature", 1), ("features/needs.feature", 0), ("features/selection.feature", 0)]
    {
        for line in run_as_json(file, status) {
            validator.validate(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
        }
    }
}

fn the_footer_counts_what_the_lines_say() {
    let lines = run_as_json("features/outcomes.feature", 1);
    assert_eq!(lines[0]["event"], "run-started");
    let count = |outcome: &str| lines.iter().filter(|line| line["outcome"] == outcome).count();
    let footer = &lines[lines.len() - 1];
    assert_eq!(footer["event"], "run-finished");
    assert_eq!(footer["interrupted"], false);
    for (outcome, expected) in [("passed", 1), ("failed", 2), ("errored", 3), ("skipped", 0)] {
        assert_eq!(
            (footer["counts"][outcome].as_u64(), count(outcome)),
            (Some(expected as u64), expected),
            "{outcome}"
        );
    }
}

fn the_schema_refuses_what_is_no_event() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    let lines = run_as_json("features/outcomes.feature", 1);
    let failed = lines.iter().find(|line| line["outcome"] == "failed").unwrap();
    for field in ["id", "section", "outcome", "failure", "duration_ms", "steps", "exchanges"] {
        let mut broken = failed.clone();
        broken.as_object_mut().unwrap().remove(field);
        assert!(!validator.is_valid(&broken), "without {field}");
    }
    let mut passed = failed.clone();
    passed["outcome"] = "passed".into();
    assert!(!validator.is_valid(&passed), "passed, yet with a failure");
}

/// The reports of a run of all outcomes, and its stdout.
fn reports() -> (String, String) {
    let folder = TempDir::new().unwrap();
    let reports = folder.path().join("deep/er");
    let files = ["features/outcomes.feature", "features/needs.feature"];
    let flags = [&["run", "--report-dir", reports.to_str().unwrap()], &files[..]].concat();
    program(&flags).env("DOCKER_HOST", "unix:///nowhere").status(1).output();
    let read = |name: &str| fs::read_to_string(reports.join(name)).unwrap();
    (read("junit.xml"), read("events.jsonl"))
}

fn junit_holds_every_outcome() {
    let (junit, events) = reports();
    let report = Report::deserialize_from_str(&junit).unwrap();
    assert_eq!((report.tests, report.failures, report.errors, report.skipped), (8, 2, 3, 1));
    let suite = &report.test_suites[0];
    assert_eq!((suite.tests, suite.failures, suite.errors, suite.skipped), (8, 2, 3, 1));
    for event in lines(&events).iter().filter(|event| event["event"] == "scenario-finished") {
        let case = suite.test_cases.iter().find(|case| event["id"] == case.name.as_str()).unwrap();
        assert_eq!(event["section"], case.classname.as_ref().unwrap().as_str());
        let (outcome, message) = match &case.status {
            TestCaseStatus::Success { .. } => ("passed", None),
            TestCaseStatus::NonSuccess { kind: NonSuccessKind::Failure, message, .. } => ("failed", message.as_ref()),
            TestCaseStatus::NonSuccess { kind: NonSuccessKind::Error, message, .. } => ("errored", message.as_ref()),
            TestCaseStatus::Skipped { message, .. } => ("skipped", message.as_ref()),
        };
        assert_eq!(event["outcome"], outcome);
        let said = event["failure"]["requirement"].as_str().or(event["reason"].as_str());
        assert_eq!(message.map(|message| message.as_str()), said);
    }
}

fn junit_tells_all_test_cases_apart() {
    let (junit, _) = reports();
    let report = Report::deserialize_from_str(&junit).unwrap();
    let cases = &report.test_suites[0].test_cases;
    let names: Vec<_> = cases.iter().map(|case| (case.classname.clone(), case.name.clone())).collect();
    let distinct: std::collections::BTreeSet<_> =
        names.iter().map(|(class, name)| (class.as_ref().map(|class| class.as_str()), name.as_str())).collect();
    assert_eq!(distinct.len(), names.len());
}

fn a_folder_that_cannot_be_made_is_refused() {
    let error = "error: cannot write `runner/main.rs/reports`: Not a directory (os error 20)\n";
    let flags = ["run", "features/selection.feature", "--report-dir", "runner/main.rs/reports"];
    program(&flags).status(2).stderr(error).check();
}
