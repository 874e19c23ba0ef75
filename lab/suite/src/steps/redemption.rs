//! Steps of somebody who brings a code to GitLab's token endpoint by hand, as a client or a thief does.

use cucumber::{then, when};
use serde_json::Value;

use super::oauth2_sequence::code_of;
use crate::world::{GITLAB_URL, MATTERMOST_URL, Missing, StepError, World};
use gitlab_mattermost_browser::Page;
use gitlab_mattermost_stage::subject::gitlab::Application;

#[when(regex = r"^somebody redeems her code with (.+)$")]
async fn redeems(world: &mut World, what: String) -> Result<(), StepError> {
    let own = world.application.clone().ok_or(Missing { what: "application" })?;
    let uri = format!("{MATTERMOST_URL}/signup/gitlab/complete");
    let (id, secret) = (own.application_id, own.secret);
    match what.as_str() {
        "the right credentials" => redeem(world, &id, &secret, &uri).await,
        "a wrong secret" => redeem(world, &id, &"0".repeat(64), &uri).await,
        "no secret" => redeem(world, &id, "", &uri).await,
        "the credentials of another application" => {
            let other = another_application(world, &uri).await?;
            redeem(world, &other.application_id, &other.secret, &uri).await
        }
        "another redirect URI" => redeem(world, &id, &secret, &format!("{MATTERMOST_URL}/login/gitlab/complete")).await,
        "a longer redirect URI" => redeem(world, &id, &secret, &format!("{uri}/and/more")).await,
        _ => Err(Missing { what: "way to redeem a code of this name" }.into()),
    }
}

async fn another_application(world: &mut World, uri: &str) -> Result<Application, StepError> {
    let gitlab = world.gitlab.as_mut().ok_or(Missing { what: "GitLab" })?;
    Ok(gitlab.create_application("Another application", uri, "").await?)
}

async fn redeem(world: &mut World, id: &str, secret: &str, uri: &str) -> Result<(), StepError> {
    let way_back = world.remembered.sign_in.way_back.as_ref().ok_or(Missing { what: "way back" })?;
    let code = code_of(way_back.as_str()).unwrap_or_default();
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", uri),
        ("client_id", id),
        ("client_secret", secret),
    ];
    let answer = world.browser()?.post_form(&format!("{GITLAB_URL}/oauth/token"), &fields).await?;
    world.redeemed = Some(answer);
    Ok(())
}

#[then(regex = r#"^GitLab refuses the code with status (\d+) and error "([^"]*)"$"#)]
async fn refused(world: &mut World, status: u16, error: String) -> Result<(), StepError> {
    let answer = redeemed(world)?;
    let named = field(&answer, "error");
    if answer.status == status && named == error {
        return Ok(());
    }
    let expected = format!("status {status} and error {error:?}");
    let found = format!("status {} and error {named:?}", answer.status);
    Err(world.fail("GitLab refuses a code that is brought wrongly", expected, found))
}

#[then(regex = r#"^GitLab gives a token of the type "([^"]*)" and the scope "([^"]*)"$"#)]
async fn given(world: &mut World, token_type: String, scope: String) -> Result<(), StepError> {
    let answer = redeemed(world)?;
    let found = (answer.status, field(&answer, "token_type"), field(&answer, "scope"));
    let expected = (200, token_type, scope);
    if found == expected {
        return Ok(());
    }
    let requirement = "GitLab gives a token and says what it is for";
    let told = |(status, token_type, scope): (u16, String, String)| {
        format!("status {status}, the type \"{token_type}\" and the scope \"{scope}\"")
    };
    Err(world.fail(requirement, told(expected), told(found)))
}

#[then(regex = r"^with this token the user API answers with status (\d+)$")]
async fn user_api_answers(world: &mut World, status: u16) -> Result<(), StepError> {
    let token = field(&redeemed(world)?, "access_token");
    // In a browser without cookies: those of a signed-in user open the API as well.
    let url = format!("{GITLAB_URL}/api/v4/user?access_token={token}");
    let answer = world.new_browser().await?.fetch(&url).await?;
    if answer.status == status {
        return Ok(());
    }
    let requirement = "a token is good for as long as it lasts, and no longer";
    Err(world.fail(requirement, format!("status {status}"), format!("status {}", answer.status)))
}

fn redeemed(world: &World) -> Result<Page, Missing> {
    world.redeemed.clone().ok_or(Missing { what: "redeemed code" })
}

fn field(answer: &Page, name: &str) -> String {
    let value = answer.json().and_then(|body| body.get(name).and_then(Value::as_str).map(str::to_owned));
    value.unwrap_or_default()
}
