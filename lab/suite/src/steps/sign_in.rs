//! Steps of everybody who signs in: what a person does in a browser, and whether they are in afterwards.

use cucumber::{given, then, when};
use serde_json::Value;

use super::getting_started::{documented_settings, install, reconfigure};
use super::said;
use crate::world::{GITLAB_URL, MATTERMOST_URL, Missing, StepError, World};
use gitlab_mattermost_browser::{BrowserError, Page};
use gitlab_mattermost_ground::exchange::{Exchange, Party};

/// The button that consents, on every GitLab ("Authorize", "Authorize GitLab Mattermost").
/// DIFFERENCE: the document calls it Allow.
pub(super) const AUTHORIZE: &str = "Authorize";

#[given(regex = r#"^"([^"]*)" is signed in to GitLab$"#)]
async fn signed_in_to_gitlab(world: &mut World, login: String) -> Result<(), StepError> {
    world.new_browser_of(&login).await?.open(&format!("{GITLAB_URL}/users/sign_in")).await?;
    sign_in_to_gitlab(world, &login).await
}

#[given(regex = r#"^"([^"]*)" has signed up for Mattermost through GitLab$"#)]
#[when(regex = r#"^"([^"]*)" signs up for Mattermost through GitLab$"#)]
async fn signs_up(world: &mut World, login: String) -> Result<(), StepError> {
    world.begin_action();
    world.new_browser_of(&login).await?;
    enter(world, "signup").await?;
    sign_in_to_gitlab(world, &login).await?;
    consent_if_asked(world).await?;
    remember_account(world).await
}

#[when(regex = r#"^"([^"]*)" opens Mattermost to sign up with GitLab$"#)]
async fn opens_to_sign_up(world: &mut World, login: String) -> Result<(), StepError> {
    world.begin_action();
    world.browser_of(&login).await?;
    enter(world, "signup").await
}

#[when(regex = r#"^"([^"]*)" comes back with a new browser and signs in to Mattermost through GitLab$"#)]
async fn comes_back(world: &mut World, login: String) -> Result<(), StepError> {
    world.begin_action();
    world.new_browser_of(&login).await?;
    enter(world, "login").await?;
    sign_in_to_gitlab(world, &login).await
}

#[when(regex = r#"^she signs in to GitLab as "([^"]*)"$"#)]
async fn she_signs_in(world: &mut World, login: String) -> Result<(), StepError> {
    sign_in_to_gitlab(world, &login).await
}

#[when(regex = r#"^she presses "([^"]*)"$"#)]
async fn she_presses(world: &mut World, button: String) -> Result<(), StepError> {
    press(world, &button, &[]).await?;
    follow(world).await
}

#[then("GitLab asks her to sign in")]
async fn asked_to_sign_in(world: &mut World) -> Result<(), StepError> {
    let page = page(world)?;
    if page.url.path() == "/users/sign_in" && page.form_with_button("Sign in").is_some() {
        return Ok(());
    }
    Err(world.fail("GitLab asks who the user is", "GitLab's sign-in page", seen(&page)))
}

#[then(regex = r#"^GitLab asks her to authorize "([^"]*)"$"#)]
async fn asked_to_authorize(world: &mut World, name: String) -> Result<(), StepError> {
    let page = page(world)?;
    if page.form_with_button(AUTHORIZE).is_some() && page.text().contains(&name) {
        return Ok(());
    }
    let expected = format!("a page that names \"{name}\" and has a button \"{AUTHORIZE}\"");
    Err(world.fail("GitLab asks the user to authorize Mattermost", expected, seen(&page)))
}

#[then(regex = r#"^"([^"]*)" is signed in to Mattermost$"#)]
async fn is_signed_in(world: &mut World, login: String) -> Result<(), StepError> {
    let me = me(world).await?;
    let username = me.json().and_then(|me| me.get("username").and_then(Value::as_str).map(str::to_owned));
    if me.status == 200 && username.as_deref() == Some(&login) {
        return Ok(());
    }
    let found = format!("status {} from /api/v4/users/me and username {}", me.status, said(username.as_deref()));
    Err(world.fail("the user is signed in to Mattermost", format!("status 200 and username {login:?}"), found))
}

#[then(regex = r"^(?:she is not|nobody is) signed in to Mattermost(?: in that browser)?$")]
async fn is_not_signed_in(world: &mut World) -> Result<(), StepError> {
    let status = me(world).await?.status;
    if status == 401 {
        return Ok(());
    }
    let found = format!("status {status} from /api/v4/users/me");
    Err(world.fail("the user is not signed in to Mattermost", "status 401", found))
}

#[then("her account in Mattermost belongs to GitLab")]
async fn belongs_to_gitlab(world: &mut World) -> Result<(), StepError> {
    let service = field_of_me(world, "auth_service").await?;
    if service == "gitlab" {
        return Ok(());
    }
    Err(world.fail(
        "the account signs in through GitLab",
        "auth_service \"gitlab\"",
        format!("auth_service \"{service}\""),
    ))
}

#[then("it is the same account as before")]
async fn same_account(world: &mut World) -> Result<(), StepError> {
    let id = field_of_me(world, "id").await?;
    let before = world.remembered.sign_in.account.clone().unwrap_or_default();
    if id == before && !id.is_empty() {
        return Ok(());
    }
    Err(world.fail("a user who comes back keeps the account", before, id))
}

#[then(regex = r#"^Mattermost says "([^"]*)"$"#)]
async fn mattermost_says(world: &mut World, words: String) -> Result<(), StepError> {
    let page = page(world)?;
    let message = page.url.query_pairs().find(|(name, _)| name == "message").map(|(_, v)| v.into_owned());
    let said = message.unwrap_or_else(|| page.text());
    if page.url.as_str().starts_with(world.mattermost_url()) && said.contains(&words) {
        return Ok(());
    }
    Err(world.fail("Mattermost says why it refuses", words, format!("{} (\"{said}\")", seen(&page))))
}

#[then(regex = r#"^Mattermost names the reason "([^"]*)"$"#)]
async fn names_reason(world: &mut World, reason: String) -> Result<(), StepError> {
    let page = page(world)?;
    let found = page.url.query_pairs().find(|(name, _)| name == "type").map(|(_, value)| value.into_owned());
    if page.url.as_str().starts_with(world.mattermost_url()) && found.as_deref() == Some(&reason) {
        return Ok(());
    }
    Err(world.fail("Mattermost names the reason", reason, format!("{} at {}", said(found.as_deref()), seen(&page))))
}

#[then("GitLab says that the redirect URI is not valid")]
async fn redirect_uri_not_valid(world: &mut World) -> Result<(), StepError> {
    let page = page(world)?;
    let text = page.text().to_lowercase();
    if page.url.as_str().starts_with(GITLAB_URL) && text.contains("redirect uri") {
        return Ok(());
    }
    Err(world.fail("GitLab refuses an unregistered redirect URI", "its page about the redirect URI", seen(&page)))
}

#[given("Mattermost was given a wrong client secret")]
async fn wrong_secret(world: &mut World) -> Result<(), StepError> {
    let uris = format!("{MATTERMOST_URL}/signup/gitlab/complete\r\n{MATTERMOST_URL}/login/gitlab/complete");
    authorize_by_hand(world, &uris, Some("0".repeat(64))).await
}

#[given(regex = r#"^GitLab knows Mattermost by the redirect URI "([^"]*)" only$"#)]
async fn only_redirect_uri(world: &mut World, uri: String) -> Result<(), StepError> {
    authorize_by_hand(world, &uri, None).await
}

/// Registers Mattermost by hand and starts it anew with the credentials, or with `secret` in place of the right one.
async fn authorize_by_hand(world: &mut World, uris: &str, secret: Option<String>) -> Result<(), StepError> {
    create_application(world, "GitLab Mattermost", uris).await?;
    use_application(world, secret, "").await
}

/// Has the administrator create an application.
pub(super) async fn create_application(world: &mut World, name: &str, uris: &str) -> Result<(), StepError> {
    let gitlab = world.gitlab.as_mut().ok_or(Missing { what: "GitLab" })?;
    world.application = Some(gitlab.create_application(name, uris, "").await?);
    Ok(())
}

/// Starts Mattermost anew with the credentials of the scenario's application, or with `secret` in place of the right
/// one; it asks for `scope`.
pub(super) async fn use_application(world: &mut World, secret: Option<String>, scope: &str) -> Result<(), StepError> {
    let scope = format!("mattermost['gitlab_scope'] = \"{scope}\"\n");
    use_application_with(world, secret, &scope).await
}

/// As [`use_application`], with `more` lines in the settings file.
pub(super) async fn use_application_with(
    world: &mut World,
    secret: Option<String>,
    more: &str,
) -> Result<(), StepError> {
    let application = world.application.clone().ok_or(Missing { what: "application" })?;
    let secret = secret.unwrap_or(application.secret);
    let id = application.application_id;
    let settings = [
        documented_settings(),
        "mattermost['gitlab_enable'] = true\n".to_owned(),
        format!("mattermost['gitlab_id'] = \"{id}\"\n"),
        format!("mattermost['gitlab_secret'] = \"{secret}\"\n"),
        more.to_owned(),
    ];
    if let Some(running) = world.mattermost.take() {
        running.stop().await;
    }
    install(world, &settings.concat())?;
    reconfigure(world).await?;
    world.start_mattermost(MATTERMOST_URL).await
}

/// Goes to Mattermost's entry for GitLab: `signup` or `login`.
pub(super) async fn enter(world: &mut World, entry: &str) -> Result<(), StepError> {
    let url = format!("{}/oauth/gitlab/{entry}", world.mattermost_url());
    world.browser()?.open(&url).await?;
    Ok(())
}

/// Fills in GitLab's sign-in page and goes where it leads.
pub(super) async fn sign_in_to_gitlab(world: &mut World, login: &str) -> Result<(), StepError> {
    press_sign_in(world, login).await?;
    follow(world).await
}

/// Fills in GitLab's sign-in page and stays at the answer.
pub(super) async fn press_sign_in(world: &mut World, login: &str) -> Result<(), StepError> {
    let password = world.gitlab_password_of(login)?;
    press(world, "Sign in", &[("user[login]", login), ("user[password]", &password)]).await
}

async fn consent_if_asked(world: &mut World) -> Result<(), StepError> {
    if page(world)?.form_with_button(AUTHORIZE).is_none() {
        return Ok(());
    }
    press(world, AUTHORIZE, &[]).await?;
    follow(world).await
}

/// Presses a button of the page on show and stays at the answer.
pub(super) async fn press(world: &mut World, button: &str, typed: &[(&str, &str)]) -> Result<(), StepError> {
    match world.browser()?.press(button, typed).await {
        Ok(_) => Ok(()),
        Err(error @ BrowserError::NoButton { .. }) => {
            let requirement = format!("the page has a button \"{button}\"");
            Err(world.fail(requirement, format!("a button \"{button}\""), error.to_string()))
        }
        Err(error) => Err(error.into()),
    }
}

/// Follows redirects until a page stays.
pub(super) async fn follow(world: &mut World) -> Result<(), StepError> {
    world.browser()?.follow().await?;
    Ok(())
}

/// The page on show.
pub(super) fn page(world: &mut World) -> Result<Page, StepError> {
    Ok(world.browser()?.page()?.clone())
}

/// Exchanges between Mattermost and GitLab since the last action began.
pub(super) fn token_requests(world: &World) -> Vec<Exchange> {
    let token = |e: &Exchange| e.from == Party::Mattermost && e.to == Party::GitLab && e.url.ends_with("/oauth/token");
    world.recent_exchanges().into_iter().filter(token).collect()
}

async fn remember_account(world: &mut World) -> Result<(), StepError> {
    let me = me(world).await?.json();
    if let Some(id) = me.as_ref().and_then(|me| me.get("id")).and_then(Value::as_str) {
        world.remembered.sign_in.account = Some(id.to_owned());
    }
    Ok(())
}

pub(super) async fn me(world: &mut World) -> Result<Page, StepError> {
    let url = format!("{}/api/v4/users/me", world.mattermost_url());
    Ok(world.browser()?.fetch(&url).await?)
}

async fn field_of_me(world: &mut World, field: &str) -> Result<String, StepError> {
    let me = me(world).await?.json();
    Ok(me.and_then(|me| me.get(field).and_then(Value::as_str).map(str::to_owned)).unwrap_or_default())
}

/// A page in a few words, without what may be secret.
pub(super) fn seen(page: &Page) -> String {
    let text: String = page.text().chars().take(200).collect();
    format!("status {} at {}: \"{text}\"", page.status, page.place())
}
