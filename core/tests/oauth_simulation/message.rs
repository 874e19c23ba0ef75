//! A message under way, and what can be read from it.

use gitlab_mattermost_core::http::{Body, Request, Response};
use gitlab_mattermost_core::mattermost::query_value;

use super::step::Attack;

/// Who sends and receives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Party {
    /// The browser of the person with this number.
    Browser(usize),
    GitLab,
    Mattermost,
    /// The site of the adversary's own application.
    Evil,
}

/// Why a message was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A person wanted it; whether this one denies what applications ask.
    Person { denies: bool },
    /// The adversary had a person's browser send it.
    Lure(Attack),
    /// The adversary sent it.
    Attack(Attack),
    /// Mattermost needs it for this flow.
    Flow(usize),
}

impl Origin {
    /// The attack it is part of.
    pub fn attack(self) -> Option<Attack> {
        match self {
            Self::Lure(attack) | Self::Attack(attack) => Some(attack),
            Self::Person { .. } | Self::Flow(_) => None,
        }
    }
}

/// A message under way.
#[derive(Debug, Clone)]
pub struct Message {
    pub from: Party,
    pub to: Party,
    pub origin: Origin,
    /// The request, also with a response to it.
    pub request: Request,
    /// The response, if this is one.
    pub response: Option<Response>,
}

impl Message {
    /// The answer to a request.
    pub fn answered(self, response: Response) -> Self {
        Self { from: self.to, to: self.from, response: Some(response), ..self }
    }
}

/// Where a response sends the browser.
pub fn target(response: &Response) -> Option<&str> {
    let page = match &response.body {
        Body::Page(page) => page.redirect_to.as_deref(),
        _ => None,
    };
    response.headers.get("location").or(page)
}

/// Base and query of a URL.
pub fn split_query(url: &str) -> (&str, &str) {
    url.split_once('?').unwrap_or((url, ""))
}

/// A code on its way to the client: redirect URI, code, state.
pub fn code_of(response: &Response) -> Option<(String, String, Option<String>)> {
    let (base, query) = split_query(target(response)?);
    Some((base.to_owned(), query_value(query, "code")?, query_value(query, "state")))
}

/// A parameter of a request, from its form or its query.
pub fn parameter(request: &Request, name: &str) -> Option<String> {
    query_value(&String::from_utf8_lossy(&request.body), name).or_else(|| query_value(&request.query, name))
}

/// A member of a JSON body.
pub fn member(response: &Response, name: &str) -> Option<serde_json::Value> {
    let Body::Bytes(bytes) = &response.body else { return None };
    let value: serde_json::Value = serde_json::from_slice(bytes).ok()?;
    value.get(name).cloned()
}

/// The value that a response sets a cookie to.
pub fn set_cookie<'a>(response: &'a Response, name: &'a str) -> Option<&'a str> {
    let values = response.headers.all("set-cookie").filter_map(|field| field.split(';').next()?.split_once('='));
    values.filter(|(cookie, value)| *cookie == name && !value.is_empty()).map(|(_, value)| value).last()
}

/// The fields of a `state` parameter, read by own means.
pub fn state_fields(state: &str) -> serde_json::Value {
    use base64::Engine;
    let bytes = base64::engine::general_purpose::STANDARD.decode(state).unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_default()
}
