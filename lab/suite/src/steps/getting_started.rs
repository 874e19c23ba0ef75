//! Steps of the chapter *Getting started*: settings, reconfigure, start.

use cucumber::gherkin::Step;
use cucumber::{given, then, when};
use serde_json::Value;

use super::filled;
use crate::world::{GITLAB_URL, MATTERMOST_URL, Missing, StepError, World};
use gitlab_mattermost_stage::packaged_server::PackagedServer;

#[given(regex = r#"^GitLab runs at "([^"]*)"$"#)]
async fn gitlab_runs(world: &mut World, url: String) -> Result<(), StepError> {
    world.start_gitlab(&url).await
}

#[given("the settings file holds:")]
async fn settings(world: &mut World, step: &Step) -> Result<(), StepError> {
    let text = filled(world, step)?;
    install(world, &text)
}

#[when("the administrator reconfigures")]
async fn reconfigures(world: &mut World) -> Result<(), StepError> {
    reconfigure(world).await
}

#[given("Mattermost is started")]
#[when("Mattermost is started")]
async fn mattermost_starts(world: &mut World) -> Result<(), StepError> {
    world.start_mattermost(MATTERMOST_URL).await
}

#[given("GitLab and Mattermost run as documented")]
async fn both_run(world: &mut World) -> Result<(), StepError> {
    world.start_gitlab(GITLAB_URL).await?;
    install(world, &documented_settings())?;
    reconfigure(world).await?;
    world.start_mattermost(MATTERMOST_URL).await
}

#[then("Mattermost is not enabled")]
async fn not_enabled(world: &mut World) -> Result<(), StepError> {
    match world.packaged_server.as_ref().and_then(PackagedServer::env) {
        None => Ok(()),
        Some(env) => {
            let found = format!("an env directory with {} variables", env.len());
            Err(world.fail("Mattermost is disabled by default", "no env directory", found))
        }
    }
}

#[given(regex = r#"^Mattermost answers at "([^"]*)"$"#)]
#[then(regex = r#"^Mattermost answers at "([^"]*)"$"#)]
async fn answers(world: &mut World, url: String) -> Result<(), StepError> {
    let requirement = "Mattermost is reachable at its external URL";
    if world.host().is_ok() {
        super::host::wait_for_mattermost(world, &url).await?;
    }
    let ping = fetch(world, &format!("{url}/api/v4/system/ping")).await?;
    let status = ping.as_ref().and_then(|body| body.get("status")).and_then(Value::as_str);
    match status {
        Some("OK") => Ok(()),
        _ => Err(world.fail(requirement, "a ping with the status `OK`", json(ping.as_ref()))),
    }
}

#[then("Mattermost offers to sign in with GitLab")]
async fn offers_gitlab(world: &mut World) -> Result<(), StepError> {
    let requirement = "Mattermost offers GitLab as a way to sign in";
    let url = format!("{}/api/v4/config/client?format=old", world.mattermost_url());
    let config = fetch(world, &url).await?;
    let offered = config.as_ref().and_then(|c| c.get("EnableSignUpWithGitLab")).cloned();
    if offered == Some(Value::from("true")) {
        return Ok(());
    }
    Err(world.fail(requirement, "EnableSignUpWithGitLab is \"true\"", json(offered.as_ref())))
}

#[then(regex = r#"^GitLab has an application "([^"]*)" with the redirect URIs:$"#)]
async fn has_application(world: &mut World, name: String, step: &Step) -> Result<(), StepError> {
    let expected = filled(world, step)?;
    let expected: Vec<_> = expected.split_whitespace().map(str::to_owned).collect();
    let found = applications(world, &name).await?;
    let uris = |application: &Value| -> Vec<String> {
        let text = application.get("callback_url").and_then(Value::as_str).unwrap_or_default();
        text.split_whitespace().map(str::to_owned).collect()
    };
    if found.iter().any(|application| uris(application) == expected) {
        return Ok(());
    }
    let found: Vec<_> = found.iter().map(uris).collect();
    let found: Vec<String> = found.iter().map(|uris| uris.join("\n")).collect();
    let found =
        if found.is_empty() { "no application of this name".to_owned() } else { found.join("\nand another:\n") };
    Err(world.fail("Mattermost is registered with GitLab", expected.join("\n"), found))
}

/// What was answered as JSON, or that it was none.
fn json(value: Option<&Value>) -> String {
    value.map_or_else(|| "none".to_owned(), Value::to_string)
}

#[then(regex = r#"^GitLab has (\d+) applications? "([^"]*)"$"#)]
async fn has_applications(world: &mut World, count: usize, name: String) -> Result<(), StepError> {
    let found = applications(world, &name).await?.len();
    if found == count {
        return Ok(());
    }
    Err(world.fail("Mattermost is registered with GitLab once", count.to_string(), found.to_string()))
}

/// The settings that the document needs for both on one server.
pub(super) fn documented_settings() -> String {
    format!("external_url '{GITLAB_URL}'\nmattermost_external_url '{MATTERMOST_URL}'\n")
}

/// Gives the scenario's server a settings file.
pub(super) fn install(world: &mut World, settings: &str) -> Result<(), StepError> {
    world.packaged_server = Some(PackagedServer::new(world.folder()?, settings)?);
    Ok(())
}

/// Runs reconfigure on the scenario's server.
pub(super) async fn reconfigure(world: &mut World) -> Result<(), StepError> {
    let lab = world.lab()?;
    let server = world.packaged_server.as_mut().ok_or(Missing { what: "settings file" })?;
    Ok(server.reconfigure(world.gitlab.as_mut(), lab.translator()).await?)
}

async fn applications(world: &World, name: &str) -> Result<Vec<Value>, StepError> {
    let gitlab = world.gitlab.as_ref().ok_or(Missing { what: "GitLab" })?;
    let named = |a: &Value| a.get("application_name").and_then(Value::as_str) == Some(name);
    Ok(gitlab.applications().await?.into_iter().filter(named).collect())
}

async fn fetch(world: &mut World, url: &str) -> Result<Option<Value>, StepError> {
    Ok(world.new_browser().await?.fetch(url).await?.json())
}
