//! What the buttons of the page do. Each leads back to the page, or to where it says.

use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use gitlab_double::Fault;

use crate::form::form;
use crate::page::fault_name;
use crate::shared::Shared;

/// The orders.
pub(crate) fn router() -> Router<Shared> {
    Router::new()
        .route("/sign-in", post(sign_in))
        .route("/clear", post(clear))
        .route("/clock", post(clock))
        .route("/fault", post(fault))
        .route("/codes/revoke", post(revoke_code))
        .route("/tokens/revoke", post(revoke_token))
        .route("/applications/delete", post(delete_application))
        .route("/users/block", post(block))
}

fn to(place: &str) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, place.to_owned())]).into_response()
}

fn back(shared: &Shared, part: &str) -> Response {
    to(&format!("{}#{part}", shared.base))
}

fn back_if(found: bool, shared: &Shared, part: &str) -> Response {
    if found {
        back(shared, part)
    } else {
        (StatusCode::NOT_FOUND, "it is gone; go back and load the page again\n").into_response()
    }
}

async fn sign_in(State(shared): State<Shared>, body: String) -> Response {
    match shared.lab.way_in(form(&body).get("login").map(String::as_str).unwrap_or_default()) {
        Some(way) => to(&way),
        None => back_if(false, &shared, "people"),
    }
}

async fn clear(State(shared): State<Shared>) -> Response {
    shared.lab.clear();
    back(&shared, "messages")
}

async fn clock(State(shared): State<Shared>, body: String) -> Response {
    let minutes = form(&body).get("minutes").and_then(|minutes| minutes.parse::<u32>().ok());
    match minutes {
        Some(minutes) => {
            shared.lab.gitlab().advance(Duration::from_secs(u64::from(minutes) * 60));
            back(&shared, "clock")
        }
        None => (StatusCode::UNPROCESSABLE_ENTITY, "minutes are a whole number\n").into_response(),
    }
}

async fn fault(State(shared): State<Shared>, body: String) -> Response {
    let form = form(&body);
    let named = form.get("name").and_then(|name| Fault::ALL.into_iter().find(|fault| fault_name(*fault) == *name));
    let Some(named) = named else { return back_if(false, &shared, "faults") };
    let gitlab = shared.lab.gitlab();
    let mut faults = gitlab.faults();
    faults.retain(|fault| *fault != named);
    if form.get("on").is_some_and(|on| on == "yes") {
        faults.push(named);
    }
    gitlab.set_faults(faults);
    back(&shared, "faults")
}

async fn revoke_code(State(shared): State<Shared>, body: String) -> Response {
    back_if(shared.lab.gitlab().revoke_code(&id(&body)), &shared, "codes")
}

async fn revoke_token(State(shared): State<Shared>, body: String) -> Response {
    back_if(shared.lab.gitlab().revoke_access_token(&id(&body)), &shared, "tokens")
}

async fn delete_application(State(shared): State<Shared>, body: String) -> Response {
    back_if(shared.lab.gitlab().delete_application(&id(&body)), &shared, "applications")
}

async fn block(State(shared): State<Shared>, body: String) -> Response {
    let form = form(&body);
    let login = form.get("login").map(String::as_str).unwrap_or_default();
    let blocked = form.get("blocked").is_some_and(|blocked| blocked == "yes");
    back_if(shared.lab.gitlab().set_blocked(login, blocked), &shared, "people")
}

fn id(body: &str) -> String {
    form(body).remove("id").unwrap_or_default()
}
