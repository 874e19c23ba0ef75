//! Steps of the chapter *OAuth2 sequence diagram*: the messages, their order, and what must match in them.

use std::collections::BTreeMap;

use cucumber::gherkin::Step;
use cucumber::{then, when};
use reqwest::header::HeaderMap;
use url::Url;

use super::said;
use super::sign_in::{AUTHORIZE, enter, follow, page, press, press_sign_in, seen, sign_in_to_gitlab, token_requests};
use crate::world::{GITLAB_URL, MATTERMOST_URL, StepError, World};
use gitlab_mattermost_browser::Page;
use gitlab_mattermost_ground::exchange::{Exchange, Party};

#[then("these messages were exchanged, in this order:")]
async fn messages_in_order(world: &mut World, step: &Step) -> Result<(), StepError> {
    let rows = step.table().map(|table| table.rows.clone()).unwrap_or_default();
    let column = |name: &str| rows.first().and_then(|head| head.iter().position(|cell| cell == name));
    let (Some(from), Some(to), Some(request), Some(answer)) =
        (column("from"), column("to"), column("request"), column("answer"))
    else {
        return Err(world.fail("the step has a table", "columns from, to, request and answer", format!("{rows:?}")));
    };
    let line = |row: &Vec<String>| format!("{} → {}: {} — {}", row[from], row[to], row[request], row[answer]);
    let expected: Vec<_> = rows.iter().skip(1).map(line).collect();
    // Once the user is in, the browser goes on to Mattermost's pages.
    let exchanges = world.recent_exchanges();
    let shown_after = |e: &Exchange| e.from == Party::Browser && e.to == Party::Mattermost && e.method == "GET";
    let rest = exchanges.get(expected.len()..).unwrap_or_default();
    let sequence = if rest.iter().all(shown_after) { expected.len().min(exchanges.len()) } else { exchanges.len() };
    let actual: Vec<_> = exchanges.iter().take(sequence).map(in_words).collect();
    if expected == actual {
        return Ok(());
    }
    let first = expected.iter().zip(&actual).take_while(|(e, a)| e == a).count() + 1;
    let requirement = format!("the sequence of the document, which differs from message {first} on");
    Err(world.fail(requirement, expected.join("\n"), actual.join("\n")))
}

#[then("the code that the browser brought is the one that Mattermost redeemed")]
async fn code_matches(world: &mut World) -> Result<(), StepError> {
    let brought = callback_parameter(world, "code");
    let redeemed = token_form(world).remove("code");
    same(world, "the code is redeemed unchanged", brought, redeemed)
}

#[then("the state that the browser brought is the one that Mattermost gave out")]
async fn state_matches(world: &mut World) -> Result<(), StepError> {
    let given = entry_parameter(world, "state");
    let brought = callback_parameter(world, "state");
    same(world, "the state comes back unchanged", given, brought)
}

#[then("the token that GitLab issued is the one that Mattermost used")]
async fn token_matches(world: &mut World) -> Result<(), StepError> {
    let issued = token_requests(world).first().and_then(|exchange| {
        let body: serde_json::Value = serde_json::from_str(&exchange.response_body).ok()?;
        body.get("access_token").and_then(|token| token.as_str()).map(str::to_owned)
    });
    let used = world.recent_exchanges().into_iter().find(|e| e.url.ends_with("/api/v4/user")).and_then(|exchange| {
        let fields = exchange.request_headers;
        let field = fields.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization"));
        field.and_then(|(_, value)| value.strip_prefix("Bearer ").map(str::to_owned))
    });
    same(world, "the access token is used as it was issued", issued, used)
}

#[then("the redirect URI is the same in both steps")]
async fn redirect_uri_matches(world: &mut World) -> Result<(), StepError> {
    let asked = entry_parameter(world, "redirect_uri");
    let redeemed = token_form(world).remove("redirect_uri");
    same(world, "the redirect URI is the same at the authorize and the token endpoint", asked, redeemed)
}

#[then("GitLab did not ask her to authorize again")]
async fn not_asked_again(world: &mut World) -> Result<(), StepError> {
    let to_authorize = |e: &Exchange| e.to == Party::GitLab && path(&e.url) == "/oauth/authorize";
    let exchanges = world.recent_exchanges();
    let visits: Vec<&Exchange> = exchanges.iter().filter(|e| to_authorize(e)).collect();
    let asked = visits.iter().filter(|e| e.method == "POST" || asks_for_consent(e)).count();
    if asked == 0 && !visits.is_empty() {
        return Ok(());
    }
    let found = format!("consent asked for or given at {asked} of {} visits to the authorize page", visits.len());
    let expected = "visits to the authorize page, and none asks for consent";
    Err(world.fail("a user who authorized once is not asked again", expected, found))
}

/// Whether the answer is a page with the button that consents.
fn asks_for_consent(exchange: &Exchange) -> bool {
    let (Ok(url), Ok(status)) = (Url::parse(&exchange.url), &exchange.answer) else { return false };
    let page = Page { url, status: *status, headers: HeaderMap::new(), body: exchange.response_body.clone() };
    page.form_with_button(AUTHORIZE).is_some()
}

#[then("Mattermost did not ask GitLab for a token")]
async fn no_token_request(world: &mut World) -> Result<(), StepError> {
    let times = token_requests(world).len();
    if times == 0 {
        return Ok(());
    }
    let found = format!("{times} token requests");
    Err(world.fail("without consent and a matching state no code is redeemed", "no token request", found))
}

#[then(regex = r#"^GitLab refused the token with status (\d+) and error "([^"]*)"$"#)]
async fn token_refused(world: &mut World, status: u16, error: String) -> Result<(), StepError> {
    let answer = token_requests(world).pop().map(|exchange| {
        let body: serde_json::Value = serde_json::from_str(&exchange.response_body).unwrap_or_default();
        let named = body.get("error").and_then(|e| e.as_str()).unwrap_or_default().to_owned();
        (exchange.answer.unwrap_or_default(), named)
    });
    if answer.as_ref() == Some(&(status, error.clone())) {
        return Ok(());
    }
    let found = answer.map_or_else(|| "no token request".to_owned(), |(s, e)| format!("status {s} and error {e:?}"));
    Err(world.fail("GitLab refuses the token and says why", format!("status {status} and error {error:?}"), found))
}

#[when(regex = r#"^she presses "([^"]*)" but the state is forged on the way back$"#)]
async fn forged_state(world: &mut World, button: String) -> Result<(), StepError> {
    press(world, &button, &[]).await?;
    // Standard base64 of {"action":"signup","token":"…"}: well-formed, but nobody gave it out.
    let forged = "eyJhY3Rpb24iOiJzaWdudXAiLCJ0b2tlbiI6Im5vYm9keS1nYXZlLXRoaXMtb3V0In0=";
    come_back_with(world, "state", forged).await
}

#[when(regex = r#"^somebody else starts to sign in and brings the code that "([^"]*)" used$"#)]
async fn stolen_code(world: &mut World, victim: String) -> Result<(), StepError> {
    // The record shows no secrets: the code is taken where a thief would, from the address bar.
    world.begin_action();
    let code = first_code(world, &victim).await?;
    world.begin_action();
    let thief = if victim == "bob" { "alice" } else { "bob" };
    world.new_browser_of(thief).await?;
    enter(world, "signup").await?;
    sign_in_without_following(world, thief).await?;
    come_back_with(world, "code", &code).await
}

/// Has somebody sign in once more, and returns the code that was redeemed for them.
async fn first_code(world: &mut World, login: &str) -> Result<String, StepError> {
    world.new_browser_of(login).await?;
    enter(world, "login").await?;
    press_sign_in(world, login).await?;
    let mut code = None;
    while let Some(next) = page(world)?.leads_to() {
        if next.as_str().starts_with(MATTERMOST_URL) {
            code = code.or_else(|| code_of(next.as_str()));
        }
        open_only(world, next.as_str()).await?;
    }
    match code {
        Some(code) => Ok(code),
        None => Err(world.fail("GitLab issues a code", "a redirect with a code", "none")),
    }
}

/// Signs in to GitLab and consents, but stops where GitLab sends the browser back to Mattermost.
async fn sign_in_without_following(world: &mut World, login: &str) -> Result<(), StepError> {
    sign_in_to_gitlab(world, login).await?;
    press(world, "Authorize", &[]).await
}

/// Where GitLab sends the browser after she pressed the button.
pub(super) fn way_back(world: &mut World) -> Result<Url, StepError> {
    match page(world)?.leads_to() {
        Some(target) => Ok(target),
        None => {
            let found = seen(&page(world)?);
            Err(world.fail("GitLab sends the browser back to Mattermost", "a redirect", found))
        }
    }
}

/// Goes where GitLab sends the browser, with `parameter` of the address replaced by `value`.
async fn come_back_with(world: &mut World, parameter: &str, value: &str) -> Result<(), StepError> {
    let mut target = way_back(world)?;
    let pairs: Vec<_> = target.query_pairs().into_owned().collect();
    let replaced = pairs.into_iter().map(|(n, v)| if n == parameter { (n, value.to_owned()) } else { (n, v) });
    target.query_pairs_mut().clear().extend_pairs(replaced.collect::<Vec<_>>());
    open_only(world, target.as_str()).await?;
    follow(world).await
}

async fn open_only(world: &mut World, url: &str) -> Result<(), StepError> {
    world.browser()?.open_only(url).await?;
    Ok(())
}

fn same(world: &mut World, requirement: &str, one: Option<String>, other: Option<String>) -> Result<(), StepError> {
    match (&one, &other) {
        (Some(a), Some(b)) if a == b => Ok(()),
        _ => Err(world.fail(requirement, said(one.as_deref()), said(other.as_deref()))),
    }
}

/// A parameter of the authorize URL that Mattermost gave the browser.
pub(super) fn entry_parameter(world: &World, name: &str) -> Option<String> {
    let exchanges = world.recent_exchanges();
    let entry = exchanges.iter().find(|e| path(&e.url).starts_with("/oauth/gitlab/"))?;
    let location = entry.response_headers.iter().find(|(n, _)| n.eq_ignore_ascii_case("location"))?;
    parameter(&location.1, name)
}

/// A parameter of the address with which the browser came back to Mattermost.
fn callback_parameter(world: &World, name: &str) -> Option<String> {
    let exchanges = world.recent_exchanges();
    let back = exchanges.iter().find(|e| e.from == Party::Browser && path(&e.url).ends_with("/gitlab/complete"))?;
    parameter(&back.url, name)
}

fn token_form(world: &World) -> BTreeMap<String, String> {
    let first = token_requests(world).into_iter().next();
    let body = first.map(|exchange| exchange.request_body).unwrap_or_default();
    url::form_urlencoded::parse(body.as_bytes()).into_owned().collect()
}

/// The code in the address that GitLab sends a browser back to.
pub(super) fn code_of(url: &str) -> Option<String> {
    parameter(url, "code")
}

fn parameter(url: &str, name: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    url.query_pairs().find(|(n, _)| n == name).map(|(_, value)| value.into_owned())
}

fn path(url: &str) -> String {
    Url::parse(url).map(|url| url.path().to_owned()).unwrap_or_default()
}

/// An exchange as a row of the table: who asked whom for what, and what came back.
fn in_words(exchange: &Exchange) -> String {
    let answer = match &exchange.answer {
        Ok(status) => format!("{status}{}", leads_to(exchange)),
        Err(reason) => reason.clone(),
    };
    let request = format!("{} {}", exchange.method, path(&exchange.url));
    format!("{} → {}: {request} — {answer}", exchange.from, exchange.to)
}

fn leads_to(exchange: &Exchange) -> String {
    let location = exchange.response_headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("location"));
    let Some(target) = location.and_then(|(_, value)| Url::parse(value).ok()) else { return String::new() };
    let party = if target.as_str().starts_with(GITLAB_URL) {
        Party::GitLab
    } else if target.as_str().starts_with(MATTERMOST_URL) {
        Party::Mattermost
    } else {
        return format!(" to {target}");
    };
    format!(" to {party} {}", target.path())
}
