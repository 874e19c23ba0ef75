//! Steps that ask a Mattermost only what anybody may: a server that runs already, or one that the lab starts for it.

use cucumber::{given, then, when};
use serde_json::Value;
use url::Url;

use super::provider::uses_provider;
use super::said;
use super::sign_in::{me, seen};
use crate::world::{Missing, StepError, World};
use gitlab_mattermost_browser::Page;
use gitlab_mattermost_ground::exchange::Party;
use gitlab_mattermost_stage::network::Place;
use gitlab_mattermost_stage::provider::{name_of, resolve};
use gitlab_mattermost_stage::subject::{GitLabChoice, MattermostChoice};

/// Standard base64 of {"action":"login","token":"…"}: well-formed, but nobody gave it out.
const FORGED: &str = "eyJhY3Rpb24iOiJsb2dpbiIsInRva2VuIjoibm9ib2R5LWdhdmUtdGhpcy1vdXQifQ==";
/// Where no sign-in may come out.
const ELSEWHERE: &str = "http://evil.example.com/";

#[given("a Mattermost runs and signs people in through the provider")]
async fn runs(world: &mut World) -> Result<(), StepError> {
    let lab = world.lab()?;
    let MattermostChoice::Url(url) = &lab.choices().mattermost else {
        world.start_provider().await?;
        return uses_provider(world).await;
    };
    let place = Place { party: Party::Mattermost, address: resolve(url).await? };
    world.network().await?.names().set(&name_of(url), place);
    world.site = Some(url.as_str().trim_end_matches('/').to_owned());
    if lab.choices().gitlab != GitLabChoice::Mock {
        world.start_provider().await?;
    }
    Ok(())
}

#[then("Mattermost answers a ping")]
async fn answers_ping(world: &mut World) -> Result<(), StepError> {
    let page = asked(world, "/api/v4/system/ping").await?;
    let status = page.json().and_then(|body| body.get("status").and_then(Value::as_str).map(str::to_owned));
    if page.status == 200 && status.as_deref() == Some("OK") {
        return Ok(());
    }
    Err(world.fail("Mattermost answers a ping", "status 200 and `OK`", seen(&page)))
}

#[then("Mattermost says its version")]
async fn says_version(world: &mut World) -> Result<(), StepError> {
    let page = asked(world, "/api/v4/config/client?format=old").await?;
    let version = page.json().and_then(|body| body.get("Version").and_then(Value::as_str).map(str::to_owned));
    let numbers = version.as_deref().unwrap_or_default().split('.').filter(|part| part.parse::<u32>().is_ok()).count();
    if numbers >= 2 {
        return Ok(());
    }
    let found = format!("the version {}, with status {}", said(version.as_deref()), page.status);
    Err(world.fail("Mattermost says its version to clients", "a version like 5.36.1", found))
}

#[when("two people open Mattermost to sign in")]
async fn two_open(world: &mut World) -> Result<(), StepError> {
    world.provided.entries.clear();
    for _ in 0..2 {
        open_entry(world, "").await?;
    }
    Ok(())
}

#[then("each is sent to the provider for a code that comes back to Mattermost")]
async fn each_sent(world: &mut World) -> Result<(), StepError> {
    let back = format!("{}/signup/gitlab/complete", world.mattermost_url());
    for page in world.provided.entries.clone() {
        let target = page.leads_to();
        let has = |name: &str| target.as_ref().and_then(|url| parameter(url, name)).unwrap_or_default();
        let right = has("response_type") == "code" && !has("client_id").is_empty() && has("redirect_uri") == back;
        if !right {
            let found = format!(
                "{}: response_type `{}`, redirect_uri `{}`",
                seen(&page),
                has("response_type"),
                has("redirect_uri")
            );
            let expected = format!("a redirect with response_type=code, a client_id and redirect_uri={back}");
            return Err(world.fail("Mattermost sends people to the provider for a code", expected, found));
        }
    }
    Ok(())
}

#[then("each has another state and a cookie for it")]
async fn each_has_state(world: &mut World) -> Result<(), StepError> {
    let entries = world.provided.entries.clone();
    let states: Vec<String> =
        entries.iter().filter_map(|page| parameter(&page.leads_to()?, "state")).filter(|it| !it.is_empty()).collect();
    let has_cookie = |page: &Page| {
        let fields = page.headers.get_all("set-cookie").iter();
        fields.filter_map(|field| field.to_str().ok()).any(|field| field.starts_with("MMOAUTH="))
    };
    if states.len() == 2 && states[0] != states[1] && entries.iter().all(has_cookie) {
        return Ok(());
    }
    let cookies = entries.iter().filter(|page| has_cookie(page)).count();
    let found = format!("{} states, {cookies} cookies", states.len());
    Err(world.fail("a sign-in is bound to the browser that began it", "two different states, a cookie each", found))
}

#[when(regex = r"^somebody opens Mattermost to sign in and comes back with (.+)$")]
async fn comes_back_with(world: &mut World, what: String) -> Result<(), StepError> {
    let page = open_entry(world, "").await?;
    let own = page.leads_to().and_then(|url| parameter(&url, "state")).unwrap_or_default();
    let pairs: Vec<(&str, &str)> = match what.as_str() {
        "a forged state" => vec![("code", "made-up"), ("state", FORGED)],
        "no state" => vec![("code", "made-up")],
        "no code" => vec![("state", &own)],
        "a code made up" => vec![("code", "made-up"), ("state", &own)],
        "the news of denial" => vec![("error", "access_denied"), ("state", &own)],
        _ => return Err(Missing { what: "way to come back of this name" }.into()),
    };
    let mut url = Url::parse(&format!("{}/signup/gitlab/complete", world.mattermost_url()))?;
    url.query_pairs_mut().extend_pairs(pairs);
    world.browser()?.open(url.as_str()).await?;
    Ok(())
}

#[then("they are not signed in")]
async fn not_signed_in(world: &mut World) -> Result<(), StepError> {
    let status = me(world).await?.status;
    if status == 401 {
        return Ok(());
    }
    let found = format!("status {status} from /api/v4/users/me");
    Err(world.fail("nobody is signed in by what the provider did not send", "status 401", found))
}

#[when("somebody opens Mattermost to sign in and come out at another site")]
async fn come_out_elsewhere(world: &mut World) -> Result<(), StepError> {
    let mut query = url::form_urlencoded::Serializer::new(String::from("?"));
    let query = query.append_pair("redirect_to", ELSEWHERE).finish();
    open_entry(world, &query).await.map(|_| ())
}

#[then("Mattermost sends them nowhere")]
async fn sent_nowhere(world: &mut World) -> Result<(), StepError> {
    let page = world.browser()?.page()?.clone();
    let target = page.leads_to();
    let to_provider = target.as_ref().is_some_and(|url| parameter(url, "client_id").is_some());
    let elsewhere = target.as_ref().is_some_and(|url| url.as_str().starts_with(ELSEWHERE));
    if !to_provider && !elsewhere {
        return Ok(());
    }
    let found = if elsewhere { "it sends the browser there" } else { "it begins a sign-in that would come out there" };
    Err(world.fail("a sign-in comes out at Mattermost alone", "a refusal", found))
}

/// Opens the entry for GitLab in a new browser and stays at the answer, which is kept.
async fn open_entry(world: &mut World, query: &str) -> Result<Page, StepError> {
    let url = format!("{}/oauth/gitlab/login{query}", world.mattermost_url());
    let page = world.new_browser().await?.open_only(&url).await?.clone();
    world.provided.entries.push(page.clone());
    Ok(page)
}

async fn asked(world: &mut World, path: &str) -> Result<Page, StepError> {
    let url = format!("{}{path}", world.mattermost_url());
    Ok(world.new_browser().await?.fetch(&url).await?)
}

fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}
