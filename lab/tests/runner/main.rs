//! The suite runner as its users meet it: the program is run on small feature files and everything it says is compared.
//!
//! The program under test is this very file with [`PLAYS_THE_PROGRAM`] set: `mattermost-lab` and the misbehaving steps
//! of `misbehaviour`, which the real program must not have.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod choices;
mod command;
mod interruption;
mod known_deviations;
mod loading;
mod misbehaviour;
mod outcomes;
mod page;
#[path = "../support/program.rs"]
mod program;
mod recordings;
mod reports;
#[path = "../support/screen.rs"]
mod screen;
mod selection;
#[path = "../support/trials.rs"]
mod trials;

use std::process::ExitCode;

use trials::{Test, ignored, tests};

/// Set in the environment of this program when it is to be `mattermost-lab`.
const PLAYS_THE_PROGRAM: &str = "TEST_PLAYS_THE_PROGRAM";

fn main() -> ExitCode {
    if std::env::var_os(PLAYS_THE_PROGRAM).is_some() {
        return gitlab_mattermost_lab::cli::main().into();
    }
    let tests = [
        choices::tests(),
        interruption::tests(),
        known_deviations::tests(),
        loading::tests(),
        outcomes::tests(),
        page::tests(),
        recordings::tests(),
        reports::tests(),
        selection::tests(),
    ];
    trials::run(tests.into_iter().flatten().collect())
}
