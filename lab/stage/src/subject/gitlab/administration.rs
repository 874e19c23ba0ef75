//! What a GitLab given by URL lets an administrator do, found out by asking it.

use std::collections::BTreeSet;

use reqwest::StatusCode;
use serde_json::Value;
use url::Url;

use super::{ANSWER_WITHIN, GitLabChoice};
use crate::seed_file;
use crate::subject::Choices;
use gitlab_mattermost_ground::error_chain::innermost;

/// Whether GitLab has the applications API for administrators.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ApplicationsApi {
    /// It has; these are the numbers of the applications that were there before the lab came.
    There(BTreeSet<u64>),
    /// It has not, with what it answered.
    Missing(String),
}

/// Asks the GitLab at `url` for its applications. A token that it does not take is no missing API, but an error.
pub(super) async fn applications_api(
    client: &reqwest::Client,
    url: Url,
    token: &str,
) -> Result<ApplicationsApi, String> {
    let path = url.path().to_owned();
    let response = client.get(url).header("PRIVATE-TOKEN", token).send().await;
    let response = response.map_err(|error| innermost(&error))?;
    let status = response.status();
    let refused = matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) || status.is_server_error();
    let body = response.text().await.map_err(|error| innermost(&error))?;
    if refused {
        return Err(format!("`GET {path}` with the administrator's token is answered with {status}: {body}"));
    }
    match serde_json::from_str::<Vec<Value>>(&body) {
        Ok(applications) if status.is_success() => {
            Ok(ApplicationsApi::There(applications.iter().filter_map(|one| one["id"].as_u64()).collect()))
        }
        _ => {
            let name = path.rsplit('/').next().unwrap_or_default();
            Ok(ApplicationsApi::Missing(format!("it has no {name} API: `GET {path}` is answered with {status}")))
        }
    }
}

/// Why the chosen GitLab has no projects for the lab, if it has none; as [`missing_administration`].
pub fn missing_projects(choices: &Choices) -> Option<String> {
    missing_api(choices, "projects")
}

/// Why the chosen GitLab has no administration for the lab, if it has none. One that does not answer, or does not take the
/// token, is left to the scenarios, which fail by it: it is not known to lack anything.
pub fn missing_administration(choices: &Choices) -> Option<String> {
    missing_api(choices, "applications")
}

fn missing_api(choices: &Choices, name: &str) -> Option<String> {
    let GitLabChoice::Url(url) = &choices.gitlab else { return None };
    let token = token_of(choices)?;
    let mut url = url.clone();
    url.set_path(&format!("/api/v4/{name}"));
    gitlab_mattermost_ground::tls::install_provider();
    let redirect = reqwest::redirect::Policy::none();
    let client = reqwest::Client::builder().no_proxy().redirect(redirect).timeout(ANSWER_WITHIN).build().ok()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
    match runtime.block_on(applications_api(&client, url, &token)) {
        Ok(ApplicationsApi::Missing(reason)) => Some(format!("GitLab `{}`: {reason}", choices.gitlab)),
        Ok(ApplicationsApi::There(_)) | Err(_) => None,
    }
}

/// The administrator's token; nothing if a file with it cannot be read, which stops the lab before the first scenario.
fn token_of(choices: &Choices) -> Option<String> {
    if let Some(path) = &choices.gitlab_admin_token_file {
        return std::fs::read_to_string(path).ok().map(|text| text.trim().to_owned());
    }
    let seed = choices.gitlab_seed.as_deref().map(seed_file::read).transpose().ok()?.unwrap_or_default();
    seed.administrator_token().map(|token| token.expose().to_owned())
}
