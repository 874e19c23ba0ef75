//! Steps at the token endpoint: who redeems a code with what, and what comes of it.

use std::time::{Duration, Instant};

use cucumber::{given, then, when};
use gitlab_mattermost_browser::{Call, Page};
use serde_json::Value;

use super::arrival::come_back;
use crate::steps::sign_in::seen;
use crate::world::{Missing, StepError, World};

/// What a person still calls quick. Mattermost gives up after 30 seconds.
pub(super) const QUICK: Duration = Duration::from_secs(5);
/// More than any answer of these endpoints needs.
pub(super) const SMALL: usize = 64 * 1024;

/// What is asked of the members beside the token and its type.
const TYPED: &str = "has members of the types that Mattermost reads";

/// A code was not redeemed although all was right.
#[derive(Debug, thiserror::Error)]
#[error("this cannot be judged without a token, and there is none: {found}")]
struct NoToken {
    found: String,
}

#[given("the code has been redeemed")]
async fn has_been_redeemed(world: &mut World) -> Result<(), StepError> {
    redeem_rightly(world).await?;
    keep_token(world)
}

#[given("the first person has a token")]
async fn has_token(world: &mut World) -> Result<(), StepError> {
    let person = world.person(0)?;
    come_back(world, &person).await?;
    redeem_rightly(world).await?;
    keep_token(world)
}

#[given(regex = r"^the code is redeemed with (.+)$")]
#[when(regex = r"^the code is redeemed with (.+)$")]
async fn redeems(world: &mut World, what: String) -> Result<(), StepError> {
    let (code, uri) = world.provided.code.clone().ok_or(Missing { what: "code" })?;
    let client = world.standing()?.client;
    let (id, secret) = (client.id.as_str(), client.secret.expose());
    match what.as_str() {
        "the right credentials" => redeem(world, &code, &uri, id, Some(secret)).await,
        "a wrong secret" => redeem(world, &code, &uri, id, Some("this-is-not-the-secret")).await,
        "no secret" => redeem(world, &code, &uri, id, None).await,
        "an id that nobody knows" => {
            redeem(world, &code, &uri, "nobody-has-registered-this-client", Some(secret)).await
        }
        "another redirect URI" => {
            let other = uri.replacen("/signup/", "/login/", 1);
            let other = if other == uri { format!("{uri}-other") } else { other };
            redeem(world, &code, &other, id, Some(secret)).await
        }
        "a longer redirect URI" => redeem(world, &code, &format!("{uri}/and/more"), id, Some(secret)).await,
        "a letter changed" => redeem(world, &with_a_letter_changed(&code), &uri, id, Some(secret)).await,
        "the credentials of another client" => {
            let other = world.other_client().await?;
            redeem(world, &code, &uri, &other.id, Some(other.secret.expose())).await
        }
        _ => Err(Missing { what: "way to redeem a code of this name" }.into()),
    }
}

#[then("no token is given")]
async fn no_token(world: &mut World) -> Result<(), StepError> {
    let (answer, _) = answered(world)?;
    if access_token(&answer).is_none() && answer.status != 200 {
        return Ok(());
    }
    if access_token(&answer).is_none() {
        let expected = "a status that refuses, 400 or 401";
        return Err(world.fail("a code that is brought wrongly is refused", expected, in_short(&answer)));
    }
    let found = format!("status {} and an access token", answer.status);
    Err(world.fail("a code that is brought wrongly is worth nothing", "no access token", found))
}

#[then("the first person can still come back with a code and have it redeemed")]
async fn still_works(world: &mut World) -> Result<(), StepError> {
    let person = world.person(0)?;
    come_back(world, &person).await?;
    redeem_rightly(world).await?;
    keep_token(world)
}

#[then(regex = r"^the answer with the token (has|is|says|comes|must|lasts)(.+)$")]
async fn answer_does(world: &mut World, verb: String, rest: String) -> Result<(), StepError> {
    let (answer, took) = answered(world)?;
    let what = format!("{verb}{rest}");
    let field = |name: &str| answer.json().and_then(|body| member(&body, name).cloned());
    let header = |name: &str| answer.header(name).unwrap_or_default().to_ascii_lowercase();
    let of_body = matches!(
        what.as_str(),
        "has an access token" | "says the type bearer, in whatever case" | "lasts for a while" | TYPED
    );
    if of_body && !answer.json().is_some_and(|body| body.is_object()) {
        return Err(NoToken { found: in_short(&answer) }.into());
    }
    let holds = match what.as_str() {
        "has the status 200" => answer.status == 200,
        "is a JSON object" => answer.json().is_some_and(|body| body.is_object()),
        "has an access token" => access_token(&answer).is_some(),
        "says the type bearer, in whatever case" => {
            field("token_type").is_some_and(|it| it.as_str().is_some_and(|it| it.eq_ignore_ascii_case("bearer")))
        }
        TYPED => answer.json().is_some_and(|body| ill_typed(&body).is_empty()),
        "comes within 5 seconds" => took <= QUICK,
        "is smaller than 64 kB" => answer.body.len() < SMALL,
        "is of the type application/json" => header("content-type").starts_with("application/json"),
        "must not be stored" => header("cache-control").contains("no-store"),
        "lasts for a while" => {
            field("expires_in").is_none_or(|it| it.is_null() || it.as_f64().is_some_and(|it| it > 0.0))
        }
        _ => return Err(Missing { what: "property of an answer of this name" }.into()),
    };
    if holds {
        return Ok(());
    }
    let found = match what.as_str() {
        "says the type bearer, in whatever case" => format!("token_type {}", shown(field("token_type"))),
        "lasts for a while" => format!("expires_in {}", shown(field("expires_in"))),
        TYPED => ill_typed(&answer.json().unwrap_or_default()).join(", "),
        "must not be stored" => format!("Cache-Control `{}`", header("cache-control")),
        "is of the type application/json" => format!("Content-Type `{}`", header("content-type")),
        "comes within 5 seconds" => format!("an answer after {:.1} s", took.as_secs_f64()),
        "is smaller than 64 kB" => format!("{} bytes", answer.body.len()),
        _ => in_short(&answer),
    };
    Err(world.fail(format!("the answer with the token {what}"), what.clone(), found))
}

#[then("the answer with the token names the scope that was asked for, if it names one")]
async fn names_scope(world: &mut World) -> Result<(), StepError> {
    let (answer, _) = answered(world)?;
    let asked = world.standing()?.provider.scope.clone();
    let named = answer.json().and_then(|body| member(&body, "scope").and_then(Value::as_str).map(str::to_owned));
    let Some(named) = named else { return Ok(()) };
    let named_words: Vec<&str> = named.split_whitespace().collect();
    if asked.split_whitespace().all(|word| named_words.contains(&word)) {
        return Ok(());
    }
    Err(world.fail(
        "the token is for the scope that was asked for",
        format!("scope {asked:?}"),
        format!("scope {named:?}"),
    ))
}

#[then(regex = r"^the refusal has the status (.+) and the error (\w+)$")]
async fn refusal_says(world: &mut World, statuses: String, error: String) -> Result<(), StepError> {
    let (answer, _) = answered(world)?;
    let named = answer.json().and_then(|body| body.get("error").and_then(Value::as_str).map(str::to_owned));
    let is_one = statuses.split(" or ").any(|status| status == answer.status.to_string());
    if is_one && named.as_deref() == Some(error.as_str()) {
        return Ok(());
    }
    let expected = format!("status {statuses} and the error {error:?} as JSON");
    let found =
        named.map_or_else(|| in_short(&answer), |named| format!("status {} and the error {named:?}", answer.status));
    Err(world.fail("a refusal says why, so that Mattermost's log does", expected, found))
}

/// Redeems the code that somebody came back with as Mattermost does.
pub(super) async fn redeem_rightly(world: &mut World) -> Result<(), StepError> {
    let (code, uri) = world.provided.code.clone().ok_or(Missing { what: "code" })?;
    let client = world.standing()?.client;
    redeem(world, &code, &uri, &client.id, Some(client.secret.expose())).await
}

/// Keeps the token that the last code was redeemed for.
pub(super) fn keep_token(world: &mut World) -> Result<(), StepError> {
    let (answer, _) = answered(world)?;
    let token = access_token(&answer).ok_or_else(|| NoToken { found: in_short(&answer) })?;
    world.provided.access_token = Some(token);
    Ok(())
}

async fn redeem(world: &mut World, code: &str, uri: &str, id: &str, secret: Option<&str>) -> Result<(), StepError> {
    let endpoint = world.standing()?.endpoints.token;
    let mut form = vec![("grant_type", "authorization_code"), ("code", code), ("redirect_uri", uri), ("client_id", id)];
    form.extend(secret.map(|secret| ("client_secret", secret)));
    let call =
        Call { url: endpoint.as_str(), headers: &[("Accept", "application/json")], form: Some(&form), json: None };
    let browser = world.program_browser().await?;
    let begun = Instant::now();
    let answer = browser.call(&call).await?;
    world.provided.token = Some((answer, begun.elapsed()));
    Ok(())
}

fn answered(world: &World) -> Result<(Page, Duration), Missing> {
    world.provided.token.clone().ok_or(Missing { what: "answer of the token endpoint" })
}

fn access_token(answer: &Page) -> Option<String> {
    let token = member(&answer.json()?, "access_token")?.as_str()?.to_owned();
    (!token.is_empty()).then_some(token)
}

/// The member called `name` in whatever case, the last of several: how Mattermost reads JSON.
pub(super) fn member<'a>(body: &'a Value, name: &str) -> Option<&'a Value> {
    body.as_object()?.iter().rfind(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// The members that a Mattermost of 6.2 stumbles over; one of 5.36 does not look at them.
fn ill_typed(body: &Value) -> Vec<String> {
    let is_number = |it: &Value| it.as_i64().is_some_and(|it| i32::try_from(it).is_ok());
    let mut ill: Vec<String> = Vec::new();
    if let Some(it) = member(body, "expires_in").filter(|it| !it.is_null() && !is_number(it)) {
        ill.push(format!("expires_in {it} is no whole number"));
    }
    let texts = ["scope", "refresh_token", "id_token"].into_iter();
    let not_text = texts.filter(|name| member(body, name).is_some_and(|it| !it.is_null() && !it.is_string()));
    // Their values may be secret.
    ill.extend(not_text.map(|name| format!("{name} is no text")));
    ill
}

/// An answer without what may be secret in it: a refusal in its own words, of anything else the outline.
pub(super) fn in_short(answer: &Page) -> String {
    let Some(body) = answer.json() else { return seen(answer) };
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(|text| format!(" {name} {text:?}"));
    let said: String = ["error", "error_description", "message"].into_iter().filter_map(text).collect();
    let members: Vec<&str> = body.as_object().map(|it| it.keys().map(String::as_str).collect()).unwrap_or_default();
    let said = if said.is_empty() { format!(" JSON with {}", members.join(", ")) } else { said };
    format!("status {}:{said}", answer.status)
}

fn shown(value: Option<Value>) -> String {
    value.map_or_else(|| "missing".to_owned(), |value| value.to_string())
}

fn with_a_letter_changed(code: &str) -> String {
    let last = code.chars().last().unwrap_or('a');
    let other = if last == 'a' { 'b' } else { 'a' };
    let kept: String = code.chars().take(code.chars().count().saturating_sub(1)).collect();
    format!("{kept}{other}")
}
