//! Steps at the authorize endpoint: who is sent there, with what, and where the browser comes out.

use std::time::Duration;

use cucumber::{given, then, when};
use gitlab_mattermost_browser::Page;
use gitlab_mattermost_stage::provider::Person;
use url::Url;

use super::redirect_uri::{changed, is_at};
use super::visit::{Answer, visit};
use crate::steps::sign_in::seen;
use crate::world::{Ended, Missing, StepError, World};

/// A state as Mattermost makes one: Standard base64 of JSON, whose `+`, `/` and `=` mean something in a query.
const STATE: &str = "eyJhY3Rpb24iOiJzaWdudXAiLCJ0b2tlbiI6IjdqdXA/Pz8+Pj5+fn54eHgifQ==";
/// An id that no client has.
const NOBODY: &str = "nobody-has-registered-this-client";

/// What is asked of the authorize endpoint, where it differs from what Mattermost asks.
#[derive(Debug, Default)]
struct Asked {
    client_id: Option<String>,
    redirect_uri: Option<String>,
    state: Option<String>,
    response_type: Option<&'static str>,
}

#[given("a provider stands in GitLab's place")]
async fn stands(world: &mut World) -> Result<(), StepError> {
    world.start_provider().await
}

#[when("the first person is sent to the provider by Mattermost")]
async fn sent(world: &mut World) -> Result<(), StepError> {
    let person = world.person(0)?;
    go(world, &person, Answer::Consents, Asked::default()).await
}

#[given("the first person has come back with a code")]
async fn has_come_back(world: &mut World) -> Result<(), StepError> {
    let person = world.person(0)?;
    come_back(world, &person).await
}

#[when(regex = r"^the first person is sent to the provider with a state (.+)$")]
async fn sent_with_state(world: &mut World, kind: String) -> Result<(), StepError> {
    let state = match kind.as_str() {
        "as Mattermost makes it" => STATE.to_owned(),
        "of a thousand characters" => STATE.trim_end_matches('=').repeat(16),
        "with characters to escape" => "a b&c=d?e#f%20g+h/i\"j<k>é".to_owned(),
        _ => return Err(Missing { what: "state of this kind" }.into()),
    };
    let person = world.person(0)?;
    go(world, &person, Answer::Consents, Asked { state: Some(state), ..Asked::default() }).await
}

#[when("the first person is sent to the provider and gives a wrong password")]
async fn wrong_password(world: &mut World) -> Result<(), StepError> {
    let person = world.person(0)?.with_password("this is not the password");
    go(world, &person, Answer::Consents, Asked::default()).await
}

#[when("somebody who is blocked is sent to the provider")]
async fn blocked(world: &mut World) -> Result<(), StepError> {
    let standing = world.standing()?;
    let person = standing.provider.people.iter().find(|person| person.blocked).cloned();
    let person = person.ok_or(Missing { what: "person who is blocked" })?;
    go(world, &person, Answer::Consents, Asked::default()).await
}

#[when("the first person is sent to the provider and denies")]
async fn denies(world: &mut World) -> Result<(), StepError> {
    let person = world.person(0)?;
    go(world, &person, Answer::Denies, Asked::default()).await
}

#[when(regex = r"^the first person is sent to the provider (?:for the first time|again) and does not consent$")]
async fn waits(world: &mut World) -> Result<(), StepError> {
    let person = world.person(0)?;
    go(world, &person, Answer::Waits, Asked::default()).await
}

#[when(regex = r"^the first person is sent to the provider with a redirect URI that differs by (.+)$")]
async fn other_redirect_uri(world: &mut World, part: String) -> Result<(), StepError> {
    let registered = world.standing()?.provider.redirect_uri();
    let changed = changed(&registered, &part).ok_or(Missing { what: "difference of this name" })?;
    let person = world.person(0)?;
    go(world, &person, Answer::Consents, Asked { redirect_uri: Some(changed), ..Asked::default() }).await
}

#[when("the first person is sent to the provider in the name of a client that nobody knows")]
async fn unknown_client(world: &mut World) -> Result<(), StepError> {
    let person = world.person(0)?;
    let client_id = Some(NOBODY.to_owned());
    go(world, &person, Answer::Consents, Asked { client_id, ..Asked::default() }).await
}

#[when("the first person is sent to the provider with a response type that nobody knows")]
async fn unknown_response_type(world: &mut World) -> Result<(), StepError> {
    let person = world.person(0)?;
    go(world, &person, Answer::Consents, Asked { response_type: Some("nothing"), ..Asked::default() }).await
}

#[when("the first person is sent to the provider with each registered redirect URI")]
async fn each_redirect_uri(world: &mut World) -> Result<(), StepError> {
    let person = world.person(0)?;
    let uris = world.standing()?.client.redirect_uris;
    for uri in uris {
        go(world, &person, Answer::Consents, Asked { redirect_uri: Some(uri.clone()), ..Asked::default() }).await?;
        let ended = world.provided.visit.clone().ok_or(Missing { what: "visit" })?;
        world.provided.arrivals.push((uri, ended));
    }
    Ok(())
}

#[when("another site sends the form of consent in the name of the first person")]
async fn forged_consent(world: &mut World) -> Result<(), StepError> {
    let person = world.person(0)?;
    // The other site has all that the page of consent says to a browser of its own, and sends it with the person's cookies.
    go(world, &person, Answer::Waits, Asked { state: Some("of-the-other-site".to_owned()), ..Asked::default() })
        .await?;
    let page = match world.provided.visit.take() {
        Some(Ended::Asks(page)) => page,
        // A user who has consented before is not asked again, and there is no form that could be forged.
        ended => {
            world.provided.visit = ended;
            return not_prepared(world, "a page that asks for consent");
        }
    };
    let standing = world.standing()?;
    let button = standing.provider.consent.button.clone().unwrap_or_default();
    let form = page.forms().into_iter().find(|form| form.button(&button).is_some());
    let form = form.ok_or(Missing { what: "form that consents" })?;
    let words = form.button(&button);
    go(world, &person, Answer::Waits, Asked { state: Some("of-the-person".to_owned()), ..Asked::default() }).await?;
    let own = match world.provided.visit.take() {
        Some(Ended::Asks(page)) => page.forms().into_iter().find(|form| form.button(&button).is_some()),
        ended => {
            world.provided.visit = ended;
            return not_prepared(world, "a page that asks for consent");
        }
    };
    let forged = world.browser()?.send_form(&form, words.as_deref(), &[]).await?.clone();
    if let Some(url) = code_in(&standing, &forged) {
        world.provided.visit = Some(Ended::Back(url));
        return Ok(());
    }
    // That only says something where the person's own form would have been taken.
    let own = own.ok_or(Missing { what: "form that consents" })?;
    let taken = world.browser()?.send_form(&own, words.as_deref(), &[]).await?.clone();
    let is_taken = code_in(&standing, &taken).is_some();
    world.provided.visit = Some(Ended::Stays(if is_taken { forged } else { taken }));
    if is_taken { Ok(()) } else { not_prepared(world, "consent of the person's own") }
}

/// Where an answer sends the browser, if that is away from the provider and with a code.
fn code_in(standing: &crate::world::Standing, answer: &Page) -> Option<Url> {
    let url = answer.leads_to()?;
    let is_away = !standing.origins.iter().any(|origin| origin.origin() == url.origin());
    (is_away && parameter(&url, "code").is_some()).then_some(url)
}

#[when(regex = r"^(\d+) seconds pass at the provider$")]
async fn time_passes(world: &mut World, seconds: u64) -> Result<(), StepError> {
    world.advance_provider_clock(Duration::from_secs(seconds)).await
}

#[then("the browser comes back with a code")]
async fn comes_back(world: &mut World) -> Result<(), StepError> {
    let (ended, uri) = ended(world)?;
    match &ended {
        Ended::Back(url) if is_at(url, &uri) && parameter(url, "code").is_some_and(|code| !code.is_empty()) => Ok(()),
        _ if is_unfinished(&ended) => not_prepared(world, "a sign-in to its end"),
        _ => {
            let requirement = "the browser comes back to Mattermost with a code";
            Err(world.fail(requirement, format!("a redirect to `{uri}` with a `code`"), told(&ended)))
        }
    }
}

#[then("the state comes back untouched")]
async fn state_untouched(world: &mut World) -> Result<(), StepError> {
    let (ended, _) = ended(world)?;
    let given = world.provided.state.clone();
    let Ended::Back(url) = &ended else { return not_prepared(world, "a redirect to Mattermost") };
    let found = parameter(url, "state");
    if found.as_deref() == Some(given.as_str()) {
        return Ok(());
    }
    let requirement = "the state comes back exactly as it was given";
    Err(world.fail(requirement, format!("`{given}`"), found.map_or_else(|| "none".to_owned(), |it| format!("`{it}`"))))
}

#[then("nobody comes back with a code")]
async fn no_code(world: &mut World) -> Result<(), StepError> {
    let (ended, _) = ended(world)?;
    match &ended {
        Ended::Back(url) | Ended::SentOn(url) if parameter(url, "code").is_some() => {
            Err(world.fail("no code is given", "a refusal", told(&ended)))
        }
        _ => Ok(()),
    }
}

#[then("the browser is not sent there")]
async fn not_sent(world: &mut World) -> Result<(), StepError> {
    let (ended, uri) = ended(world)?;
    match &ended {
        Ended::Back(url) | Ended::SentOn(url) if is_at(url, &uri) || parameter(url, "code").is_some() => {
            let requirement = "a request that names no registered client and redirect URI is refused on the spot";
            Err(world.fail(requirement, "a page that refuses", told(&ended)))
        }
        _ => Ok(()),
    }
}

#[then("the browser comes back to each")]
async fn comes_back_to_each(world: &mut World) -> Result<(), StepError> {
    if !world.provided.arrivals.iter().any(|(_, ended)| matches!(ended, Ended::Back(_))) {
        return not_prepared(world, "a redirect to Mattermost");
    }
    let wrong = world.provided.arrivals.iter().find(|(uri, ended)| match ended {
        Ended::Back(url) => !is_at(url, uri) || parameter(url, "code").is_none(),
        _ => true,
    });
    match wrong.cloned() {
        None => Ok(()),
        Some((uri, ended)) => {
            let requirement = "the browser comes back to the redirect URI that was asked for";
            Err(world.fail(requirement, format!("`{uri}` with a code"), told(&ended)))
        }
    }
}

#[then(regex = r#"^the browser comes back with the error "([^"]*)" and the state$"#)]
async fn comes_back_with_error(world: &mut World, error: String) -> Result<(), StepError> {
    let (ended, uri) = ended(world)?;
    if let Ended::Back(url) = &ended {
        let has = |name: &str, value: &str| parameter(url, name).as_deref() == Some(value);
        if is_at(url, &uri)
            && has("error", &error)
            && has("state", &world.provided.state)
            && parameter(url, "code").is_none()
        {
            return Ok(());
        }
    }
    if !world.provided.asked && !matches!(ended, Ended::Back(_)) {
        return not_prepared(world, "a page that asks for consent");
    }
    let requirement = "who denies is sent back with the reason and without a code";
    let expected = format!("a redirect to `{uri}` with error={error} and state={}", world.provided.state);
    Err(world.fail(requirement, expected, told(&ended)))
}

#[then("the provider asks for consent")]
async fn asks(world: &mut World) -> Result<(), StepError> {
    let (ended, _) = ended(world)?;
    match &ended {
        Ended::Asks(_) => Ok(()),
        Ended::NotSignedIn(_) | Ended::Elsewhere(_) | Ended::SentOn(_) | Ended::Stays(_) => {
            not_prepared(world, "a page that asks for consent")
        }
        Ended::Back(_) => {
            Err(world.fail("people consent before Mattermost is told who they are", "a page that asks", told(&ended)))
        }
    }
}

/// Sends `person`, in a new browser, where Mattermost would, and keeps how that ends.
async fn go(world: &mut World, person: &Person, answer: Answer, asked: Asked) -> Result<(), StepError> {
    let standing = world.standing()?;
    let redirect_uri = asked.redirect_uri.unwrap_or_else(|| standing.provider.redirect_uri());
    let state = asked.state.unwrap_or_else(|| STATE.to_owned());
    let mut url = standing.endpoints.authorize.clone();
    url.query_pairs_mut()
        .append_pair("response_type", asked.response_type.unwrap_or("code"))
        .append_pair("client_id", asked.client_id.as_deref().unwrap_or(&standing.client.id))
        .append_pair("redirect_uri", &redirect_uri)
        .append_pair("state", &state);
    if !standing.provider.scope.is_empty() {
        url.query_pairs_mut().append_pair("scope", &standing.provider.scope);
    }
    (world.provided.state, world.provided.redirect_uri) = (state, redirect_uri);
    world.new_browser_of(&person.login).await?;
    let ended = visit(world, &url, person, answer).await;
    world.provided.visit = Some(ended?);
    Ok(())
}

/// Lets `person` come back with a code, which is kept.
pub(super) async fn come_back(world: &mut World, person: &Person) -> Result<(), StepError> {
    go(world, person, Answer::Consents, Asked::default()).await?;
    let code = match &world.provided.visit {
        Some(Ended::Back(url)) => parameter(url, "code").filter(|code| !code.is_empty()),
        _ => None,
    };
    match code {
        Some(code) => world.provided.code = Some((code, world.provided.redirect_uri.clone())),
        None => return not_prepared(world, "a code"),
    }
    Ok(())
}

/// The error of a step that cannot prepare what it is for.
fn not_prepared(world: &World, what: &'static str) -> Result<(), StepError> {
    let found = world.provided.visit.as_ref().map_or_else(|| "nothing".to_owned(), told);
    Err(StepError::from(NotPrepared { what, found }))
}

/// Something that a scenario needs before it can judge.
#[derive(Debug, thiserror::Error)]
#[error("this cannot be judged without {what}, and there is none: {found}")]
struct NotPrepared {
    what: &'static str,
    found: String,
}

fn ended(world: &World) -> Result<(Ended, String), Missing> {
    let ended = world.provided.visit.clone().ok_or(Missing { what: "visit to the provider" })?;
    Ok((ended, world.provided.redirect_uri.clone()))
}

/// Whether a sign-in as it is described leads no further, although the provider may have more to ask: nothing is known then
/// of what it would do.
pub(super) fn is_unfinished(ended: &Ended) -> bool {
    match ended {
        Ended::NotSignedIn(_) | Ended::Elsewhere(_) => true,
        Ended::Stays(page) => page.status < 400 && !page.forms().is_empty(),
        Ended::Back(_) | Ended::SentOn(_) | Ended::Asks(_) => false,
    }
}

/// How a visit ended, for people.
pub(super) fn told(ended: &Ended) -> String {
    match ended {
        Ended::Back(url) => {
            let names: Vec<String> = url.query_pairs().map(|(name, _)| name.into_owned()).collect();
            let error = ["error", "error_description"].into_iter().filter_map(|name| parameter(url, name));
            let error: String = error.map(|text| format!(" \"{text}\"")).collect();
            let mut place = url.clone();
            place.set_query(None);
            place.set_fragment(None);
            format!("the browser is sent to `{place}` with {}{error}", names.join(", "))
        }
        Ended::Elsewhere(url) => {
            let mut place = url.clone();
            place.set_query(None);
            format!("it sends the browser on to `{place}`; if people sign in there, name it under `servers`")
        }
        Ended::SentOn(url) => {
            let mut place = url.clone();
            place.set_query(None);
            format!(
                "the browser is told to send the form on to `{place}` by POST (status 307 or 308); Mattermost takes GET alone"
            )
        }
        Ended::Asks(page) => format!("it asks for consent: {}", seen(page)),
        Ended::NotSignedIn(page) => format!("it does not let the person in: {}", seen(page)),
        Ended::Stays(page) => format!("it leads no further than {}{}", seen(page), fields(page)),
    }
}

/// The fields of a page's forms, which a description could say more about.
fn fields(page: &Page) -> String {
    let forms = page.forms();
    let names: Vec<&str> = forms.iter().flat_map(|form| form.fields.iter().map(|(name, _)| name.as_str())).collect();
    let buttons: Vec<&str> = forms.iter().flat_map(|form| form.buttons.iter().map(String::as_str)).collect();
    if names.is_empty() && buttons.is_empty() {
        return String::new();
    }
    let quoted = |words: &[&str]| words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    format!(
        "; its forms have the fields {} and the buttons {}, which the description does not fill in",
        quoted(&names),
        quoted(&buttons)
    )
}

/// The value of a parameter in the query of an address.
pub(super) fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}
