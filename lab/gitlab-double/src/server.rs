//! HTTP for the mock: a listener that bounds what a client may cost, and the way between wire and core messages.
//!
//! Not here: any answer; those come from the core and from the control listener.

use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use gitlab_mattermost_core::http;
use gitlab_mattermost_core::http::Headers;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, oneshot};
use tokio::task::{JoinHandle, JoinSet};

use super::options::StartError;
use super::page;
use super::state::State;
use super::write_limit::WriteLimited;

/// Largest body read, in bytes; more is answered with 413.
const BODY_LIMIT: usize = 2 * 1024 * 1024;

/// Most connections at a time; more wait.
const CONNECTIONS: usize = 256;

/// Most bytes of a request line and its header fields; more is answered with 431.
const HEAD_LIMIT: usize = 128 * 1024;

/// Longest query, in bytes: that of Puma, GitLab's own server. What stands in front of it may allow less.
///
/// # Source
/// Puma 5, `QUERY_STRING`; Doorkeeper 5.5.0 with the settings of GitLab 14.7: its recorded exchanges (very long URLs
/// depend on the front end).
const QUERY_LIMIT: usize = 10 * 1024;

/// Longest time for a request line and its header fields.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);

/// Longest time from the header fields to the answer, the body's arrival included.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// Longest time for a client to take an answer that does not fit into the buffers on the way.
const WRITE_TIMEOUT: Duration = Duration::from_secs(10);

/// Longest time that requests under way are waited for when the server stops.
const STOP_TIMEOUT: Duration = Duration::from_secs(5);

/// A listener and its connections; dropping it breaks them all off.
#[derive(Debug)]
pub(super) struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: AbortOnDrop,
}

/// A task that ends with its handle.
#[derive(Debug)]
struct AbortOnDrop(JoinHandle<()>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Server {
    /// Listens on `address` and serves `router` there.
    pub async fn start(address: SocketAddr, router: Router) -> Result<Self, StartError> {
        let failed = |source| StartError::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let router = router.layer(from_fn(in_time));
        let (stop, stopped) = oneshot::channel();
        let task = AbortOnDrop(tokio::spawn(serve(listener, router, stopped)));
        Ok(Self { address, stop, task })
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes no more requests, waits for those under way, ends.
    pub async fn stop(mut self) {
        // Nobody receives it if the listener has ended already.
        let _ = self.stop.send(());
        let _ = (&mut self.task.0).await;
    }
}

async fn serve(listener: TcpListener, router: Router, mut stopped: oneshot::Receiver<()>) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &places) => accepted,
            _ = &mut stopped => break,
        };
        let Some((stream, place)) = accepted else { continue };
        let mut builder = hyper::server::conn::http1::Builder::new();
        builder.timer(TokioTimer::new()).header_read_timeout(HEADER_TIMEOUT).max_buf_size(HEAD_LIMIT);
        let stream = TokioIo::new(WriteLimited::new(stream, WRITE_TIMEOUT));
        let connection = builder.serve_connection(stream, TowerToHyperService::new(router.clone()));
        let connection = graceful.watch(connection);
        connections.spawn(async move {
            // A connection that breaks off is the client's affair.
            let _ = connection.await;
            drop(place);
        });
        while connections.try_join_next().is_some() {}
    }
    drop(listener);
    // A client that takes longer than this is cut off.
    let _ = tokio::time::timeout(STOP_TIMEOUT, graceful.shutdown()).await;
}

/// Waits for a place and a client; `None` if the client went away again or the machine is short of descriptors.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> Option<(TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, _)) => {
            // Without it small answers may wait for an acknowledgement.
            let _ = stream.set_nodelay(true);
            Some((stream, place))
        }
        Err(_) => {
            tokio::time::sleep(Duration::from_millis(10)).await;
            None
        }
    }
}

/// Answers a request whose body does not come in time.
async fn in_time(request: Request, next: Next) -> Response {
    let answer = tokio::time::timeout(REQUEST_TIMEOUT, next.run(request)).await;
    answer.unwrap_or_else(|_| StatusCode::REQUEST_TIMEOUT.into_response())
}

/// The service of the public listener.
pub(super) fn public(state: State) -> Router {
    Router::new().fallback(move |request: Request| {
        let state = state.clone();
        async move {
            match to_message(request).await {
                // A panic is our bug; it has been printed, and every other request is answered all the same.
                Ok(message) => match catch_unwind(AssertUnwindSafe(|| state.answer(&message))) {
                    Ok(answer) => to_response(answer),
                    Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
                },
                Err(status) => status.into_response(),
            }
        }
    })
}

/// The core's form of a request.
async fn to_message(request: Request) -> Result<http::Request, StatusCode> {
    let (parts, body) = request.into_parts();
    if parts.uri.query().is_some_and(|query| query.len() > QUERY_LIMIT) {
        return Err(StatusCode::BAD_REQUEST);
    }
    let body = to_bytes(body, BODY_LIMIT).await.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?;
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let host = parts.headers.get(header::HOST).map(text);
    let host = host.or_else(|| parts.uri.authority().map(ToString::to_string)).ok_or(StatusCode::BAD_REQUEST)?;
    let fields = parts.headers.iter().filter(|(name, _)| *name != header::HOST);
    Ok(http::Request {
        method: parts.method.as_str().to_owned(),
        scheme: parts.uri.scheme_str().unwrap_or("http").to_owned(),
        host,
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: Headers(fields.map(|(name, value)| (name.as_str().to_owned(), text(value))).collect()),
        body: body.to_vec(),
    })
}

/// The wire's form of a response. A field that cannot be sent is our bug and becomes a 500.
fn to_response(message: http::Response) -> Response {
    let body = match message.body {
        http::Body::Empty => Body::empty(),
        http::Body::Bytes(bytes) => Body::from(bytes),
        http::Body::Page(content) => Body::from(page::html(&content).into_string()),
    };
    let mut response = Response::new(body);
    let Ok(status) = StatusCode::from_u16(message.status) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    *response.status_mut() = status;
    for (name, value) in message.headers.0 {
        match (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            (Ok(name), Ok(value)) => response.headers_mut().append(name, value),
            _ => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        };
    }
    response
}
