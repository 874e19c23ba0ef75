//! Deviations that are known: told apart, no reason to fail, and a reason to fail once they are gone.

use std::fs;

use quick_junit::{NonSuccessKind, Report, TestCaseStatus};
use serde_json::Value;
use tempfile::TempDir;

use crate::command::program;
use crate::{Test, tests};

pub fn tests() -> Vec<Test> {
    tests![
        a_known_failure_is_told_apart_and_does_not_fail_the_run,
        a_known_deviation_that_no_longer_happens_fails_the_run,
        an_error_is_no_known_deviation,
        every_format_tells_known_deviations_apart,
        an_entry_in_full_means_itself_alone_and_the_longest_beginning_wins,
        an_entry_that_means_no_scenario_is_refused_with_near_ones,
        entries_without_a_reason_are_refused,
    ]
}

/// A list of known deviations as a file.
fn list(entries: &[(&str, &str)]) -> (TempDir, String) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("known.toml");
    let entry = |(scenario, reason): &(&str, &str)| {
        format!("[[deviation]]\nscenario = {scenario:?}\nreason = {reason:?}\nlink = 'https://example.com/1'\n")
    };
    let text: String = entries.iter().map(entry).collect();
    let schema = serde_json::from_str(include_str!("../../schemas/expectations.schema.json")).unwrap();
    let json: Value = toml::from_str(&text).unwrap();
    assert_eq!(jsonschema::is_valid(&schema, &json), entries.iter().all(|(_, reason)| !reason.trim().is_empty()));
    fs::write(&path, text).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (folder, path)
}

const OUTCOMES: &str = "features/outcomes.feature";

fn run<'a>(only: &'a [&'a str], known: &'a str, more: &[&'a str]) -> crate::program::Expected {
    let only = only.iter().flat_map(|only| ["--only", only]);
    let flags = ["run", OUTCOMES, "--jobs", "1", "--no-durations", "--expectations", known];
    program(&flags.into_iter().chain(only).chain(more.iter().copied()).collect::<Vec<_>>())
}

fn a_known_failure_is_told_apart_and_does_not_fail_the_run() {
    let (_folder, known) = list(&[("outcomes/deviates", "clouds are grey")]);
    let expected = "
passed   outcomes/passes
known deviation  outcomes/deviates: the sky is blue
    clouds are grey (https://example.com/1)

2 scenarios: 1 passed, 0 failed, 0 errored, 1 known deviation, 0 skipped, 0 not run
";
    run(&["outcomes/passes", "outcomes/deviates"], &known, &[]).stdout(expected).check();
}

fn a_known_deviation_that_no_longer_happens_fails_the_run() {
    let (_folder, known) = list(&[("outcomes/passes", "was broken once"), ("outcomes/panics", "not played")]);
    let expected = "
passed   outcomes/passes

known deviations that no longer happen; remove them from the list:
         outcomes/passes: was broken once (https://example.com/1)

1 scenario: 1 passed, 0 failed, 0 errored, 0 skipped, 0 not run
";
    run(&["outcomes/passes"], &known, &[]).status(1).stdout(expected).check();
}

fn an_error_is_no_known_deviation() {
    let (_folder, known) = list(&[("outcomes/errs", "the well is always dry")]);
    let output = run(&["outcomes/errs"], &known, &[]).status(1).output();
    assert!(output.ends_with("1 scenario: 0 passed, 0 failed, 1 errored, 0 skipped, 0 not run\n"), "{output}");
}

fn every_format_tells_known_deviations_apart() {
    let (folder, known) = list(&[("outcomes/deviates", "clouds are grey"), ("outcomes/passes", "was broken once")]);
    let reports = folder.path().join("reports");
    let more = ["--format", "json", "--report-dir", reports.to_str().unwrap()];
    let output = run(&["outcomes/passes", "outcomes/deviates"], &known, &more).status(1).output();
    let schema = serde_json::from_str(include_str!("../../schemas/run-events.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let lines: Vec<Value> = output.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for line in &lines {
        validator.validate(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    }
    let known = lines.iter().find(|line| line["outcome"] == "known-deviation").unwrap();
    assert_eq!(
        (&known["reason"], &known["failure"]["actual"]),
        (&"clouds are grey".into(), &"grey\nwith clouds".into())
    );
    let footer = lines.last().unwrap();
    assert_eq!((&footer["counts"]["known_deviations"], &footer["counts"]["failed"]), (&1.into(), &0.into()));
    assert_eq!(footer["no_longer"][0]["scenario"], "outcomes/passes");

    let junit = fs::read_to_string(reports.join("junit.xml")).unwrap();
    let report = Report::deserialize_from_str(&junit).unwrap();
    assert_eq!((report.tests, report.failures, report.errors, report.skipped), (3, 1, 0, 1));
    let case = |class: &str, name: &str| {
        let mut cases = report.test_suites.iter().flat_map(|suite| &suite.test_cases);
        let is_called = |case: &quick_junit::TestCase| {
            case.name.as_str() == name || case.properties.iter().any(|it| it.value.as_str() == name)
        };
        let has = |case: &&quick_junit::TestCase| {
            is_called(case) && case.classname.as_ref().is_some_and(|it| it.as_str() == class)
        };
        cases.find(has).unwrap().status.clone()
    };
    assert!(
        matches!(case("section", "outcomes/deviates"), TestCaseStatus::Skipped { ty: Some(ty), .. } if ty.as_str() == "known deviation")
    );
    let gone = case("known deviations", "outcomes/passes");
    assert!(matches!(gone, TestCaseStatus::NonSuccess { kind: NonSuccessKind::Failure, .. }));
}

fn an_entry_in_full_means_itself_alone_and_the_longest_beginning_wins() {
    let (_folder, known) = list(&[("outcomes/", "all of them"), ("outcomes/p", "these")]);
    let output = run(&["outcomes/panics", "outcomes/deviates"], &known, &[]).output();
    assert!(output.contains("known deviation  outcomes/deviates: the sky is blue\n    all of them"), "{output}");
    assert!(output.contains("known deviation  outcomes/panics: Panics\n    these"), "{output}");
}

fn an_entry_that_means_no_scenario_is_refused_with_near_ones() {
    let (_folder, known) = list(&[("outcomes/deviate-s", "no such thing")]);
    let error = format!(
        "error: `{known}` lists `outcomes/deviate-s`, but no scenario's id begins so; near: `outcomes/deviates`, \
         `outcomes/errs`, `outcomes/panics`\n"
    );
    run(&[], &known, &[]).status(2).stderr(&error).check();
}

fn entries_without_a_reason_are_refused() {
    let (_folder, known) = list(&[("outcomes/deviates", " ")]);
    let error = format!("error: `{known}`: the entry `outcomes/deviates` has no reason\n");
    run(&[], &known, &[]).status(2).stderr(&error).check();
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("known.toml");
    fs::write(&path, "[[deviation]]\nscenario = 'outcomes/deviates'\nwhy = 'x'\n").unwrap();
    let output =
        crate::command::command(&["run", OUTCOMES, "--expectations", path.to_str().unwrap()]).output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("unknown field `why`, expected one of `scenario`, `reason`, `link`"), "{told}");
    assert_eq!(output.status.code(), Some(2));
}
