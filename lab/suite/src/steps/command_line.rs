//! Steps that run `mattermost-lab` as a person would, in the scenario's own folder, and look at what it answers.
//!
//! - ``When the command `mattermost-lab env gitlab.rb` is run``, or `… is run with the input:` and the text below it
//! - ``When the command `mattermost-lab trace …` is run on the lab's network``, where it finds the lab's servers by their names
//! - `Then it exits with 0`
//! - `Then its output is exactly:`, `… contains:`, `… is empty`, `… does not contain "…"`; the same of `its error output`
//! - `Then its output is kept as "before.json"`, a file in that folder for a later command
//! - `Then its output as JSON has "/env/KEY" = "value"`, where the value is any JSON and the place a JSON pointer;
//!   `… has no "/env/KEY"`

use std::process::Stdio;

use cucumber::gherkin::Step;
use cucumber::{then, when};
use serde_json::Value;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use super::{shown, text};
use crate::world::{Finished, Missing, StepError, World};
use gitlab_mattermost_ground::exchange::Party;

/// The name that stands for the program in the steps.
const PROGRAM: &str = "mattermost-lab";

/// Why a command-line step cannot do its work.
#[derive(Debug, thiserror::Error)]
enum CommandLineError {
    #[error("no command has been run before this step")]
    NothingRun,
    #[error("the command must begin with `{PROGRAM}` and its quotes must be closed: `{0}`")]
    NotOurs(String),
}

#[when(regex = r"^the command `([^`]+)` is run$")]
async fn run(world: &mut World, command: String) -> Result<(), StepError> {
    finish(world, command, "", &[]).await
}

#[when(regex = r"^the command `([^`]+)` is run on the lab's network$")]
async fn run_on_network(world: &mut World, command: String) -> Result<(), StepError> {
    let proxy = world.network().await?.proxy_of(Party::Browser).ok_or(Missing { what: "proxy" })?;
    let proxy = format!("http://{proxy}");
    finish(world, command, "", &[("HTTP_PROXY", &proxy), ("HTTPS_PROXY", &proxy), ("NO_PROXY", "")]).await
}

#[when(regex = r"^the command `([^`]+)` is run with the input:$")]
async fn run_with_input(world: &mut World, step: &Step, command: String) -> Result<(), StepError> {
    finish(world, command, &text(step)?, &[]).await
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

fn finished(world: &World) -> Result<Finished, CommandLineError> {
    world.finished.clone().ok_or(CommandLineError::NothingRun)
}

/// The beginning of a requirement about one of the command's streams, and what was written to it.
fn stream_of(world: &World, stream: &str) -> Result<(String, String), CommandLineError> {
    let finished = finished(world)?;
    let requirement = format!("the {stream} of `{}`", finished.command);
    Ok((requirement, if stream == "output" { finished.output } else { finished.error_output }))
}

/// Runs the command in the scenario's folder, with these variables besides the lab's; it is killed if the scenario ends
/// before it.
async fn finish(world: &mut World, command: String, input: &str, variables: &[(&str, &str)]) -> Result<(), StepError> {
    let words = shlex::split(&command).filter(|words| words.first().is_some_and(|word| word == PROGRAM));
    let Some(words) = words else { return Err(CommandLineError::NotOurs(command).into()) };
    let program = world.program().to_owned();
    let mut child = Command::new(program)
        .args(&words[1..])
        .envs(variables.iter().copied())
        .current_dir(world.folder()?)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let stdin = child.stdin.take();
    let write = async {
        if let Some(mut stdin) = stdin {
            // A command may end without reading its input; what it makes of that is seen in its output.
            let _ = stdin.write_all(input.as_bytes()).await;
        }
    };
    let ((), ended) = tokio::join!(write, child.wait_with_output());
    let ended = ended?;
    let exit = ended.status.code().map_or_else(|| ended.status.to_string(), |code| code.to_string());
    let output = String::from_utf8_lossy(&ended.stdout).into_owned();
    let error_output = String::from_utf8_lossy(&ended.stderr).into_owned();
    world.finished = Some(Finished { command, exit, output, error_output });
    Ok(())
}
