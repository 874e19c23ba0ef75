//! Drives a sign-in: its questions go to the database, its calls to GitLab.

use gitlab_mattermost_core::http::Response;
use gitlab_mattermost_core::mattermost::{Action, Failure, Flow, Input, LogLine, Route};
use serde_json::{Value, json};

use super::app::{App, SystemRandom, now};
use super::dispatch::{Asked, refused};

/// Answers a browser that signs in.
pub(super) async fn run(app: &App, asked: &Asked, route: Route) -> Response {
    drive(app, asked, Flow::begin(app.settings().clone(), asked.request.clone(), route)).await
}

/// Drives `flow` to its end.
pub(super) async fn drive(app: &App, asked: &Asked, mut flow: Flow) -> Response {
    let mut input = Input::Start;
    loop {
        let action = flow.step(input, now(), &mut SystemRandom);
        for line in flow.take_log() {
            app.log.line(&line, &about(asked));
        }
        input = match action {
            Action::Ask(question) => Input::Store(app.store.answer(question).await),
            Action::Call(request) => Input::GitLab(app.outgoing.call(&request).await),
            Action::Respond(response) => return response,
            Action::Refuse(failure) => return refused(app, asked, &failure),
        };
    }
}

/// Notes an error that the server answers with.
pub(super) fn note(app: &App, asked: &Asked, failure: &Failure) {
    app.log.line(&LogLine::about(failure, &asked.request.path), &about(asked));
}

/// What every line about a request says.
fn about(asked: &Asked) -> [(&'static str, Value); 3] {
    [
        ("request_id", json!(asked.request_id)),
        ("ip_addr", json!(asked.peer.ip().to_string())),
        ("method", json!(asked.request.method)),
    ]
}
