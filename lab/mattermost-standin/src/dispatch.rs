//! From a connection to the handler of a request, and back.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::response::Response as HttpResponse;
use gitlab_mattermost_core::http::{Body as Content, Headers, Request, Response};
use gitlab_mattermost_core::mattermost::{Route, new_id};
use hyper::header::{HeaderName, HeaderValue};

use super::app::App;
use super::asked::Asked;
use super::machine::SystemRandom;
use super::{api, page, sign_in};

/// What is read of a request's body; a real server reads as much as the largest file that it takes.
const MOST_BYTES: usize = 2 << 20;

/// How long a client may take over its body.
const BODY_LIMIT: Duration = Duration::from_secs(30);

/// Answers a request, whatever it is.
pub(super) async fn respond(app: Arc<App>, peer: SocketAddr, request: hyper::Request<Body>) -> HttpResponse {
    let request_id = new_id(&mut SystemRandom);
    let is_get = request.method() == "GET";
    let response = match read(request).await {
        Ok(request) => {
            let path = below(&app.settings().subpath(), &request.path).to_owned();
            handle(&app, &Asked { request, path, request_id: request_id.clone(), peer }).await
        }
        Err(status) => Response { status, ..Response::default() },
    };
    let mut http = HttpResponse::new(match response.body {
        Content::Bytes(bytes) => Body::from(bytes),
        Content::Empty | Content::Page(_) => Body::empty(),
    });
    *http.status_mut() = hyper::StatusCode::from_u16(response.status).unwrap_or_default();
    let version = app.release().takes_itself_for();
    let version = format!("{version}.{}.stand-in.false", app.version);
    let mut own = vec![("X-Request-Id".to_owned(), request_id), ("X-Version-Id".to_owned(), version)];
    if is_get && response.headers.get("content-type").is_some_and(|kind| !kind.starts_with("text/html; charset")) {
        own.push(("Expires".to_owned(), "0".to_owned()));
    }
    for (name, value) in response.headers.0.into_iter().chain(own) {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            http.headers_mut().append(name, value);
        }
    }
    http
}

async fn handle(app: &App, asked: &Asked) -> Response {
    match (Route::of(&asked.path), asked.path.strip_prefix("/api/")) {
        (Some(route), _) if asked.request.method == "GET" => sign_in::run(app, asked, route).await,
        (None, Some(path)) => api::handle(app, asked, path).await,
        (None, None) => page::handle(app, asked).await,
        (Some(_), _) => page::not_found(app),
    }
}

/// `path` without the folder of the site.
fn below<'a>(subpath: &str, path: &'a str) -> &'a str {
    path.strip_prefix(subpath.trim_end_matches('/')).filter(|rest| rest.starts_with('/')).unwrap_or(path)
}

/// Reads a request as a whole.
///
/// # Errors
/// The status to refuse it with: the body is too big, too slow or broken.
async fn read(request: hyper::Request<Body>) -> Result<Request, u16> {
    let (parts, body) = request.into_parts();
    let body = match tokio::time::timeout(BODY_LIMIT, axum::body::to_bytes(body, MOST_BYTES)).await {
        Ok(Ok(bytes)) => bytes.to_vec(),
        Ok(Err(error)) => {
            let too_big =
                std::error::Error::source(&error).is_some_and(|cause| cause.is::<http_body_util::LengthLimitError>());
            return Err(if too_big { 413 } else { 400 });
        }
        Err(_) => return Err(408),
    };
    let mut headers = Headers::default();
    let mut host = parts.uri.authority().map(ToString::to_string).unwrap_or_default();
    for (name, value) in &parts.headers {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        if name == "host" {
            host = value;
        } else {
            headers.push(name.as_str(), value);
        }
    }
    Ok(Request {
        method: parts.method.to_string(),
        scheme: "http".to_owned(),
        host,
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers,
        body,
    })
}
