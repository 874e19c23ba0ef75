//! Steps of the chapter *Running GitLab Mattermost on its own server*: who gets in without GitLab.

use cucumber::{then, when};
use serde_json::json;

use crate::world::{MATTERMOST_URL, Missing, StepError, World};

/// A password that Mattermost's own rules accept.
const PASSWORD: &str = "Correct horse 7!";

#[when(regex = r#"^"([^"]*)" signs up for Mattermost by e-mail$"#)]
async fn signs_up(world: &mut World, username: String) -> Result<(), StepError> {
    world.begin_action();
    let account = json!({
        "email": format!("{username}@elsewhere.example"),
        "username": username,
        "password": PASSWORD,
    });
    let url = format!("{MATTERMOST_URL}/api/v4/users");
    let page = world.new_browser().await?.post_json(&url, &account).await?;
    world.remembered.sign_up = Some(page.outcome());
    Ok(())
}

#[then("the sign-up by e-mail succeeds")]
async fn succeeds(world: &mut World) -> Result<(), StepError> {
    answered(world, "Mattermost takes the new account", "status 201")
}

#[then(regex = r#"^the sign-up by e-mail is refused with status (\d+) and "([^"]*)"$"#)]
async fn is_refused(world: &mut World, status: u16, id: String) -> Result<(), StepError> {
    answered(world, "Mattermost refuses the new account", &format!("status {status} and `{id}`"))
}

fn answered(world: &mut World, requirement: &str, expected: &str) -> Result<(), StepError> {
    let actual = world.remembered.sign_up.clone().ok_or(Missing { what: "sign-up by e-mail" })?;
    if actual == expected { Ok(()) } else { Err(world.fail(requirement, expected, actual)) }
}
