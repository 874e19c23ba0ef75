//! Drives a sign-in: its questions go to the database, its calls to GitLab.

use gitlab_mattermost_core::http::Response;
use gitlab_mattermost_core::mattermost::{Flow, FlowAction, FlowInput, Route};

use super::answer::refused;
use super::app::App;
use super::asked::Asked;
use super::machine::{SystemRandom, now};

/// Answers a browser that signs in.
pub(super) async fn run(app: &App, asked: &Asked, route: Route) -> Response {
    drive(app, asked, Flow::begin(app.settings().clone(), asked.request.clone(), route)).await
}

/// Drives `flow` to its end.
pub(super) async fn drive(app: &App, asked: &Asked, mut flow: Flow) -> Response {
    let mut input = FlowInput::Start;
    loop {
        let action = flow.step(input, now(), &mut SystemRandom);
        for line in flow.take_log() {
            app.log.line(&line, &asked.about());
        }
        input = match action {
            FlowAction::Ask(question) => FlowInput::Store(app.store.answer(question).await),
            FlowAction::Call(request) => FlowInput::GitLab(app.outgoing.call(&request).await),
            FlowAction::Respond(response) => return response,
            FlowAction::Refuse(failure) => return refused(app, asked, &failure),
        };
    }
}
