//! The features as tests: one trial a scenario, played by the same code as `mattermost-lab run`.
//!
//! The lab is started by the first trial that needs it and shared by all. What the subjects are is read from the
//! environment. What the machine lacks is made where it can be. A scenario that cannot be served is ignored with the reason; with
//! `LAB_REQUIRE_CONTAINERS=1` it fails where what is missing is a container engine or an image, with `LAB_REQUIRE_BROWSER=1`
//! where it is a browser, with `LAB_REQUIRE_POSTGRESQL=1` where it is PostgreSQL.

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use gitlab_mattermost_ground::error_chain;
use gitlab_mattermost_stage::cleanup::Keep;
use gitlab_mattermost_stage::lab::Lab;
use gitlab_mattermost_stage::subject::Choices;
use gitlab_mattermost_stage::supply::Effort;
use gitlab_mattermost_suite::report::describe;
use gitlab_mattermost_suite::runner::{self, PlannedScenario, Player, RunPlan};
use libtest_mimic::{Arguments, Completion, Failed, Trial};
use tokio::runtime::Runtime;
use tokio::sync::watch;

const TIME_LIMIT: Duration = Duration::from_secs(60);

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert_with(runner::usual_jobs);
    let choices = Choices::from_env()?;
    let effort = if arguments.list { Effort::Look } else { Effort::Make };
    let plan = RunPlan::new(runner::load(&[])?, &choices, effort)?;
    let theatre = Arc::new(Theatre { runtime: Runtime::new()?, choices, open: OnceLock::new() });
    let trials = plan.scenarios.into_iter().map(|planned| {
        let theatre = Arc::clone(&theatre);
        Trial::ignorable_test(planned.scenario.heading.id.clone(), move || theatre.play(&planned))
    });
    let conclusion = libtest_mimic::run(&arguments, trials.collect());
    theatre.close();
    Ok(conclusion.exit_code())
}

/// The started lab and what is played on it.
struct Open {
    lab: Arc<Lab>,
    player: Arc<Player>,
}

/// What all trials of this process share.
struct Theatre {
    runtime: Runtime,
    choices: Choices,
    open: OnceLock<Result<Open, String>>,
}

impl Theatre {
    fn play(&self, planned: &PlannedScenario) -> Result<Completion, Failed> {
        if let Some(reason) = &planned.skip {
            return match planned.demanded_by {
                Some(variable) => Err(format!("{reason}, and `{variable}` is set").into()),
                None => Ok(Completion::ignored_with(reason)),
            };
        }
        let open = self.open.get_or_init(|| self.start()).as_ref().map_err(|error| Failed::from(error.as_str()))?;
        let record = self.runtime.block_on(open.player.play(&planned.scenario));
        match record.outcome.failure() {
            Some(_) => Err(format!("{}\n{}", record.outcome.name(), describe(&record)).into()),
            None => Ok(Completion::Completed),
        }
    }

    fn start(&self) -> Result<Open, String> {
        let program = PathBuf::from(env!("CARGO_BIN_EXE_mattermost-lab"));
        let lab = self.runtime.block_on(Lab::start(self.choices.clone(), &program, Keep::Nothing));
        let lab = Arc::new(lab.map_err(|error| error_chain::chain(&error))?);
        let (_, never) = watch::channel(false);
        let player = Arc::new(Player::new(Arc::clone(&lab), program, TIME_LIMIT, never));
        Ok(Open { lab, player })
    }

    fn close(&self) {
        if let Some(Ok(open)) = self.open.get() {
            open.lab.stop();
        }
    }
}
