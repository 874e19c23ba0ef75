//! Plays one scenario: finds each step's function, runs it, and judges how it ended.
//!
//! A scenario has a thread of its own, because steps may block, and a world of its own. Neither a panic nor an endless
//! wait in a step reaches another scenario.

use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, Once, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use cucumber::World as _;
use cucumber::step;
use futures::FutureExt as _;
use tokio::runtime::Handle;
use tokio::sync::{RwLock, oneshot, watch};
use tokio::time::{sleep, timeout};

use super::Scenario;
use crate::event::{Failure, Outcome, PlayedStep, Record};
use crate::exchange::Exchange;
use crate::lab::Lab;
use crate::world::World;

/// How long a scenario's thread may take to clean up once its time has passed, before it is given up.
const CLEAN_UP_LIMIT: Duration = Duration::from_secs(5);

/// What all scenarios of a run are played on.
#[derive(Debug)]
pub struct Stage {
    lab: Arc<Lab>,
    program: PathBuf,
    steps: step::Collection<World>,
    time_limit: Duration,
    interrupted: watch::Receiver<bool>,
    /// Held for writing by a serial scenario, for reading by all others.
    turn: RwLock<()>,
}

impl Stage {
    /// A stage with all steps there are. `program` is the file of `mattermost-lab` itself, which steps may run; once
    /// `interrupted` holds true, scenarios end as soon as they can and no more begin.
    pub fn new(lab: Arc<Lab>, program: PathBuf, time_limit: Duration, interrupted: watch::Receiver<bool>) -> Self {
        let (steps, turn) = (World::collection(), RwLock::new(()));
        Self { lab, program, steps, time_limit, interrupted, turn }
    }

    /// Plays a scenario to its end, whatever that is. Must be called within a tokio runtime that has several threads.
    pub async fn play(self: &Arc<Self>, scenario: &Arc<Scenario>) -> Record {
        let (_alone, _among_others);
        if scenario.heading.serial {
            _alone = self.turn.write().await;
        } else {
            _among_others = self.turn.read().await;
        }
        let begun = Instant::now();
        let script = Arc::new(Script::default());
        let Ending { outcome, exchanges } = match self.spawn(scenario, &script) {
            Ok(ending) => tokio::select! {
                ending = ending => ending.unwrap_or_else(|_| {
                    Ending::failed(scenario, &script, "the scenario panicked while it cleaned up".to_owned())
                }),
                () = self.given_up() => {
                    Ending::too_late(scenario, &script, self.time_limit, "; it blocks its thread, which was given up")
                }
            },
            Err(error) => Ending::errored(scenario, &script, format!("no thread for the scenario: {error}")),
        };
        let steps = script.close();
        Record { heading: scenario.heading.clone(), outcome, duration: begun.elapsed(), steps, exchanges }
    }

    /// Ends when a scenario begun now should long have ended by itself.
    async fn given_up(&self) {
        let mut interrupted = self.interrupted.clone();
        tokio::select! {
            () = sleep(self.time_limit) => {}
            Ok(_) = interrupted.wait_for(|interrupted| *interrupted) => {}
        }
        sleep(CLEAN_UP_LIMIT).await;
    }

    /// Begins the scenario on a thread of its own.
    fn spawn(
        self: &Arc<Self>,
        scenario: &Arc<Scenario>,
        script: &Arc<Script>,
    ) -> std::io::Result<oneshot::Receiver<Ending>> {
        let (sender, receiver) = oneshot::channel();
        let (stage, scenario, script) = (Arc::clone(self), Arc::clone(scenario), Arc::clone(script));
        let runtime = Handle::current();
        thread::Builder::new().name(scenario.heading.id.clone()).spawn(move || {
            catch_panics_of_this_thread();
            let ending = runtime.block_on(stage.act(&scenario, &script));
            // Nobody waits any more if the scenario was given up.
            let _ = sender.send(ending);
        })?;
        Ok(receiver)
    }

    async fn act(&self, scenario: &Scenario, script: &Script) -> Ending {
        let mut world = World::default();
        world.enter(Arc::clone(&self.lab), self.program.clone(), &scenario.heading.id);
        let mut interrupted = self.interrupted.clone();
        let outcome = tokio::select! {
            biased;
            Ok(_) = interrupted.wait_for(|interrupted| *interrupted) => {
                Some(Outcome::NotRun { reason: "interrupted before its end".to_owned() })
            }
            outcome = timeout(self.time_limit, self.steps(scenario, script, &mut world)) => outcome.ok(),
        };
        let exchanges = world.exchanges();
        match outcome {
            Some(outcome) => Ending { outcome, exchanges },
            None => Ending { exchanges, ..Ending::too_late(scenario, script, self.time_limit, "") },
        }
    }

    async fn steps(&self, scenario: &Scenario, script: &Script, world: &mut World) -> Outcome {
        for step in &scenario.steps {
            script.begin(format!("{} {}", step.keyword.trim_end(), step.value));
            let (function, location, context) = match self.steps.find(step) {
                Ok(Some((function, _, location, context))) => (function, location, context),
                Ok(None) => {
                    return Ending::errored(scenario, script, "no such step is defined".to_owned()).outcome;
                }
                Err(ambiguous) => {
                    let matches = ambiguous.possible_matches.iter().map(|(expression, _)| format!("`{expression}`"));
                    let matches = matches.collect::<Vec<_>>().join(" and ");
                    return Ending::errored(scenario, script, format!("the step is ambiguous: {matches}")).outcome;
                }
            };
            if let Err(panic) = AssertUnwindSafe(function(world, context)).catch_unwind().await {
                let message = message_of(panic.as_ref());
                if let Some(deviation) = world.deviation() {
                    let failure = Failure {
                        step: script.current(),
                        requirement: deviation.requirement.clone(),
                        expected: deviation.expected.clone(),
                        actual: deviation.actual.clone(),
                    };
                    return Outcome::Failed { failure };
                }
                // An error that a step returns is raised as a panic where the step is declared.
                let place = PANICKED_AT.take();
                return match (place, location.map(|location| location.to_string())) {
                    (Some(place), Some(declared)) if place == declared => {
                        Ending::errored(scenario, script, message).outcome
                    }
                    (place, _) => {
                        let place = place.map(|place| format!(" at {place}")).unwrap_or_default();
                        Ending::failed(scenario, script, format!("the step panicked{place}: {message}")).outcome
                    }
                };
            }
        }
        Outcome::Passed
    }
}

/// How a scenario ended, and what was seen of it.
struct Ending {
    outcome: Outcome,
    exchanges: Vec<Exchange>,
}

impl Ending {
    fn failed(scenario: &Scenario, script: &Script, actual: String) -> Self {
        let failure = failure(scenario, script, actual);
        Self { outcome: Outcome::Failed { failure }, exchanges: Vec::new() }
    }

    fn errored(scenario: &Scenario, script: &Script, actual: String) -> Self {
        let failure = failure(scenario, script, actual);
        Self { outcome: Outcome::Errored { failure }, exchanges: Vec::new() }
    }

    fn too_late(scenario: &Scenario, script: &Script, limit: Duration, remark: &str) -> Self {
        let mut failure = failure(scenario, script, format!("the step had not ended when the time was up{remark}"));
        failure.expected = format!("the scenario ends within {} s", limit.as_secs_f64());
        Self { outcome: Outcome::Failed { failure }, exchanges: Vec::new() }
    }
}

fn failure(scenario: &Scenario, script: &Script, actual: String) -> Failure {
    let requirement = scenario.heading.name.clone();
    Failure { step: script.current(), requirement, expected: "the step holds".to_owned(), actual }
}

/// Which steps were begun; it outlives a thread that hangs.
#[derive(Debug, Default)]
struct Script(Mutex<Vec<(PlayedStep, Instant)>>);

impl Script {
    fn begin(&self, text: String) {
        let mut steps = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        end_last(&mut steps);
        steps.push((PlayedStep { text, duration: Duration::ZERO }, Instant::now()));
    }

    /// The step begun last.
    fn current(&self) -> String {
        let steps = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        steps.last().map(|(step, _)| step.text.clone()).unwrap_or_default()
    }

    fn close(&self) -> Vec<PlayedStep> {
        let mut steps = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        end_last(&mut steps);
        steps.drain(..).map(|(step, _)| step).collect()
    }
}

fn end_last(steps: &mut [(PlayedStep, Instant)]) {
    if let Some((step, begun)) = steps.last_mut() {
        step.duration = begun.elapsed();
    }
}

thread_local! {
    /// Whether this thread plays a scenario, whose panics are results and not printed.
    static PLAYS: RefCell<bool> = const { RefCell::new(false) };
    /// Where this thread panicked last: `FILE:LINE:COLUMN`.
    static PANICKED_AT: RefCell<Option<String>> = const { RefCell::new(None) };
}

fn catch_panics_of_this_thread() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if PLAYS.with_borrow(|plays| *plays) {
                PANICKED_AT.set(panic.location().map(ToString::to_string));
            } else {
                usual(panic);
            }
        }));
    });
    PLAYS.set(true);
}

fn message_of(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".to_owned())
}

#[cfg(test)]
mod tests;
