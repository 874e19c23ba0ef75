//! Responses in the shapes GitLab's layers give them: Rails pages, Rails JSON, Grape JSON, static error pages.

use serde_json::Value;

use crate::http::page::{Block, Page};
use crate::http::{Body, Headers, Response};

/// A page rendered by Rails.
pub(super) fn page(status: u16, page: Page) -> Response {
    let headers = Headers(vec![
        ("Content-Type".to_owned(), "text/html; charset=utf-8".to_owned()),
        ("Vary".to_owned(), "Accept".to_owned()),
    ]);
    Response { status, headers, body: Body::Page(Box::new(page)) }
}

/// JSON rendered by Rails.
pub(super) fn json(status: u16, body: &Value) -> Response {
    let headers = Headers(vec![
        ("Content-Type".to_owned(), "application/json; charset=utf-8".to_owned()),
        ("Vary".to_owned(), "Accept".to_owned()),
    ]);
    Response { status, headers, body: Body::Bytes(body.to_string().into_bytes()) }
}

/// JSON rendered by Grape, the framework of GitLab's API.
pub(super) fn api(status: u16, body: &Value) -> Response {
    let headers = Headers(vec![("Content-Type".to_owned(), "application/json".to_owned())]);
    Response { status, headers, body: Body::Bytes(body.to_string().into_bytes()) }
}

/// A status and nothing else.
pub(super) fn empty(status: u16) -> Response {
    Response { status, ..Response::default() }
}

/// A redirect to an absolute URL; characters that no header field may hold are encoded.
pub(super) fn redirect(location: &str) -> Response {
    let location: String =
        location.chars().map(|c| if c.is_ascii_graphic() { c.to_string() } else { encoded(c) }).collect();
    let headers = Headers(vec![
        ("Location".to_owned(), location),
        ("Content-Type".to_owned(), "text/html; charset=utf-8".to_owned()),
    ]);
    Response { status: 302, headers, body: Body::Empty }
}

fn encoded(character: char) -> String {
    character.encode_utf8(&mut [0; 4]).bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// One of the static error pages in GitLab's public folder.
pub(super) fn static_page(status: u16, title: &str, sentence: &str) -> Response {
    let blocks = vec![Block::Heading(status.to_string()), Block::Heading(sentence.to_owned())];
    let page = Page { title: title.to_owned(), blocks, ..Page::default() };
    let headers = Headers(vec![("Content-Type".to_owned(), "text/html; charset=UTF-8".to_owned())]);
    Response { status, headers, body: Body::Page(Box::new(page)) }
}

/// The answer to a request whose anti-forgery token is missing or wrong.
///
/// # Source
/// Doorkeeper 5.5.0 with the settings of GitLab 14.7: endpoints.
pub(super) fn rejected() -> Response {
    static_page(422, "The change you requested was rejected (422)", "The change you requested was rejected.")
}

/// The answer to a request that GitLab fails on.
pub(super) fn failed() -> Response {
    static_page(500, "Something went wrong (500)", "Whoops, something went wrong on our end.")
}

/// The answer to malformed parameters, given before any controller sees them.
///
/// # Source
/// Doorkeeper 5.5.0 with the settings of GitLab 14.7: revocation, introspection, token info, malformed input.
pub(super) fn bad_request() -> Response {
    let headers = Headers(vec![("Content-Type".to_owned(), "text/plain".to_owned())]);
    Response { status: 400, headers, body: Body::Bytes(b"Bad Request".to_vec()) }
}

/// The answer to a body that says it is JSON and is not: JSON for who asked for it, else nothing.
///
/// # Source
/// Doorkeeper 5.5.0 with the settings of GitLab 14.7: the token endpoint.
pub(super) fn bad_json(accept: Option<&str>) -> Response {
    let wants_json = accept.is_some_and(|accept| accept.trim().starts_with("application/json"));
    let (content_type, body) = if wants_json {
        ("application/json; charset=UTF-8", Body::Bytes(br#"{"status":400,"error":"Bad Request"}"#.to_vec()))
    } else {
        ("text/html; charset=UTF-8", Body::Empty)
    };
    Response { status: 400, headers: Headers(vec![("Content-Type".to_owned(), content_type.to_owned())]), body }
}

/// Marks a response as one that nobody may keep.
pub(super) fn forbid_storing(response: &mut Response) {
    response.headers.push("Cache-Control", "no-store");
    response.headers.push("Pragma", "no-cache");
}

/// Adds the `Cache-Control` that Rails gives to everything that has none: a body that can be compared later may be kept
/// and asked for again, all else not.
pub(super) fn finish(response: &mut Response) {
    if response.headers.get("cache-control").is_none() {
        let comparable = matches!(response.status, 200 | 201) && response.body != Body::Empty;
        let value = if comparable { "max-age=0, private, must-revalidate" } else { "no-cache" };
        response.headers.push("Cache-Control", value);
    }
}
