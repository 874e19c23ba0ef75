//! Steps that run `mattermost-lab` as a person would, in the scenario's own folder, and look at what it answers.
//!
//! - ``When the command `mattermost-lab env gitlab.rb` is run``, or `… is run with the input:` and the text below it
//! - ``When the command `mattermost-lab trace …` is run on the lab's network``, where it finds the lab's servers by their names
//! - `Then it exits with 0`
//! - `Then its output is exactly:`, `… contains:`, `… is empty`, `… does not contain "…"`; the same of `its error output`
//! - `Then its output is kept as "before.json"`, a file in that folder for a later command
//! - `Then its output as JSON has "/env/KEY" = "value"`, where the value is any JSON and the place a JSON pointer;
//!   `… has no "/env/KEY"`
//! - `Then its first finding is P04`, of `doctor` and `trace`; `Then its changes are:` and below what `inventory diff` lists

use cucumber::gherkin::Step;
use cucumber::{then, when};
use serde_json::Value;

use super::{rows, shown, text};
use crate::world::{Call, Finished, Missing, StepError, World};
use gitlab_mattermost_ground::exchange::Party;

/// A step that looks at a command before one was run.
#[derive(Debug, thiserror::Error)]
#[error("no command has been run before this step")]
struct NothingRun;

#[when(regex = r"^the command `([^`]+)` is run$")]
async fn run(world: &mut World, command: String) -> Result<(), StepError> {
    finish(world, Call::typed(command)?).await
}

#[when(regex = r"^the command `([^`]+)` is run on the lab's network$")]
async fn run_on_network(world: &mut World, command: String) -> Result<(), StepError> {
    let proxy = world.network().await?.proxy_of(Party::Browser).ok_or(Missing { what: "proxy" })?;
    let proxy = format!("http://{proxy}");
    let call = Call::typed(command)?.with_variable("HTTP_PROXY", &proxy).with_variable("HTTPS_PROXY", &proxy);
    finish(world, call.with_variable("NO_PROXY", "")).await
}

#[when(regex = r"^the command `([^`]+)` is run with the input:$")]
async fn run_with_input(world: &mut World, step: &Step, command: String) -> Result<(), StepError> {
    finish(world, Call::typed(command)?.with_input(text(step)?)).await
}

#[then(regex = r"^it exits with (\d+)$")]
fn exits(world: &mut World, code: u8) -> Result<(), StepError> {
    let finished = finished(world)?;
    if finished.exit == code.to_string() {
        return Ok(());
    }
    let requirement = format!("`{}` exits with {code}", finished.command);
    let actual = match finished.error_output.as_str() {
        "" => finished.exit,
        error_output => format!("{}, its error output:\n{error_output}", finished.exit),
    };
    Err(world.fail(requirement, code.to_string(), actual))
}

#[then(regex = r#"^its output is kept as "([^"]*)"$"#)]
async fn output_is_kept(world: &mut World, name: String) -> Result<(), StepError> {
    let output = finished(world)?.output;
    let path = super::file::path(world, &name)?;
    Ok(tokio::fs::write(path, output).await?)
}

#[then(regex = r"^its (output|error output) is exactly:$")]
fn output_is(world: &mut World, step: &Step, stream: String) -> Result<(), StepError> {
    let (requirement, actual) = stream_of(world, &stream)?;
    let expected = text(step)?;
    if actual == expected {
        return Ok(());
    }
    let actual = shown(actual, &expected);
    Err(world.fail(format!("{requirement} is exactly as written"), expected, actual))
}

#[then(regex = r"^its (output|error output) is empty$")]
fn output_is_empty(world: &mut World, stream: String) -> Result<(), StepError> {
    let (requirement, actual) = stream_of(world, &stream)?;
    if actual.is_empty() { Ok(()) } else { Err(world.fail(requirement + " is empty", "nothing", actual)) }
}

#[then(regex = r"^its (output|error output) contains:$")]
fn output_contains(world: &mut World, step: &Step, stream: String) -> Result<(), StepError> {
    let expected = text(step)?;
    contains(world, &stream, expected.trim_end())
}

#[then(regex = r#"^its (output|error output) contains "([^"]+)"$"#)]
fn output_contains_words(world: &mut World, stream: String, expected: String) -> Result<(), StepError> {
    contains(world, &stream, &expected)
}

#[then(regex = r#"^its output as JSON has "([^"]*)" = (.+)$"#)]
fn json_has(world: &mut World, pointer: String, expected: String) -> Result<(), StepError> {
    let (requirement, output) = stream_of(world, "output")?;
    let requirement = format!("{requirement} has `{pointer}` = {expected}");
    let expected: Value = serde_json::from_str(&expected)?;
    let actual = match serde_json::from_str::<Value>(&output) {
        Ok(json) => json.pointer(&pointer).cloned(),
        Err(error) => return Err(world.fail(requirement, "JSON", format!("{error}:\n{output}"))),
    };
    match actual {
        Some(actual) if actual == expected => Ok(()),
        Some(actual) => Err(world.fail(requirement, expected.to_string(), actual.to_string())),
        None => Err(world.fail(requirement, expected.to_string(), format!("nothing there in:\n{output}"))),
    }
}

#[then(regex = r"^its first finding is (\S+)$")]
fn first_finding(world: &mut World, problem: String) -> Result<(), StepError> {
    let (requirement, output) = stream_of(world, "output")?;
    let printed: Value = serde_json::from_str(&output)?;
    let findings = printed.get("findings").and_then(Value::as_array).cloned().unwrap_or_default();
    let found: Vec<&str> = findings.iter().filter_map(|finding| finding.get("rule")?.as_str()).collect();
    if found.first() == Some(&problem.as_str()) {
        return Ok(());
    }
    let found = if found.is_empty() { "nothing".to_owned() } else { found.join(", ") };
    Err(world.fail(format!("{requirement} names the problem first"), problem, found))
}

#[then("its changes are:")]
fn changes_are(world: &mut World, step: &Step) -> Result<(), StepError> {
    let expected: Vec<String> = rows(step)?.iter().filter_map(|row| row.first().cloned()).collect();
    let (requirement, output) = stream_of(world, "output")?;
    let printed: Value = serde_json::from_str(&output)?;
    let changes = printed.get("changes").and_then(Value::as_array).cloned().unwrap_or_default();
    let found: Vec<String> =
        changes.iter().filter_map(|change| change.get("what")?.as_str().map(str::to_owned)).collect();
    if found == expected {
        return Ok(());
    }
    Err(world.fail(format!("{requirement} lists the changes"), expected.join(", "), found.join(", ")))
}

#[then(regex = r#"^its output as JSON has no "([^"]*)"$"#)]
fn json_has_no(world: &mut World, pointer: String) -> Result<(), StepError> {
    let (requirement, output) = stream_of(world, "output")?;
    let requirement = format!("{requirement} has no `{pointer}`");
    match serde_json::from_str::<Value>(&output) {
        Ok(json) => match json.pointer(&pointer) {
            None => Ok(()),
            Some(actual) => Err(world.fail(requirement, "nothing there", actual.to_string())),
        },
        Err(error) => Err(world.fail(requirement, "JSON", format!("{error}:\n{output}"))),
    }
}

#[then(regex = r#"^its (output|error output) does not contain "([^"]+)"$"#)]
fn output_does_not_contain(world: &mut World, stream: String, unwanted: String) -> Result<(), StepError> {
    let (requirement, actual) = stream_of(world, &stream)?;
    if !actual.contains(&unwanted) {
        return Ok(());
    }
    Err(world.fail(format!("{requirement} does not contain `{unwanted}`"), "it nowhere", actual))
}

fn contains(world: &mut World, stream: &str, expected: &str) -> Result<(), StepError> {
    let (requirement, actual) = stream_of(world, stream)?;
    if actual.contains(expected) {
        return Ok(());
    }
    Err(world.fail(format!("{requirement} contains what is written"), expected, actual))
}

fn finished(world: &World) -> Result<Finished, NothingRun> {
    world.finished.clone().ok_or(NothingRun)
}

/// The beginning of a requirement about one of the command's streams, and what was written to it.
fn stream_of(world: &World, stream: &str) -> Result<(String, String), NothingRun> {
    let finished = finished(world)?;
    let requirement = format!("the {stream} of `{}`", finished.command);
    Ok((requirement, if stream == "output" { finished.output } else { finished.error_output }))
}

/// Runs the program, for later steps to look at.
async fn finish(world: &mut World, call: Call) -> Result<(), StepError> {
    world.finished = Some(world.run_program(call).await?);
    Ok(())
}
