//! Tests that may have to do without something: one that does is ignored and says why, where the test harness of Rust would
//! count it as passed.
//!
//! A test target that uses it is declared with `harness = false`.
#![allow(clippy::expect_used, reason = "a test may panic")]
#![allow(dead_code, reason = "each test program uses some of it")]

use std::future::Future;
use std::process::ExitCode;

use gitlab_mattermost_stage::engine::Engine;
use gitlab_mattermost_stage::postgresql::PostgresChoice;
use gitlab_mattermost_stage::supply::{self, Effort};
use libtest_mimic::{Arguments, Completion, Trial};
use tokio::runtime::Runtime;

/// A test and its name.
pub type Test = (&'static str, fn() -> Completion);

/// The named functions of this module as tests, each with its path as its name. One that may have to do without something
/// returns a [`Completion`].
macro_rules! tests {
    ($($test:ident),* $(,)?) => {
        vec![$((concat!(module_path!(), "::", stringify!($test)), || crate::trials::Ended::completion($test()))),*]
    };
}
pub(crate) use tests;

/// What a test returns.
pub trait Ended {
    /// How it ended.
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
pub fn ignored(missing: &str, variable: &str) -> Completion {
    assert!(std::env::var_os(variable).is_none(), "{missing}, and `{variable}` is set");
    Completion::ignored_with(missing)
}

/// Runs a test that needs a container engine; without one it is ignored, or fails where `LAB_REQUIRE_CONTAINERS` is set.
pub fn with_containers(test: impl FnOnce()) -> Completion {
    if let Err(error) = block_on(Engine::probe()) {
        return ignored(&error.to_string(), "LAB_REQUIRE_CONTAINERS");
    }
    test();
    Completion::Completed
}

/// Runs a test that needs PostgreSQL; where there is none and none can be made it is ignored, with what brings it, or fails where
/// `LAB_REQUIRE_POSTGRESQL` is set.
pub fn with_postgresql(test: impl FnOnce()) -> Completion {
    match block_on(supply::postgresql(&PostgresChoice::Auto, Effort::Make)) {
        Err(lack) => ignored(&lack.to_string(), "LAB_REQUIRE_POSTGRESQL"),
        Ok(_) => {
            test();
            Completion::Completed
        }
    }
}

/// Waits for `future` on threads of its own.
pub fn block_on<F: Future>(future: F) -> F::Output {
    Runtime::new().expect("a runtime").block_on(future)
}

/// How many tests run at the same time: most of them wait for containers.
const AT_ONCE: usize = 4;

/// Runs the tests as the arguments of this program say.
pub fn run(tests: Vec<Test>) -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(AT_ONCE);
    let trial = |(name, test): Test| Trial::ignorable_test(name, move || Ok(test()));
    libtest_mimic::run(&arguments, tests.into_iter().map(trial).collect()).exit_code()
}
