//! Steps that back Mattermost up and put it back with `mattermost-lab`'s own commands, by data source and folder.

use std::path::PathBuf;

use cucumber::{then, when};
use serde_json::Value;

use crate::world::{Call, MATTERMOST_URL, Missing, StepError, World};

#[when("Mattermost is backed up with `mattermost-lab backup`")]
async fn is_backed_up(world: &mut World) -> Result<(), StepError> {
    let home = world.folder()?.to_owned();
    for folder in ["data", "plugins", "client-plugins"] {
        std::fs::create_dir_all(home.join(folder))?;
    }
    let to = home.join("backups");
    let printed = run(world, &["backup", "--format", "json", "--to", &to.display().to_string()]).await?;
    let path = printed.pointer("/path").and_then(Value::as_str).ok_or(Missing { what: "path of the backup" })?;
    world.remembered.backup.folder = Some(PathBuf::from(path));
    Ok(())
}

#[when("its database, its files and its configuration are lost")]
async fn are_lost(world: &mut World) -> Result<(), StepError> {
    if let Some(running) = world.mattermost.take() {
        running.stop().await;
    }
    let database = world.database()?;
    let client = database.connect().await?;
    client.batch_execute("DROP OWNED BY CURRENT_USER").await?;
    let home = world.folder()?;
    std::fs::remove_dir_all(home.join("data"))?;
    std::fs::write(home.join("config.json"), "{}")?;
    Ok(())
}

/// Takes the backup to a folder of its own, with a database that nothing was ever in. The settings come along, as they do
/// where `gitlab.rb` is copied to the new server.
#[when("nothing of the old server is left but the backup")]
async fn only_the_backup_is_left(world: &mut World) -> Result<(), StepError> {
    if let Some(running) = world.mattermost.take() {
        running.stop().await;
    }
    let backup = backup(world)?;
    let old = world.move_to_another_server().await?;
    let target = world.folder()?.join("backups");
    std::fs::create_dir(&target)?;
    let target = target.join(backup.file_name().unwrap_or_default());
    std::fs::rename(backup, &target)?;
    old.close()?;
    world.remembered.backup.folder = Some(target);
    Ok(())
}

#[when("the backup is put back with `mattermost-lab restore`")]
async fn is_put_back(world: &mut World) -> Result<(), StepError> {
    if let Some(running) = world.mattermost.take() {
        running.stop().await;
    }
    let backup = backup(world)?;
    run(world, &["restore", &backup.display().to_string(), "--drop-old", "--format", "json"]).await?;
    world.start_mattermost(MATTERMOST_URL).await
}

#[then("`mattermost-lab verify` finds the backup whole, a trial restore included")]
async fn is_whole(world: &mut World) -> Result<(), StepError> {
    let backup = backup(world)?;
    let printed = run(world, &["verify", &backup.display().to_string(), "--trial-restore", "--format", "json"]).await?;
    let checks = printed.pointer("/checks").and_then(Value::as_array).cloned().unwrap_or_default();
    // Nobody signed it.
    let made = checks.iter().filter(|check| check["id"] != "signature");
    let strange: Vec<String> = made.filter(|check| check["outcome"] != "passed").map(Value::to_string).collect();
    if !checks.is_empty() && strange.is_empty() {
        return Ok(());
    }
    Err(world.fail("every check of the backup is made and passes", "passed", strange.join("\n")))
}

#[when("the dump in the backup loses its last line")]
fn loses_its_end(world: &mut World) -> Result<(), StepError> {
    let backup = backup(world)?;
    let entries = std::fs::read_dir(&backup)?.collect::<Result<Vec<_>, _>>()?;
    let dump = entries.iter().find(|entry| entry.file_name().to_string_lossy().starts_with("mattermost_dbdump_"));
    let path = dump.ok_or(Missing { what: "dump in the backup" })?.path();
    let content = std::fs::read(&path)?;
    Ok(std::fs::write(&path, &content[..content.len().saturating_sub(10)])?)
}

#[then("`mattermost-lab restore` refuses it before anything is touched")]
async fn refuses(world: &mut World) -> Result<(), StepError> {
    let requirement = "a backup that is not whole is refused with nothing changed";
    let backup = backup(world)?;
    match run(world, &["restore", &backup.display().to_string(), "--format", "json"]).await {
        Err(error) if error.to_string().contains("nothing was changed") => Ok(()),
        Err(error) => Err(world.fail(requirement, "an error that says so", error.to_string())),
        Ok(printed) => Err(world.fail(requirement, "an error", printed.to_string())),
    }
}

fn backup(world: &World) -> Result<PathBuf, Missing> {
    world.remembered.backup.folder.clone().ok_or(Missing { what: "backup" })
}

/// Runs the program on the scenario's installation; what it printed as JSON.
async fn run(world: &mut World, arguments: &[&str]) -> Result<Value, StepError> {
    let home = world.folder()?.display().to_string();
    let database = world.database()?;
    let call = Call::of(arguments.iter().copied().chain(["--home", &home]))
        .with_variable("MATTERMOST_LAB_DATA_SOURCE", database.data_source().expose())
        .with_variable("MATTERMOST_LAB_ADMIN_DATA_SOURCE", database.admin_data_source().expose());
    let printed = world.run_program(call).await?.printed_with(&["0"])?;
    Ok(serde_json::from_str(&printed)?)
}
