//! The suite runner as its users meet it: the program is run on small feature files and everything it says is compared.
//!
//! The program under test is this very file with [`PLAYS_THE_PROGRAM`] set: `mattermost-lab` and the misbehaving steps
//! of `misbehaviour`, which the real program must not have.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod choices;
#[path = "../support/command.rs"]
mod command;
mod interruption;
mod known_deviations;
mod loading;
mod misbehaviour;
mod outcomes;
mod page;
mod recordings;
mod reports;
mod selection;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

/// Set in the environment of this program when it is to be `mattermost-lab`.
const PLAYS_THE_PROGRAM: &str = "TEST_PLAYS_THE_PROGRAM";

type Test = (&'static str, fn());

/// The named functions of this module as tests, each with its path as its name.
macro_rules! tests {
    ($($test:ident),* $(,)?) => {
        vec![$((concat!(module_path!(), "::", stringify!($test)), $test as fn())),*]
    };
}
use tests;

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
    let trials = tests.into_iter().flatten().map(|(name, test): Test| {
        Trial::test(name, move || {
            test();
            Ok(())
        })
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit_code()
}
