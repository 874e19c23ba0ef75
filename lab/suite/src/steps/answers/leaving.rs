//! Steps about what a plan says of leaving the bundle, and of the gates before GitLab 19.
//!
//! - `Then the way out ends at GitLab 18.11.11 and Mattermost 10.11.20`
//! - `Then its server goes on to Mattermost 11.7.3, with …` or `… without GitLab's sign-in`
//! - `Then Mattermost from 11.7.0 to before 11.7.3 is to be avoided`
//! - `Then no upgrade of GitLab comes first`
//! - `Then 23 variables are in the environment alone, among them:` and below who gives them
//! - `Then there is nothing to leave`
//! - `Then the check of 18.11.6 before the installation stops it: no`
//! - `Then the reconfigure of 19.0.0 stops: yes`

use cucumber::gherkin::Step;
use cucumber::then;
use serde_json::Value;

use super::answered;
use super::upgrade::{at, hops, list, or_nothing, same};
use crate::steps::rows;
use crate::world::{Missing, StepError, World};

#[then(regex = r"^the way out ends at GitLab (\S+) and Mattermost (\S+)$")]
fn ends_at(world: &mut World, gitlab: String, mattermost: String) -> Result<(), StepError> {
    let plan = answered(world, "the way out is planned")?;
    let found = format!(
        "{} and {}",
        at(&plan, "/leaving/last_gitlab", "GitLab "),
        at(&plan, "/leaving/server/land_on", "Mattermost ")
    );
    same(world, "where the way out ends", &format!("GitLab {gitlab} and Mattermost {mattermost}"), &found)
}

#[then(regex = r"^its server goes on to Mattermost (\S+), (with|without) GitLab's sign-in$")]
fn goes_on(world: &mut World, version: String, sign_in: String) -> Result<(), StepError> {
    let plan = answered(world, "the way out is planned")?;
    let keeps = match plan.pointer("/leaving/server/then_keeps_gitlab_sign_in").and_then(Value::as_bool) {
        Some(true) => "with",
        Some(false) => "without",
        None => "who knows whether with",
    };
    let found = format!("{}, {keeps} GitLab's sign-in", at(&plan, "/leaving/server/then", "Mattermost "));
    let expected = format!("Mattermost {version}, {sign_in} GitLab's sign-in");
    same(world, "where the server goes from there", &expected, &found)
}

#[then(regex = r"^Mattermost from (\S+) to before (\S+) is to be avoided$")]
fn is_unsafe(world: &mut World, from: String, below: String) -> Result<(), StepError> {
    let plan = answered(world, "the way out is planned")?;
    let ranges = list(&plan, "/leaving/server/unsafe");
    let found: Vec<String> = ranges
        .iter()
        .map(|range| format!("{} to before {}", at(range, "/from", ""), at(range, "/below", "")))
        .collect();
    let expected = format!("{from} to before {below}");
    if found.contains(&expected) {
        return Ok(());
    }
    Err(world.fail("the versions to avoid", expected, or_nothing(&found)))
}

#[then("no upgrade of GitLab comes first")]
fn nothing_first(world: &mut World) -> Result<(), StepError> {
    let plan = answered(world, "the way out is planned")?;
    let found: Vec<String> = hops(&plan).iter().map(|hop| at(hop, "/to/gitlab", "GitLab ")).collect();
    same(world, "the upgrades before the way out", "nothing", &or_nothing(&found))
}

#[then(regex = r"^(\d+) variables are in the environment alone, among them:$")]
fn in_environment_alone(world: &mut World, step: &Step, count: usize) -> Result<(), StepError> {
    let plan = answered(world, "the way out is planned")?;
    let all = list(&plan, "/leaving/environment_only");
    same(world, "how many settings the environment alone holds", &count.to_string(), &all.len().to_string())?;
    let in_config = |one: &Value| if one["in_config_json"] == true { "another value" } else { "nothing" };
    let told = |one: &Value| [at(one, "/variable", ""), at(one, "/given_by", ""), in_config(one).to_owned()];
    let all: Vec<[String; 3]> = all.iter().map(told).collect();
    let (header, wanted) = rows(step)?.split_first().ok_or(Missing { what: "table below the step" })?;
    if header != &["variable", "given by", "config.json has"] {
        return Err(Missing { what: "column for each of variable, given by, config.json has" }.into());
    }
    for row in wanted {
        if !all.iter().any(|one| one.as_slice() == row.as_slice()) {
            let same_name = all.iter().find(|one| Some(&one[0]) == row.first());
            let found = same_name.map_or_else(|| "no such variable".to_owned(), |one| one.join(", "));
            return Err(world.fail("a setting that the environment alone holds", row.join(", "), found));
        }
    }
    Ok(())
}

#[then("there is nothing to leave")]
fn nothing_to_leave(world: &mut World) -> Result<(), StepError> {
    let plan = answered(world, "the way out is planned")?;
    same(world, "the way out", "nothing", &at(&plan, "/leaving", ""))
}

#[then(regex = r"^the check of (\S+) before the installation stops it: (yes|no|depends)$")]
fn package_stops(world: &mut World, installed: String, stops: String) -> Result<(), StepError> {
    gate(world, "installed", &installed, "package", &stops)
}

#[then(regex = r"^the reconfigure of (\S+) stops: (yes|no|depends)$")]
fn reconfigure_stops(world: &mut World, target: String, stops: String) -> Result<(), StepError> {
    gate(world, "target", &target, "reconfigure", &stops)
}

/// The first gate whose `name` is `release` must say of `check` whether it stops.
fn gate(world: &mut World, name: &str, release: &str, check: &str, stops: &str) -> Result<(), StepError> {
    let requirement = format!("whether the {check} stops at {release}");
    let plan = answered(world, &requirement)?;
    let gates = list(&plan, "/gates");
    match gates.iter().find(|gate| gate[name] == release) {
        Some(gate) => same(world, &requirement, stops, &at(gate, &format!("/{check}/stops"), "")),
        None => Err(world.fail(requirement, stops, format!("no check at {release}"))),
    }
}
