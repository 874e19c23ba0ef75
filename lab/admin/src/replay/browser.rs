//! The browser of a replay: one session, forms found on pages and sent as a person would.
//!
//! Not here: which steps; those come from the transcript.

use std::time::Duration;

use gitlab_mattermost_browser::trust::trusting;
use reqwest::header::HeaderMap;
use reqwest::{Client, Method, redirect};
use url::form_urlencoded;

use super::reduction::{Form, Reduction, reduce};

/// Longest time for one answer.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Name of GitLab's session cookie.
const COOKIE: &str = "_gitlab_session";

/// Why a browser got no answer, or not the one it needs to go on.
#[derive(Debug, thiserror::Error)]
pub enum BrowserError {
    /// The provider did not answer.
    #[error("no answer to `{method} {url}`")]
    NoAnswer {
        /// Method of the request.
        method: String,
        /// URL of the request.
        url: String,
        /// The HTTP client's reason.
        source: reqwest::Error,
    },
    /// The provider answered something that the next action cannot build on.
    #[error("`{request}` was answered with {status}, but {needed}")]
    Unexpected {
        /// Method and path of the request.
        request: String,
        /// Status of the answer.
        status: u16,
        /// What the action needs.
        needed: &'static str,
    },
    /// The method of a recorded request is not one of HTTP.
    #[error("`{method}` is not a method")]
    Method {
        /// What stands there.
        method: String,
    },
}

/// An answer.
#[derive(Debug)]
pub(super) struct Answer {
    /// The answer's HTTP status.
    pub status: u16,
    /// Header fields.
    pub headers: HeaderMap,
    /// Body as text.
    pub body: String,
}

impl Answer {
    /// The values of a header field.
    pub fn header(&self, name: &str) -> Vec<String> {
        let values = self.headers.get_all(name).iter();
        values.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect()
    }

    /// The first value of `Location`.
    pub fn location(&self) -> String {
        self.header("location").into_iter().next().unwrap_or_default()
    }

    /// The body as a page.
    pub fn page(&self) -> Reduction {
        reduce(&self.body)
    }
}

/// An HTTP client that follows no redirect.
///
/// # Errors
/// The error of the HTTP library.
pub(super) fn http_client() -> Result<Client, reqwest::Error> {
    // Fails if there is one already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    trusting(Client::builder(), []).redirect(redirect::Policy::none()).timeout(TIMEOUT).build()
}

/// A browser that follows nothing by itself.
#[derive(Debug)]
pub(super) struct Browser {
    client: Client,
    base_url: String,
    /// The value of the session cookie.
    pub session: Option<String>,
    /// An anti-forgery token of that session.
    pub csrf: Option<String>,
}

impl Browser {
    /// A browser without session for the provider at `base_url`.
    pub fn new(client: Client, base_url: &str) -> Self {
        Self { client, base_url: base_url.to_owned(), session: None, csrf: None }
    }

    /// Forgets the session.
    pub fn forget_session(&mut self) {
        self.session = None;
        self.csrf = None;
    }

    /// Sends a request as it is and notes the session and the token that the answer brings.
    pub async fn send(
        &mut self,
        method: &str,
        path_and_query: &str,
        headers: &[(String, String)],
        body: Option<Vec<u8>>,
    ) -> Result<Answer, BrowserError> {
        let url = format!("{}{path_and_query}", self.base_url);
        let verb =
            Method::from_bytes(method.as_bytes()).map_err(|_| BrowserError::Method { method: method.to_owned() })?;
        let failed = |source| BrowserError::NoAnswer { method: method.to_owned(), url: url.clone(), source };
        let mut request = self.client.request(verb, &url);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        if let Some(body) = body {
            request = request.body(body);
        }
        let response = request.send().await.map_err(failed)?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.bytes().await.map_err(failed)?;
        let answer = Answer { status, headers, body: String::from_utf8_lossy(&bytes).into_owned() };
        self.note(&answer);
        Ok(answer)
    }

    /// Sends a request within the session, with a form if there is one.
    pub async fn visit(
        &mut self,
        method: &str,
        path_and_query: &str,
        form: Option<&[(String, String)]>,
    ) -> Result<Answer, BrowserError> {
        let mut headers = Vec::new();
        if let Some(session) = &self.session {
            headers.push(("Cookie".to_owned(), format!("{COOKIE}={session}")));
        }
        let body = form.map(|pairs| {
            headers.push(("Content-Type".to_owned(), "application/x-www-form-urlencoded".to_owned()));
            encode(pairs).into_bytes()
        });
        self.send(method, path_and_query, &headers, body).await
    }

    /// An anti-forgery token of the session; asks for a page if none is known.
    pub async fn csrf(&mut self) -> Result<String, BrowserError> {
        if self.csrf.is_none() {
            // Shown to everybody who is not signed in; who is, finds one on the applications page.
            let answer = self.visit("GET", "/users/sign_in", None).await?;
            if answer.status != 200 {
                self.visit("GET", "/oauth/applications", None).await?;
            }
        }
        Ok(self.csrf.clone().unwrap_or_default())
    }

    /// Fills in the sign-in form; says how it was answered.
    pub async fn sign_in(&mut self, login: &str, password: &str) -> Result<Answer, BrowserError> {
        let token = self.csrf().await?;
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let form = [pair("authenticity_token", &token), pair("user[login]", login), pair("user[password]", password)];
        self.visit("POST", "/users/sign_in", Some(&form)).await
    }

    /// Opens an authorization URL and agrees; says where the browser is sent.
    pub async fn authorize(&mut self, query: &[(String, String)]) -> Result<String, BrowserError> {
        let path = format!("/oauth/authorize?{}", encode(query));
        let answer = self.visit("GET", &path, None).await?;
        let page = answer.page();
        if let Some(target) = page.redirect_to {
            return Ok(target);
        }
        let is_refusal = |form: &Form| form.fields.iter().any(|(name, value)| name == "_method" && value == "delete");
        let consent = page.forms.iter().find(|form| form.action.ends_with("/oauth/authorize") && !is_refusal(form));
        let Some(form) = consent else {
            let request = "GET /oauth/authorize".to_owned();
            let needed = "a page with a form to agree is needed";
            return Err(BrowserError::Unexpected { request, status: answer.status, needed });
        };
        let agreed = self.visit("POST", "/oauth/authorize", Some(&form.fields)).await?;
        Ok(agreed.location())
    }

    fn note(&mut self, answer: &Answer) {
        let prefix = format!("{COOKIE}=");
        let cookie = answer.header("set-cookie").into_iter().find_map(|field| {
            let value = field.strip_prefix(&prefix)?.split(';').next()?.to_owned();
            Some(value)
        });
        if cookie.is_some() && cookie != self.session {
            self.session = cookie;
            self.csrf = None;
        }
        if let Some(csrf) = answer.page().token() {
            self.csrf = Some(csrf);
        }
    }
}

/// Encodes pairs as a form.
pub(super) fn encode(pairs: &[(String, String)]) -> String {
    let mut encoder = form_urlencoded::Serializer::new(String::new());
    encoder.extend_pairs(pairs);
    encoder.finish()
}
