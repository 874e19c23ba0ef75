//! A recording HTTP proxy on 127.0.0.1.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderName, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use super::{Alias, Names, Place, Recorder};
use gitlab_mattermost_ground::error_chain::innermost;
use gitlab_mattermost_ground::exchange::Party;

/// Larger messages are refused: nothing in a sign-in comes near it.
const LARGEST_BODY: usize = 16 * 1024 * 1024;
/// How long the other side may take to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(40);

/// What real browsers ask for by themselves. It is answered here: who signs in did not ask, and a server without such a
/// file may take it for the page that somebody wants to see.
pub(super) const ICON: &str = "/favicon.ico";

/// A running proxy; it stops when dropped.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    task: JoinHandle<()>,
}

#[derive(Clone)]
struct Shared {
    from: Party,
    names: Arc<Names>,
    recorder: Arc<Recorder>,
    forwarder: Forwarder,
}

/// Passes requests on and records them.
#[derive(Clone)]
pub(super) struct Forwarder {
    client: Client<HttpConnector, Full<Bytes>>,
}

impl Default for Forwarder {
    fn default() -> Self {
        Self { client: Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build_http() }
    }
}

impl Proxy {
    /// Starts a proxy for the requests of `from`.
    ///
    /// # Errors
    /// The operating system's, if no listener can be had.
    pub async fn start(from: Party, names: Arc<Names>, recorder: Arc<Recorder>) -> std::io::Result<Self> {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let shared = Shared { from, names, recorder, forwarder: Forwarder::default() };
        let service = axum::Router::new().fallback(pass_on).with_state(shared);
        let task = tokio::spawn(async move {
            // `serve` ends only when the task is aborted.
            let _ = axum::serve(listener, service).await;
        });
        Ok(Self { address, task })
    }

    /// Where the proxy listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn pass_on(State(shared): State<Shared>, request: Request) -> Response {
    let Some(host) = request.uri().authority().map(|a| a.as_str().to_owned()) else {
        return refusal(StatusCode::BAD_REQUEST, "this is a proxy: send the full URL in the request line");
    };
    if shared.from == Party::Browser && request.uri().path() == ICON {
        return StatusCode::NOT_FOUND.into_response();
    }
    let Some(place) = shared.names.get(&host) else {
        shared.recorder.stranger(shared.from, &host);
        let known = shared.names.known().join("`, `");
        return refusal(StatusCode::BAD_GATEWAY, &format!("no `{host}` in the lab; its names are `{known}`"));
    };
    if request.method() == Method::CONNECT {
        return tunnel(&shared, &host, place, request).await;
    }
    let alias = shared.names.alias(&host);
    shared.forwarder.pass_on(&shared.recorder, shared.from, &host, (place, alias), request).await
}

/// Joins who asks with the place, whatever they say to each other: what is encrypted between them is not the lab's to read.
async fn tunnel(shared: &Shared, host: &str, place: Place, request: Request) -> Response {
    let connected = tokio::time::timeout(ANSWER_WITHIN, TcpStream::connect(place.address)).await;
    let connected = connected.map_err(|_| format!("no answer within {} s", ANSWER_WITHIN.as_secs()));
    match connected.and_then(|connected| connected.map_err(|error| innermost(&error))) {
        Ok(mut there) => {
            tokio::spawn(async move {
                // Either side may end it at any time, in whatever way.
                if let Ok(here) = hyper::upgrade::on(request).await {
                    let _ = tokio::io::copy_bidirectional(&mut TokioIo::new(here), &mut there).await;
                }
            });
            StatusCode::OK.into_response()
        }
        Err(reason) => {
            let reason = format!("{} (`{host}`, at {}) does not answer: {reason}", place.party, place.address);
            let (way, url) = ((shared.from, place.party), format!("https://{host}/"));
            let index = shared.recorder.asked(way, request.method(), &url, request.headers(), &[]);
            shared.recorder.unanswered(index, reason.clone());
            refusal(StatusCode::BAD_GATEWAY, &reason)
        }
    }
}

impl Forwarder {
    /// Passes a request that came for `host` on to the place, or where its alias leads, and records it with its answer.
    pub(super) async fn pass_on(
        &self,
        recorder: &Recorder,
        from: Party,
        host: &str,
        (place, alias): (Place, Option<Alias>),
        request: Request,
    ) -> Response {
        let (parts, body) = request.into_parts();
        let Ok(body) = Limited::new(body, LARGEST_BODY).collect().await.map(http_body_util::Collected::to_bytes) else {
            return refusal(StatusCode::PAYLOAD_TOO_LARGE, "the body was cut off or is too large for the lab");
        };
        let url = match parts.uri.authority() {
            Some(_) => parts.uri.to_string(),
            None => format!("http://{host}{}", parts.uri),
        };
        let index = recorder.asked((from, place.party), &parts.method, &url, &parts.headers, &body);
        let answer = tokio::time::timeout(ANSWER_WITHIN, async {
            match alias {
                Some(alias) => alias.forward(parts, body, LARGEST_BODY).await,
                None => self.forward(parts, body, place).await,
            }
        });
        let answer = answer.await;
        let answer = answer.unwrap_or_else(|_| Err(format!("no answer within {} s", ANSWER_WITHIN.as_secs())));
        match answer {
            Ok((parts, body)) => {
                recorder.answered(index, parts.status.as_u16(), &parts.headers, &body);
                Response::from_parts(parts, Body::from(body))
            }
            Err(reason) => {
                let reason = format!("{} (`{host}`, at {}) does not answer: {reason}", place.party, place.address);
                recorder.unanswered(index, reason.clone());
                refusal(StatusCode::BAD_GATEWAY, &reason)
            }
        }
    }

    /// Sends the request to where the name really leads; the `Host` field stays as it was.
    async fn forward(
        &self,
        mut parts: axum::http::request::Parts,
        body: Bytes,
        place: Place,
    ) -> Result<(axum::http::response::Parts, Bytes), String> {
        let path = parts.uri.path_and_query().map_or("/", axum::http::uri::PathAndQuery::as_str);
        let target: Uri = format!("http://{}{path}", place.address)
            .parse()
            .map_err(|error| format!("the URL cannot be passed on: {error}"))?;
        if let Some(host) = parts.uri.authority().and_then(|a| a.as_str().parse().ok()) {
            parts.headers.insert(header::HOST, host);
        }
        parts.uri = target;
        for hop in [header::CONNECTION, header::ACCEPT_ENCODING, HeaderName::from_static("proxy-connection")] {
            parts.headers.remove(hop);
        }
        let request = axum::http::Request::from_parts(parts, Full::new(body));
        let response = self.client.request(request).await.map_err(|error| innermost(&error))?;
        let (mut parts, body) = response.into_parts();
        let body = Limited::new(body, LARGEST_BODY).collect().await;
        let body = body.map_err(|error| format!("its answer broke off: {error}"))?.to_bytes();
        parts.headers.remove(header::TRANSFER_ENCODING);
        Ok((parts, body))
    }
}

fn refusal(status: StatusCode, reason: &str) -> Response {
    (status, format!("lab: {reason}\n")).into_response()
}
