//! Plays many scenarios: several at a time, skipping what cannot be served, ending early when interrupted.

use std::num::NonZero;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use tokio::sync::watch;

use super::needs::{Abilities, Offer, demanded_by, is_asked, lacks_version, running_mattermost};
use super::{Expectations, Player};
use crate::event::{Counts, Event, FORMAT_VERSION, Failure, Footer, Header, Outcome, ScenarioResult};
use crate::known_deviation::Tally;
use crate::machine_facts::environment;
use crate::scenario::Scenario;
use crate::shard::Shard;
use gitlab_mattermost_stage::lab::Lab;
use gitlab_mattermost_stage::subject::{Choices, SubjectError};
use gitlab_mattermost_stage::supply::Effort;

/// A scenario and whether it will be played.
#[derive(Debug, Clone)]
pub struct PlannedScenario {
    /// The scenario.
    pub scenario: Arc<Scenario>,
    /// Why it will be skipped, if so.
    pub skip: Option<String>,
    /// The environment variable that forbids to skip it for that reason.
    pub demanded_by: Option<&'static str>,
}

impl PlannedScenario {
    fn new(scenario: Scenario, choices: &Choices, offer: &Offer<'_>) -> Self {
        let lack = scenario.heading.needs.iter().find_map(|need| Some((need, offer.lacks(need)?)));
        let demanded_by = lack.as_ref().and_then(|(need, _)| demanded_by(need));
        let skip = lack.map(|(need, reason)| format!("@{need}: {reason}")).or_else(|| {
            let starts = !ASKING_ONLY.contains(&scenario.heading.section.as_str());
            running_mattermost(choices).filter(|_| starts)
        });
        Self { scenario: Arc::new(scenario), skip, demanded_by }
    }

    /// How it ends if it is not played for this `reason`.
    fn unserved(&self, reason: String) -> Outcome {
        let Some(variable) = self.demanded_by else { return Outcome::Skipped { reason } };
        let requirement = format!("`{variable}` demands that nothing is skipped for this reason");
        let failure = Failure {
            step: "(not begun)".to_owned(),
            requirement,
            expected: "it can be played".to_owned(),
            actual: reason,
        };
        Outcome::Errored { failure }
    }
}

/// What a run will do.
#[derive(Debug, Clone)]
pub struct RunPlan {
    /// Every selected scenario in order.
    pub scenarios: Vec<PlannedScenario>,
    /// The part of the suite that they are; `None` for all of it.
    pub shard: Option<Shard>,
    /// The words of the command that runs the same features against the same subjects; none if nobody says them.
    pub command: Vec<String>,
    /// What programs in the place of built-in parts can do.
    pub abilities: Abilities,
    /// The deviations that are known.
    pub expectations: Expectations,
    /// Whether nothing more begins once a scenario did not end well.
    pub stops_at_failure: bool,
}

impl RunPlan {
    /// This plan for a run whose deviations are known as far as `expectations` lists them.
    #[must_use]
    pub fn expecting(self, expectations: Expectations) -> Self {
        Self { expectations, ..self }
    }

    /// Decides for each scenario whether the chosen subjects and the machine can serve it; what the machine has not, but can
    /// have, is made if `effort` says so. Where a program stands in the place of a built-in part, the scenarios that ask it
    /// come first: they are what such a run is for.
    ///
    /// Must be called outside of a runtime.
    ///
    /// # Errors
    /// A program does not start, or does not say what it can do.
    pub fn new(scenarios: Vec<Scenario>, choices: &Choices, effort: Effort) -> Result<Self, SubjectError> {
        let offer = Offer::of(choices, effort)?;
        let planned = scenarios.into_iter().map(|scenario| PlannedScenario::new(scenario, choices, &offer));
        let mut scenarios: Vec<PlannedScenario> = planned.collect();
        scenarios.sort_by_key(|planned| !planned.scenario.heading.needs.iter().any(|need| is_asked(choices, need)));
        let abilities = offer.abilities().clone();
        let (expectations, stops_at_failure) = (Expectations::default(), false);
        Ok(Self { scenarios, shard: None, command: Vec::new(), abilities, expectations, stops_at_failure })
    }
}

/// Sections whose scenarios start no Mattermost, or say that they need one of their own.
const ASKING_ONLY: [&str; 3] = ["command-line", "mattermost-provider", "running-mattermost"];

/// Scenarios played at the same time on each processor: most of the time most of them wait for servers to start or end.
const PER_PROCESSOR: usize = 3;

/// How many scenarios to play at the same time if nobody says otherwise.
pub fn usual_jobs() -> usize {
    PER_PROCESSOR * std::thread::available_parallelism().map_or(1, NonZero::get)
}

/// Plays what is planned, `jobs` scenarios at a time, and tells `listener` every event as it happens, one at a time.
///
/// Once `interrupted` holds true no scenario begins any more; those being played are ended. So it is once a part that the lab
/// did not start answers no more: whatever is played then says the same. And so it is after the first failure, if the plan says so.
pub async fn run(
    player: Arc<Player>,
    plan: RunPlan,
    jobs: usize,
    mut interrupted: watch::Receiver<bool>,
    mut listener: impl FnMut(Event),
) -> Footer {
    let begun = Instant::now();
    listener(Event::RunStarted(Header {
        format_version: FORMAT_VERSION,
        program_version: env!("CARGO_PKG_VERSION").to_owned(),
        started_at: jiff::Timestamp::now(),
        scenarios: plan.scenarios.len(),
        jobs,
        shard: plan.shard,
        command: plan.command,
        subjects: player.lab().subjects(),
        environment: environment(),
    }));
    let (mut counts, mut expectations) = (Counts::default(), plan.expectations);
    let mut finish = |mut record: ScenarioResult| {
        expectations.judge(&mut record);
        counts.add(&record.outcome);
        Event::ScenarioFinished(Box::new(record))
    };
    let mut waiting = plan.scenarios.into_iter();
    let mut played = FuturesUnordered::new();
    let mut begun_ones: Vec<Arc<Scenario>> = Vec::new();
    let (mut broken_off, mut silent, mut stopped) = (false, None, false);
    loop {
        broken_off |= *interrupted.borrow();
        while !broken_off && played.len() < jobs {
            let Some(planned) = waiting.next() else { break };
            let scenario = Arc::clone(&planned.scenario);
            if let Some(reason) = planned.skip.clone().or_else(|| too_old(&scenario, player.lab())) {
                listener(finish(unplayed(&scenario, planned.unserved(reason))));
            } else {
                listener(Event::ScenarioStarted { id: scenario.heading.id.clone() });
                begun_ones.push(Arc::clone(&scenario));
                let player = Arc::clone(&player);
                played.push(async move { player.play(&scenario).await });
            }
        }
        tokio::select! {
            record = played.next() => match record {
                Some(record) => {
                    begun_ones.retain(|scenario| scenario.heading.id != record.heading.id);
                    let may_be_silent = record.outcome.is_bad();
                    let finished = finish(record);
                    stopped |= plan.stops_at_failure && is_bad(&finished);
                    broken_off |= stopped;
                    listener(finished);
                    if may_be_silent {
                        silent = player.lab().silent().await;
                    }
                    if silent.is_some() {
                        broken_off = true;
                        break;
                    }
                }
                None => break,
            },
            Ok(_) = interrupted.wait_for(|interrupted| *interrupted), if !broken_off => broken_off = true,
        }
    }
    let not_run = |reason: &str| Outcome::NotRun { reason: silent.clone().unwrap_or_else(|| reason.to_owned()) };
    for scenario in begun_ones {
        listener(finish(unplayed(&scenario, not_run("interrupted before its end"))));
    }
    for PlannedScenario { scenario, .. } in waiting {
        let reason = if stopped { "stopped at the failure before it" } else { "interrupted before it began" };
        listener(finish(unplayed(&scenario, not_run(reason))));
    }
    let listed = expectations.tallies();
    let no_longer = Tally::over(&listed);
    let footer = Footer { counts, listed, no_longer, interrupted: broken_off, silent, duration: begun.elapsed() };
    listener(Event::RunFinished(footer.clone()));
    footer
}

/// Why the server in Mattermost's slot is too old for a scenario; it tells its version once the lab stands.
fn too_old(scenario: &Scenario, lab: &Lab) -> Option<String> {
    let version = lab.mattermost_version();
    let lack = scenario.heading.needs.iter().find_map(|need| Some((need, lacks_version(need, version)?)));
    lack.map(|(need, reason)| format!("@{need}: {reason}"))
}

/// Whether a scenario ended in a way that was not known.
fn is_bad(event: &Event) -> bool {
    matches!(event, Event::ScenarioFinished(record) if record.outcome.is_bad())
}

fn unplayed(scenario: &Scenario, outcome: Outcome) -> ScenarioResult {
    let heading = scenario.heading.clone();
    ScenarioResult { heading, outcome, duration: Duration::ZERO, steps: Vec::new(), exchanges: Vec::new() }
}
