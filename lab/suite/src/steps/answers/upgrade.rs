//! Steps about what the plan of an upgrade says.
//!
//! - `Then the plan ends at Mattermost 5.10.2`
//! - `Then the document's table rightly has Mattermost 5.10 for it`
//! - `Then the document's table leaves it out, although it comes with Mattermost 5.9`
//! - `Then it stays on the Mattermost of the release before, 5.17 in the document's table`
//! - `Then Mattermost 6.0 is skipped, which the document's table remarks as "6.1 instead of 6.0"`
//! - `Then the upgrade stops at:` and the releases of GitLab below, in their order
//! - `Then Mattermost goes up at every stop`, or `… goes down …`
//! - `Then the plan warns of "backward-move"`, the rule of a concern; `…:` and below what the plan says of it
//! - `Then the plan warns of nothing`
//! - `Then the plan asks for more than the packages`, `… for nothing more than the packages`
//! - `Then the plan installs GitLab 14.7.7 and nothing else`
//! - `Then the package's upgrade will do`, or `… if Mattermost is configured in gitlab.rb alone`
//! - `Then one of the document's two options is left, as config.json sets:` and the settings below
//! - `Then the old settings become these variables:` and the variables below
//! - `Then the plan follows the chapter "…" at GitLab 14.6.0`, `… does not follow the chapter "…"`
//! - `Then the plan tells of the migrations of Mattermost 6.0, driven by "rows of posts"`
//! - `Then the plan tells that Mattermost 6.0 changes the command line`

use cucumber::gherkin::Step;
use cucumber::then;
use serde_json::Value;

use super::answered;
use crate::steps::rows;
use crate::world::{StepError, World};

#[then(regex = r"^the plan ends at Mattermost (\S+)$")]
fn ends_at(world: &mut World, version: String) -> Result<(), StepError> {
    let plan = answered(world, "the upgrade is planned")?;
    same(world, "where the plan ends", &format!("Mattermost {version}"), &at(&plan, "/to/mattermost", "Mattermost "))
}

#[then(regex = r"^the document's table rightly has Mattermost (\S+) for it$")]
fn has_row(world: &mut World, version: String) -> Result<(), StepError> {
    let plan = answered(world, "the upgrade is planned")?;
    let found = format!(
        "{}, which is {}",
        at(&plan, "/documented/mattermost", "Mattermost "),
        at(&plan, "/documented/verdict", "")
    );
    same(world, "what the document's table has", &format!("Mattermost {version}, which is right"), &found)
}

#[then(regex = r"^the document's table leaves it out, although it comes with Mattermost (\S+)$")]
fn has_no_row(world: &mut World, version: String) -> Result<(), StepError> {
    let plan = answered(world, "the upgrade is planned")?;
    let found = format!(
        "{} in the table, which is {}; {} comes with it",
        at(&plan, "/documented/mattermost", "Mattermost "),
        at(&plan, "/documented/verdict", ""),
        at(&plan, "/documented/shipped", "Mattermost ")
    );
    let expected = format!("nothing in the table, which is missing; Mattermost {version} comes with it");
    same(world, "what the document's table has", &expected, &found)
}

#[then(regex = r"^it stays on the Mattermost of the release before, (\S+) in the document's table$")]
fn stays(world: &mut World, version: String) -> Result<(), StepError> {
    let plan = answered(world, "the upgrade is planned")?;
    let stays = if plan.pointer("/documented/held_over") == Some(&Value::Bool(true)) { "the same" } else { "another" };
    let found = format!("{stays}, {}", at(&plan, "/documented/mattermost", "Mattermost "));
    same(world, "the Mattermost of the release", &format!("the same, Mattermost {version}"), &found)
}

#[then(regex = r#"^Mattermost (\S+) is skipped, which the document's table remarks as "([^"]*)"$"#)]
fn is_skipped(world: &mut World, version: String, remark: String) -> Result<(), StepError> {
    let plan = answered(world, "the upgrade is planned")?;
    let found =
        format!("{}, \"{}\"", texts(&plan, "/documented/skipped").join(", "), at(&plan, "/documented/remark", ""));
    same(world, "the versions that no release brings", &format!("{version}, \"{remark}\""), &found)
}

#[then("the upgrade stops at:")]
fn stops_at(world: &mut World, step: &Step) -> Result<(), StepError> {
    let expected: Vec<String> = rows(step)?.iter().filter_map(|row| row.first().cloned()).collect();
    let plan = answered(world, "the upgrade is planned")?;
    let found: Vec<String> = hops(&plan).iter().map(|hop| at(hop, "/to/gitlab", "")).collect();
    same(world, "every required stop is made, and no other", &expected.join(", "), &found.join(", "))
}

#[then(regex = r"^Mattermost goes (up|down) at every stop$")]
fn goes(world: &mut World, direction: String) -> Result<(), StepError> {
    let plan = answered(world, "the upgrade is planned")?;
    let hops = hops(&plan);
    let otherwise = hops.iter().filter(|hop| hop["direction"] != direction.as_str());
    let otherwise: Vec<String> =
        otherwise.map(|hop| format!("{} at GitLab {}", at(hop, "/direction", ""), at(hop, "/to/gitlab", ""))).collect();
    if otherwise.is_empty() && !hops.is_empty() {
        return Ok(());
    }
    let found = if hops.is_empty() { "no stop".to_owned() } else { otherwise.join(", ") };
    Err(world.fail("the way of Mattermost's version", format!("{direction} at every stop"), found))
}

#[then(regex = r#"^the plan warns of "([^"]*)"$"#)]
fn warns(world: &mut World, rule: String) -> Result<(), StepError> {
    warns_with(world, &rule, &[])
}

#[then(regex = r#"^the plan warns of "([^"]*)":$"#)]
fn warns_and_says(world: &mut World, step: &Step, rule: String) -> Result<(), StepError> {
    warns_with(world, &rule, rows(step)?)
}

#[then("the plan warns of nothing")]
fn warns_of_nothing(world: &mut World) -> Result<(), StepError> {
    let plan = answered(world, "the upgrade is planned")?;
    let rules: Vec<String> = concerns(&plan).iter().map(|concern| at(concern, "/rule", "")).collect();
    same(world, "what the plan warns of", "nothing", &or_nothing(&rules))
}

#[then(regex = r"^the plan asks for (nothing )?more than the packages$")]
fn asks_for_action(world: &mut World, nothing: String) -> Result<(), StepError> {
    let requirement = format!("the plan asks for {nothing}more than the packages");
    let plan = answered(world, &requirement)?;
    let is_action = |concern: &&Value| concern.get("severity").is_some_and(|severity| severity != "note");
    let concerns = concerns(&plan);
    let actions: Vec<String> = concerns.iter().filter(is_action).map(|concern| at(concern, "/what", "")).collect();
    if actions.is_empty() != nothing.is_empty() {
        return Ok(());
    }
    let expected = if nothing.is_empty() { "something to do" } else { "nothing to do" };
    Err(world.fail(requirement, expected, or_nothing(&actions)))
}

#[then(regex = r"^the plan installs GitLab (\S+) and nothing else$")]
fn installs(world: &mut World, release: String) -> Result<(), StepError> {
    let plan = answered(world, "the upgrade is planned")?;
    let steps = list(&plan, "/steps");
    let effects = steps.iter().flat_map(|step| list(step, "/effects"));
    let installed: Vec<String> =
        effects.filter(|effect| effect["kind"] == "install").map(|effect| at(&effect, "/gitlab", "")).collect();
    same(world, "what the plan installs", &release, &or_nothing(&installed))
}

#[then(regex = r"^the package's upgrade will do(?: (if Mattermost is configured in gitlab\.rb alone))?$")]
fn package_will_do(world: &mut World, condition: String) -> Result<(), StepError> {
    let plan = answered(world, "the upgrade is planned")?;
    let route = if condition.is_empty() { "package" } else { "package_if_configured_in_gitlab_rb" };
    same(world, "the way of the upgrade", &way(route), &way(&at(&plan, "/decision/route", "")))
}

#[then("one of the document's two options is left, as config.json sets:")]
fn two_options(world: &mut World, step: &Step) -> Result<(), StepError> {
    let settings: Vec<String> = rows(step)?.iter().filter_map(|row| row.first().cloned()).collect();
    let plan = answered(world, "the upgrade is planned")?;
    let found =
        format!("{}: {}", way(&at(&plan, "/decision/route", "")), or_nothing(&texts(&plan, "/decision/set_outside")));
    same(world, "the way of the upgrade", &format!("{}: {}", way("one_of_two_options"), settings.join(", ")), &found)
}

#[then("the old settings become these variables:")]
fn become_variables(world: &mut World, step: &Step) -> Result<(), StepError> {
    let expected: Vec<String> = rows(step)?.iter().filter_map(|row| row.first().cloned()).collect();
    let plan = answered(world, "the upgrade is planned")?;
    let found = or_nothing(&texts(&plan, "/old_settings/variables"));
    same(world, "what becomes of the old settings", &expected.join(", "), &found)
}

#[then(regex = r#"^the plan follows the chapter "([^"]*)" at GitLab (\S+)$"#)]
fn follows(world: &mut World, chapter: String, release: String) -> Result<(), StepError> {
    let plan = answered(world, "the upgrade is planned")?;
    let expected = format!("{chapter} at GitLab {release}");
    let found = chapters(&plan);
    if found.contains(&expected) {
        return Ok(());
    }
    Err(world.fail("the chapters that the plan follows", expected, or_nothing(&found)))
}

#[then(regex = r#"^the plan does not follow the chapter "([^"]*)"$"#)]
fn does_not_follow(world: &mut World, chapter: String) -> Result<(), StepError> {
    let plan = answered(world, "the upgrade is planned")?;
    let found = chapters(&plan);
    if !found.iter().any(|known| known.starts_with(&format!("{chapter} at "))) {
        return Ok(());
    }
    Err(world.fail("the chapters that the plan follows", format!("no {chapter}"), found.join(", ")))
}

#[then(regex = r#"^the plan tells of the migrations of Mattermost (\S+), driven by "([^"]*)"$"#)]
fn tells_of_migrations(world: &mut World, version: String, driven_by: String) -> Result<(), StepError> {
    let plan = answered(world, "the upgrade is planned")?;
    let hops = hops(&plan);
    let migrations = hops.iter().flat_map(|hop| list(hop, "/migrations"));
    let found: Vec<String> = migrations
        .filter(|migration| migration["driven_by"].is_string())
        .map(|migration| format!("{}, driven by {}", at(&migration, "/version", ""), at(&migration, "/driven_by", "")))
        .collect();
    let expected = format!("{version}, driven by {driven_by}");
    if found.contains(&expected) {
        return Ok(());
    }
    Err(world.fail("the migrations that take their time", expected, or_nothing(&found)))
}

#[then(regex = r"^the plan tells that Mattermost (\S+) changes the command line$")]
fn changes_command_line(world: &mut World, version: String) -> Result<(), StepError> {
    let plan = answered(world, "the upgrade is planned")?;
    let hops = hops(&plan);
    let facts = hops.iter().flat_map(|hop| list(hop, "/command_line")).filter(|fact| fact["kind"] == "cli");
    let found: Vec<String> = facts.map(|fact| at(&fact, "/version", "")).collect();
    if found.contains(&version) {
        return Ok(());
    }
    Err(world.fail("the versions that change the command line", version, or_nothing(&found)))
}

/// The plan must have a concern of this rule of which everything in `properties` holds: a name and a value each.
fn warns_with(world: &mut World, rule: &str, properties: &[Vec<String>]) -> Result<(), StepError> {
    let plan = answered(world, "the upgrade is planned")?;
    let concerns = concerns(&plan);
    let of_rule: Vec<&Value> = concerns.iter().filter(|concern| concern["rule"] == rule).collect();
    let holds = |concern: &&&Value, property: &Vec<String>| match property.as_slice() {
        [name, value] => at(concern, &format!("/{name}"), "") == *value,
        _ => false,
    };
    if of_rule.iter().any(|concern| properties.iter().all(|property| holds(&concern, property))) {
        return Ok(());
    }
    let names: Vec<&str> = properties.iter().filter_map(|property| property.first().map(String::as_str)).collect();
    let said = |concern: &&Value| {
        let said: Vec<String> =
            names.iter().map(|name| format!("{name} {}", at(concern, &format!("/{name}"), ""))).collect();
        said.join(", ")
    };
    let found = match of_rule.as_slice() {
        [] => or_nothing(&concerns.iter().map(|concern| at(concern, "/rule", "")).collect::<Vec<_>>()),
        some => some.iter().map(said).collect::<Vec<_>>().join("; "),
    };
    let expected: Vec<String> = properties.iter().map(|property| property.join(" ")).collect();
    let expected = if expected.is_empty() { rule.to_owned() } else { expected.join(", ") };
    Err(world.fail(format!("the plan warns of {rule}"), expected, found))
}

/// A way of an upgrade, for people.
fn way(route: &str) -> String {
    match route {
        "package" => "the package's upgrade".to_owned(),
        "package_if_configured_in_gitlab_rb" => "the package's upgrade, if gitlab.rb has all settings".to_owned(),
        "one_of_two_options" => "one of the document's two options".to_owned(),
        other => other.to_owned(),
    }
}

fn chapters(plan: &Value) -> Vec<String> {
    let one = |chapter: &Value| format!("{} at GitLab {}", at(chapter, "/section", ""), at(chapter, "/at", ""));
    list(plan, "/chapters").iter().map(one).collect()
}

pub(super) fn same(world: &mut World, requirement: &str, expected: &str, found: &str) -> Result<(), StepError> {
    if expected == found { Ok(()) } else { Err(world.fail(requirement, expected, found)) }
}

/// The value at a pointer with `before` in front of it; "nothing" if there is none.
pub(super) fn at(json: &Value, pointer: &str, before: &str) -> String {
    match json.pointer(pointer) {
        None | Some(Value::Null) => "nothing".to_owned(),
        Some(Value::String(text)) => format!("{before}{text}"),
        Some(other) => format!("{before}{other}"),
    }
}

pub(super) fn list(json: &Value, pointer: &str) -> Vec<Value> {
    json.pointer(pointer).and_then(Value::as_array).cloned().unwrap_or_default()
}

pub(super) fn hops(plan: &Value) -> Vec<Value> {
    list(plan, "/hops")
}

fn concerns(plan: &Value) -> Vec<Value> {
    list(plan, "/concerns")
}

fn texts(json: &Value, pointer: &str) -> Vec<String> {
    list(json, pointer).iter().map(|one| at(one, "", "")).collect()
}

pub(super) fn or_nothing(all: &[String]) -> String {
    if all.is_empty() { "nothing".to_owned() } else { all.join(", ") }
}
