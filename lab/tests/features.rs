//! The features as tests: one trial a scenario, played by the same code as `mattermost-lab run`.
//!
//! The lab is started by the first trial that needs it and shared by all. What the subjects are is read from the
//! environment. A scenario that they cannot serve is ignored with the reason; with `LAB_REQUIRE_CONTAINERS=1` it fails
//! where what is missing is a container engine.

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use gitlab_mattermost_lab::report::describe;
use gitlab_mattermost_lab::suite::{self, Choices, Plan, Planned, Stage};
use libtest_mimic::{Arguments, Completion, Failed, Trial};
use tokio::runtime::Runtime;
use tokio::sync::watch;

const TIME_LIMIT: Duration = Duration::from_secs(60);

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments = Arguments::from_args();
    let choices = Choices::from_env()?;
    let plan = Plan::new(suite::load(&[])?, &choices);
    let theatre = Arc::new(Theatre { runtime: Runtime::new()?, choices, stage: OnceLock::new() });
    let trials = plan.scenarios.into_iter().map(|planned| {
        let theatre = Arc::clone(&theatre);
        Trial::ignorable_test(planned.scenario.heading.id.clone(), move || theatre.play(&planned))
    });
    Ok(libtest_mimic::run(&arguments, trials.collect()).exit_code())
}

/// What all trials of this process share.
struct Theatre {
    runtime: Runtime,
    choices: Choices,
    stage: OnceLock<Result<Arc<Stage>, String>>,
}

impl Theatre {
    fn play(&self, planned: &Planned) -> Result<Completion, Failed> {
        if let Some(reason) = &planned.skip {
            let required = std::env::var_os("LAB_REQUIRE_CONTAINERS").is_some_and(|value| value == "1");
            let container = planned.scenario.heading.needs.iter().any(|need| need.starts_with("needs-container"));
            return if required && container { Err(reason.into()) } else { Ok(Completion::ignored_with(reason)) };
        }
        let stage = self.stage.get_or_init(|| self.start()).as_ref().map_err(|error| Failed::from(error.as_str()))?;
        let record = self.runtime.block_on(stage.play(&planned.scenario));
        match record.outcome.failure() {
            Some(_) => Err(format!("{}\n{}", record.outcome.name(), describe(&record)).into()),
            None => Ok(Completion::Completed),
        }
    }

    fn start(&self) -> Result<Arc<Stage>, String> {
        let lab = self.runtime.block_on(suite::start_lab(&self.choices)).map_err(|error| error.to_string())?;
        let program = PathBuf::from(env!("CARGO_BIN_EXE_mattermost-lab"));
        let (_, never) = watch::channel(false);
        Ok(Arc::new(Stage::new(Arc::new(lab), program, TIME_LIMIT, never)))
    }
}
