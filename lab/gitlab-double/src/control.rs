//! The control listener: tests in any language set the mock up, put its clock forward and read what was said.
//!
//! It is a listener of its own and never part of the public one. Bodies are JSON; a refusal says why in plain text.
//!
//! # Shape
//! | order | does |
//! | --- | --- |
//! | `GET /state`, `PUT /state` | users, personal access tokens and applications, in the seed's schema; putting one ends every session, code and token |
//! | `POST /clock` `{"advance_seconds": N}` | puts the clock forward |
//! | `POST /applications` | adds one, in the seed's terms; answers `{"client_id": …}` |
//! | `DELETE /applications/CLIENT_ID` | removes one with its codes and tokens |
//! | `POST /users/LOGIN/block`, `/unblock` | |
//! | `POST /users/LOGIN/sign-in` | answers `{"cookie": "_gitlab_session=…"}` |
//! | `PUT /faults` | an array with the names of the faults to show from now on, also past `PUT /state` |
//! | `GET /exchanges`, `DELETE /exchanges` | what was said, secrets masked; forgets it |

use std::time::Duration;

use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post, put};
use axum::{Json, Router};
use gitlab_mattermost_core::gitlab::{Fault, SESSION_COOKIE, Seed, SeedApplication};
use serde::Deserialize;
use serde_json::json;

use super::randomness::Randomness;
use super::state::{Inner, State};

/// The service of the control listener.
pub(super) fn control(state: State) -> Router {
    Router::new()
        .route("/state", get(show_state).put(replace_state))
        .route("/clock", post(advance_clock))
        .route("/applications", post(add_application))
        .route("/applications/{client_id}", delete(delete_application))
        .route("/users/{login}/{order}", post(order_user))
        .route("/faults", put(set_faults))
        .route("/exchanges", get(show_exchanges).delete(forget_exchanges))
        .with_state(state)
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

/// How far to put the clock forward.
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
    match state.lock().provider.add_application(application, &mut Randomness) {
        Ok(client_id) => (StatusCode::CREATED, Json(json!({"client_id": client_id}))).into_response(),
        Err(error) => refuse(&error.to_string()),
    }
}

async fn delete_application(Shared(state): Shared<State>, Path(client_id): Path<String>) -> StatusCode {
    found(state.lock().provider.delete_application(&client_id))
}

async fn order_user(Shared(state): Shared<State>, Path((login, order)): Path<(String, String)>) -> Response {
    let Inner { provider, clock, .. } = &mut *state.lock();
    match order.as_str() {
        "block" => found(provider.set_blocked(&login, true)).into_response(),
        "unblock" => found(provider.set_blocked(&login, false)).into_response(),
        "sign-in" => match provider.sign_in_as(&login, clock.now(), &mut Randomness) {
            Some(session) => Json(json!({"cookie": format!("{SESSION_COOKIE}={session}")})).into_response(),
            None => StatusCode::NOT_FOUND.into_response(),
        },
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn set_faults(Shared(state): Shared<State>, Json(faults): Json<Vec<Fault>>) -> StatusCode {
    state.set_faults(faults.into_iter().collect());
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
