//! Steps of upgrades and restarts: what Mattermost holds before and after.
//!
//! What is held is asked from `mattermost-lab inventory`, as an administrator would.

use std::process::Stdio;

use cucumber::{given, then, when};
use serde_json::Value;
use tokio::process::Command;

use crate::world::{MATTERMOST_URL, Missing, StepError, World};
use gitlab_mattermost_stage::packaged_server::PackagedServer;
use gitlab_mattermost_stage::subject::mattermost::ServerProgram;

/// A command that did not end as it should.
#[derive(Debug, thiserror::Error)]
#[error("`mattermost-lab {command}` ended with {status}: {said}")]
struct Failed {
    command: &'static str,
    status: String,
    said: String,
}

#[when("Mattermost is stopped")]
async fn stops(world: &mut World) -> Result<(), StepError> {
    world.mattermost.take().ok_or(Missing { what: "running Mattermost" })?.stop().await;
    Ok(())
}

#[when("the later Mattermost is started on the same database and files")]
async fn upgrades(world: &mut World) -> Result<(), StepError> {
    world.upgraded = true;
    world.start_mattermost(MATTERMOST_URL).await
}

/// Takes an inventory of everything that the scenario's Mattermost has, into a file.
#[given(regex = r#"^an inventory is taken as "([^"]*)"$"#)]
#[when(regex = r#"^an inventory is taken as "([^"]*)"$"#)]
async fn takes_inventory(world: &mut World, name: String) -> Result<(), StepError> {
    let lab = world.lab()?;
    let home = world.folder()?.to_owned();
    let env = world.packaged_server.as_ref().and_then(PackagedServer::env).cloned();
    let env_directory = home.join("env-directory");
    tokio::fs::create_dir_all(&env_directory).await?;
    for (variable, value) in env.ok_or(Missing { what: "env directory" })? {
        tokio::fs::write(env_directory.join(variable), value).await?;
    }
    let mut command = Command::new(world.program());
    // In the environment, as the list of processes shows what stands in the command.
    command.arg("inventory").env("LAB_DATABASE", world.database()?.data_source().expose());
    command.arg("--config-json").arg(home.join("config.json")).arg("--env-dir").arg(env_directory);
    for (option, folder) in [("--data-dir", "data"), ("--plugins-dir", "plugins")] {
        let folder = home.join(folder);
        if folder.is_dir() {
            command.arg(option).arg(folder);
        }
    }
    match world.server(&lab)? {
        ServerProgram::Running => return Err(Missing { what: "server program that can be run" }.into()),
        ServerProgram::Standin(version) => command.args(["--mattermost-version", &version.to_string()]),
        ServerProgram::Release(folder) => command.arg("--program").arg(folder.join("bin/mattermost")),
    };
    let inventory = finish("inventory", command, &[0]).await?;
    Ok(tokio::fs::write(home.join(name), inventory).await?)
}

#[then(regex = r#"^nothing was lost between "([^"]*)" and "([^"]*)"$"#)]
async fn nothing_was_lost(world: &mut World, before: String, after: String) -> Result<(), StepError> {
    let mut command = Command::new(world.program());
    command.args(["inventory", "diff", "--format", "json", &before, &after]).current_dir(world.folder()?);
    let diff: Value = serde_json::from_slice(&finish("inventory diff", command, &[0, 1]).await?)?;
    let verdict = text(&diff, "/verdict");
    if verdict == "identical" || verdict == "as-expected" {
        return Ok(());
    }
    let changes = diff["changes"].as_array().into_iter().flatten();
    let unexpected: Vec<String> = changes
        .filter(|change| change["judgement"] != "expected")
        .map(|change| format!("{} ({})", text(change, "/what"), text(change, "/rule")))
        .chain(diff["not_compared"].as_array().into_iter().flatten().map(|part| format!("not compared: {part}")))
        .collect();
    let expected = "changes that the versions or a running server explain";
    Err(world.fail("Mattermost holds what it held", expected, format!("{verdict}: {}", unexpected.join(", "))))
}

async fn finish(name: &'static str, mut command: Command, good: &[i32]) -> Result<Vec<u8>, StepError> {
    let output = command.stdin(Stdio::null()).kill_on_drop(true).output().await?;
    if output.status.code().is_some_and(|code| good.contains(&code)) {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(Failed { command: name, status: output.status.to_string(), said }.into())
}

fn text(json: &Value, pointer: &str) -> String {
    json.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}
