//! Drives a sign-in: its questions go to the database, its calls to GitLab.

use gitlab_mattermost_core::http::Response;
use gitlab_mattermost_core::mattermost::{Action, Flow, Input, Route};

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
    let mut input = Input::Start;
    loop {
        let action = flow.step(input, now(), &mut SystemRandom);
        for line in flow.take_log() {
            app.log.line(&line, &asked.about());
        }
        input = match action {
            Action::Ask(question) => Input::Store(app.store.answer(question).await),
            Action::Call(request) => Input::GitLab(app.outgoing.call(&request).await),
            Action::Respond(response) => return response,
            Action::Refuse(failure) => return refused(app, asked, &failure),
        };
    }
}
