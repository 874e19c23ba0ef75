//! The formats for machines: each is read back with somebody else's reader, and nothing is lost in it.

use std::fs;
use std::process::Command;
use std::time::Duration;

use gitlab_mattermost_ground::exchange::{Exchange, Party};
use gitlab_mattermost_suite::event::{Event, Failure, Outcome, PlayedStep, ScenarioResult};
use gitlab_mattermost_suite::report::{Report as _, Sequences, describe};
use gitlab_mattermost_suite::scenario::{Heading, Level};
use libtest_mimic::Completion;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus};
use serde_json::Value;
use tempfile::TempDir;

use crate::command::program;
use crate::{Test, ignored, tests};

pub fn tests() -> Vec<Test> {
    tests![
        every_line_of_json_follows_the_schema,
        the_footer_counts_what_the_lines_say,
        the_schema_refuses_what_is_no_event,
        exchanges_are_part_of_the_schema_and_of_what_people_read,
        pages_are_cut_to_what_a_person_reads,
        every_scenario_with_messages_has_its_diagrams,
        junit_holds_every_outcome,
        cucumber_json_has_every_scenario_and_its_steps,
        junit_tells_all_test_cases_apart,
        junit_follows_its_schema,
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
    for (outcome, expected) in [("passed", 1), ("failed", 2), ("errored", 2), ("skipped", 0)] {
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
    assert_eq!((report.tests, report.failures, report.errors, report.skipped), (7, 2, 2, 1));
    let chapters: Vec<&str> = report.test_suites.iter().map(|suite| suite.name.as_str()).collect();
    assert_eq!(chapters, ["needs", "outcomes", "the run"]);
    for event in lines(&events).iter().filter(|event| event["event"] == "scenario-finished") {
        let id = |case: &TestCase| {
            case.properties.iter().any(|it| it.name.as_str() == "id" && event["id"] == it.value.as_str())
        };
        let case = report.test_suites.iter().flat_map(|suite| &suite.test_cases).find(|case| id(case)).unwrap();
        assert!(case.name.as_str().starts_with(event["name"].as_str().unwrap()), "{}", case.name.as_str());
        assert_eq!(event["section"], case.classname.as_ref().unwrap().as_str());
        let file = case.extra["file"].as_str();
        assert!(event["location"].as_str().unwrap().starts_with(file) && file.ends_with(".feature"), "{file}");
        let again = format!("--only {}", event["id"].as_str().unwrap());
        assert!(case.system_out.as_ref().unwrap().as_str().contains(&again));
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

fn cucumber_json_has_every_scenario_and_its_steps() {
    let folder = TempDir::new().unwrap();
    let flags = ["run", "features/outcomes.feature", "--report-dir", folder.path().to_str().unwrap()];
    program(&flags).status(1).output();
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    let features: Value = serde_json::from_str(&read("cucumber.json")).unwrap();
    assert_eq!(features[0]["uri"], "features/outcomes.feature");
    let elements = features[0]["elements"].as_array().unwrap();
    for event in lines(&read("events.jsonl")).iter().filter(|event| event["event"] == "scenario-finished") {
        let element = elements.iter().find(|element| element["id"] == event["id"]).unwrap();
        let steps = element["steps"].as_array().unwrap();
        assert_eq!(steps.len(), event["steps"].as_array().unwrap().len().max(1));
        let passed = steps.iter().all(|step| step["result"]["status"] == "passed");
        assert_eq!(passed, event["outcome"] == "passed", "{element}");
    }
}

fn junit_tells_all_test_cases_apart() {
    let (junit, _) = reports();
    let report = Report::deserialize_from_str(&junit).unwrap();
    let cases: Vec<_> = report.test_suites.iter().flat_map(|suite| &suite.test_cases).collect();
    let name = |case: &TestCase| (case.classname.clone(), case.name.clone(), case.extra["file"].clone());
    let distinct: std::collections::HashSet<_> = cases.iter().map(|case| name(case)).collect();
    assert_eq!(distinct.len(), cases.len());
}

/// What `xmllint` says of a document that should follow the schema; nothing where it is not installed.
fn against_the_schema(junit: &str) -> Option<Result<(), String>> {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(&file, junit).unwrap();
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/junit.xsd");
    let linted = Command::new("xmllint").args(["--noout", "--schema", schema]).arg(file.path()).output();
    if linted.as_ref().is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound) {
        return None;
    }
    let output = linted.unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    Some(if output.status.success() { Ok(()) } else { Err(told) })
}

fn junit_follows_its_schema() -> Completion {
    let (junit, _) = reports();
    let Some(judged) = against_the_schema(&junit) else {
        return ignored("xmllint (libxml2-utils) is not installed", "LAB_REQUIRE_CONTAINERS");
    };
    assert_eq!(judged, Ok(()));
    let nameless = junit.replacen(" classname=", " class=", 1);
    assert!(against_the_schema(&nameless).unwrap().unwrap_err().contains("classname"));
    Completion::Completed
}

fn a_folder_that_cannot_be_made_is_refused() {
    let error = "error: cannot write `runner/main.rs/reports`: Not a directory (os error 20)\n";
    let flags = ["run", "features/selection.feature", "--report-dir", "runner/main.rs/reports"];
    program(&flags).status(2).stderr(error).check();
}

pub fn exchange(answer: Result<u16, String>) -> Exchange {
    Exchange {
        from: Party::Mattermost,
        to: Party::GitLab,
        method: "POST".to_owned(),
        url: "https://gitlab.example.com/oauth/token".to_owned(),
        request_headers: vec![("Accept".to_owned(), "application/json".to_owned())],
        request_body: "grant_type=authorization_code&code=[masked]".to_owned(),
        answer,
        response_headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
        response_body: "{\n}".to_owned(),
    }
}

pub fn failed(exchanges: Vec<Exchange>) -> ScenarioResult {
    ScenarioResult {
        heading: Heading {
            id: "file/scenario".to_owned(),
            section: "oauth2-sequence".to_owned(),
            level: Level::Should,
            name: "Scenario".to_owned(),
            serial: false,
            needs: Vec::new(),
            location: "file.feature:3".to_owned(),
        },
        outcome: Outcome::Failed {
            failure: Failure {
                step: "Then it holds".to_owned(),
                requirement: "it holds".to_owned(),
                expected: "yes".to_owned(),
                actual: "no".to_owned(),
            },
        },
        duration: Duration::from_millis(5),
        steps: vec![PlayedStep { text: "Then it holds".to_owned(), duration: Duration::ZERO }],
        exchanges,
    }
}

fn pages_are_cut_to_what_a_person_reads() {
    let mut page = exchange(Ok(200));
    page.response_headers[0].1 = "text/html; charset=utf-8".to_owned();
    let words = "word ".repeat(100);
    page.response_body = format!("<style>p{{}}</style><p>{words}</p><script>window.location = \"/next\"</script>");
    let record = failed(vec![page]);
    let told = describe(&record);
    assert!(told.contains("< (page that leads to /next)\n"), "{told}");
    assert!(told.contains(&format!("< {}…\n", "word ".repeat(60))) && !told.contains("<p>"), "{told}");
    let json = serde_json::to_value(Event::ScenarioFinished(Box::new(record))).unwrap();
    assert!(json["exchanges"][0]["response_body"].as_str().unwrap().contains(&words), "{json}");
}

fn every_scenario_with_messages_has_its_diagrams() {
    let folder = TempDir::new().unwrap();
    let mut report = Sequences::new(folder.path().join("sequences"));
    report.take(&Event::ScenarioFinished(Box::new(failed(Vec::new())))).unwrap();
    assert!(!folder.path().join("sequences").exists());
    report.take(&Event::ScenarioFinished(Box::new(failed(vec![exchange(Ok(200))])))).unwrap();
    let read = |name: &str| fs::read_to_string(folder.path().join("sequences/file").join(name)).unwrap();
    assert!(read("scenario.svg").starts_with("<svg ") && read("scenario.mmd").contains("P1->>P2: POST /oauth/token"));
}

fn exchanges_are_part_of_the_schema_and_of_what_people_read() {
    let record = failed(vec![exchange(Ok(400)), exchange(Err("connection refused".to_owned()))]);
    let expected = "    \
    section      oauth2-sequence (should)
    scenario     Scenario (file.feature:3)
    step         Then it holds
    requirement  it holds
    expected     yes
    actual       no
    sequence     browser                               Mattermost                            GitLab
                 │                                     │── POST /oauth/token ───────────────▶│
                 │                                     │◀╌ 400 ╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌│
                   ✗ status 400
                 │                                     │── POST /oauth/token ───────────────▶│
                 │                                     │◀╌ no answer ╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌│
                   ✗ connection refused
    exchange     1. Mattermost asks GitLab: POST https://gitlab.example.com/oauth/token
                    > Accept: application/json
                    > grant_type=authorization_code&code=[masked]
                    < 400
                    < Content-Type: application/json
                    < {
                    < }
                 2. Mattermost asks GitLab: POST https://gitlab.example.com/oauth/token
                    > Accept: application/json
                    > grant_type=authorization_code&code=[masked]
                    < no answer: connection refused
                    < Content-Type: application/json
                    < {
                    < }
";
    assert_eq!(describe(&record), expected);
    let json = serde_json::to_value(Event::ScenarioFinished(Box::new(record))).unwrap();
    jsonschema::validate(&schema(), &json).unwrap_or_else(|error| panic!("{error}: {json}"));
}
