//! The suite is held against liars: for each fault of a built-in part, exactly the scenarios that are listed for it fail,
//! of all scenarios of the chapters 5 and 17 that are played without a real browser.
//!
//! A trial per fault. All share one lab; the fault is that of the scenario played. By default a trial plays the scenarios
//! listed for its fault and a few of the others, which differ from fault to fault, so that all together play nearly every
//! one; with `LAB_FAULTS=all` it plays all, and one trial more plays them without a fault. Caught is what failed: a
//! scenario that could not be judged says nothing of the fault.

#[path = "../support/shared_lab.rs"]
mod shared_lab;
mod words;

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Write as _;
use std::process::ExitCode;
use std::sync::Arc;

use gitlab_mattermost_stage::fault::Fault;
use gitlab_mattermost_stage::subject::Choices;
use gitlab_mattermost_stage::supply::Effort;
use gitlab_mattermost_suite::event::Outcome;
use gitlab_mattermost_suite::fault::{KNOWN, Known};
use gitlab_mattermost_suite::runner::{self, RunPlan};
use gitlab_mattermost_suite::scenario::Scenario;
use libtest_mimic::{Arguments, Completion, Failed, Trial};

use shared_lab::{SharedLab, built_in_parts};

/// The chapters that the faults are shown to.
const CHAPTERS: [&str; 3] = ["05_authorize/", "05_authorize_refusals/", "17_oauth2_sequence/"];

/// How many scenarios that are not listed for a fault are played with it.
const SAMPLE: usize = 2;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert_with(runner::usual_jobs);
    let whole = match std::env::var("LAB_FAULTS").as_deref() {
        Err(_) | Ok("") => false,
        Ok("all") => true,
        Ok(other) => return Err(format!("`LAB_FAULTS={other}`: write `all`, or leave it out").into()),
    };
    let choices = built_in_parts()?;
    let scenarios = scenarios(&choices)?;
    let lab = Arc::new(SharedLab::new(choices)?);
    let mut trials: Vec<Trial> = Vec::new();
    for (number, known) in KNOWN.iter().enumerate() {
        let listed = listed(known, &scenarios)?;
        let others: Vec<_> = scenarios.iter().filter(|one| !listed.contains(&one.heading.id)).cloned().collect();
        let sample = if whole { others.clone() } else { sample(&others, number) };
        let played = scenarios.iter().filter(|one| listed.contains(&one.heading.id)).cloned().chain(sample).collect();
        trials.push(trial(&lab, Some(known.fault), played, listed));
    }
    trials.extend(words::trials(&lab, &scenarios)?);
    if whole {
        trials.push(trial(&lab, None, scenarios, BTreeSet::new()));
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    lab.stop();
    Ok(conclusion.exit_code())
}

/// The scenarios of the chapters, which all must be playable with the built-in parts.
fn scenarios(choices: &Choices) -> Result<Vec<Arc<Scenario>>, Box<dyn Error>> {
    let plan = RunPlan::new(runner::load(&[])?, choices, Effort::Make)?;
    let is_shown = |id: &str| CHAPTERS.iter().any(|chapter| id.starts_with(chapter));
    let shown = plan.scenarios.into_iter().filter(|planned| is_shown(&planned.scenario.heading.id));
    let playable = shown.map(|planned| match planned.skip {
        None => Ok(planned.scenario),
        Some(reason) => Err(format!("`{}` would be skipped: {reason}", planned.scenario.heading.id)),
    });
    Ok(playable.collect::<Result<_, _>>()?)
}

/// The ids of the scenarios that are listed for a fault.
fn listed(known: &Known, all: &[Arc<Scenario>]) -> Result<BTreeSet<String>, String> {
    let mut ids = BTreeSet::new();
    for entry in known.caught_by() {
        let is_meant = |id: &&String| *id == entry || entry.ends_with('/') && id.starts_with(entry);
        let before = ids.len();
        ids.extend(all.iter().map(|scenario| &scenario.heading.id).filter(is_meant).cloned());
        if ids.len() == before {
            return Err(format!("`{entry}`, listed for `{}`, is no scenario, or listed twice", known.fault));
        }
    }
    if ids.is_empty() { Err(format!("nothing is listed for `{}`", known.fault)) } else { Ok(ids) }
}

/// A few of `others`, further on for each fault.
fn sample(others: &[Arc<Scenario>], number: usize) -> Vec<Arc<Scenario>> {
    others.iter().cycle().skip(number * SAMPLE).take(SAMPLE.min(others.len())).cloned().collect()
}

/// Plays `scenarios` with a fault, or with none; exactly those of `listed` must fail.
fn trial(lab: &Arc<SharedLab>, fault: Option<Fault>, scenarios: Vec<Arc<Scenario>>, listed: BTreeSet<String>) -> Trial {
    let lab = Arc::clone(lab);
    let name = fault.map_or_else(|| "no-fault".to_owned(), |fault| fault.to_string());
    Trial::ignorable_test(name, move || {
        let mut wrong = String::new();
        for scenario in &scenarios {
            let id = &scenario.heading.id;
            let said = match (outcome(&lab, scenario, fault)?, listed.contains(id)) {
                (Outcome::Failed { .. }, true) | (Outcome::Passed, false) => continue,
                (Outcome::Failed { failure }, false) => format!("also catches it: {}", failure.requirement),
                (Outcome::Passed, true) => "does not catch it".to_owned(),
                (other, _) => format!("cannot judge, it is {}: {:?}", other.name(), other.failure()),
            };
            let _ = writeln!(wrong, "{id} {said}");
        }
        if wrong.is_empty() {
            return Ok(Completion::Completed);
        }
        let sentence = fault.map_or("nothing is wrong on purpose", Fault::sentence);
        Err(format!("{sentence}\n{wrong}").into())
    })
}

fn outcome(lab: &SharedLab, scenario: &Arc<Scenario>, fault: Option<Fault>) -> Result<Outcome, Failed> {
    Ok(lab.runtime.block_on(lab.player()?.play_with(scenario, fault.into_iter().collect())).outcome)
}
