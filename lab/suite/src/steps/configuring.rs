//! Steps of the chapter *Configuring Mattermost*: settings in gitlab.rb and config.json, and what a running Mattermost
//! makes of them.
//!
//! - `Given GitLab and Mattermost run with these settings:`, their text below; the two external URLs come before it
//! - `Then clients of Mattermost are told "SiteName" = "Chat"`, a key of what Mattermost tells every client
//! - `Then the console shows "TeamSettings.SiteName" = "Chat"`, the value being any JSON
//! - `Then the console shows "TeamSettings.SiteName" as locked`, or `as open to change`
//!
//! The console's are for the session of an administrator: the first user to sign up.

use cucumber::gherkin::Step;
use cucumber::{given, then, when};
use serde_json::Value;

use super::answers::translated_block;
use super::filled;
use super::getting_started::{documented_settings, install, reconfigure};
use crate::world::{GITLAB_URL, MATTERMOST_URL, Missing, StepError, World};
use gitlab_mattermost_browser::Page;

#[given("GitLab and Mattermost run with these settings:")]
async fn run_with(world: &mut World, step: &Step) -> Result<(), StepError> {
    let own = filled(world, step)?;
    start_both(world, &own).await
}

#[when("GitLab and Mattermost are started with the translated settings")]
async fn run_with_translation(world: &mut World) -> Result<(), StepError> {
    let block = translated_block(world)?;
    start_both(world, &block).await
}

#[when("the administrator changes the settings to these and reconfigures:")]
async fn changes_settings(world: &mut World, step: &Step) -> Result<(), StepError> {
    let settings = documented_settings() + &filled(world, step)?;
    let server = world.packaged_server.as_ref().ok_or(Missing { what: "settings file" })?;
    server.change_settings(&settings)?;
    reconfigure(world).await
}

#[when("Mattermost is restarted")]
async fn restarts(world: &mut World) -> Result<(), StepError> {
    if let Some(running) = world.mattermost.take() {
        running.stop().await;
    }
    world.start_mattermost(MATTERMOST_URL).await
}

#[then(regex = r#"^Mattermost does not start and says "([^"]*)"$"#)]
async fn does_not_start(world: &mut World, words: String) -> Result<(), StepError> {
    let requirement = format!("these settings do not let Mattermost start, and it says `{words}`");
    match world.start_mattermost(MATTERMOST_URL).await {
        Err(error) if error.to_string().contains(&words) => Ok(()),
        Err(error) => Err(world.fail(requirement, words, error.to_string())),
        Ok(()) => Err(world.fail(requirement, "an end with an error", "a good answer to its ping")),
    }
}

#[then(regex = r#"^clients of Mattermost are told "([^"]+)" = "([^"]*)"$"#)]
async fn clients_are_told(world: &mut World, key: String, expected: String) -> Result<(), StepError> {
    let page = fetch(world, "/api/v4/config/client?format=old").await?;
    let actual = page.json().and_then(|config| config.get(&key).cloned());
    if actual.as_ref().and_then(Value::as_str) == Some(&expected) {
        return Ok(());
    }
    let actual = actual.map_or_else(|| answer(&page), |value| value.to_string());
    Err(world.fail(format!("Mattermost tells its clients `{key}`"), format!("{expected:?}"), actual))
}

#[then(regex = r#"^the console shows "([^"]+)" = (.+)$"#)]
async fn console_shows(world: &mut World, path: String, expected: String) -> Result<(), StepError> {
    let expected: Value = serde_json::from_str(&expected)?;
    let page = fetch(world, "/api/v4/config").await?;
    let actual = page.json().and_then(|config| at(&config, &path).cloned());
    if actual.as_ref() == Some(&expected) {
        return Ok(());
    }
    let actual = actual.map_or_else(|| answer(&page), |value| value.to_string());
    Err(world.fail(format!("Mattermost runs with `{path}` as it should"), expected.to_string(), actual))
}

#[then(regex = r#"^the console shows "([^"]+)" as (locked|open to change)$"#)]
async fn console_locks(world: &mut World, path: String, state: String) -> Result<(), StepError> {
    let page = fetch(world, "/api/v4/config/environment").await?;
    let requirement = format!("the console shows `{path}` as {state}");
    let Some(locked) = page.json().filter(Value::is_object) else {
        return Err(world.fail(requirement, "the settings that variables have locked", answer(&page)));
    };
    let actual = if at(&locked, &path) == Some(&Value::Bool(true)) { "locked" } else { "open to change" };
    if actual == state { Ok(()) } else { Err(world.fail(requirement, state, actual)) }
}

#[then("the console is closed")]
async fn console_is_closed(world: &mut World) -> Result<(), StepError> {
    let page = fetch(world, "/api/v4/config").await?;
    if page.status == 403 {
        return Ok(());
    }
    let requirement = "the console is for administrators alone";
    // The page may hold settings that are nobody's business.
    Err(world.fail(requirement, "status 403 from /api/v4/config", format!("status {}", page.status)))
}

/// Starts GitLab, and Mattermost with `own` below the two external URLs.
async fn start_both(world: &mut World, own: &str) -> Result<(), StepError> {
    world.start_gitlab(GITLAB_URL).await?;
    install(world, &(documented_settings() + own))?;
    reconfigure(world).await?;
    world.start_mattermost(MATTERMOST_URL).await
}

/// Asks Mattermost as a script of its page would, in the person's browser if one is open.
async fn fetch(world: &mut World, path: &str) -> Result<Page, StepError> {
    if world.browser().is_err() {
        world.new_browser().await?;
    }
    Ok(world.browser()?.fetch(&format!("{MATTERMOST_URL}{path}")).await?)
}

/// The value that `path` (`Section.Key`) names.
fn at<'a>(config: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(config, |place, key| place.get(key))
}

/// An answer that does not hold what was looked for.
fn answer(page: &Page) -> String {
    let text: String = page.text().chars().take(200).collect();
    format!("status {} from {}: {text}", page.status, page.place())
}
