//! Plays many scenarios: several at a time, skipping what cannot be served, ending early when interrupted.

use std::num::NonZero;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use tokio::sync::watch;

use super::needs::{Abilities, Offer, is_asked, running_mattermost};
use super::{Expectations, Player};
use crate::event::{Counts, Event, FORMAT_VERSION, Footer, Header, Outcome, ScenarioResult};
use crate::known_deviation::Tally;
use crate::machine_facts::environment;
use crate::scenario::Scenario;
use crate::shard::Shard;
use gitlab_mattermost_stage::subject::{Choices, SubjectError};

/// A scenario and whether it will be played.
#[derive(Debug, Clone)]
pub struct PlannedScenario {
    /// The scenario.
    pub scenario: Arc<Scenario>,
    /// Why it will be skipped, if so.
    pub skip: Option<String>,
}

/// What a run will do.
#[derive(Debug, Clone)]
pub struct RunPlan {
    /// Every selected scenario in order.
    pub scenarios: Vec<PlannedScenario>,
    /// Which part of the suite they are, if only a part.
    pub shard: Option<Shard>,
    /// What programs in the place of built-in parts can do.
    pub abilities: Abilities,
    /// The deviations that are known.
    pub expectations: Expectations,
}

impl RunPlan {
    /// The same plan for a run whose deviations are known as far as `expectations` lists them.
    #[must_use]
    pub fn expecting(self, expectations: Expectations) -> Self {
        Self { expectations, ..self }
    }

    /// Decides for each scenario whether the chosen subjects can serve it. Where a program stands in the place of a
    /// built-in part, the scenarios that ask it come first: they are what such a run is for.
    ///
    /// # Errors
    /// A program does not start, or does not say what it can do.
    pub fn new(scenarios: Vec<Scenario>, choices: &Choices) -> Result<Self, SubjectError> {
        let offer = Offer::of(choices)?;
        let planned = scenarios.into_iter().map(|scenario| {
            let reason = |need: &String| Some(format!("@{need}: {}", offer.lacks(need)?));
            let skip = scenario.heading.needs.iter().find_map(reason).or_else(|| {
                let starts = !ASKING_ONLY.contains(&scenario.heading.section.as_str());
                running_mattermost(choices).filter(|_| starts)
            });
            PlannedScenario { scenario: Arc::new(scenario), skip }
        });
        let mut scenarios: Vec<PlannedScenario> = planned.collect();
        scenarios.sort_by_key(|planned| !planned.scenario.heading.needs.iter().any(|need| is_asked(choices, need)));
        let abilities = offer.abilities().clone();
        Ok(Self { scenarios, shard: None, abilities, expectations: Expectations::default() })
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
/// Once `interrupted` holds true no scenario begins any more; those being played are ended.
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
    let mut broken_off = false;
    loop {
        broken_off |= *interrupted.borrow();
        while !broken_off && played.len() < jobs {
            let Some(PlannedScenario { scenario, skip }) = waiting.next() else { break };
            if let Some(reason) = skip {
                listener(finish(unplayed(&scenario, Outcome::Skipped { reason })));
            } else {
                listener(Event::ScenarioStarted { id: scenario.heading.id.clone() });
                let player = Arc::clone(&player);
                played.push(async move { player.play(&scenario).await });
            }
        }
        tokio::select! {
            record = played.next() => match record {
                Some(record) => listener(finish(record)),
                None => break,
            },
            Ok(_) = interrupted.wait_for(|interrupted| *interrupted), if !broken_off => broken_off = true,
        }
    }
    for PlannedScenario { scenario, .. } in waiting {
        let reason = "interrupted before it began".to_owned();
        listener(finish(unplayed(&scenario, Outcome::NotRun { reason })));
    }
    let listed = expectations.tallies();
    let no_longer = Tally::over(&listed);
    let footer = Footer { counts, listed, no_longer, interrupted: broken_off, duration: begun.elapsed() };
    listener(Event::RunFinished(footer.clone()));
    footer
}

fn unplayed(scenario: &Scenario, outcome: Outcome) -> ScenarioResult {
    let heading = scenario.heading.clone();
    ScenarioResult { heading, outcome, duration: Duration::ZERO, steps: Vec::new(), exchanges: Vec::new() }
}
