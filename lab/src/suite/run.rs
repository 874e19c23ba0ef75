//! Plays many scenarios: several at a time, skipping what cannot be served, ending early when interrupted.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use tokio::sync::watch;

use super::needs::Offer;
use super::{Scenario, Stage};
use crate::event::{Counts, Event, FORMAT_VERSION, Footer, Header, Outcome, Record};
use crate::subject::Choices;

/// A scenario and whether it will be played.
#[derive(Debug, Clone)]
pub struct Planned {
    /// The scenario.
    pub scenario: Arc<Scenario>,
    /// Why it will be skipped, if so.
    pub skip: Option<String>,
}

/// What a run will do.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Every selected scenario in order.
    pub scenarios: Vec<Planned>,
}

impl Plan {
    /// Decides for each scenario whether the chosen subjects can serve it.
    pub fn new(scenarios: Vec<Scenario>, choices: &Choices) -> Self {
        let offer = Offer::of(choices);
        let planned = scenarios.into_iter().map(|scenario| {
            let unmet = scenario.heading.needs.iter().find_map(|need| Some(format!("@{need}: {}", offer.lacks(need)?)));
            Planned { scenario: Arc::new(scenario), skip: unmet }
        });
        Self { scenarios: planned.collect() }
    }
}

/// Plays what is planned, `jobs` scenarios at a time, and tells `listener` every event as it happens, one at a time.
///
/// Once `interrupted` holds true no scenario begins any more; those being played are ended.
pub async fn run(
    stage: Arc<Stage>,
    plan: Plan,
    jobs: usize,
    mut interrupted: watch::Receiver<bool>,
    mut listener: impl FnMut(Event),
) -> Footer {
    let begun = Instant::now();
    listener(Event::RunStarted(Header {
        format_version: FORMAT_VERSION,
        program_version: env!("CARGO_PKG_VERSION"),
        started_at: jiff::Timestamp::now(),
        scenarios: plan.scenarios.len(),
        jobs,
    }));
    let mut counts = Counts::default();
    let mut finish = |record: Record| {
        counts.add(&record.outcome);
        Event::ScenarioFinished(Box::new(record))
    };
    let mut waiting = plan.scenarios.into_iter();
    let mut played = FuturesUnordered::new();
    let mut broken_off = false;
    loop {
        broken_off |= *interrupted.borrow();
        while !broken_off && played.len() < jobs {
            let Some(Planned { scenario, skip }) = waiting.next() else { break };
            if let Some(reason) = skip {
                listener(finish(unplayed(&scenario, Outcome::Skipped { reason })));
            } else {
                listener(Event::ScenarioStarted { id: scenario.heading.id.clone() });
                let stage = Arc::clone(&stage);
                played.push(async move { stage.play(&scenario).await });
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
    for Planned { scenario, .. } in waiting {
        let reason = "interrupted before it began".to_owned();
        listener(finish(unplayed(&scenario, Outcome::NotRun { reason })));
    }
    let footer = Footer { counts, interrupted: broken_off, duration: begun.elapsed() };
    listener(Event::RunFinished(footer.clone()));
    footer
}

fn unplayed(scenario: &Scenario, outcome: Outcome) -> Record {
    let heading = scenario.heading.clone();
    Record { heading, outcome, duration: Duration::ZERO, steps: Vec::new(), exchanges: Vec::new() }
}
