//! Steps at the user endpoint: what a token tells of somebody, and that nothing else tells it.

use std::time::{Duration, Instant};

use cucumber::{then, when};
use gitlab_mattermost_browser::{Call, Page};
use gitlab_mattermost_core::mattermost::is_valid_username;
use serde_json::Value;

use super::arrival::come_back;
use super::token::{QUICK, SMALL, in_short, keep_token, member, redeem_rightly};
use crate::world::{Missing, StepError, World};

/// The user endpoint told nothing of which more could be said.
#[derive(Debug, thiserror::Error)]
#[error("this cannot be judged without a user object, and there is none: {found}")]
struct NoUserObject {
    found: String,
}

#[when("the user endpoint is asked with it")]
async fn asked_with_token(world: &mut World) -> Result<(), StepError> {
    let token = world.provided.access_token.clone().ok_or(Missing { what: "token" })?;
    ask(world, Some(&token)).await
}

#[when("the user endpoint is asked without a token")]
async fn asked_without(world: &mut World) -> Result<(), StepError> {
    ask(world, None).await
}

#[when("the user endpoint is asked with a token made up")]
async fn asked_with_invention(world: &mut World) -> Result<(), StepError> {
    ask(world, Some("nobody-has-given-this-token-out")).await
}

#[when("both people have a token and the user endpoint is asked with each")]
async fn both_asked(world: &mut World) -> Result<(), StepError> {
    for number in [0, 1] {
        let person = world.person(number)?;
        come_back(world, &person).await?;
        redeem_rightly(world).await?;
        keep_token(world)?;
        let token = world.provided.access_token.clone().unwrap_or_default();
        ask(world, Some(&token)).await?;
    }
    Ok(())
}

#[then(regex = r"^the user object (has|is|comes)(.+)$")]
async fn object_does(world: &mut World, verb: String, rest: String) -> Result<(), StepError> {
    let (answer, took) = answered(world)?;
    let what = format!("{verb}{rest}");
    let body = answer.json().unwrap_or_default();
    let judges_itself = matches!(
        what.as_str(),
        "has the status 200" | "is a JSON object" | "comes within 5 seconds" | "is smaller than 64 kB"
    );
    if !judges_itself && (answer.status != 200 || !body.is_object()) {
        return Err(NoUserObject { found: in_short(&answer) }.into());
    }
    let text = |name: &str| member(&body, name).and_then(Value::as_str).unwrap_or_default().trim().to_owned();
    let username = || if text("username").is_empty() { text("login") } else { text("username") };
    let holds = match what.as_str() {
        "has the status 200" => answer.status == 200,
        "is a JSON object" => body.is_object(),
        "has a whole number that is not 0 as id" => {
            member(&body, "id").and_then(Value::as_i64).is_some_and(|id| id != 0)
        }
        "has an e-mail address" => text("email").split_once('@').is_some_and(|(a, b)| !a.is_empty() && !b.is_empty()),
        "has a username" => !username().is_empty(),
        "has a name" => !text("name").is_empty(),
        "has a username that Mattermost can keep" => is_valid_username(&username().to_lowercase()),
        "comes within 5 seconds" => took <= QUICK,
        "is smaller than 64 kB" => answer.body.len() < SMALL,
        _ => return Err(Missing { what: "property of a user object of this name" }.into()),
    };
    if holds {
        return Ok(());
    }
    let shown = |name: &str| member(&body, name).map_or_else(|| format!("no `{name}`"), |it| format!("`{name}` {it}"));
    let found = match what.as_str() {
        "has a whole number that is not 0 as id" => shown("id"),
        "has an e-mail address" => shown("email"),
        "has a username" | "has a username that Mattermost can keep" => {
            format!("{} and {}", shown("username"), shown("login"))
        }
        "has a name" => shown("name"),
        "comes within 5 seconds" => format!("an answer after {:.1} s", took.as_secs_f64()),
        "is smaller than 64 kB" => format!("{} bytes", answer.body.len()),
        _ => in_short(&answer),
    };
    Err(world.fail(format!("the user object {what}"), what.clone(), found))
}

#[then("their ids and e-mail addresses differ")]
async fn differ(world: &mut World) -> Result<(), StepError> {
    let bodies: Vec<Value> = world.provided.users.iter().filter_map(|(page, _)| page.json()).collect();
    let [first, second] = bodies.as_slice() else { return Err(Missing { what: "user object of each" }.into()) };
    let same: Vec<String> = ["id", "email"]
        .into_iter()
        .filter_map(|name| Some((name, member(first, name)?)).filter(|(_, value)| member(second, name) == Some(*value)))
        .map(|(name, value)| format!("`{name}` {value} of both"))
        .collect();
    if same.is_empty() {
        return Ok(());
    }
    Err(world.fail("two people are told apart", "another id and another e-mail address", same.join(" and ")))
}

#[then("the user endpoint refuses")]
async fn refuses(world: &mut World) -> Result<(), StepError> {
    let (answer, _) = answered(world)?;
    if answer.status >= 400 {
        return Ok(());
    }
    let requirement = "the user endpoint tells nobody's name without a token that is good";
    Err(world.fail(requirement, "status 401", in_short(&answer)))
}

async fn ask(world: &mut World, token: Option<&str>) -> Result<(), StepError> {
    let endpoint = world.standing()?.endpoints.user;
    let bearer = token.map(|token| format!("Bearer {token}"));
    let mut headers = vec![("Accept", "application/json")];
    headers.extend(bearer.as_deref().map(|bearer| ("Authorization", bearer)));
    let call = Call { url: endpoint.as_str(), headers: &headers, form: None, json: None };
    let browser = world.program_browser().await?;
    let begun = Instant::now();
    let answer = browser.call(&call).await?;
    world.provided.users.push((answer, begun.elapsed()));
    Ok(())
}

fn answered(world: &World) -> Result<(Page, Duration), Missing> {
    world.provided.users.last().cloned().ok_or(Missing { what: "answer of the user endpoint" })
}
