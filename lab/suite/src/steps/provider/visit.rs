//! A visit to the provider: from its authorize endpoint to where it sends the browser, as the description says people do it.

use std::time::Duration;

use gitlab_mattermost_browser::{Call, Form, Page};
use gitlab_mattermost_stage::chromium::Chromium;
use gitlab_mattermost_stage::provider::{Person, SignInStep, Way, sign_in_by_command};
use url::Url;

use crate::world::{Ended, Standing, StepError, World};

/// As many pages as a sign-in may take.
const MOST_PAGES: usize = 24;
/// Words of buttons that consent, where the description names none.
const CONSENTING: [&str; 8] = ["Authorize", "Allow", "Accept", "Approve", "Consent", "Grant", "Yes", "Continue"];

/// What somebody does at the question of consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Consents,
    Denies,
    Waits,
}

/// Opens `url`, an address of the authorize endpoint, in the browser of the scenario, and lets `person` go on from there
/// until the provider sends the browser away or leads no further.
pub(super) async fn visit(world: &mut World, url: &Url, person: &Person, answer: Answer) -> Result<Ended, StepError> {
    let standing = world.standing()?;
    let way = standing.provider.sign_in.way;
    if matches!(way, Way::Basic | Way::Header) {
        present(world, &standing, person)?;
    }
    let mut signed_in = matches!(way, Way::Basic | Way::Header);
    let mut pages_filled = Vec::new();
    // Whether the page is the answer to a form.
    let mut is_answer = false;
    world.provided.asked = false;
    world.browser()?.open_only(url.as_str()).await?;
    for _ in 0..MOST_PAGES {
        let page = world.browser()?.page()?.clone();
        if let Some(next) = page.leads_to() {
            if is_away(&standing, &next) {
                if is_answer && matches!(page.status, 307 | 308) {
                    return Ok(Ended::SentOn(next));
                }
                let wanted = is_wanted(world, &standing, &next);
                return Ok(if wanted { Ended::Back(next) } else { Ended::Elsewhere(next) });
            }
            world.browser()?.open_only(next.as_str()).await?;
            is_answer = false;
            continue;
        }
        if let Some(number) = further_page(&standing, &page, &pages_filled) {
            pages_filled.push(number);
            fill_in_further(world, &standing, &page, number, person).await?;
            is_answer = true;
            continue;
        }
        if let Some(form) = sign_in_form(&standing, &page) {
            if signed_in {
                return Ok(Ended::NotSignedIn(page));
            }
            if way == Way::Form {
                // Some ask for the name and for consent on one page.
                let asks = consent_form(&standing, &page, answer).filter(|(asking, _)| *asking == form);
                world.provided.asked |= asks.is_some();
                if asks.is_some() && answer == Answer::Waits {
                    return Ok(Ended::Asks(page));
                }
                signed_in = fill_in(world, &standing, &form, person, asks.map(|(_, button)| button)).await?;
                is_answer = true;
                continue;
            }
        }
        if !signed_in && matches!(way, Way::Requests | Way::Command | Way::Browser) {
            if let Some(refusal) = sign_in_otherwise(world, &standing, url, person).await? {
                return Ok(Ended::NotSignedIn(refusal));
            }
            signed_in = true;
            world.browser()?.open_only(url.as_str()).await?;
            is_answer = false;
            continue;
        }
        let Some((form, button)) = consent_form(&standing, &page, answer) else {
            return Ok(Ended::Stays(page));
        };
        world.provided.asked = true;
        if answer == Answer::Waits {
            return Ok(Ended::Asks(page));
        }
        world.browser()?.send_form(&form, Some(&button), &[]).await?;
        is_answer = true;
    }
    Ok(Ended::Stays(world.browser()?.page()?.clone()))
}

/// Whether an address is no longer the provider's.
fn is_away(standing: &Standing, url: &Url) -> bool {
    !standing.origins.iter().any(|origin| origin.origin() == url.origin())
}

/// Whether an address is one that the browser was to come back to, or that the client has.
fn is_wanted(world: &World, standing: &Standing, url: &Url) -> bool {
    let known = standing.provider.redirect_uris();
    let mut wanted = known.iter().chain(&standing.client.redirect_uris).chain([&world.provided.redirect_uri]);
    wanted.any(|uri| Url::parse(uri).is_ok_and(|uri| uri.origin() == url.origin()))
}

/// The form on which a person says who they are.
fn sign_in_form(standing: &Standing, page: &Page) -> Option<Form> {
    let sign_in = &standing.provider.sign_in;
    page.forms().into_iter().find(|form| match (&sign_in.password, &sign_in.login) {
        (Some(password), _) if form.field(password).is_some() => true,
        (_, Some(login)) if form.field(login).is_some() => true,
        (None, _) => form.password.is_some(),
        _ => false,
    })
}

/// Fills it in and presses the button of `answer`, or else that for signing in; whether the password was asked for, too.
async fn fill_in(
    world: &mut World,
    standing: &Standing,
    form: &Form,
    person: &Person,
    answer: Option<String>,
) -> Result<bool, StepError> {
    let sign_in = &standing.provider.sign_in;
    let named = |called: &Option<String>| called.as_deref().and_then(|called| form.field(called));
    let login = named(&sign_in.login).or_else(|| form.login.clone());
    let password = named(&sign_in.password).or_else(|| form.password.clone());
    let mut typed: Vec<(&str, &str)> = Vec::new();
    typed.extend(login.as_deref().map(|name| (name, person.login.as_str())));
    typed.extend(password.as_deref().map(|name| (name, person.password.expose())));
    let button = sign_in.button.as_deref().filter(|button| form.button(button).is_some());
    let button = answer.as_deref().or(button);
    world.browser()?.send_form(form, button, &typed).await?;
    Ok(password.is_some())
}

/// The described page that this is, if it was not filled in before.
fn further_page(standing: &Standing, page: &Page, filled: &[usize]) -> Option<usize> {
    let forms = page.forms();
    let described = standing.provider.sign_in.page.iter().enumerate();
    let is_it = |fields: Vec<&String>| forms.iter().any(|form| fields.iter().all(|name| form.field(name).is_some()));
    let mut found = described
        .filter(|(number, it)| !filled.contains(number) && !it.fields.is_empty() && is_it(it.fields.keys().collect()));
    found.next().map(|(number, _)| number)
}

async fn fill_in_further(
    world: &mut World,
    standing: &Standing,
    page: &Page,
    number: usize,
    person: &Person,
) -> Result<(), StepError> {
    let described = &standing.provider.sign_in.page[number];
    let has_all = |form: &Form| described.fields.keys().all(|name| form.field(name).is_some());
    let Some(form) = page.forms().into_iter().find(has_all) else { return Ok(()) };
    let typed: Vec<(String, String)> =
        described.fields.iter().filter_map(|(called, text)| Some((form.field(called)?, person.filled(text)))).collect();
    let typed: Vec<(&str, &str)> = typed.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    world.browser()?.send_form(&form, described.button.as_deref(), &typed).await?;
    Ok(())
}

/// The form that asks for consent, and the button on it that gives the answer.
fn consent_form(standing: &Standing, page: &Page, answer: Answer) -> Option<(Form, String)> {
    let consent = &standing.provider.consent;
    let described = match answer {
        Answer::Denies => &consent.deny,
        Answer::Consents | Answer::Waits => &consent.button,
    };
    let words: Vec<&str> = match described {
        Some(words) => vec![words.as_str()],
        None if answer == Answer::Denies => return None,
        None => CONSENTING.to_vec(),
    };
    let forms: Vec<Form> = page.forms().into_iter().filter(|form| form.password.is_none()).collect();
    // A form that begins with "Deny" may have "Authorize" as well; the button decides, not the form.
    words.iter().find_map(|words| forms.iter().find_map(|form| Some((form.clone(), form.button(words)?))))
}

/// Lets every request to the provider say who sends it.
fn present(world: &mut World, standing: &Standing, person: &Person) -> Result<(), StepError> {
    let sign_in = &standing.provider.sign_in;
    let (name, value) = match (sign_in.way, sign_in.header.as_deref().and_then(|field| field.split_once(':'))) {
        (Way::Header, Some((name, value))) => (name.trim().to_owned(), person.filled(value.trim())),
        _ => ("Authorization".to_owned(), person.basic()),
    };
    Ok(world.browser()?.present(standing.endpoints.authorize.as_str(), &name, &value)?)
}

/// Signs in without a form; the answer that refuses, if one does.
async fn sign_in_otherwise(
    world: &mut World,
    standing: &Standing,
    url: &Url,
    person: &Person,
) -> Result<Option<Page>, StepError> {
    let sign_in = &standing.provider.sign_in;
    match sign_in.way {
        Way::Requests => {
            for request in &sign_in.request {
                let to = standing.provider.url(&request.url)?;
                let json = request.json.as_ref().map(|json| person.filled_json(json));
                let form: Option<Vec<(String, String)>> = request
                    .form
                    .as_ref()
                    .map(|form| form.iter().map(|(name, text)| (name.clone(), person.filled(text))).collect());
                let form: Option<Vec<(&str, &str)>> =
                    form.as_ref().map(|form| form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect());
                let call = Call {
                    url: to.as_str(),
                    headers: &[("Accept", "application/json")],
                    form: form.as_deref(),
                    json: json.as_ref(),
                };
                let answer = world.browser()?.call(&call).await?;
                if answer.status >= 400 {
                    return Ok(Some(answer));
                }
            }
        }
        Way::Command => {
            let command = sign_in.command.as_deref().unwrap_or_default();
            let proxy = world.network().await?.proxy_of(gitlab_mattermost_ground::exchange::Party::Browser);
            for cookie in sign_in_by_command(command, person, url, proxy).await? {
                world.browser()?.add_cookie(standing.endpoints.authorize.as_str(), &cookie)?;
            }
        }
        _ => click_in(world, standing, url, person, &sign_in.step).await?,
    }
    Ok(None)
}

/// Goes through the described steps in Chromium, and takes its cookies over.
async fn click_in(
    world: &mut World,
    standing: &Standing,
    url: &Url,
    person: &Person,
    steps: &[SignInStep],
) -> Result<(), StepError> {
    world.open_window().await?;
    let cookies = {
        let window = world.window.as_ref().ok_or(crate::world::Missing { what: "window of a real browser" })?;
        window.visit(url.as_str()).await?;
        for step in steps {
            match (&step.fill, &step.click) {
                (Some(label), _) => window.fill_in(label, &person.filled(&step.with)).await?,
                (None, Some(words)) => window.click(words).await?,
                (None, None) => {}
            }
        }
        settled(window).await?
    };
    for cookie in cookies {
        world.browser()?.add_cookie(standing.endpoints.authorize.as_str(), &cookie)?;
    }
    Ok(())
}

/// The window's cookies, once the last click has had its effect.
async fn settled(window: &Chromium) -> Result<Vec<String>, StepError> {
    let mut before = window.cookies().await?;
    for _ in 0..20 {
        tokio::time::sleep(Duration::from_millis(250)).await;
        let now = window.cookies().await?;
        if now == before {
            break;
        }
        before = now;
    }
    Ok(before)
}
