//! The control listener: tests in any language set the mock up, advance its clock and read the exchanges.
//!
//! It is a listener of its own and never part of the public one. Bodies are JSON; a refusal says why in plain text.
//!
//! [`ORDERS`] lists what it takes; `/` shows that as a page.

mod neighbours;
mod order;
mod reference;

pub(crate) use neighbours::Neighbours;
pub use order::{ORDERS, Order};

use std::time::Duration;

use axum::extract::{Path, State as Shared};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post, put};
use axum::{Json, Router, middleware};
use gitlab_mattermost_core::gitlab::{Fault, SESSION_COOKIE, Seed, SeedApplication};
use serde::Deserialize;
use serde_json::json;

use super::consent;
use super::randomness::Randomness;
use super::state::{Inner, State};

/// The service of the control listener of the GitLab at `url`.
pub(super) fn control(state: State, url: String, neighbours: Neighbours) -> Router {
    let page = state.clone();
    Router::new()
        .route("/", get(async move || html(reference::reference(&url, &page.lock().provider.to_seed()).into_string())))
        .route("/state", get(show_state).put(replace_state))
        .route("/clock", post(advance_clock))
        .route("/applications", post(add_application))
        .route("/applications/{client_id}", delete(delete_application))
        .route("/users/{login}/authorize", post(authorize))
        .route("/users/{login}/{order}", post(order_user))
        .route("/faults", put(set_faults))
        .route("/exchanges", get(show_exchanges).delete(forget_exchanges))
        .with_state(state)
        .layer(middleware::from_fn_with_state(neighbours, neighbours::let_through))
}

fn html(page: String) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page)
}

async fn show_state(Shared(state): Shared<State>) -> Json<Seed> {
    Json(state.lock().provider.to_seed())
}

async fn replace_state(Shared(state): Shared<State>, Json(seed): Json<Seed>) -> Response {
    match state.replace(seed) {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => refuse(&error.to_string()),
    }
}

/// How far to advance the clock.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    advance_seconds: u64,
}

async fn advance_clock(Shared(state): Shared<State>, Json(order): Json<Advance>) -> Response {
    let Inner { clock, .. } = &mut *state.lock();
    clock.advance(Duration::from_secs(order.advance_seconds));
    Json(json!({"now": clock.now().to_iso8601()})).into_response()
}

async fn add_application(Shared(state): Shared<State>, Json(application): Json<SeedApplication>) -> Response {
    let provider = &mut state.lock().provider;
    let client_id = match provider.add_application(application, &mut Randomness) {
        Ok(client_id) => client_id,
        Err(error) => return refuse(&error.to_string()),
    };
    let is_it = |it: &SeedApplication| it.client_id.as_ref() == Some(&client_id);
    let made = provider.to_seed().applications.into_iter().find(is_it);
    let secret = made.and_then(|made| made.client_secret);
    (StatusCode::CREATED, Json(json!({"client_id": client_id, "client_secret": secret}))).into_response()
}

async fn delete_application(Shared(state): Shared<State>, Path(client_id): Path<String>) -> StatusCode {
    found(state.lock().provider.delete_application(&client_id))
}

async fn order_user(Shared(state): Shared<State>, Path((login, order)): Path<(String, String)>) -> Response {
    match order.as_str() {
        "block" => found(state.lock().provider.set_blocked(&login, true)).into_response(),
        "unblock" => found(state.lock().provider.set_blocked(&login, false)).into_response(),
        "sign-in" => match sign_in(&state, &login) {
            Some(cookie) => Json(json!({"cookie": cookie})).into_response(),
            None => StatusCode::NOT_FOUND.into_response(),
        },
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

/// What a person is to open.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Opened {
    url: String,
}

async fn authorize(
    Shared(state): Shared<State>,
    Path(login): Path<String>,
    Json(Opened { url }): Json<Opened>,
) -> Response {
    let Some(cookie) = sign_in(&state, &login) else { return StatusCode::NOT_FOUND.into_response() };
    match consent::authorize(&state, &cookie, &url) {
        Ok(location) => Json(json!({"location": location})).into_response(),
        Err(refused) => refuse(&refused.to_string()),
    }
}

/// The cookie of a fresh session.
fn sign_in(state: &State, login: &str) -> Option<String> {
    let Inner { provider, clock, .. } = &mut *state.lock();
    let session = provider.sign_in_as(login, clock.now(), &mut Randomness)?;
    Some(format!("{SESSION_COOKIE}={session}"))
}

async fn set_faults(Shared(state): Shared<State>, Json(faults): Json<Vec<Fault>>) -> StatusCode {
    state.set_faults(faults);
    StatusCode::NO_CONTENT
}

async fn show_exchanges(Shared(state): Shared<State>) -> Response {
    Json(state.lock().recorder.exchanges()).into_response()
}

async fn forget_exchanges(Shared(state): Shared<State>) -> StatusCode {
    state.lock().recorder.forget();
    StatusCode::NO_CONTENT
}

fn found(found: bool) -> StatusCode {
    if found { StatusCode::NO_CONTENT } else { StatusCode::NOT_FOUND }
}

fn refuse(reason: &str) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, reason.to_owned()).into_response()
}
