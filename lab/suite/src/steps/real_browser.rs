//! Steps that click through the pages in a real browser.

use cucumber::gherkin::Step;
use cucumber::{given, then, when};
use serde_json::Value;

use super::sign_in::use_application;
use crate::world::{MATTERMOST_URL, Missing, StepError, World};
use gitlab_mattermost_stage::chromium::{Chromium, ChromiumError};
use gitlab_mattermost_stage::subject::gitlab::Application;

#[given(regex = r"^(?:a|another) window of a real browser$")]
#[when(regex = r"^(?:a|another) window of a real browser$")]
async fn window(world: &mut World) -> Result<(), StepError> {
    world.open_window().await
}

#[when(regex = r#"^the window opens "([^"]*)"$"#)]
async fn opens(world: &mut World, url: String) -> Result<(), StepError> {
    Ok(of(world)?.visit(&url).await?)
}

#[when(regex = r#"^"([^"]*)" signs in to GitLab in the window$"#)]
async fn signs_in(world: &mut World, login: String) -> Result<(), StepError> {
    fill_in(world, "Username or email", &login).await?;
    fill_in(world, "Password", &world.gitlab_password_of(&login)?).await?;
    click(world, "Sign in").await
}

#[when(regex = r#"^the window fills in "([^"]*)" with "([^"]*)"$"#)]
async fn fills_in(world: &mut World, label: String, text: String) -> Result<(), StepError> {
    fill_in(world, &label, &text).await
}

#[when(regex = r#"^the window fills in "([^"]*)" with:$"#)]
async fn fills_in_lines(world: &mut World, label: String, step: &Step) -> Result<(), StepError> {
    let text = step.docstring().ok_or(Missing { what: "text block below the step" })?;
    fill_in(world, &label, text.trim()).await
}

#[when(regex = r#"^the window clicks "([^"]*)"$"#)]
async fn clicks(world: &mut World, words: String) -> Result<(), StepError> {
    click(world, &words).await
}

#[when("the window revokes the authorization of the application")]
async fn revokes(world: &mut World) -> Result<(), StepError> {
    let form = world.application.as_ref().ok_or(Missing { what: "application" })?.revocation_path();
    let clicked = of(world)?.click_in_form(&form, "Revoke").await;
    judged(world, "the page has a button to revoke the authorization of the application", clicked)
}

#[then(regex = r#"^the window shows "([^"]*)"$"#)]
async fn shows(world: &mut World, words: String) -> Result<(), StepError> {
    let seen = of(world)?.sees(&words).await;
    judged(world, &format!("the page shows \"{words}\""), seen)
}

#[then(regex = r#"^the window arrives at "([^"]*)"$"#)]
async fn arrives(world: &mut World, prefix: String) -> Result<(), StepError> {
    let arrived = of(world)?.arrives_at(&prefix).await;
    judged(world, &format!("the browser is led to `{prefix}`"), arrived)
}

#[when(regex = r#"^Mattermost uses the application that the window shows, with the scope "([^"]*)"$"#)]
async fn uses_shown_application(world: &mut World, scope: String) -> Result<(), StepError> {
    let window = of(world)?;
    let application_id = window.value_of("#application_id").await?;
    let secret = window.value_of("#secret").await?;
    // The window shows no more of it, and no step asks for more.
    let (application_name, callback_url) = (String::new(), String::new());
    world.application = Some(Application { id: 0, application_id, application_name, secret, callback_url });
    use_application(world, None, &scope).await
}

#[then(regex = r#"^"([^"]*)" is signed in to Mattermost in the window$"#)]
async fn is_signed_in(world: &mut World, login: String) -> Result<(), StepError> {
    let me = me(world).await?;
    if me.get("username").and_then(Value::as_str) == Some(&login) {
        return Ok(());
    }
    Err(world.fail("the user is signed in to Mattermost", format!("username \"{login}\""), me.to_string()))
}

#[then("nobody is signed in to Mattermost in the window")]
async fn is_not_signed_in(world: &mut World) -> Result<(), StepError> {
    let me = me(world).await?;
    if me.get("status_code").and_then(Value::as_u64) == Some(401) {
        return Ok(());
    }
    Err(world.fail("the user is not signed in to Mattermost", "an answer with status 401", me.to_string()))
}

async fn fill_in(world: &mut World, label: &str, text: &str) -> Result<(), StepError> {
    let filled = of(world)?.fill_in(label, text).await;
    judged(world, &format!("the page has a field \"{label}\""), filled)
}

async fn click(world: &mut World, words: &str) -> Result<(), StepError> {
    let clicked = of(world)?.click(words).await;
    judged(world, &format!("the page has something to click that says \"{words}\""), clicked)
}

/// What is not shown is a deviation of the page; anything else is the browser's trouble.
fn judged(world: &mut World, requirement: &str, result: Result<(), ChromiumError>) -> Result<(), StepError> {
    match result {
        Err(error @ ChromiumError::NotShown { .. }) => Err(world.fail(requirement, "that it does", error.to_string())),
        other => Ok(other?),
    }
}

/// What Mattermost's API says to the window about its user.
async fn me(world: &mut World) -> Result<Value, StepError> {
    let window = of(world)?;
    window.visit(&format!("{MATTERMOST_URL}/api/v4/users/me")).await?;
    Ok(serde_json::from_str(&window.text_of("body").await?)?)
}

fn of(world: &World) -> Result<&Chromium, Missing> {
    world.window.as_ref().ok_or(Missing { what: "window of a real browser" })
}
