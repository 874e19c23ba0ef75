//! A person who opens an authorization request and clicks Authorize, played without a network.

use gitlab_mattermost_core::http::page::Form;
use gitlab_mattermost_core::http::{Body, Headers, Request, Response};

use super::recorder::outline;
use super::state::State;

/// A browser that GitLab sent nowhere.
///
/// # Shape
/// The status and the words of the page: an unknown client, a redirect URI that is not registered, a sign-in page.
///
/// ```
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// let gitlab = gitlab_double::GitLab::start().await;
/// let refused = gitlab.user("dave").session().authorize("/oauth/authorize").unwrap_err();
/// assert_eq!(refused.to_string(), "GitLab asks for a sign-in: there is no such session, or the account is blocked");
/// # });
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The status of the page.
    pub status: u16,
    /// What it says.
    pub said: String,
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.status {
            300..400 => f.write_str(&self.said),
            status => write!(f, "GitLab answers with status {status}: {}", self.said),
        }
    }
}

impl std::error::Error for Refused {}

/// Opens `url` with `cookie`, sends the form of the consent page if there is one, and says where the browser is sent.
pub(super) fn authorize(state: &State, cookie: &str, url: &str) -> Result<String, Refused> {
    let mut request = request("GET", url);
    request.headers.push("Cookie", cookie);
    request.headers.push("Accept", "text/html");
    let page = state.answer(&request);
    let Some(form) = consent_form(&page) else { return target(page) };
    let mut click = request.clone();
    "POST".clone_into(&mut click.method);
    click.path.clone_from(&form.action);
    click.query.clear();
    click.headers.push("Content-Type", "application/x-www-form-urlencoded");
    click.body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form.values()).finish().into_bytes();
    target(state.answer(&click))
}

/// A request for an absolute URL, or for a path.
fn request(method: &str, url: &str) -> Request {
    let (scheme, rest) = url.split_once("://").unwrap_or(("http", url));
    let (host, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    Request {
        method: method.to_owned(),
        scheme: scheme.to_owned(),
        host: if host.is_empty() { "localhost" } else { host }.to_owned(),
        path: path.to_owned(),
        query: query.split('#').next().unwrap_or_default().to_owned(),
        headers: Headers::default(),
        body: Vec::new(),
    }
}

/// The form behind the button Authorize.
fn consent_form(response: &Response) -> Option<Form> {
    let Body::Page(page) = &response.body else { return None };
    page.forms().find(|form| form.submit.starts_with("Authorize")).cloned()
}

fn target(response: Response) -> Result<String, Refused> {
    let location = response.headers.get("location").map(str::to_owned);
    let (target, said) = match response.body {
        Body::Page(page) => (page.redirect_to.clone(), outline(&page)),
        Body::Empty | Body::Bytes(_) => (None, String::new()),
    };
    match location.or(target) {
        Some(target) if target.ends_with("/users/sign_in") => Err(Refused {
            status: 302,
            said: "GitLab asks for a sign-in: there is no such session, or the account is blocked".to_owned(),
        }),
        Some(target) => Ok(target),
        None => Err(Refused { status: response.status, said }),
    }
}
