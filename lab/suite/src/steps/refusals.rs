//! Steps of the refusals: what goes wrong on the way into Mattermost, and who says so.

use std::time::Duration;

use cucumber::gherkin::Step;
use cucumber::{given, then, when};
use gitlab_mattermost_core::gitlab::Fault;
use serde_json::json;
use url::Url;

use super::oauth2_sequence::{entry_parameter, way_back};
use super::said;
use super::sign_in::{follow, page, press, seen, use_application, use_application_with};
use crate::world::{GITLAB_URL, MATTERMOST_URL, Missing, StepError, World};
use gitlab_mattermost_ground::exchange::{Exchange, Party};
use gitlab_mattermost_stage::packaged_server::PackagedServer;

/// A password that the package's rules for passwords allow.
const PASSWORD: &str = "Correct-horse-1";

/// What a GitLab may do wrong, in the words of the features.
const MISTAKES: [(&str, Fault); 9] = [
    ("answers the token request with a page", Fault::TokensAsPage),
    ("answers the token request with status 201", Fault::TokensWithStatus201),
    ("does not say the type of its token", Fault::NoTokenType),
    ("gives a token of the type mac", Fault::OtherTokenType),
    ("gives no access token", Fault::NoAccessToken),
    ("refuses the user API to everybody", Fault::UserForbidden),
    ("knows every user by the number 0", Fault::UserIdZero),
    ("gives the number of a user as a text", Fault::UserIdAsText),
    ("does not tell the email of a user", Fault::NoEmail),
];

#[given(regex = r"^this GitLab (.+)$")]
async fn makes_a_mistake(world: &mut World, mistake: String) -> Result<(), StepError> {
    let fault = MISTAKES.iter().find(|(words, _)| *words == mistake).map(|(_, fault)| *fault);
    let fault = fault.ok_or(Missing { what: "mistake of this name" })?;
    let gitlab = world.gitlab.as_mut().ok_or(Missing { what: "GitLab" })?;
    Ok(gitlab.add_fault(fault).await?)
}

#[given("Mattermost uses this application with a wrong id")]
async fn uses_wrong_id(world: &mut World) -> Result<(), StepError> {
    let application = world.application.as_mut().ok_or(Missing { what: "application" })?;
    application.application_id = "0".repeat(64);
    use_application(world, None, "").await
}

#[given(regex = r#"^Mattermost uses this application with the scope "([^"]*)"$"#)]
async fn uses_scope(world: &mut World, scope: String) -> Result<(), StepError> {
    use_application(world, None, &scope).await
}

#[given("Mattermost uses this application and the setting:")]
async fn uses_setting(world: &mut World, step: &Step) -> Result<(), StepError> {
    let setting = super::text(step)?;
    use_application_with(world, None, &setting).await
}

#[given(regex = r#"^Mattermost has the account "([^"]*)" with the email "([^"]*)" and a password$"#)]
async fn has_account(world: &mut World, username: String, email: String) -> Result<(), StepError> {
    let account = json!({ "username": username, "email": email, "password": PASSWORD });
    let answer = world.new_browser().await?.post_json(&format!("{MATTERMOST_URL}/api/v4/users"), &account).await?;
    if answer.status == 201 {
        return Ok(());
    }
    Err(world.fail("the first account can be made with a password", "status 201", seen(&answer)))
}

#[when(regex = r#"^"([^"]*)" opens Mattermost to sign in and come out at "([^"]*)"$"#)]
async fn opens_to_come_out_at(world: &mut World, login: String, target: String) -> Result<(), StepError> {
    world.begin_action();
    let mut url = Url::parse(MATTERMOST_URL)?.join("/oauth/gitlab/login")?;
    url.query_pairs_mut().append_pair("redirect_to", &target);
    world.browser_of(&login).await?.open(url.as_str()).await?;
    Ok(())
}

#[when(regex = r#"^she presses "([^"]*)" and is held on the way back$"#)]
async fn is_held(world: &mut World, button: String) -> Result<(), StepError> {
    press(world, &button, &[]).await?;
    let target = way_back(world)?;
    world.remembered.sign_in.way_back = Some(target);
    Ok(())
}

#[when(regex = r#"^she presses "([^"]*)" but the (\S+) is lost on the way back$"#)]
async fn parameter_is_lost(world: &mut World, button: String, parameter: String) -> Result<(), StepError> {
    press(world, &button, &[]).await?;
    let mut target = way_back(world)?;
    let kept: Vec<_> = target.query_pairs().into_owned().filter(|(name, _)| *name != parameter).collect();
    target.query_pairs_mut().clear().extend_pairs(kept);
    world.browser()?.open(target.as_str()).await?;
    Ok(())
}

#[when("she goes on to Mattermost")]
async fn goes_on(world: &mut World) -> Result<(), StepError> {
    follow(world).await
}

#[when("another browser goes on in her place")]
async fn another_goes_on(world: &mut World) -> Result<(), StepError> {
    let target = world.remembered.sign_in.way_back.clone().ok_or(Missing { what: "way back" })?;
    world.new_browser().await?.open(target.as_str()).await?;
    Ok(())
}

#[when(regex = r#"^another site submits the form of the button "([^"]*)"$"#)]
async fn another_site_submits(world: &mut World, button: String) -> Result<(), StepError> {
    // Another site can send the form with her cookies, but does not know what GitLab wrote into it.
    press(world, &button, &[("authenticity_token", "guessed")]).await?;
    follow(world).await
}

#[when(regex = r"^(\d+) seconds pass at GitLab$")]
async fn time_passes(world: &mut World, seconds: u64) -> Result<(), StepError> {
    let gitlab = world.gitlab.as_ref().ok_or(Missing { what: "GitLab" })?;
    Ok(gitlab.advance_clock(Duration::from_secs(seconds)).await?)
}

#[when("her browser is copied")]
async fn browser_is_copied(world: &mut World) -> Result<(), StepError> {
    world.copy_browser().await
}

#[when("the copy goes the same way with the same state")]
async fn copy_goes_on(world: &mut World) -> Result<(), StepError> {
    world.use_copy_of_browser()?;
    let url = page(world)?.url;
    world.browser()?.open(url.as_str()).await?;
    Ok(())
}

#[then(regex = r#"^GitLab says "([^"]*)"$"#)]
async fn gitlab_says(world: &mut World, words: String) -> Result<(), StepError> {
    let page = page(world)?;
    if page.url.as_str().starts_with(GITLAB_URL) && page.text().contains(&words) {
        return Ok(());
    }
    Err(world.fail("GitLab says why it refuses", words, seen(&page)))
}

#[then(regex = r#"^Mattermost asked for the scope "([^"]*)"$"#)]
async fn asked_for_scope(world: &mut World, scope: String) -> Result<(), StepError> {
    let asked = entry_parameter(world, "scope");
    if asked.as_ref() == Some(&scope) {
        return Ok(());
    }
    Err(world.fail("Mattermost asks for the scope of its settings", scope, said(asked.as_deref())))
}

#[then("Mattermost took the cookie of the sign-in back")]
async fn took_cookie_back(world: &mut World) -> Result<(), StepError> {
    let fields = world.recent_exchanges().into_iter().filter(|e| e.from == Party::Browser && e.to == Party::Mattermost);
    let set: Vec<_> = fields.flat_map(|e| e.response_headers).filter(|(name, _)| name == "set-cookie").collect();
    let last = set.iter().rev().find(|(_, value)| value.starts_with("MMOAUTH=")).map(|(_, value)| value.clone());
    if last.as_ref().is_some_and(|value| value.starts_with("MMOAUTH=;")) {
        return Ok(());
    }
    Err(world.fail("the cookie of a sign-in ends with it", "an empty MMOAUTH", said(last.as_deref())))
}

#[then("the client secret went to GitLab's token endpoint alone")]
async fn secret_kept(world: &mut World) -> Result<(), StepError> {
    let env =
        world.packaged_server.as_ref().and_then(PackagedServer::env).ok_or(Missing { what: "env of Mattermost" })?;
    let secret = env.get(SECRET).cloned().ok_or(Missing { what: "client secret" })?;
    let masked = world.network().await?.recorder().masker().hide("client-secret", &secret);
    // What was recorded before the secret was known to be one is not masked.
    let has = |text: &str| text.contains(&masked) || text.contains(&secret);
    let mut due = 0_usize;
    let mut places = Vec::new();
    for exchange in world.exchanges() {
        let is_due = is_token_request(&exchange) && has(&exchange.request_body);
        due += usize::from(is_due);
        let place = format!("{} → {}: {} {}", exchange.from, exchange.to, exchange.method, exchange.url);
        let found = parts_of(&exchange).into_iter().filter(|(_, text)| has(text)).map(|(part, _)| part);
        places.extend(found.filter(|part| !(is_due && *part == REQUEST_BODY)).map(|part| format!("{part} of {place}")));
    }
    if due > 0 && places.is_empty() {
        return Ok(());
    }
    let requirement = "the client secret goes to the token endpoint, in the body, and nowhere else";
    let found = match due {
        0 => "no token request with it in the body".to_owned(),
        _ => format!("it also stands in {}", places.join("; and in ").replace(&secret, &masked)),
    };
    Err(world.fail(requirement, "a token request with it in the body, and no other place", found))
}

/// The variable that holds the client secret.
const SECRET: &str = "MM_GITLABSETTINGS_SECRET";
const REQUEST_BODY: &str = "the request's body";

fn is_token_request(exchange: &Exchange) -> bool {
    let is_token_endpoint = Url::parse(&exchange.url).is_ok_and(|url| url.path() == "/oauth/token");
    exchange.from == Party::Mattermost && exchange.to == Party::GitLab && is_token_endpoint
}

/// Every part of an exchange that can hold a secret, with its name.
fn parts_of(exchange: &Exchange) -> Vec<(&'static str, &str)> {
    let one = [
        ("the address", &exchange.url),
        (REQUEST_BODY, &exchange.request_body),
        ("the answer's body", &exchange.response_body),
    ];
    let asked = exchange.request_headers.iter().map(|(_, value)| ("a header field of the request", value));
    let answered = exchange.response_headers.iter().map(|(_, value)| ("a header field of the answer", value));
    one.into_iter().chain(asked).chain(answered).map(|(part, text)| (part, text.as_str())).collect()
}
