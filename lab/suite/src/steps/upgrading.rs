//! Steps of upgrades and restarts: what Mattermost holds before and after.
//!
//! What is held is asked from `mattermost-lab inventory`, as an administrator would.

use std::path::Path;

use cucumber::{given, then, when};
use serde_json::Value;

use crate::world::{Call, MATTERMOST_URL, Missing, StepError, World};
use gitlab_mattermost_stage::packaged_server::PackagedServer;
use gitlab_mattermost_stage::subject::mattermost::ServerProgram;

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
    let path = |path: &Path| path.display().to_string();
    let mut arguments = vec!["inventory".to_owned(), "--config-json".to_owned(), path(&home.join("config.json"))];
    arguments.extend(["--env-dir".to_owned(), path(&env_directory)]);
    for (option, folder) in [("--data-dir", "data"), ("--plugins-dir", "plugins")] {
        let folder = home.join(folder);
        if folder.is_dir() {
            arguments.extend([option.to_owned(), path(&folder)]);
        }
    }
    match world.server(&lab)? {
        ServerProgram::Running => return Err(Missing { what: "server program that can be run" }.into()),
        ServerProgram::Standin(version) => arguments.extend(["--mattermost-version".to_owned(), version.to_string()]),
        ServerProgram::Release(folder) => {
            arguments.extend(["--program".to_owned(), path(&folder.join("bin/mattermost"))]);
        }
    }
    let data_source = world.database()?.data_source();
    let call = Call::of(arguments).with_variable("LAB_DATABASE", data_source.expose());
    let inventory = world.run_program(call).await?.printed_with(&["0"])?;
    Ok(tokio::fs::write(home.join(name), inventory).await?)
}

#[then(regex = r#"^nothing was lost between "([^"]*)" and "([^"]*)"$"#)]
async fn nothing_was_lost(world: &mut World, before: String, after: String) -> Result<(), StepError> {
    let call = Call::of(["inventory", "diff", "--format", "json", &before, &after]);
    let diff: Value = serde_json::from_str(&world.run_program(call).await?.printed_with(&["0", "1"])?)?;
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

fn text(json: &Value, pointer: &str) -> String {
    json.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}
