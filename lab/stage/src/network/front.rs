//! A recording server in front of another, for clients that use no proxy: a person's own browser.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::proxy::{Forwarder, ICON};
use super::{Place, Recorder};
use gitlab_mattermost_ground::exchange::Party;

/// A running front; it stops when dropped.
#[derive(Debug)]
pub struct Front {
    task: JoinHandle<()>,
}

/// What stands behind a front, and who asks for what there.
#[derive(Clone)]
struct Behind {
    place: Place,
    asker: fn(&str) -> Party,
    recorder: Arc<Recorder>,
    forwarder: Forwarder,
}

impl Front {
    /// Passes on what comes to `listener` to `place`, and records it; `asker` tells by the path who asks. What `own` has a
    /// route for is answered by it, and not recorded.
    pub fn start(
        listener: TcpListener,
        place: Place,
        asker: fn(&str) -> Party,
        recorder: Arc<Recorder>,
        own: Router,
    ) -> Self {
        let behind = Behind { place, asker, recorder, forwarder: Forwarder::default() };
        let service = own.fallback_service(Router::new().fallback(pass_on).with_state(behind));
        let task = tokio::spawn(async move {
            // `serve` ends only when the task is aborted.
            let _ = axum::serve(listener, service).await;
        });
        Self { task }
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Who asks GitLab for this path: tokens and users are Mattermost's concern, pages the browser's.
pub fn asker_of_gitlab(path: &str) -> Party {
    if path.starts_with("/api/") || path == "/oauth/token" { Party::Mattermost } else { Party::Browser }
}

/// Who asks Mattermost: the browser, whatever the path.
pub fn asker_of_mattermost(_path: &str) -> Party {
    Party::Browser
}

async fn pass_on(State(behind): State<Behind>, request: Request) -> Response {
    if request.uri().path() == ICON {
        return StatusCode::NOT_FOUND.into_response();
    }
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).map(str::to_owned);
    let host = host.unwrap_or_else(|| SocketAddr::to_string(&behind.place.address));
    let from = (behind.asker)(request.uri().path());
    behind.forwarder.pass_on(&behind.recorder, from, &host, (behind.place, None), request).await
}
