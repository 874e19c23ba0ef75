//! Rules of the provider, seen from outside: requests in, responses out.

mod api;
mod applications;
mod authorize;
mod cors;
mod fault;
mod hostile;
mod openid;
mod sign_in;
mod token;
mod vectors;
mod versions;

use std::time::Duration;

use serde_json::Value;

use super::uri::form_encode;
use super::{Provider, ProviderSettings, SESSION_COOKIE, Seed, SeedApplication};
use crate::http::page::{Block, Form, Page};
use crate::http::{Body, Headers, Request, Response};
use crate::random::TokenSource;
use crate::secret::Secret;
use crate::time::UnixTime;
use crate::version::Version;

const CALLBACK: &str = "http://mattermost.example.com/signup/gitlab/complete";

/// Tokens that count up: different each time, the same in every run.
struct Counter(u64);

impl TokenSource for Counter {
    fn fill(&mut self, bytes: &mut [u8]) {
        self.0 += 1;
        for (index, byte) in bytes.iter_mut().enumerate() {
            *byte = (self.0 >> (8 * (index % 8))) as u8;
        }
    }
}

/// A provider with one application (`id`, `secret`), a browser and a clock.
struct Stage {
    provider: Provider,
    random: Counter,
    now: UnixTime,
    cookie: Option<String>,
}

fn application() -> SeedApplication {
    SeedApplication {
        reference: None,
        client_id: Some("id".to_owned()),
        client_secret: Some(Secret::new("secret")),
        name: "GitLab Mattermost".to_owned(),
        redirect_uris: vec![CALLBACK.to_owned(), "http://mattermost.example.com/login/gitlab/complete".to_owned()],
        scopes: String::new(),
        trusted: false,
        confidential: true,
        expire_access_tokens: true,
        owner: None,
    }
}

impl Stage {
    fn new(application: SeedApplication) -> Self {
        Self::of_version(Version::new(14, 7, 0), application)
    }

    fn of_version(version: Version, application: SeedApplication) -> Self {
        let settings = ProviderSettings { version, ..ProviderSettings::default() };
        let seed = Seed { applications: vec![application], ..Seed::default() };
        let (mut random, now) = (Counter(0), UnixTime { millis: 1_643_616_900_000 });
        let provider = Provider::new(settings, seed, now, &mut random).unwrap();
        Self { provider, random, now, cookie: None }
    }

    fn signed_in(mut self, login: &str) -> Self {
        self.cookie = self.provider.sign_in_as(login, self.now, &mut self.random);
        self
    }

    fn wait(&mut self, seconds: u64) {
        self.now = self.now + Duration::from_secs(seconds);
    }

    fn send(&mut self, request: Request) -> Response {
        let response = self.provider.handle(&request, self.now, &mut self.random);
        if let Some(cookie) = response.headers.get("set-cookie") {
            let value = cookie.split([';', '=']).nth(1).map(str::to_owned);
            self.cookie = value;
        }
        response
    }

    fn request(&self, method: &str, path_and_query: &str) -> Request {
        let (path, query) = path_and_query.split_once('?').unwrap_or((path_and_query, ""));
        let mut request = Request {
            method: method.to_owned(),
            scheme: "http".to_owned(),
            host: "gitlab.example.com".to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            ..Request::default()
        };
        if let Some(cookie) = &self.cookie {
            request.headers.push("Cookie", format!("{SESSION_COOKIE}={cookie}"));
        }
        request
    }

    fn get(&mut self, path_and_query: &str) -> Response {
        let request = self.request("GET", path_and_query);
        self.send(request)
    }

    /// Sends a form within the session, with its anti-forgery token.
    fn submit(&mut self, method: &str, path: &str, pairs: &[(&str, &str)]) -> Response {
        let csrf = page(&self.get("/users/sign_in")).and_then(|page| page.csrf_token.clone());
        let csrf = csrf.or_else(|| page(&self.get("/oauth/applications")).and_then(|page| page.csrf_token.clone()));
        let mut pairs = pairs.to_vec();
        let csrf = csrf.unwrap_or_default();
        pairs.push(("authenticity_token", &csrf));
        self.form(method, path, &pairs)
    }

    /// Sends a form.
    fn form(&mut self, method: &str, path: &str, pairs: &[(&str, &str)]) -> Response {
        let mut request = self.request(method, path);
        request.headers.push("Content-Type", "application/x-www-form-urlencoded");
        request.body = form_encode(pairs.iter().copied()).into_bytes();
        self.send(request)
    }

    /// Sends a GET with one header field and without cookie.
    fn get_with(&mut self, path: &str, name: &str, value: &str) -> Response {
        let mut request = self.request("GET", path);
        request.headers = Headers(vec![(name.to_owned(), value.to_owned())]);
        self.send(request)
    }

    fn authorize_path(&self, more: &[(&str, &str)]) -> String {
        let pairs = [("response_type", "code"), ("client_id", "id"), ("redirect_uri", CALLBACK)];
        let pairs = pairs.into_iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name));
        format!("/oauth/authorize?{}", form_encode(pairs.chain(more.iter().copied())))
    }

    /// Consents to a request; says where the browser is sent.
    fn consent(&mut self, more: &[(&str, &str)]) -> String {
        let path = self.authorize_path(more);
        let answer = self.get(&path);
        let page = page(&answer).expect("a page").clone();
        if let Some(target) = page.redirect_to {
            return target;
        }
        let form = page.forms().last().expect("a consent form").clone();
        let values = form.values();
        let pairs: Vec<_> = values.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        location(&self.form("POST", &form.action, &pairs))
    }

    fn code(&mut self, more: &[(&str, &str)]) -> String {
        let target = self.consent(more);
        let (_, after) = target.split_once("code=").expect("a code");
        after.split('&').next().unwrap_or_default().to_owned()
    }

    /// Exchanges a code with the right secret.
    fn exchange(&mut self, code: &str) -> Response {
        let pairs = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("client_id", "id"),
            ("client_secret", "secret"),
        ];
        self.form("POST", "/oauth/token", &pairs)
    }

    fn tokens(&mut self) -> Value {
        let code = self.code(&[]);
        json(&self.exchange(&code))
    }
}

fn page(response: &Response) -> Option<&Page> {
    match &response.body {
        Body::Page(page) => Some(page),
        _ => None,
    }
}

/// The text of an error page.
fn error(response: &Response) -> String {
    let blocks = page(response).map(|page| page.blocks.clone()).unwrap_or_default();
    let text = blocks.into_iter().find_map(|block| match block {
        Block::Preformatted(text) => Some(text),
        _ => None,
    });
    text.unwrap_or_default()
}

fn buttons(response: &Response) -> Vec<String> {
    page(response).map(|page| page.forms().map(|Form { submit, .. }| submit.clone()).collect()).unwrap_or_default()
}

fn json(response: &Response) -> Value {
    match &response.body {
        Body::Bytes(bytes) => serde_json::from_slice(bytes).unwrap_or_default(),
        _ => Value::Null,
    }
}

fn location(response: &Response) -> String {
    response.headers.get("location").unwrap_or_default().to_owned()
}
