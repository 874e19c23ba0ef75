//! Answers of the API.

use gitlab_mattermost_core::http::{Body, Headers, Response};
use gitlab_mattermost_core::mattermost::{Failure, LogLine};

use super::app::App;
use super::asked::Asked;

/// An API answer with an error, noted in the log.
pub(super) fn refused(app: &App, asked: &Asked, failure: &Failure) -> Response {
    app.log.line(&LogLine::about(failure, &asked.request.path), &asked.about());
    json(failure.status, failure.to_json(&asked.request_id))
}

/// An answer with a JSON body.
pub(super) fn json(status: u16, body: String) -> Response {
    let mut headers = Headers::default();
    headers.push("Content-Type", "application/json");
    Response { status, headers, body: Body::Bytes(body.into_bytes()) }
}
