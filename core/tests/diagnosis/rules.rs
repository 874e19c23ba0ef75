//! Each rule finds what it is for, passes over what only looks like it, and is quiet where everything is well.

use std::collections::BTreeSet;

use gitlab_mattermost_core::diagnosis::{Outcome, examine, rules};

use super::fixture::{evidence, folders, name, root};

#[test]
fn every_rule_finds_its_fixtures_and_passes_over_the_near_misses() {
    let mut faults = Vec::new();
    for rule in rules() {
        let number = rule.problem.rule;
        let cases = if root().join(number).is_dir() { folders(&root().join(number)) } else { Vec::new() };
        let (found, near): (Vec<_>, Vec<_>) = cases.iter().partition(|case| name(case).starts_with("found-"));
        let (least_found, least_near) = (3, 2);
        let enough = found.len() >= least_found && near.len() >= least_near;
        if !enough || near.iter().any(|case| !name(case).starts_with("near-")) {
            faults.push(format!(
                "{number} needs {least_found} folders `found-…` and {least_near} `near-…`, and no others"
            ));
        }
        for case in cases {
            let diagnosis = examine(&evidence(&case));
            let outcome = &diagnosis.rules.iter().find(|it| it.rule == number).unwrap().outcome;
            let is_found = diagnosis.findings.iter().any(|finding| finding.rule == number);
            let expected = name(&case).starts_with("found-");
            let is_checked = !matches!(outcome, Outcome::NotChecked { .. });
            if is_found != expected || !is_checked || matches!(outcome, Outcome::Found { .. }) != is_found {
                let seen: Vec<_> = diagnosis.findings.iter().map(|it| format!("{} {}", it.rule, it.evidence)).collect();
                faults.push(format!("{number}/{}: {outcome:?}, {seen:?}", name(&case)));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_folder_of_fixtures_belongs_to_a_rule() {
    let known: BTreeSet<&str> = rules().iter().map(|rule| rule.problem.rule).chain(["clean"]).collect();
    let unknown: Vec<String> = folders(&root())
        .iter()
        .map(|folder| name(folder).to_owned())
        .filter(|it| !known.contains(it.as_str()))
        .collect();
    assert_eq!(unknown, [""; 0]);
}

#[test]
fn the_problems_are_rules_once_each_in_order() {
    let numbers: Vec<&str> = rules().iter().map(|rule| rule.problem.rule).collect();
    let expected: Vec<String> = (1..=54).map(|number| format!("P{number:02}")).collect();
    assert_eq!(numbers[..54], expected);
    assert_eq!(numbers[54..], ["E06", "E09"]);
}

#[test]
fn nothing_is_found_in_installations_that_are_well() {
    let cases = folders(&root().join("clean"));
    assert!(cases.len() >= 3);
    for case in cases {
        let diagnosis = examine(&evidence(&case));
        let found: Vec<String> =
            diagnosis.findings.iter().map(|it| format!("{} {} {:?}", it.rule, it.evidence, it.places)).collect();
        assert!(found.is_empty(), "{}:\n{}", name(&case), found.join("\n"));
    }
}

#[test]
fn what_was_not_given_is_not_checked_and_not_counted_as_fine() {
    let diagnosis = examine(&gitlab_mattermost_core::diagnosis::Evidence::default());
    let all = diagnosis
        .rules
        .iter()
        .all(|rule| matches!(&rule.outcome, Outcome::NotChecked { needs, .. } if !needs.is_empty()));
    assert!(all && diagnosis.findings.is_empty());
}

#[test]
fn every_finding_says_what_where_why_and_what_to_do() {
    for rule in rules() {
        for case in folders(&root().join(rule.problem.rule)) {
            for finding in examine(&evidence(&case)).findings {
                let texts = [finding.evidence.as_str(), finding.cause, finding.fix, finding.source, finding.title];
                assert!(texts.iter().all(|text| text.len() > 3 && !text.ends_with('.')), "{finding:?}");
                assert!(finding.count >= finding.places.len() as u64 && finding.count > 0, "{finding:?}");
                assert!(finding.places.iter().all(|place| place.line != Some(0)), "{finding:?}");
            }
        }
    }
}
