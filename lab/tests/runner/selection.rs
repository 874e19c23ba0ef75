//! Selecting scenarios by flags.

use serde_json::Value;

use crate::command::{NO_ENGINE, program};
use crate::{Test, tests};

const FILE: &str = "features/selection.feature";

pub fn tests() -> Vec<Test> {
    tests![
        list_shows_section_level_and_needs,
        list_tells_what_would_be_skipped_and_why,
        list_as_json_follows_its_schema,
        an_id_in_full_means_itself_alone,
        the_beginning_of_an_id_means_all_that_begin_so,
        only_may_be_given_again,
        tags_select_by_own_inherited_and_default_tags,
        shards_together_are_the_whole,
        an_unknown_id_is_refused_with_near_ones,
        an_unknown_tag_is_refused_with_near_ones,
        filters_that_leave_nothing_are_named,
        files_without_a_scenario_are_refused,
        wrong_values_of_flags_are_refused,
    ]
}

/// What is chosen where nothing is, as `list` shows it.
const CHOICES: &str = "
gitlab                   default      mock
mattermost               default      standin
mattermost-after         default      none
postgres                 default      auto
host                     default      auto
translator               default      builtin
planner                  default      builtin
answer-within            default      5
seed                     default      1
gitlab-seed              default      none
gitlab-admin-token-file  default      none
gitlab-profile           default      none
gitlab-client            default      none
gitlab-redirect-uri      default      none
gitlab-user              default      none
gitlab-ca                default      none
expectations             default      none
config                   default      none

";

fn ids(flags: &[&str]) -> Vec<String> {
    let output = program(&[&["list", FILE, "--format", "json"], flags].concat()).output();
    let json: Value = serde_json::from_str(&output).unwrap();
    let scenarios = json["scenarios"].as_array().unwrap();
    scenarios.iter().map(|scenario| scenario["id"].as_str().unwrap().to_owned()).collect()
}

fn list_shows_section_level_and_needs() {
    let expected = "
selection/plain                                    first-section   must
selection/plain-and-more                           first-section   should
selection/a-version-version-is-written/14-6-one    second-section  may
selection/a-version-version-is-written/14-7-three  second-section  may
selection/a-version-version-is-written/14-7-four   second-section  may
selection/the-users-own                            second-section  must

6 scenarios, 0 of which would be skipped
";
    program(&["list", FILE]).stdout(&format!("{CHOICES}{}", expected.trim_start())).check();
}

fn list_tells_what_would_be_skipped_and_why() {
    let expected = "
needs/needs-an-engine  section  must    @needs-container
    would be skipped: @needs-container: NO-ENGINE
needs/needs-nothing    section  must

2 scenarios, 1 of which would be skipped
    1 scenario: @needs-container: NO-ENGINE
";
    let expected = format!("{CHOICES}{}", expected.trim_start()).replace("NO-ENGINE", NO_ENGINE);
    program(&["list", "features/needs.feature"]).env("DOCKER_HOST", "unix:///nowhere").stdout(&expected).check();
}

fn list_as_json_follows_its_schema() {
    let schema = serde_json::from_str(include_str!("../../schemas/list.schema.json")).unwrap();
    for file in [FILE, "features/needs.feature"] {
        let output = program(&["list", file, "--format", "json"]).env("DOCKER_HOST", "unix:///nowhere").output();
        jsonschema::validate(&schema, &serde_json::from_str(&output).unwrap()).unwrap();
    }
}

fn an_id_in_full_means_itself_alone() {
    assert_eq!(ids(&["--only", "selection/plain"]), ["selection/plain"]);
}

fn the_beginning_of_an_id_means_all_that_begin_so() {
    assert_eq!(ids(&["--only", "selection/plai"]), ["selection/plain", "selection/plain-and-more"]);
}

fn only_may_be_given_again() {
    let selected = ids(&["--only", "selection/the", "--only", "selection/plain"]);
    assert_eq!(selected, ["selection/plain", "selection/the-users-own"]);
}

fn tags_select_by_own_inherited_and_default_tags() {
    assert_eq!(ids(&["--tags", "@oauth"]).len(), 6);
    assert_eq!(ids(&["--tags", "@late"]), ["selection/a-version-version-is-written/14-7-four"]);
    assert_eq!(ids(&["--tags", "@must"]), ["selection/plain", "selection/the-users-own"]);
    assert_eq!(ids(&["--tags", "@second-section and not (@serial or @should)"]), ["selection/the-users-own"]);
}

fn shards_together_are_the_whole() {
    let whole = ids(&[]);
    for of in 1..=6 {
        let parts: Vec<_> = (1..=of).map(|part| ids(&["--shard", &format!("{part}/{of}")])).collect();
        assert!(parts.iter().all(|part| part.len() == 6 / of || part.len() == 6 / of + 1), "{parts:?}");
        let mut together = parts.concat();
        together.sort_by_key(|id| whole.iter().position(|whole| whole == id));
        assert_eq!(together, whole);
    }
}

fn an_unknown_id_is_refused_with_near_ones() {
    let error = "
error: nothing selected: no scenario's id begins with `selection/plane`; near: `selection/plain`, \
`selection/plain-and-more`, `selection/the-users-own`
";
    program(&["run", FILE, "--only", "selection/plane"]).status(4).stderr(error).check();
    let error = "error: nothing selected: no scenario's id begins with `Q`\n";
    program(&["run", FILE, "--only", "selection", "--only", "Q"]).status(4).stderr(error).check();
}

fn an_unknown_tag_is_refused_with_near_ones() {
    let error = "
error: no scenario has the tag `@second-sektion`; near: `@second-section`
";
    // What leaves something is refused too: nobody would notice that it leaves out nothing.
    for tags in ["@second-sektion", "@must and not @second-sektion"] {
        program(&["run", FILE, "--tags", tags]).status(2).stderr(error.trim_start()).check();
    }
    let error = "error: nothing selected: no scenario has the tag `@nightly`\n";
    program(&["run", FILE, "--tags", "@nightly"]).status(4).stderr(error).check();
    assert_eq!(ids(&["--tags", "not @nightly"]).len(), 6);
}

fn filters_that_leave_nothing_are_named() {
    let error = "
error: nothing selected: of 6 scenarios none is left by `--only selection/plain` and `--tags @late` and `--shard 1/2`
";
    let flags = ["run", FILE, "--only", "selection/plain", "--tags", "@late", "--shard", "1/2"];
    program(&flags).status(4).stderr(error).check();
    let error = "error: nothing selected: of 6 scenarios none is left by `--shard 7/7`\n";
    program(&["list", FILE, "--shard", "7/7"]).status(4).stderr(error).check();
}

fn files_without_a_scenario_are_refused() {
    let error = "error: nothing selected: the feature files contain no scenario\n";
    program(&["run", "features/refused/empty.feature"]).status(4).stderr(error).check();
}

fn wrong_values_of_flags_are_refused() {
    for (flag, value, hint) in [
        ("--shard", "0/2", "write it as I/N with 1 <= I <= N, like `2/3`, or as `auto` or `auto/N`"),
        ("--shard", "3/2", "write it as I/N with 1 <= I <= N, like `2/3`, or as `auto` or `auto/N`"),
        ("--shard", "2", "write it as I/N with 1 <= I <= N, like `2/3`, or as `auto` or `auto/N`"),
        ("--tags", "must", "write it like `@must and not @serial`"),
        ("--timeout", "0", "write a number of seconds above 0, like `60` or `0.5`"),
        ("--timeout", "NaN", "write a number of seconds above 0, like `60` or `0.5`"),
    ] {
        let name = match flag {
            "--shard" => "--shard <I/N>",
            "--tags" => "--tags <EXPR>",
            _ => "--timeout <SECONDS>",
        };
        let error =
            format!("error: invalid value '{value}' for '{name}': {hint}\n\nFor more information, try '--help'.\n");
        program(&["run", FILE, flag, value]).status(2).stderr(&error).check();
    }
}
