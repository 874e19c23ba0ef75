//! Steps that back Mattermost up and put it back with `mattermost-lab`'s own commands, by data source and folder.

use std::path::PathBuf;
use std::process::Stdio;

use cucumber::{then, when};
use serde_json::Value;
use tokio::process::Command;

use crate::world::{MATTERMOST_URL, Missing, StepError, World};

/// Where a step remembers the folder of the backup.
const BACKUP: &str = "backup";

/// The program did not do what a step needs done.
#[derive(Debug, thiserror::Error)]
#[error("`mattermost-lab {command}` ended with {status}: {complaint}")]
struct Failed {
    command: String,
    status: String,
    complaint: String,
}

#[when("Mattermost is backed up with `mattermost-lab backup`")]
async fn is_backed_up(world: &mut World) -> Result<(), StepError> {
    let home = world.folder()?.to_owned();
    for folder in ["data", "plugins", "client-plugins"] {
        std::fs::create_dir_all(home.join(folder))?;
    }
    let to = home.join("backups");
    let printed = run(world, &["backup", "--format", "json", "--to", &to.display().to_string()]).await?;
    let path = printed.pointer("/path").and_then(Value::as_str).unwrap_or_default().to_owned();
    world.notes.insert(BACKUP, path);
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
    let backup = PathBuf::from(backup(world)?);
    let old = world.move_to_another_server().await?;
    let target = world.folder()?.join("backups");
    std::fs::create_dir(&target)?;
    let target = target.join(backup.file_name().unwrap_or_default());
    std::fs::rename(backup, &target)?;
    old.close()?;
    world.notes.insert(BACKUP, target.display().to_string());
    Ok(())
}

#[when("the backup is put back with `mattermost-lab restore`")]
async fn is_put_back(world: &mut World) -> Result<(), StepError> {
    if let Some(running) = world.mattermost.take() {
        running.stop().await;
    }
    let backup = backup(world)?;
    run(world, &["restore", &backup, "--drop-old", "--format", "json"]).await?;
    world.start_mattermost(MATTERMOST_URL).await
}

#[then("`mattermost-lab verify` finds the backup whole, a trial restore included")]
async fn is_whole(world: &mut World) -> Result<(), StepError> {
    let backup = backup(world)?;
    let printed = run(world, &["verify", &backup, "--trial-restore", "--format", "json"]).await?;
    let checks = printed.pointer("/checks").and_then(Value::as_array).cloned().unwrap_or_default();
    let strange: Vec<String> =
        checks.iter().filter(|check| check["outcome"] != "passed").map(Value::to_string).collect();
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
    match run(world, &["restore", &backup, "--format", "json"]).await {
        Err(error) if error.to_string().contains("nothing was changed") => Ok(()),
        Err(error) => Err(world.fail(requirement, "an error that says so", error.to_string())),
        Ok(printed) => Err(world.fail(requirement, "an error", printed.to_string())),
    }
}

fn backup(world: &World) -> Result<String, Missing> {
    world.notes.get(BACKUP).cloned().ok_or(Missing { what: "backup" })
}

/// Runs the program on the scenario's installation; what it printed as JSON.
async fn run(world: &mut World, arguments: &[&str]) -> Result<Value, StepError> {
    let program = world.program().to_owned();
    let home = world.folder()?.to_owned();
    let database = world.database()?;
    let mut command = Command::new(program);
    command.args(arguments).arg("--home").arg(home).stdin(Stdio::null()).kill_on_drop(true);
    command.env("MATTERMOST_LAB_DATA_SOURCE", database.data_source().expose());
    command.env("MATTERMOST_LAB_ADMIN_DATA_SOURCE", database.admin_data_source().expose());
    let output = command.output().await?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        let command = arguments.first().copied().unwrap_or_default().to_owned();
        return Err(Failed { command, status: output.status.to_string(), complaint }.into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}
