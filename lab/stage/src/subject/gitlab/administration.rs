//! What a GitLab given by URL lets an administrator do, found out by asking it.

use std::collections::BTreeSet;

use reqwest::StatusCode;
use serde_json::Value;
use url::Url;

use super::GitLabChoice;
use crate::subject::Choices;
use gitlab_mattermost_ground::error_chain::innermost;

/// Who is blocked, in the scenarios about GitLab.
const BLOCKED: &str = "dave";

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

/// Why the chosen GitLab has no page on which people see and revoke what they authorized, if it has none.
pub fn missing_pages(choices: &Choices) -> Option<String> {
    const PATH: &str = "/-/profile/applications";
    if choices.gitlab == GitLabChoice::Mock {
        return None;
    }
    let provider = choices.provider().ok()?;
    let mut url = provider.base.clone();
    url.set_path(PATH);
    let client = provider.http_client().ok()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
    let status = runtime.block_on(async { client.get(url).send().await }).ok()?.status();
    (status == StatusCode::NOT_FOUND).then(|| {
        format!("GitLab `{}`: it has no page of applications: `GET {PATH}` is answered with {status}", choices.gitlab)
    })
}

/// Why the chosen GitLab has nobody who is blocked, as far as it is described.
pub fn missing_blocked_user(choices: &Choices) -> Option<String> {
    let provider = choices.provider().ok()?;
    let none = !provider.people.iter().any(|person| person.login == BLOCKED && person.blocked);
    none.then(|| format!("nobody called `{BLOCKED}` is described as blocked for `{}`", choices.gitlab))
}

fn missing_api(choices: &Choices, name: &str) -> Option<String> {
    if choices.gitlab == GitLabChoice::Mock {
        return None;
    }
    // What cannot be read stops the lab before the first scenario.
    let provider = choices.provider().ok()?;
    if provider.profile.as_deref() != Some("gitlab") {
        return Some(format!("`{}` is described as another provider than GitLab", choices.gitlab));
    }
    let Some((_, token)) = &provider.applications else {
        return Some(format!("no API that makes applications is described for `{}`", choices.gitlab));
    };
    let mut url = provider.base.clone();
    url.set_path(&format!("/api/v4/{name}"));
    let client = provider.http_client().ok()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
    match runtime.block_on(applications_api(&client, url, token.expose())) {
        Ok(ApplicationsApi::Missing(reason)) => Some(format!("GitLab `{}`: {reason}", choices.gitlab)),
        Ok(ApplicationsApi::There(_)) | Err(_) => None,
    }
}
