//! Whose matter a difference is: Mattermost's, which could not sign people in by it, GitLab's own, or nobody's.

use serde::Serialize;

use super::transcript::{RecordedRequest, RecordedResponse};

/// Whose matter a difference is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Weight {
    /// Mattermost needs it as it was recorded.
    Needed,
    /// GitLab does it so besides: its pages, its API, its words, grants that Mattermost does not use.
    GitLabs,
    /// Nobody reads it: caching, cookies, times.
    Incidental,
}

/// Header fields that neither Mattermost nor a person sees.
const UNSEEN: [&str; 5] = ["header Cache-Control", "header Pragma", "header Set-Cookie", "header Allow", "header Vary"];
/// What Mattermost reads of a user.
const OF_USER: [&str; 4] = ["body.username", "body.email", "body.name", "body"];

impl Weight {
    /// The weight of one difference in the answer to a request.
    ///
    /// # Source
    /// Mattermost 5.36, `app/oauth.go` (`AuthorizeOAuthUser`) and `app/oauthproviders/gitlab/gitlab.go`.
    pub(super) fn of(
        request: &RecordedRequest,
        response: &RecordedResponse,
        what: &str,
        expected: &str,
        actual: &str,
    ) -> Self {
        if UNSEEN.contains(&what) || what.ends_with(".created_at") {
            return Self::Incidental;
        }
        let needed = match (request.method.as_str(), request.path.as_str()) {
            (_, "/oauth/authorize") => match what {
                // A page in place of a redirect, or the other way round; a script redirects as well.
                "status" => is_redirect(expected) != is_redirect(actual) && response.headers.contains_key("Location"),
                "header Location" => leads_to_client(expected) && parameters(expected) != parameters(actual),
                _ => false,
            },
            ("POST", "/oauth/token") if is_code_grant(request) => match what {
                "status" => (expected == "200") != (actual == "200"),
                "body.access_token" => !is_text(actual),
                "body.token_type" => !expected.eq_ignore_ascii_case(actual.trim_matches('"')),
                _ => response.status == 200 && what == "body",
            },
            ("GET", "/api/v4/user") if is_with_token(request) => match what {
                "status" => (expected == "200") != (actual == "200"),
                "body.id" => actual.parse::<i64>().unwrap_or_default() == 0,
                _ => response.status == 200 && OF_USER.contains(&what) && !is_text(actual),
            },
            _ => false,
        };
        if needed { Self::Needed } else { Self::GitLabs }
    }
}

/// Whether a value is a text that is not empty; which one depends on who was asked.
fn is_text(value: &str) -> bool {
    value.len() > 2 && value.starts_with('"')
}

fn is_with_token(request: &RecordedRequest) -> bool {
    let mut fields = request.headers.iter();
    fields.any(|(name, value)| name.eq_ignore_ascii_case("authorization") && value.starts_with("Bearer "))
}

fn is_redirect(status: &str) -> bool {
    status.starts_with('3')
}

/// Whether an address is the client's, not one of GitLab's own pages.
fn leads_to_client(location: &str) -> bool {
    ["code=", "error=", "state="].iter().any(|name| location.contains(name))
}

/// The names of the parameters that Mattermost reads, and the state, in an address.
fn parameters(location: &str) -> Vec<String> {
    let query = location.split_once('?').map(|(_, query)| query).unwrap_or_default();
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let read = pairs.filter_map(|(name, value)| match name {
        "code" => Some(name.to_owned()),
        "state" | "error" => Some(format!("{name}={value}")),
        _ => None,
    });
    let mut read: Vec<String> = read.collect();
    read.sort();
    read
}

fn is_code_grant(request: &RecordedRequest) -> bool {
    let form = request.form.as_ref();
    form.and_then(|form| form.get("grant_type")).is_some_and(|grant| grant == "authorization_code")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{RecordedRequest, RecordedResponse, Weight};

    fn weight(method: &str, path: &str, status: u16, found: (&str, &str, &str)) -> Weight {
        let request: RecordedRequest = serde_json::from_value(json!({
            "method": method, "path": path, "form": { "grant_type": "authorization_code" },
            "headers": { "Authorization": "Bearer t" },
        }))
        .unwrap();
        let headers = [("Location".to_owned(), String::new())].into();
        let response = RecordedResponse { status, headers, body: json!(null) };
        Weight::of(&request, &response, found.0, found.1, found.2)
    }

    #[test]
    fn mattermost_needs_little_of_what_gitlab_says() {
        for (method, path, status, found, expected) in [
            ("POST", "/oauth/token", 200, ("status", "200", "201"), Weight::Needed),
            ("POST", "/oauth/token", 401, ("status", "401", "400"), Weight::GitLabs),
            ("POST", "/oauth/token", 400, ("status", "400", "200"), Weight::Needed),
            ("POST", "/oauth/token", 200, ("body.token_type", "Bearer", "\"bearer\""), Weight::GitLabs),
            ("POST", "/oauth/token", 200, ("body.token_type", "Bearer", "\"mac\""), Weight::Needed),
            ("POST", "/oauth/token", 200, ("body.refresh_token", "x", "(none)"), Weight::GitLabs),
            ("POST", "/oauth/token", 200, ("body.created_at", "1", "2"), Weight::Incidental),
            ("POST", "/oauth/token", 200, ("header Cache-Control", "no-store", "(none)"), Weight::Incidental),
            ("GET", "/api/v4/user", 200, ("body.id", "2", "\"2\""), Weight::Needed),
            ("GET", "/api/v4/user", 200, ("body.id", "2", "7"), Weight::GitLabs),
            ("GET", "/api/v4/user", 200, ("body.email", "a@b", "(none)"), Weight::Needed),
            ("GET", "/api/v4/user", 200, ("body.name", "Alice", "\"Bob\""), Weight::GitLabs),
            ("GET", "/api/v4/user", 200, ("body.bio", "", "null"), Weight::GitLabs),
            ("GET", "/oauth/applications", 200, ("status", "200", "404"), Weight::GitLabs),
            (
                "GET",
                "/oauth/authorize",
                302,
                ("header Location", "http://m?code=1&state=a", "http://m?code=2&state=b"),
                Weight::Needed,
            ),
            (
                "GET",
                "/oauth/authorize",
                302,
                ("header Location", "http://m?code=1&state=a", "http://m?code=2&state=a&x=1"),
                Weight::GitLabs,
            ),
        ] {
            assert_eq!(weight(method, path, status, found), expected, "{method} {path} {found:?}");
        }
    }
}
