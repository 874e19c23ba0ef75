use super::*;

const FEATURE: &str = "
@chapter
Feature: Sign-in

  Background:
    Given GitLab

  @plain
  Scenario: Without a rule
    When somebody signs in

  @early
  Rule: Only members

    Background:
      And a group

    @ruled @may @serial @needs-container
    Scenario Outline: <who> signs in
      When <who> signs in:
        | name  |
        | <who> |

      @people
      Examples:
        | who     |
        | a guest |
        | a user  |
";

fn scenarios() -> Vec<Scenario> {
    scenarios_of("features/17_sign_in.feature", FEATURE).unwrap()
}

#[test]
fn an_outline_becomes_a_scenario_for_each_row() {
    let scenarios = scenarios();
    let ids: Vec<&str> = scenarios.iter().map(|scenario| scenario.heading.id.as_str()).collect();
    let expected = ["17_sign_in/without-a-rule", "17_sign_in/who-signs-in/a-guest", "17_sign_in/who-signs-in/a-user"];
    assert_eq!(ids, expected);
    assert_eq!(scenarios[2].heading.name, "a user signs in");
    assert_eq!(scenarios[2].steps[2].table.as_ref().unwrap().rows[1], ["a user"]);
}

#[test]
fn backgrounds_come_first_the_features_before_the_rules() {
    let texts = |scenario: &Scenario| scenario.steps.iter().map(|step| step.value.clone()).collect::<Vec<_>>();
    assert_eq!(texts(&scenarios()[0]), ["GitLab", "somebody signs in"]);
    assert_eq!(texts(&scenarios()[1]), ["GitLab", "a group", "a guest signs in:"]);
}

#[test]
fn tags_are_inherited_and_the_level_is_must_unless_said() {
    let scenarios = scenarios();
    assert_eq!(scenarios[0].tags, ["plain", "chapter", "must"]);
    assert_eq!(scenarios[1].tags, ["ruled", "may", "serial", "needs-container", "people", "early", "chapter"]);
}

#[test]
fn the_heading_is_read_from_tags_and_place() {
    let expected = Heading {
        id: "17_sign_in/who-signs-in/a-guest".to_owned(),
        section: "ruled".to_owned(),
        level: Level::May,
        name: "a guest signs in".to_owned(),
        serial: true,
        needs: vec!["needs-container".to_owned()],
        location: "features/17_sign_in.feature:27".to_owned(),
    };
    assert_eq!(scenarios()[1].heading, expected);
}

#[test]
fn all_mistakes_of_a_file_are_told_at_once() {
    let text = "Feature: x\n  @needs-brwoser\n  Scenario: One\n    Given a\n\n  @chapter @needs-postgresq @needs-luck\n  \
                Scenario: Two\n    Given b\n\n  Scenario: Three\n";
    let told = scenarios_of("x.feature", text).unwrap_err().to_string();
    assert!(told.starts_with("`x.feature` has 6 mistakes:\n"), "{told}");
    for words in [
        "`x.feature:3`: the first tag of scenario `One` must be the anchor",
        "did you mean `@needs-browser`?",
        "did you mean `@needs-postgresql`?",
        "unknown need `@needs-luck`",
        "`x.feature:10`: the first tag of scenario `Three` must be the anchor",
        "`x.feature:10`: scenario `Three` has no step",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
}

#[test]
fn a_scenario_without_a_section_of_its_own_has_that_of_its_rule_or_feature() {
    let text = FEATURE.replace("    @ruled @may", "    @may").replace("  @plain\n", "  @must\n");
    let scenarios = scenarios_of("features/17_sign_in.feature", &text).unwrap();
    let sections: Vec<&str> = scenarios.iter().map(|scenario| scenario.heading.section.as_str()).collect();
    assert_eq!(sections, ["chapter", "early", "early"]);
}

#[test]
fn every_column_is_read_by_a_step_or_names_the_case() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../features");
    let mut outlines = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let feature = gherkin::Feature::parse_path(&path, gherkin::GherkinEnv::default()).unwrap();
        let of_rules = feature.rules.iter().flat_map(|rule| &rule.scenarios);
        for outline in feature.scenarios.iter().chain(of_rules).filter(|scenario| !scenario.examples.is_empty()) {
            outlines += 1;
            let said = format!("{} {:?}", outline.name, outline.steps);
            let tables = outline.examples.iter().filter_map(|examples| examples.table.as_ref());
            for column in tables.flat_map(|table| &table.rows[0]) {
                let is_read = column == "case" || said.contains(&format!("<{column}>"));
                assert!(is_read, "{}: no step of `{}` reads `{column}`", path.display(), outline.name);
            }
        }
    }
    assert!(outlines > 20, "{outlines}");
}
