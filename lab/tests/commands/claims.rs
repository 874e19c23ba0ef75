//! Every section and every claim of the document has a scenario, a check of `doc`, or a reason why it has none.

use std::collections::BTreeSet;

use gitlab_mattermost_core::document::PieceKind;
use gitlab_mattermost_core::document::{claims, errata};
use gitlab_mattermost_suite::runner;

/// Scenarios of the program's own, outside the document.
const OWN: [&str; 3] = ["command-line", "mattermost-provider", "running-mattermost"];

fn scenarios() -> Vec<(String, String)> {
    runner::load(&[]).unwrap().into_iter().map(|it| (it.heading.id, it.heading.section)).collect()
}

#[test]
fn every_section_and_every_claim_is_checked_or_says_why_not() {
    let scenarios = scenarios();
    let gaps = claims::gaps(scenarios.iter().map(|(id, anchor)| (id.as_str(), anchor.as_str())));
    let gaps: Vec<String> = gaps.iter().map(ToString::to_string).collect();
    assert!(gaps.is_empty(), "{}", gaps.join("\n"));
}

#[test]
fn every_scenario_belongs_to_a_section_that_there_is() {
    let known: BTreeSet<&str> = claims::sections().iter().map(|section| section.anchor.as_str()).collect();
    let strange: BTreeSet<String> = scenarios()
        .into_iter()
        .map(|(_, anchor)| anchor)
        .filter(|anchor| !known.contains(anchor.as_str()) && !OWN.contains(&anchor.as_str()))
        .collect();
    assert!(strange.is_empty(), "the document has no such sections: {strange:?}");
}

#[test]
fn the_registry_has_every_row_block_and_step_of_the_document() {
    let count = |kind| claims::all().filter(|(_, claim)| claim.kind == kind).count();
    assert_eq!(claims::sections().iter().filter(|section| section.level == 2).count(), 20);
    assert_eq!(count(PieceKind::Row), 33 + 16, "version table and exceptions");
    assert_eq!(count(PieceKind::Shell), 8, "blocks of commands");
    assert_eq!(count(PieceKind::Console), 1);
    assert_eq!(count(PieceKind::Settings), 10, "blocks of settings");
    assert_eq!(count(PieceKind::Step), 18, "messages and notes of the diagram");
}

#[test]
fn what_is_gone_wrong_with_a_registry_is_named() {
    // Nothing is played here, so every section without an excuse and every scenario of a claim is missed.
    let gaps = claims::gaps([]);
    let first = gaps.iter().map(ToString::to_string).collect::<BTreeSet<_>>();
    assert!(first.contains("section `getting-started` has neither a scenario nor a reason"), "{first:?}");
    assert!(first.iter().any(|gap| gap.starts_with("claim `numeric-ids/ids` names the scenario `06_numeric_ids/")));
}

#[test]
fn every_scenario_has_exactly_one_level() {
    let levels = ["@must", "@should", "@may"];
    for file in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../features")).unwrap() {
        let path = file.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let mut tags: Vec<&str> = Vec::new();
        for (number, line) in text.lines().map(str::trim).enumerate() {
            if line.starts_with('@') {
                tags.extend(line.split_whitespace());
            } else if line.starts_with("Scenario") {
                let own = tags.iter().filter(|tag| levels.contains(tag)).count();
                assert_eq!(own, 1, "{}:{}: {tags:?}", path.display(), number + 1);
                tags.clear();
            }
        }
    }
}

#[test]
fn a_scenario_that_lets_gitlab_register_an_application_says_that_it_needs_an_administrator() {
    const REGISTERING: [&str; 3] =
        ["GitLab and Mattermost run as documented", "GitLab has the application", "GitLab has 1 application"];
    let silent: Vec<_> = runner::load(&[])
        .unwrap()
        .into_iter()
        .filter(|scenario| {
            scenario.steps.iter().any(|step| REGISTERING.iter().any(|words| step.value.starts_with(words)))
        })
        .filter(|scenario| !scenario.heading.needs.iter().any(|need| need == "needs-gitlab-admin"))
        .map(|scenario| scenario.heading.id)
        .collect();
    assert!(silent.is_empty(), "tag them with @needs-gitlab-admin: {silent:?}");
}

#[test]
fn every_scenario_that_an_erratum_names_is_there() {
    let scenarios = scenarios();
    for erratum in errata::errata() {
        for named in &erratum.scenarios {
            assert!(scenarios.iter().any(|(id, _)| claims::means(named, id)), "erratum {}: {named}", erratum.number);
        }
    }
}
