//! The suite runner as its users meet it: the program is run on small feature files and everything it says is compared.
//!
//! The program under test is this very file with [`PLAYS_THE_PROGRAM`] set: `mattermost-lab` and the misbehaving steps
//! of `misbehaviour`, which the real program must not have.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

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
mod selection;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Completion, Trial};

/// Set in the environment of this program when it is to be `mattermost-lab`.
const PLAYS_THE_PROGRAM: &str = "TEST_PLAYS_THE_PROGRAM";

type Test = (&'static str, fn() -> Completion);

/// The named functions of this module as tests, each with its path as its name. One that may have to do without something
/// returns a [`Completion`].
macro_rules! tests {
    ($($test:ident),* $(,)?) => {
        vec![$((concat!(module_path!(), "::", stringify!($test)), || crate::Ended::completion($test()))),*]
    };
}
use tests;

/// What a test returns.
trait Ended {
    fn completion(self) -> Completion;
}

impl Ended for () {
    fn completion(self) -> Completion {
        Completion::Completed
    }
}

impl Ended for Completion {
    fn completion(self) -> Completion {
        self
    }
}

/// A test is ignored because of what is `missing`, unless the environment demands with `variable` that nothing is.
fn ignored(missing: &str, variable: &str) -> Completion {
    assert!(std::env::var_os(variable).is_none(), "{missing}, and `{variable}` is set");
    Completion::ignored_with(missing)
}

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
    let trial = |(name, test): Test| Trial::ignorable_test(name, move || Ok(test()));
    let trials = tests.into_iter().flatten().map(trial);
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit_code()
}
