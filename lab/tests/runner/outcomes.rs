//! How scenarios end, and what is said of it.

use libtest_mimic::Completion;

use crate::command::{NO_ENGINE, program};
use crate::screen::{shown, too_long, without_colours, words};
use crate::trials::with_containers;
use crate::{Test, tests};

pub fn tests() -> Vec<Test> {
    tests![
        every_failure_is_told_at_once_and_again_at_the_end,
        a_scenario_without_end_fails_and_names_its_step,
        a_scenario_that_cannot_be_served_is_skipped_with_its_reason,
        steps_of_the_command_line_say_what_they_found,
        a_need_that_is_met_is_no_reason_to_skip,
        scenarios_play_at_the_same_time_unless_they_are_serial,
        colours_are_printed_only_when_asked_for,
        at_a_terminal_no_line_is_longer_than_it_and_no_word_is_lost,
    ]
}

fn every_failure_is_told_at_once_and_again_at_the_end() {
    let expected = "
passed   outcomes/passes
failed   outcomes/deviates
    section      section (must)
    scenario     Deviates (features/outcomes.feature:8)
    step         And a step that finds a deviation
    requirement  the sky is blue
    expected     blue
    actual       grey
                 with clouds
errored  outcomes/errs
    section      section (should)
    scenario     Errs (features/outcomes.feature:14)
    step         Given a step that returns an error
    requirement  Errs
    expected     the step holds
    actual       the well is dry
failed   outcomes/panics
    section      section (must)
    scenario     Panics (features/outcomes.feature:18)
    step         Given a step that panics
    requirement  Panics
    expected     the step holds
    actual       the step panicked at lab/tests/runner/misbehaviour.rs:25:5: assertion `left == right` failed: arithmetic
                   left: 2
                  right: 3
errored  outcomes/is-ambiguous
    section      section (must)
    scenario     Is ambiguous (features/outcomes.feature:22)
    step         Given a step of two meanings
    requirement  Is ambiguous
    expected     the step holds
    actual       the step is ambiguous: `^a step of (\\S+) meanings$` and `^a step of two meanings$`

failures:
failed   outcomes/deviates: the sky is blue
         mattermost-lab run features/outcomes.feature --only outcomes/deviates
errored  outcomes/errs: Errs
         mattermost-lab run features/outcomes.feature --only outcomes/errs
failed   outcomes/panics: Panics
         mattermost-lab run features/outcomes.feature --only outcomes/panics
errored  outcomes/is-ambiguous: Is ambiguous
         mattermost-lab run features/outcomes.feature --only outcomes/is-ambiguous

5 scenarios: 1 passed, 2 failed, 2 errored, 0 skipped, 0 not run
";
    program(&["run", "features/outcomes.feature", "--jobs", "1", "--no-durations"]).status(1).stdout(expected).check();
}

fn a_scenario_without_end_fails_and_names_its_step() {
    let expected = "
passed   endless/comes-after
failed   endless/waits
    section      section (must)
    scenario     Waits (features/endless.feature:4)
    step         And a step that waits for ever
    requirement  Waits
    expected     the scenario ends within 1 s
    actual       the step had not ended when the time was up
failed   endless/blocks
    section      section (must)
    scenario     Blocks (features/endless.feature:9)
    step         Given a step that blocks its thread
    requirement  Blocks
    expected     the scenario ends within 1 s
    actual       the step had not ended when the time was up; it blocks its thread, which was given up

failures:
failed   endless/waits: Waits
         mattermost-lab run features/endless.feature --only endless/waits
failed   endless/blocks: Blocks
         mattermost-lab run features/endless.feature --only endless/blocks

3 scenarios: 1 passed, 2 failed, 0 errored, 0 skipped, 0 not run
";
    let flags = ["run", "features/endless.feature", "--jobs", "3", "--no-durations", "--timeout", "1"];
    program(&flags).status(1).stdout(expected).check();
}

fn a_scenario_that_cannot_be_served_is_skipped_with_its_reason() {
    let expected = "
skipped  needs/needs-an-engine: @needs-container: NO-ENGINE
passed   needs/needs-nothing

skipped:
         1 scenario: @needs-container: NO-ENGINE

2 scenarios: 1 passed, 0 failed, 0 errored, 1 skipped, 0 not run
";
    let expected = expected.replace("NO-ENGINE", NO_ENGINE);
    let flags = ["run", "features/needs.feature", "--no-durations"];
    program(&flags).env("DOCKER_HOST", "unix:///nowhere").stdout(&expected).check();
}

fn a_need_that_is_met_is_no_reason_to_skip() -> Completion {
    with_containers(|| {
        let expected = "
passed   needs/needs-an-engine
passed   needs/needs-nothing

2 scenarios: 2 passed, 0 failed, 0 errored, 0 skipped, 0 not run
";
        let flags = ["run", "features/needs.feature", "--no-durations", "--jobs", "1"];
        program(&flags).stdout(expected).check();
    })
}

fn scenarios_play_at_the_same_time_unless_they_are_serial() {
    let flags = ["run", "features/together.feature", "--no-durations", "--jobs", "2", "--timeout", "10"];
    let output = program(&flags).output();
    assert!(output.ends_with("4 scenarios: 4 passed, 0 failed, 0 errored, 0 skipped, 0 not run\n"), "{output}");
}

fn colours_are_printed_only_when_asked_for() {
    let colours = |flags: &[&str], no_color: &str| {
        let flags = [&["run", "features/selection.feature"], flags].concat();
        program(&flags).env("NO_COLOR", no_color).output().contains('\u{1b}')
    };
    assert!(!colours(&[], ""));
    assert!(!colours(&["--color", "never"], ""));
    assert!(colours(&["--color", "always"], "1"));
}

fn steps_of_the_command_line_say_what_they_found() {
    let expected = include_str!("../features/command_line.expected");
    program(&["run", "features/command_line.feature", "--jobs", "1", "--no-durations"])
        .status(1)
        .stdout(expected)
        .check();
}

fn at_a_terminal_no_line_is_longer_than_it_and_no_word_is_lost() {
    let program = std::env::current_exe().unwrap();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests");
    let command = [program.to_str().unwrap(), "run", "features/outcomes.feature", "--jobs", "1", "--no-durations"];
    let plain = [("NO_COLOR", "1"), (crate::PLAYS_THE_PROGRAM, "1")];
    let (narrow, wide) = (shown(&command, 80, &plain, Some(folder)), shown(&command, 400, &plain, Some(folder)));
    assert_eq!(too_long(&narrow, 80), Vec::<&str>::new());
    assert_eq!(words(&narrow), words(&wide));
    assert!(wide.contains("failed   outcomes/deviates\n") && !wide.contains('\u{1b}'), "{wide}");
    let coloured = shown(&command, 80, &plain[1..], Some(folder));
    assert!(coloured.contains("\u{1b}[31mfailed"), "{coloured}");
    assert_eq!(without_colours(&coloured), narrow);
}
