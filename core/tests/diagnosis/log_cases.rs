//! Excerpts of logs from public reports: the right cause is found, and no other.
#![allow(clippy::disallowed_methods, reason = "the excerpts are read from their folder")]

use std::fs;

use gitlab_mattermost_core::diagnosis::{Evidence, examine};
use serde_json::Value;

use super::fixture::{evidence, folders, log, name, root};

#[test]
fn the_cause_of_each_excerpt_is_found_and_no_other() {
    let folder = root().with_file_name("log-cases");
    let cases: Vec<Value> = serde_json::from_slice(&fs::read(folder.join("cases.json")).unwrap()).unwrap();
    let mut faults = Vec::new();
    for case in &cases {
        let text = |key: &str| case[key].as_str().unwrap();
        let bytes = fs::read(folder.join(text("case")).join(text("file"))).unwrap();
        let evidence = Evidence { logs: vec![log(text("file"), &bytes)], ..Evidence::default() };
        let findings = examine(&evidence).findings;
        let right: Vec<&str> = case["right"].as_array().unwrap().iter().map(|rule| rule.as_str().unwrap()).collect();
        let is_right = |rule: &str| right.contains(&rule);
        if findings.is_empty() || findings.iter().any(|finding| !is_right(finding.rule)) {
            let found: Vec<String> = findings.iter().map(|it| format!("{}: {}", it.rule, it.evidence)).collect();
            faults.push(format!("{}/{}: {right:?} expected, found {found:?}", text("case"), text("file")));
        }
    }
    assert!(cases.len() >= 60 && faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn failures_of_others_have_no_cause_here() {
    let folder = root().with_file_name("log-cases").join("no-cause");
    let files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(files.len() >= 10);
    for file in files {
        let evidence = Evidence { logs: vec![log("mattermost.log", &fs::read(&file).unwrap())], ..Evidence::default() };
        let found: Vec<String> =
            examine(&evidence).findings.iter().map(|it| format!("{}: {}", it.rule, it.evidence)).collect();
        assert!(found.is_empty(), "{}: {found:?}", file.display());
    }
}

#[test]
fn what_a_log_shows_has_one_cause() {
    let mut faults = Vec::new();
    for rule in folders(&root()) {
        for case in folders(&rule).iter().filter(|case| name(case).starts_with("found-log-")) {
            let findings = examine(&evidence(case)).findings;
            if findings.iter().any(|finding| finding.rule != name(&rule)) {
                let found: Vec<String> = findings.iter().map(|it| format!("{}: {}", it.rule, it.evidence)).collect();
                faults.push(format!("{}/{}: {found:?}", name(&rule), name(case)));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
