//! Single questions to the servers, apart from the sign-in: without cookies, without following redirects.

use std::time::Duration;

use gitlab_mattermost_core::diagnosis::sign_in::{Answer, Client};
use reqwest::RequestBuilder;
use serde_json::Value;
use url::Url;

use super::error::TraceError;
use super::place::{address, below};
use gitlab_mattermost_browser::trust::{lack, trusting};
use gitlab_mattermost_ground::error_chain::innermost;
use gitlab_mattermost_ground::exchange::Party;

/// How long an answer may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);

/// A client for these questions.
pub(super) fn client(authorities: &[reqwest::Certificate]) -> reqwest::Result<reqwest::Client> {
    let builder = trusting(reqwest::Client::builder(), authorities.iter().cloned());
    builder.redirect(reqwest::redirect::Policy::none()).timeout(ANSWER_WITHIN).build()
}

/// Whether anybody answers at `url`, whatever they say.
pub(super) async fn answers(client: &reqwest::Client, url: &Url, party: Party) -> Result<(), TraceError> {
    match client.get(url.clone()).send().await {
        Err(error) if lack(url).is_some() || party == Party::Mattermost || !is_about_certificate(&error) => {
            let reason = lack(url).map_or_else(|| innermost(&error), str::to_owned);
            Err(TraceError::Unreachable { party, url: url.clone(), reason })
        }
        _ => Ok(()),
    }
}

/// Whether somebody answers, but with a certificate that is not trusted.
pub(super) fn is_about_certificate(error: &reqwest::Error) -> bool {
    gitlab_mattermost_ground::error_chain::chain(error).contains("certificate")
}

/// What Mattermost tells every client; `None` if it does not say it in the form of old and new releases.
pub(super) async fn client_configuration(client: &reqwest::Client, mattermost: &Url) -> Option<Client> {
    let mut url = below(mattermost, "api/v4/config/client");
    url.set_query(Some("format=old"));
    let answer = client.get(url).send().await.ok()?;
    if !answer.status().is_success() {
        return None;
    }
    let shown: Value = answer.json().await.ok()?;
    let text = |key: &str| shown.get(key).and_then(Value::as_str).map(str::to_owned);
    Some(Client { version: text("Version"), gitlab_sign_up: text("EnableSignUpWithGitLab") })
}

/// An endpoint's answer to a request without credentials; `None` if it does not answer.
pub(super) async fn endpoint(request: RequestBuilder) -> Option<Answer> {
    let answer = request.header("Accept", "application/json").send().await.ok()?;
    let (url, status) = (answer.url().clone(), answer.status().as_u16());
    let location = answer.headers().get("location").and_then(|value| value.to_str().ok());
    let location = location.and_then(|location| url.join(location).ok()).map(|url| address(&url).to_string());
    let body = answer.text().await.ok()?;
    let is_json = serde_json::from_str::<Value>(&body).is_ok_and(|body| body.is_object());
    Some(Answer { address: address(&url), status, location, is_json })
}
