//! HTTP messages as plain data, as far as the sign-in needs them.

use std::fmt;

use super::page::Page;

/// An HTTP request method in capitals: `GET`, `POST`, `DELETE`.
///
/// # Shape
/// `GET`, not `get`: methods are compared as they are written.
pub type Method = String;

/// Header fields in the order they were sent; names compare without regard to case, repeats are kept.
///
/// # Shape
/// A list of pairs, name and value. `Debug` prints the names alone, as values may hold cookies and credentials.
///
/// ```
/// use gitlab_mattermost_core::http::Headers;
///
/// let mut headers = Headers::default();
/// headers.push("Cookie", "a=1; b=2");
/// assert_eq!(headers.get("cookie"), Some("a=1; b=2"));
/// assert_eq!(headers.cookie("b"), Some("2"));
/// ```
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Headers(pub Vec<(String, String)>);

impl Headers {
    /// The first value of `name`.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }

    /// Every value of `name`, in order.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> + 'a {
        self.0.iter().filter(move |(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }

    /// Adds a field at the end.
    pub fn push(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.push((name.into(), value.into()));
    }

    /// The value of the cookie `name` in the `Cookie` fields.
    pub fn cookie<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.all("cookie")
            .flat_map(|field| field.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find_map(|(n, v)| (n == name).then_some(v))
    }
}

/// Names only: values may hold cookies and credentials.
impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

/// A request, as a server receives it.
///
/// ```
/// use gitlab_mattermost_core::http::Request;
///
/// let request = Request {
///     method: "GET".to_owned(),
///     scheme: "http".to_owned(),
///     host: "gitlab.example.com".to_owned(),
///     path: "/oauth/authorize".to_owned(),
///     query: "state=secret".to_owned(),
///     ..Request::default()
/// };
/// assert_eq!(format!("{request:?}"), "GET http://gitlab.example.com/oauth/authorize");
/// ```
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Request {
    /// `GET`, `POST`, …
    pub method: Method,
    /// Scheme as the client used it: `http` or `https`.
    pub scheme: String,
    /// The `Host` field: name and, unless it is the scheme's own, port.
    pub host: String,
    /// Path without the query, still percent-encoded.
    pub path: String,
    /// Query without the question mark, still percent-encoded; empty if there is none.
    pub query: String,
    /// Header fields other than `Host`.
    pub headers: Headers,
    /// Body bytes.
    pub body: Vec<u8>,
}

/// Method, host and path only: query, header fields and body may hold secrets.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}://{}{}", self.method, self.scheme, self.host, self.path)
    }
}

/// What a response carries.
#[derive(Clone, PartialEq, Eq, Default)]
pub enum Body {
    /// No body.
    #[default]
    Empty,
    /// Bytes as they are; the `Content-Type` field says what they are.
    Bytes(Vec<u8>),
    /// A page for a person; the server makes HTML of it.
    Page(Box<Page>),
}

/// A response, as a server sends it.
///
/// ```
/// use gitlab_mattermost_core::http::{Body, Headers, Response};
///
/// let mut headers = Headers::default();
/// headers.push("Set-Cookie", "session=secret");
/// let response = Response { status: 302, headers, body: Body::Empty };
/// assert_eq!(format!("{response:?}"), r#"302 ["Set-Cookie"]"#);
/// ```
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Response {
    /// Status code: 200, 302, …
    pub status: u16,
    /// Header fields.
    pub headers: Headers,
    /// What follows the header fields.
    pub body: Body,
}

/// Status and field names only: fields and body may hold secrets.
impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}", self.status, self.headers)
    }
}
