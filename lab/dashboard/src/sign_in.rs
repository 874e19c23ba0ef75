//! Signing a browser in to GitLab without its form: a link that works once, on GitLab's own address, where alone its cookie can
//! be set.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

/// A path that GitLab does not have.
const PATH: &str = "/-/lab/sign-in";

/// Most links that wait to be opened.
const MOST: usize = 100;

/// The links that were not opened yet, each with the cookie that it is worth.
#[derive(Default)]
pub struct Tickets(Mutex<BTreeMap<String, String>>);

/// No cookie is shown.
impl std::fmt::Debug for Tickets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tickets(..)")
    }
}

#[derive(Clone)]
struct Leading {
    tickets: Arc<Tickets>,
    to: Arc<str>,
}

impl Tickets {
    /// The path of a link for this cookie.
    pub fn issue(&self, cookie: String) -> String {
        let ticket = format!("{:032x}", rand::random::<u128>());
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while waiting.len() >= MOST {
            waiting.pop_first();
        }
        waiting.insert(ticket.clone(), cookie);
        format!("{PATH}/{ticket}")
    }

    fn redeem(&self, ticket: &str) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(ticket)
    }

    /// Serves the links; each leads on to Mattermost's sign-in.
    pub fn router(tickets: &Arc<Self>, mattermost_url: &str) -> Router {
        let to = format!("{mattermost_url}/oauth/gitlab/login").into();
        let leading = Leading { tickets: Arc::clone(tickets), to };
        Router::new().route(&format!("{PATH}/{{ticket}}"), get(open)).with_state(leading)
    }
}

async fn open(State(Leading { tickets, to }): State<Leading>, Path(ticket): Path<String>) -> Response {
    match tickets.redeem(&ticket) {
        Some(cookie) => {
            let cookie = format!("{cookie}; Path=/; HttpOnly");
            let fields = [(header::SET_COOKIE, cookie), (header::LOCATION, to.to_string())];
            (StatusCode::SEE_OTHER, fields).into_response()
        }
        None => (StatusCode::GONE, "this link was opened before; go back and press the button again\n").into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::Tickets;

    #[test]
    fn a_link_works_once() {
        let tickets = Tickets::default();
        let path = tickets.issue("a=b".to_owned());
        let ticket = path.rsplit('/').next().unwrap();
        assert_eq!(tickets.redeem(ticket).as_deref(), Some("a=b"));
        assert_eq!(tickets.redeem(ticket), None);
    }
}
