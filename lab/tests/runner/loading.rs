//! Files that are refused, each with its reason; nothing is run then.

use crate::command::program;
use crate::{Test, tests};

pub fn tests() -> Vec<Test> {
    tests![
        two_scenarios_with_one_id_are_refused_naming_both,
        two_equal_rows_are_refused_naming_both,
        a_scenario_without_a_section_is_refused,
        a_scenario_without_a_step_is_refused,
        an_unknown_need_is_refused,
        steps_that_nobody_has_defined_are_refused_all_at_once_with_the_nearest,
        a_misspelt_tag_is_refused_with_the_nearest,
        a_placeholder_without_a_column_is_refused,
        what_is_no_feature_file_is_refused,
        a_folder_means_all_feature_files_below_it,
    ]
}

fn refused(path: &str, message: &str) {
    for command in ["run", "list"] {
        program(&[command, path]).status(2).stderr(&format!("error: {message}\n")).check();
    }
}

fn two_scenarios_with_one_id_are_refused_naming_both() {
    refused(
        "features/refused/duplicate.feature",
        "two scenarios have the id `duplicate/the-same`: `features/refused/duplicate.feature:4` and \
         `features/refused/duplicate.feature:8`; rename one",
    );
}

fn two_equal_rows_are_refused_naming_both() {
    refused(
        "features/refused/duplicate_row.feature",
        "two scenarios have the id `duplicate_row/row/three-same`: `features/refused/duplicate_row.feature:9` and \
         `features/refused/duplicate_row.feature:10`; rename one",
    );
}

fn a_scenario_without_a_section_is_refused() {
    refused(
        "features/refused/no_tag.feature",
        "`features/refused/no_tag.feature:3`: the first tag of scenario `Bare` must be the anchor of its section, \
         found no tag",
    );
    refused(
        "features/refused/no_section.feature",
        "`features/refused/no_section.feature:4`: the first tag of scenario `Level first` must be the anchor of its \
         section, found `@should`",
    );
}

fn a_scenario_without_a_step_is_refused() {
    refused(
        "features/refused/no_step.feature",
        "`features/refused/no_step.feature:4`: scenario `Misspelt` has no step; a step begins with Given, When, Then, \
         And or But",
    );
}

fn an_unknown_need_is_refused() {
    refused(
        "features/refused/unknown_need.feature",
        "`features/refused/unknown_need.feature:4`: unknown need `@needs-luck`, known are `@needs-container`, \
         `@needs-host`, `@needs-standin`, `@needs-chosen-gitlab`, `@needs-browser`, `@needs-mock-gitlab`, `@needs-gitlab-admin`, \
         `@needs-gitlab-projects`, `@needs-gitlab-pages`, `@needs-gitlab-blocked-user`, `@needs-provider-client`, \
         `@needs-provider-user`, `@needs-provider-two-users`, `@needs-provider-password`, `@needs-provider-two-clients`, \
         `@needs-provider-two-redirect-uris`, `@needs-provider-consent`, `@needs-provider-consent-once`, `@needs-provider-denial`, `@needs-provider-scope`, \
         `@needs-provider-blocked-user`, `@needs-provider-clock`, `@needs-own-mattermost`, `@needs-shared-provider`, `@needs-mattermost-after`, `@needs-mattermost-5.32`, `@needs-postgresql`, `@needs-postgresql-programs`, \
         `@needs-translate`, `@needs-translate-as-documented`, `@needs-env`, `@needs-plan`, `@needs-plan-in-full`, \
         `@needs-builtin-translator`, `@needs-builtin-planner`",
    );
}

fn steps_that_nobody_has_defined_are_refused_all_at_once_with_the_nearest() {
    let nearest = "did you mean `a step that holds`?";
    refused(
        "features/refused/unknown_step.feature",
        &format!(
            "3 steps are not defined:\n      features/refused/unknown_step.feature:5: `a step that hods`; {nearest}\n      \
             features/refused/unknown_step.feature:6: `a step that nobody has written`\n      \
             features/refused/unknown_step.feature:11: `a step that hods`; {nearest}\n    \
             `mattermost-lab steps WORD` lists the steps with a word; nothing was played"
        ),
    );
}

fn a_misspelt_tag_is_refused_with_the_nearest() {
    refused(
        "features/refused/unknown_tag.feature",
        "`features/refused/unknown_tag.feature:4`: unknown tag `@shoud`; did you mean `@should`?",
    );
}

fn a_placeholder_without_a_column_is_refused() {
    refused(
        "features/refused/placeholder.feature",
        "`features/refused/placeholder.feature`, line 5: the examples have no column `number`",
    );
}

fn what_is_no_feature_file_is_refused() {
    refused(
        "features/refused/syntax.feature",
        "`features/refused/syntax.feature` is not a feature file: syntax error in line 6",
    );
    refused("features/refused/not_text.feature", "`features/refused/not_text.feature` is not UTF-8 text");
    refused("features/none.feature", "cannot read `features/none.feature`: No such file or directory (os error 2)");
}

fn a_folder_means_all_feature_files_below_it() {
    let output = program(&["list", "features/deep"]).output();
    // The choices come first, then an empty line.
    let scenarios = output.lines().skip_while(|line| !line.is_empty()).skip(1);
    let ids: Vec<&str> = scenarios.filter_map(|line| line.split_once(' ')).map(|(id, _)| id).collect();
    assert_eq!(ids[..2], ["below/below", "top/top"]);
    assert!(output.ends_with("\n2 scenarios, 0 of which would be skipped\n"), "{output}");
}
