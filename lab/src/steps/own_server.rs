//! Steps of the chapter *Running GitLab Mattermost on its own server*: who gets in without GitLab.

use cucumber::{then, when};
use serde_json::{Value, json};

use crate::browser::Page;
use crate::world::{MATTERMOST_URL, Missing, StepError, World};

/// A password that Mattermost's own rules accept.
const PASSWORD: &str = "Correct horse 7!";
/// Under this the answer to the last sign-up by e-mail is remembered.
const ANSWER: &str = "sign-up by e-mail";

#[when(expr = "{string} signs up for Mattermost by e-mail")]
async fn signs_up(world: &mut World, username: String) -> Result<(), StepError> {
    world.begin_action();
    let account = json!({
        "email": format!("{username}@elsewhere.example"),
        "username": username,
        "password": PASSWORD,
    });
    let url = format!("{MATTERMOST_URL}/api/v4/users");
    let page = world.new_browser().await?.post_json(&url, &account).await?;
    world.notes.insert(ANSWER, outcome(&page));
    Ok(())
}

#[then(expr = "the sign-up by e-mail succeeds")]
async fn succeeds(world: &mut World) -> Result<(), StepError> {
    answered(world, "Mattermost takes the new account", "status 201")
}

#[then(expr = "the sign-up by e-mail is refused with status {int} and {string}")]
async fn is_refused(world: &mut World, status: u16, id: String) -> Result<(), StepError> {
    answered(world, "Mattermost refuses the new account", &format!("status {status} and `{id}`"))
}

/// An answer in a few words: its status, and the id of the error if it is one.
fn outcome(page: &Page) -> String {
    let id = page.json().filter(|_| page.status != 201);
    let id = id.as_ref().and_then(|error| error.get("id")).and_then(Value::as_str);
    id.map_or_else(|| format!("status {}", page.status), |id| format!("status {} and `{id}`", page.status))
}

fn answered(world: &mut World, requirement: &str, expected: &str) -> Result<(), StepError> {
    let actual = world.notes.get(ANSWER).cloned().ok_or(Missing { what: "sign-up by e-mail" })?;
    if actual == expected { Ok(()) } else { Err(world.fail(requirement, expected, actual)) }
}
