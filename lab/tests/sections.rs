//! Every section of the document has a scenario, or a reason why it has none.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;

use gitlab_mattermost_lab::suite;
use serde::Deserialize;

/// Scenarios of the program's own, outside the document.
const OWN: [&str; 1] = ["command-line"];

#[derive(Deserialize)]
struct Section {
    anchor: String,
    without_scenario: Option<String>,
}

fn sections() -> Vec<Section> {
    serde_json::from_str(include_str!("data/document-sections.json")).unwrap()
}

fn played() -> BTreeSet<String> {
    suite::load(&[]).unwrap().into_iter().map(|scenario| scenario.heading.section).collect()
}

#[test]
fn every_section_has_either_a_scenario_or_a_reason_for_none() {
    let played = played();
    let wrong: Vec<_> = sections()
        .into_iter()
        .filter(|section| played.contains(&section.anchor) == section.without_scenario.is_some())
        .map(|section| section.anchor)
        .collect();
    assert!(wrong.is_empty(), "these have neither, or both: {wrong:?}");
}

#[test]
fn every_scenario_belongs_to_a_section_that_there_is() {
    let known: BTreeSet<_> = sections().into_iter().map(|section| section.anchor).collect();
    let strange: Vec<_> =
        played().into_iter().filter(|anchor| !known.contains(anchor) && !OWN.contains(&anchor.as_str())).collect();
    assert!(strange.is_empty(), "the document has no such sections: {strange:?}");
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
