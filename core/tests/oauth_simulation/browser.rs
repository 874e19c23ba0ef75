//! A person with a browser: cookies of each site apart, redirects followed, forms filled in.

use std::collections::BTreeMap;

use gitlab_mattermost_core::http::page::{FieldInput, Form, Page};
use gitlab_mattermost_core::http::{Body, Request, Response};
use gitlab_mattermost_core::mattermost::query_escape;

use super::sides::{GITLAB, password};

/// A browser that one person uses.
pub struct Browser {
    /// Whose it is.
    pub person: usize,
    cookies: BTreeMap<String, BTreeMap<String, String>>,
}

impl Browser {
    /// A browser without cookies.
    pub fn new(person: usize) -> Self {
        Self { person, cookies: BTreeMap::new() }
    }

    /// Forgets every cookie.
    pub fn forget(&mut self) {
        self.cookies.clear();
    }

    /// The request for an absolute URL; nothing if it is none.
    pub fn get(&self, url: &str) -> Option<Request> {
        let (scheme, rest) = url.split_once("://")?;
        let rest = rest.split('#').next()?;
        let (host, target) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut request = Request {
            method: "GET".to_owned(),
            scheme: scheme.to_owned(),
            host: host.to_owned(),
            path: if path.is_empty() { "/".to_owned() } else { path.to_owned() },
            query: query.to_owned(),
            ..Request::default()
        };
        // Both sites stand behind a proxy that says how it was reached.
        request.headers.push("X-Forwarded-Proto", "https");
        request.headers.push("Accept", "text/html");
        let cookies = self.cookies.get(host).into_iter().flatten();
        let cookies: Vec<String> = cookies.map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request.headers.push("Cookie", cookies.join("; "));
        }
        Some(request)
    }

    /// The request that sends a form.
    pub fn post(&self, url: &str, pairs: &[(String, String)]) -> Option<Request> {
        let mut request = self.get(url)?;
        request.method = "POST".to_owned();
        request.headers.push("Content-Type", "application/x-www-form-urlencoded");
        let pairs = pairs.iter().map(|(name, value)| format!("{}={}", query_escape(name), query_escape(value)));
        request.body = pairs.collect::<Vec<_>>().join("&").into_bytes();
        Some(request)
    }

    /// Keeps cookies, and goes on as the person would: who `denies` clicks that button. Nothing: there is no way on.
    pub fn receive(&mut self, asked: &Request, response: &Response, denies: bool) -> Option<Request> {
        for field in response.headers.all("set-cookie") {
            self.keep(&asked.host, field);
        }
        let page = match &response.body {
            Body::Page(page) => Some(page),
            _ => None,
        };
        let redirect = response.headers.get("location").filter(|_| (300..400).contains(&response.status));
        let redirect = redirect.or_else(|| page.and_then(|page| page.redirect_to.as_deref()));
        match (redirect, page) {
            (Some(target), _) => self.get(target),
            (None, Some(page)) if asked.host == GITLAB => self.fill_in(asked, page, denies),
            _ => None,
        }
    }

    fn keep(&mut self, host: &str, field: &str) {
        let (pair, attributes) = field.split_once(';').unwrap_or((field, ""));
        let Some((name, value)) = pair.split_once('=') else { return };
        let jar = self.cookies.entry(host.to_owned()).or_default();
        if attributes.contains("Max-Age=0") {
            jar.remove(name);
        } else {
            jar.insert(name.to_owned(), value.to_owned());
        }
    }

    fn fill_in(&self, asked: &Request, page: &Page, denies: bool) -> Option<Request> {
        let asks_password =
            |form: &&Form| form.fields.iter().any(|field| matches!(field.input, FieldInput::Password { .. }));
        let url = |form: &Form| format!("{}://{}{}", asked.scheme, asked.host, form.action);
        if let Some(form) = page.forms().find(asks_password) {
            let mut pairs = form.values();
            for (name, value) in &mut pairs {
                match name.as_str() {
                    "user[login]" => *value = format!("person{}", self.person),
                    "user[password]" => *value = password(self.person),
                    _ => {}
                }
            }
            return self.post(&url(form), &pairs);
        }
        let button = if denies { "Deny" } else { "Authorize" };
        let form = page.forms().find(|form| form.submit == button)?;
        self.post(&url(form), &form.values())
    }
}
