//! Sets the applications of a case up: through the control listener, else through GitLab's own API as an administrator.

use gitlab_mattermost_core::oauth::Secret;
use gitlab_mattermost_core::oauth::gitlab::{Seed, SeedApplication};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::action::placeholder;
use super::bindings::Bindings;
use super::browser::{Browser, encode};
use super::control::Control;
use super::player::ReplayError;
use super::transcript::Case;

/// The administrator's personal access token of the transcripts.
const ADMINISTRATOR: (&str, &str) = ("PRIVATE-TOKEN", "glpat-rootrootrootrootroo");

/// Puts the mock into the state a case starts from.
pub(super) async fn by_control(
    control: &Control,
    case: &Case,
    bindings: &mut Bindings,
) -> Result<Vec<SeedApplication>, ReplayError> {
    let mut applications = Vec::new();
    for described in &case.setup.applications {
        applications.push(application_of(described, bindings)?);
    }
    control.put_state(&Seed { applications: applications.clone(), ..Seed::default() }).await?;
    Ok(applications)
}

/// Makes the applications of a case as an administrator would. Id and secret are what the provider makes up; what the API
/// cannot say (trusted, an owner, tokens that do not expire) makes the case one to skip.
pub(super) async fn by_api(
    browser: &mut Browser,
    case: &Case,
    bindings: &mut Bindings,
) -> Result<Vec<SeedApplication>, ReplayError> {
    let mut applications = Vec::new();
    for described in &case.setup.applications {
        let mut application = application_of(described, &mut Bindings::default())?;
        if application.trusted || application.owner.is_some() || !application.expire_access_tokens {
            return Err(skip(
                "its application cannot be made through the API; it needs a control listener (--control)",
            ));
        }
        let reference = application.reference.clone().unwrap_or_default();
        let made = create(browser, &application).await?;
        let id = made["application_id"].as_str().unwrap_or_default();
        let secret = made["secret"].as_str().unwrap_or_default();
        bindings.set(&placeholder("client_id", &reference), id);
        bindings.set(&placeholder("client_secret", &reference), secret);
        application.client_id = Some(id.to_owned());
        application.client_secret = Some(Secret::new(secret));
        applications.push(application);
    }
    Ok(applications)
}

async fn create(browser: &mut Browser, application: &SeedApplication) -> Result<Value, ReplayError> {
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let form = [
        pair("name", &application.name),
        pair("redirect_uri", &application.redirect_uris.join("\n")),
        pair("scopes", &application.scopes),
        pair("confidential", if application.confidential { "true" } else { "false" }),
    ];
    let headers = [pair(ADMINISTRATOR.0, ADMINISTRATOR.1), pair("Content-Type", "application/x-www-form-urlencoded")];
    let body = encode(&form).into_bytes();
    let answer = browser.send("POST", "/api/v4/applications", &headers, Some(body)).await?;
    if answer.status != 201 {
        let needed =
            "setting applications up needs a control listener (--control), or the API for the administrator's token";
        return Err(skip(&format!("{needed}; the API answers {}", answer.status)));
    }
    serde_json::from_str(&answer.body).map_err(|_| skip("the API answers no JSON when an application is made"))
}

/// An application as a transcript describes it; binds its id and secret, made up for this replay.
pub(super) fn application_of(described: &Value, bindings: &mut Bindings) -> Result<SeedApplication, ReplayError> {
    let reference = described["ref"].as_str().unwrap_or("mm");
    for name in ["client_id", "client_secret"] {
        let name = placeholder(name, reference);
        if bindings.get(&name).is_none() {
            let digest = Sha256::digest(&name);
            bindings.set(&name, digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
        }
    }
    let filled = bindings.fill(&described.to_string());
    let mut application: SeedApplication = serde_json::from_str(&filled)
        .map_err(|error| skip(&format!("the application `{reference}` is described in unknown terms: {error}")))?;
    let value = |name| bindings.get(&placeholder(name, reference)).unwrap_or_default().to_owned();
    application.client_id.get_or_insert_with(|| value("client_id"));
    application.client_secret.get_or_insert_with(|| Secret::new(value("client_secret")));
    application.reference.get_or_insert_with(|| reference.to_owned());
    Ok(application)
}

fn skip(reason: &str) -> ReplayError {
    ReplayError::Skip { reason: reason.to_owned() }
}
