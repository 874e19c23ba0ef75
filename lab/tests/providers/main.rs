//! The scenarios about any provider in GitLab's place, held against providers that are not GitLab: what they do wrong is
//! caught by the scenarios listed for it, and what is only unusual passes.
//!
//! All share one lab; each trial has a provider of its own, described by a file as anybody's would be. `LAB_MATTERMOST` may put
//! a real server in Mattermost's place.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod double;
mod server;
#[path = "../support/shared_lab.rs"]
mod shared_lab;
mod tls;
mod ways;
mod wire;

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use gitlab_mattermost_stage::chromium::Chromium;
use gitlab_mattermost_stage::provider::Provider;
use gitlab_mattermost_stage::subject::Choices;
use gitlab_mattermost_suite::event::Outcome;
use gitlab_mattermost_suite::runner;
use gitlab_mattermost_suite::scenario::Scenario;
use libtest_mimic::{Arguments, Completion, Failed, Trial};

use server::Foreign;
use shared_lab::{SharedLab, built_in_parts};
use ways::{ALWAYS, RIGHT, WRONG, Way};

const CHAPTER: &str = "20_provider/";

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert_with(runner::usual_jobs);
    // A real server may be who judges; what it makes of a provider has to be the same.
    let choices = Choices { mattermost: Choices::from_env()?.mattermost, ..built_in_parts()? };
    let lab = Arc::new(SharedLab::new(choices)?);
    let scenarios: Vec<Arc<Scenario>> = runner::load(&[])?.into_iter().map(Arc::new).collect();
    let scenarios: Vec<_> = scenarios.into_iter().filter(|it| it.heading.id.starts_with(CHAPTER)).collect();
    let mut trials = Vec::new();
    for (way, listed) in WRONG {
        let ids = listed.iter().flat_map(|(begin, ends)| ends.iter().map(move |end| format!("{CHAPTER}{begin}{end}")));
        let caught = ids.map(|id| named(&scenarios, &id)).collect::<Result<Vec<_>, _>>()?;
        let (lab, way) = (Arc::clone(&lab), *way);
        trials.push(Trial::test(format!("wrong::{way:?}"), move || {
            let foreign = lab.runtime.block_on(Foreign::start(&[way]))?;
            play(&lab, &provider(&foreign.description())?, &caught, true)
        }));
    }
    for way in RIGHT {
        let passed =
            ALWAYS.iter().map(|id| named(&scenarios, &format!("{CHAPTER}{id}"))).collect::<Result<Vec<_>, _>>()?;
        let (lab, way) = (Arc::clone(&lab), *way);
        let name = format!("right::{way:?}");
        if way == Way::SignInBrowser
            && Chromium::installed().is_none()
            && std::env::var_os("LAB_REQUIRE_BROWSER").is_none()
        {
            trials.push(Trial::ignorable_test(name, || Ok(Completion::ignored_with("Chromium is not installed"))));
            continue;
        }
        trials.push(Trial::test(name, move || {
            let foreign = lab.runtime.block_on(Foreign::start(&[way]))?;
            play(&lab, &provider(&foreign.description())?, &passed, false)
        }));
    }
    let all: Vec<_> =
        scenarios.iter().filter(|it| !asks_for(it, "clock") && !asks_for(it, "consent-once")).cloned().collect();
    let of_all = Arc::clone(&lab);
    trials.push(Trial::test("right::Everything", move || {
        let foreign = of_all.runtime.block_on(Foreign::start(&[]))?;
        play(&of_all, &provider(&foreign.description())?, &all, false)
    }));
    let by_https =
        ALWAYS.iter().map(|id| named(&scenarios, &format!("{CHAPTER}{id}"))).collect::<Result<Vec<_>, _>>()?;
    let of_https = Arc::clone(&lab);
    trials.push(Trial::test("right::ByHttps", move || {
        let foreign = of_https.runtime.block_on(Foreign::start(&[]))?;
        let front = of_https.runtime.block_on(tls::front(foreign.address))?;
        let folder = tempfile::tempdir()?;
        std::fs::write(folder.path().join("ca.pem"), &front.authority)?;
        let text = foreign.description().replace(&format!("http://{}", foreign.address), &front.url);
        let trusting = Provider::parse("provider.toml", folder.path(), &format!("ca = 'ca.pem'\n{text}"))?;
        play(&of_https, &Arc::new(trusting), &by_https, false)
    }));
    trials.extend(double::trials(&lab, &scenarios)?);
    let conclusion = libtest_mimic::run(&arguments, trials);
    lab.stop();
    Ok(conclusion.exit_code())
}

fn asks_for(scenario: &Scenario, ability: &str) -> bool {
    scenario.heading.needs.iter().any(|need| *need == format!("needs-provider-{ability}"))
}

fn named(scenarios: &[Arc<Scenario>], id: &str) -> Result<Arc<Scenario>, String> {
    scenarios.iter().find(|it| it.heading.id == id).cloned().ok_or_else(|| format!("no scenario is called `{id}`"))
}

fn provider(text: &str) -> Result<Arc<Provider>, Failed> {
    Ok(Arc::new(Provider::parse("provider.toml", Path::new(""), text)?))
}

/// Plays `scenarios` against `provider`; all must fail, or all must pass. One that cannot be judged does neither.
fn play(lab: &SharedLab, provider: &Arc<Provider>, scenarios: &[Arc<Scenario>], must_fail: bool) -> Result<(), Failed> {
    let player = lab.player()?;
    let mut wrong = String::new();
    for scenario in scenarios {
        let played = lab.runtime.block_on(player.play_against(scenario, Arc::clone(provider)));
        let said = match (&played.outcome, must_fail) {
            (Outcome::Failed { .. }, true) | (Outcome::Passed, false) => continue,
            (outcome, _) => format!("{}: {:?}", outcome.name(), outcome.failure()),
        };
        // A string takes every write.
        let _ = writeln!(wrong, "{} is {said}", scenario.heading.id);
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.into()) }
}
