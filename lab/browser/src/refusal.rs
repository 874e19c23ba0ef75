//! What somebody says instead of going on: on GitLab's page about a request it refuses, or in where an answer leads.

use url::Url;

/// The heading of GitLab's page about a request it refuses; its status is 200.
const GITLAB_REFUSES: &str = "An error has occurred";

/// The reason on GitLab's page about a request it refuses, out of the text of a page.
pub fn gitlab_refusal(text: &str) -> Option<&str> {
    text.split_once(GITLAB_REFUSES).map(|(_, reason)| reason.trim())
}

/// The error that GitLab sends back to the client in the address it leads to: `invalid_scope: The requested scope …`.
pub fn oauth_error(target: &Url) -> Option<String> {
    let error = parameter(target, "error")?;
    Some(match parameter(target, "error_description") {
        Some(description) => format!("{error}: {description}"),
        None => error,
    })
}

/// The text, or else the type, of Mattermost's error page in the address that leads there.
pub fn mattermost_error(target: &Url) -> Option<String> {
    let is_error_page = target.path().ends_with("/error");
    if is_error_page { parameter(target, "message").or_else(|| parameter(target, "type")) } else { None }
}

fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}
