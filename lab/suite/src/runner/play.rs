//! Plays one scenario: finds each step's function, runs it, and judges how it ended.
//!
//! A scenario has a thread of its own, because steps may block, and a world of its own. Neither a panic nor an endless
//! wait in a step reaches another scenario.

mod panics;
mod script;

use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use std::{io, thread};

use cucumber::gherkin::Step;
use cucumber::step::{self, Location};
use futures::FutureExt as _;
use tokio::runtime::Handle;
use tokio::sync::{RwLock, oneshot, watch};
use tokio::time::{sleep, timeout};

use self::script::Script;
use super::vocabulary;
use crate::event::{Failure, Outcome, ScenarioResult};
use crate::scenario::Scenario;
use crate::world::{Kept, World};
use gitlab_mattermost_ground::exchange::Exchange;
use gitlab_mattermost_stage::fault::Fault;
use gitlab_mattermost_stage::lab::Lab;
use gitlab_mattermost_stage::provider::Provider;

/// How long a scenario's thread may take to clean up once its time has passed, before it is given up.
const CLEAN_UP_LIMIT: Duration = Duration::from_secs(5);

/// Plays the scenarios of a run: in one lab, through all steps there are, each within the same time.
#[derive(Debug)]
pub struct Player {
    lab: Arc<Lab>,
    program: PathBuf,
    steps: &'static step::Collection<World>,
    time_limit: Duration,
    interrupted: watch::Receiver<bool>,
    /// Held for writing by a serial scenario, for reading by all others.
    turn: RwLock<()>,
    keeping: Keeping,
    kept: Mutex<Vec<Kept>>,
}

/// The scenarios whose parts stay up at their end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Keeping {
    /// No scenario is left.
    #[default]
    Nothing,
    /// Those that did not end well.
    Failures,
    /// All that came to their end.
    Everything,
}

impl Player {
    /// A player of all steps there are. `program` is the file of `mattermost-lab` itself, which steps may run; once
    /// `interrupted` holds true, scenarios end as soon as they can and no more begin.
    pub fn new(lab: Arc<Lab>, program: PathBuf, time_limit: Duration, interrupted: watch::Receiver<bool>) -> Self {
        let (steps, turn) = (vocabulary::functions(), RwLock::new(()));
        let (keeping, kept) = (Keeping::default(), Mutex::default());
        Self { lab, program, steps, time_limit, interrupted, turn, keeping, kept }
    }

    /// Sets which scenarios keep their parts at their end.
    #[must_use]
    pub fn keeping(self, keeping: Keeping) -> Self {
        Self { keeping, ..self }
    }

    /// What stands of the scenarios that were left as they are, in the order of their ends.
    pub fn take_kept(&self) -> Vec<Kept> {
        std::mem::take(&mut self.kept.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The lab that the scenarios are played in.
    pub fn lab(&self) -> &Lab {
        &self.lab
    }

    /// Plays a scenario to its end, whatever that is. Must be called within a tokio runtime that has several threads.
    pub async fn play(self: &Arc<Self>, scenario: &Arc<Scenario>) -> ScenarioResult {
        self.play_with(scenario, self.lab.choices().faults.clone()).await
    }

    /// Plays a scenario with `provider` in GitLab's place, whatever was chosen for the lab.
    pub async fn play_against(self: &Arc<Self>, scenario: &Arc<Scenario>, provider: Arc<Provider>) -> ScenarioResult {
        self.perform(scenario, Vec::new(), Some(provider)).await
    }

    /// Plays a scenario as [`Self::play`] does, with built-in parts that make these mistakes in place of those that were
    /// chosen for the lab.
    pub async fn play_with(self: &Arc<Self>, scenario: &Arc<Scenario>, faults: Vec<Fault>) -> ScenarioResult {
        self.perform(scenario, faults, None).await
    }

    async fn perform(
        self: &Arc<Self>,
        scenario: &Arc<Scenario>,
        faults: Vec<Fault>,
        provider: Option<Arc<Provider>>,
    ) -> ScenarioResult {
        let (_alone, _among_others);
        if scenario.heading.serial {
            _alone = self.turn.write().await;
        } else {
            _among_others = self.turn.read().await;
        }
        if scenario.heading.needs.iter().any(|need| need == "needs-host") {
            // Building the image takes its time, which is not the scenario's. The step that starts a host says if it failed.
            tokio::select! {
                _ = self.lab.host_image(&self.program) => {}
                () = self.interruption() => {}
            }
        }
        let begun = Instant::now();
        let script = Script::default();
        let (player, scenario) = (Arc::clone(self), Arc::clone(scenario));
        let performance = Arc::new(Performance { player, scenario, faults, provider, script });
        let ending = match performance.spawn() {
            Ok(ending) => tokio::select! {
                ending = ending => ending.unwrap_or_else(|_| {
                    performance.failed("the scenario panicked while it cleaned up".to_owned()).into()
                }),
                () = self.patience() => performance.given_up().into(),
            },
            Err(error) => performance.errored(format!("no thread for the scenario: {error}")).into(),
        };
        let Ending { outcome, exchanges } = ending;
        let steps = performance.script.close();
        let heading = performance.scenario.heading.clone();
        ScenarioResult { heading, outcome, duration: begun.elapsed(), steps, exchanges }
    }

    fn keeps(&self, outcome: &Outcome) -> bool {
        match self.keeping {
            Keeping::Nothing => false,
            Keeping::Failures => outcome.is_bad(),
            Keeping::Everything => !matches!(outcome, Outcome::NotRun { .. }),
        }
    }

    /// Ends when a scenario that begins now should long have ended by itself.
    async fn patience(&self) {
        tokio::select! {
            () = sleep(self.time_limit) => {}
            () = self.interruption() => {}
        }
        sleep(CLEAN_UP_LIMIT).await;
    }

    /// Ends when the run is interrupted; never, if nobody can interrupt it any more.
    async fn interruption(&self) {
        if self.interrupted.clone().wait_for(|interrupted| *interrupted).await.is_err() {
            std::future::pending().await
        }
    }
}

/// One scenario being played.
struct Performance {
    player: Arc<Player>,
    scenario: Arc<Scenario>,
    faults: Vec<Fault>,
    /// Who stands in GitLab's place, if not who was chosen for the lab.
    provider: Option<Arc<Provider>>,
    script: Script,
}

impl Performance {
    /// Begins it on a thread of its own.
    fn spawn(self: &Arc<Self>) -> io::Result<oneshot::Receiver<Ending>> {
        let (sender, receiver) = oneshot::channel();
        let (performance, runtime) = (Arc::clone(self), Handle::current());
        thread::Builder::new().name(self.scenario.heading.id.clone()).spawn(move || {
            panics::keep_on_this_thread();
            // Nobody waits any more if the scenario was given up.
            let _ = sender.send(runtime.block_on(performance.act()));
        })?;
        Ok(receiver)
    }

    /// Plays it in a new world, which is gone when this ends.
    async fn act(&self) -> Ending {
        let mut world = World::default();
        let Player { lab, program, .. } = &*self.player;
        world.enter(Arc::clone(lab), program.clone(), &self.scenario.heading.id, self.faults.clone());
        if let Some(provider) = &self.provider {
            world.cast(Arc::clone(provider));
        }
        let mut outcome = tokio::select! {
            biased;
            () = self.player.interruption() => Self::interrupted(),
            outcome = timeout(self.player.time_limit, self.steps(&mut world)) => {
                outcome.unwrap_or_else(|_| self.too_late(""))
            }
        };
        if let Outcome::Failed { failure } | Outcome::Errored { failure } = &mut outcome {
            for part in world.parts_down().await {
                failure.actual.push_str("\nnote: ");
                failure.actual.push_str(&part);
            }
            failure.actual = world.masked(&failure.actual);
        }
        let exchanges = world.exchanges();
        if self.player.keeps(&outcome) {
            let kept = world.stay().await;
            self.player.kept.lock().unwrap_or_else(PoisonError::into_inner).push(kept);
        } else {
            world.leave().await;
        }
        Ending { outcome, exchanges }
    }

    async fn steps(&self, world: &mut World) -> Outcome {
        let undefined = |step: &&Step| matches!(self.player.steps.find(step), Ok(None));
        let undefined: Vec<&Step> = self.scenario.steps.iter().filter(undefined).collect();
        if let [first, ..] = undefined.as_slice() {
            // A scenario that cannot come to its end is not begun, and all that is wrong with it is told at once.
            self.script.begin(format!("{} {}", first.keyword.trim_end(), first.value));
            return self.errored(vocabulary::unknown(&undefined));
        }
        for step in &self.scenario.steps {
            self.script.begin(format!("{} {}", step.keyword.trim_end(), step.value));
            let (function, location, context) = match self.player.steps.find(step) {
                Ok(Some((function, _, location, context))) => (function, location, context),
                Ok(None) => return self.errored(vocabulary::unknown(&[step])),
                Err(ambiguous) => {
                    let matches = ambiguous.possible_matches.iter().map(|(expression, _)| format!("`{expression}`"));
                    let matches = matches.collect::<Vec<_>>().join(" and ");
                    return self.errored(format!("the step is ambiguous: {matches}"));
                }
            };
            if let Err(panic) = AssertUnwindSafe(function(world, context)).catch_unwind().await {
                return self.broken(world, location, panics::message(panic.as_ref()));
            }
        }
        Outcome::Passed
    }

    /// Why a step ended in a panic: its check recorded a deviation, it returned an error, or it really panicked.
    fn broken(&self, world: &World, declared_at: Option<Location>, message: String) -> Outcome {
        if let Some(deviation) = world.deviation() {
            let failure = Failure {
                step: self.script.current(),
                requirement: deviation.requirement.clone(),
                expected: deviation.expected.clone(),
                actual: deviation.actual.clone(),
            };
            return Outcome::Failed { failure };
        }
        // An error that a step returns is raised as a panic at the very place where the step is declared.
        let place = panics::take_place();
        if place == declared_at.map(|location| location.to_string()) {
            return self.errored(message);
        }
        let place = place.map(|place| format!(" at {place}")).unwrap_or_default();
        self.failed(format!("the step panicked{place}: {message}"))
    }

    fn failed(&self, actual: String) -> Outcome {
        Outcome::Failed { failure: self.failure(actual) }
    }

    fn errored(&self, actual: String) -> Outcome {
        Outcome::Errored { failure: self.failure(actual) }
    }

    fn too_late(&self, remark: &str) -> Outcome {
        let expected = format!("the scenario ends within {} s", self.player.time_limit.as_secs_f64());
        let actual = format!("the step had not ended when the time was up{remark}");
        Outcome::Failed { failure: Failure { expected, ..self.failure(actual) } }
    }

    fn given_up(&self) -> Outcome {
        if *self.player.interrupted.borrow() {
            return Self::interrupted();
        }
        self.too_late("; it blocks its thread, which was given up")
    }

    fn interrupted() -> Outcome {
        Outcome::NotRun { reason: "interrupted before its end".to_owned() }
    }

    /// A failure of the current step that found no words of its own.
    fn failure(&self, actual: String) -> Failure {
        let requirement = self.scenario.heading.name.clone();
        Failure { step: self.script.current(), requirement, expected: "the step holds".to_owned(), actual }
    }
}

/// How a scenario ended, and what was seen of it.
struct Ending {
    outcome: Outcome,
    exchanges: Vec<Exchange>,
}

impl From<Outcome> for Ending {
    /// Of a scenario that nothing can be asked any more.
    fn from(outcome: Outcome) -> Self {
        Self { outcome, exchanges: Vec::new() }
    }
}
