//! Steps of Mattermost itself with the provider: who is signed in afterwards, or why nobody is.

use cucumber::{given, then, when};
use gitlab_mattermost_browser::Page;
use gitlab_mattermost_stage::provider::Person;
use serde_json::Value;

use super::arrival::{is_unfinished, told};
use super::visit::{Answer, visit};
use crate::steps::getting_started::{install, reconfigure};
use crate::steps::sign_in::{me, seen};
use crate::world::{Ended, GITLAB_URL, Missing, StepError, World};
use gitlab_mattermost_core::mattermost::reason_in_log;

/// Nobody was signed in where somebody had to be.
#[derive(Debug, thiserror::Error)]
#[error("this cannot be judged, as nobody is signed in: {found}")]
struct NobodySignedIn {
    found: String,
}

#[given("Mattermost uses the provider")]
pub(in crate::steps) async fn uses_provider(world: &mut World) -> Result<(), StepError> {
    let standing = world.standing()?;
    let site = standing.provider.mattermost_site();
    let site = site
        .ok_or(Missing { what: "redirect URI of Mattermost (`…/signup/gitlab/complete`) among those registered" })?;
    let client = &standing.client;
    let lines = [
        ("gitlab_id", client.id.as_str()),
        ("gitlab_secret", client.secret.expose()),
        ("gitlab_scope", standing.provider.scope.as_str()),
        ("gitlab_auth_endpoint", standing.endpoints.authorize.as_str()),
        ("gitlab_token_endpoint", standing.told.token.as_str()),
        ("gitlab_user_api_endpoint", standing.told.user.as_str()),
    ];
    let lines: String = lines.iter().map(|(name, value)| format!("mattermost['{name}'] = {}\n", ruby(value))).collect();
    let settings = format!(
        "external_url {}\nmattermost_external_url {}\nmattermost['gitlab_enable'] = true\n{lines}",
        ruby(GITLAB_URL),
        ruby(&site)
    );
    install(world, &settings)?;
    reconfigure(world).await?;
    world.start_mattermost(&site).await?;
    world.site = Some(site);
    Ok(())
}

#[when(regex = r"^the (first|second) person signs in to Mattermost through the provider$")]
async fn signs_in(world: &mut World, which: String) -> Result<(), StepError> {
    let person = world.person(usize::from(which == "second"))?;
    sign_in(world, &person, "signup").await
}

#[given("the first person is signed in to Mattermost through the provider")]
async fn is_signed_in_already(world: &mut World) -> Result<(), StepError> {
    let person = world.person(0)?;
    sign_in(world, &person, "signup").await?;
    let me = me(world).await?;
    match id_of(&me) {
        Some(id) => world.remembered.sign_in.account = Some(id),
        None => return Err(NobodySignedIn { found: reason(world, &me) }.into()),
    }
    Ok(())
}

#[when("the first person comes back with a new browser")]
async fn comes_back(world: &mut World) -> Result<(), StepError> {
    let person = world.person(0)?;
    sign_in(world, &person, "login").await
}

#[then("the person is signed in to Mattermost")]
async fn is_signed_in(world: &mut World) -> Result<(), StepError> {
    let me = me(world).await?;
    let service = me.json().and_then(|me| me.get("auth_service").and_then(Value::as_str).map(str::to_owned));
    if id_of(&me).is_some() && service.as_deref() == Some("gitlab") {
        return Ok(());
    }
    let found = reason(world, &me);
    if world.provided.visit.as_ref().is_some_and(is_unfinished) {
        return Err(NobodySignedIn { found }.into());
    }
    Err(world.fail("the person is signed in to Mattermost", "an account that belongs to GitLab", found))
}

#[then(regex = r"^the account is (the one from|another than) before$")]
async fn account_is(world: &mut World, which: String) -> Result<(), StepError> {
    let me = me(world).await?;
    let (before, now) = (world.remembered.sign_in.account.clone().unwrap_or_default(), id_of(&me).unwrap_or_default());
    if (before == now) == (which == "the one from") {
        return Ok(());
    }
    let (requirement, expected) = match which.as_str() {
        "the one from" => ("a person who comes back has the same account", before),
        _ => ("two people have two accounts", format!("another account than {before}")),
    };
    Err(world.fail(requirement, expected, now))
}

/// Opens Mattermost's entry for GitLab in a new browser, goes through the provider, and on to where that ends.
async fn sign_in(world: &mut World, person: &Person, entry: &str) -> Result<(), StepError> {
    world.begin_action();
    world.provided.redirect_uri = world.standing()?.provider.redirect_uri();
    let url = format!("{}/oauth/gitlab/{entry}", world.mattermost_url());
    world.new_browser_of(&person.login).await?;
    let page = world.browser()?.open_only(&url).await?.clone();
    let Some(authorize) = page.leads_to() else {
        world.provided.visit = Some(Ended::Stays(page));
        return Ok(());
    };
    let ended = visit(world, &authorize, person, Answer::Consents).await?;
    if let Ended::Back(url) = &ended {
        world.browser()?.open(url.as_str()).await?;
    }
    world.provided.visit = Some(ended);
    Ok(())
}

/// Why nobody is signed in: in the words of Mattermost's log, of its page, or of the provider's page.
fn reason(world: &mut World, me: &Page) -> String {
    if let Some(ended) = world.provided.visit.clone().filter(|ended| !matches!(ended, Ended::Back(_))) {
        return told(&ended);
    }
    let page = world.browser().ok().and_then(|browser| browser.page().ok().cloned());
    let message = page.as_ref().and_then(|page| {
        let pairs = page.url.query_pairs();
        pairs.into_iter().find(|(name, _)| name == "message").map(|(_, text)| text.into_owned())
    });
    let logged = world.mattermost.as_ref().and_then(|server| reason_in_log(&server.log()));
    let shown = page.as_ref().map_or_else(|| format!("status {}", me.status), seen);
    match (logged, message) {
        (Some(logged), Some(message)) => format!("Mattermost says \"{message}\": {logged}"),
        (Some(logged), None) => format!("Mattermost logs {logged}; the browser is at {shown}"),
        (None, Some(message)) => format!("Mattermost says \"{message}\""),
        (None, None) => shown,
    }
}

fn id_of(me: &Page) -> Option<String> {
    me.json().filter(|_| me.status == 200)?.get("id")?.as_str().map(str::to_owned)
}

/// A text as Ruby writes it.
fn ruby(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}
