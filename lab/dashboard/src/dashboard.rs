//! The dashboard as a server.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Router, middleware};
use gitlab_mattermost_browser::sequence::sequence;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::door::{Door, let_in};
use crate::lab::Lab;
use crate::shared::Shared;
use crate::{debugger, live, orders, page};

/// A running dashboard; it stops when dropped.
#[derive(Debug)]
pub struct Dashboard {
    url: String,
    task: JoinHandle<()>,
}

impl Dashboard {
    /// Shows `lab` on a free port of the loopback address.
    ///
    /// # Errors
    /// The operating system's, if none can be had.
    pub async fn start(lab: Arc<Lab>) -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address: SocketAddr = listener.local_addr()?;
        let token = format!("{:032x}", rand::random::<u128>());
        let policy = policy(&lab);
        let shared = Shared { lab, base: format!("/{token}/").into() };
        let inside = Router::new()
            .route("/", get(show))
            .route("/live", get(live::events))
            .route("/live.js", get(script))
            .route("/sequence.mmd", get(mermaid))
            .route("/sequence.svg", get(svg))
            .route("/authorize", post(debugger::authorize))
            .merge(orders::router())
            .with_state(shared);
        // `nest` leaves the slash at the end out, and a relative link needs it.
        let router = Router::new().route(&format!("/{token}"), get(async || "add a slash\n"));
        let router = router.nest_service(&format!("/{token}/"), inside);
        let secured = move |mut response: Response| {
            let fields = response.headers_mut();
            fields.insert(header::CONTENT_SECURITY_POLICY, policy.clone());
            // The secret in the path must not be told to the servers that links lead to.
            fields.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
            fields.insert(HeaderName::from_static("x-content-type-options"), HeaderValue::from_static("nosniff"));
            fields.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            std::future::ready(response)
        };
        let router = router.layer(middleware::map_response(secured));
        let router = router.layer(middleware::from_fn_with_state(Door::new(&token, address.port()), let_in));
        let task = tokio::spawn(async move {
            // `serve` ends only when the task is aborted.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { url: format!("http://{address}/{token}/"), task })
    }

    /// The URL to open; anybody who knows it can give orders.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Dashboard {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What the page may load and send: its own script and style, its own orders, and a person to the servers that it is about.
fn policy(lab: &Lab) -> HeaderValue {
    let (gitlab, mattermost) = (lab.gitlab_url(), lab.mattermost_url());
    let policy = format!(
        "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self'; style-src 'unsafe-inline'; \
         form-action 'self' {gitlab} {mattermost}; frame-ancestors 'none'; base-uri 'none'"
    );
    HeaderValue::try_from(policy).unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'"))
}

async fn show(State(shared): State<Shared>) -> Response {
    page::answer(&shared, None)
}

async fn script() -> Response {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], include_str!("page/live.js")).into_response()
}

async fn mermaid(State(shared): State<Shared>) -> Response {
    let text = sequence(&shared.lab.exchanges()).to_mermaid();
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}

async fn svg(State(shared): State<Shared>) -> Response {
    let picture = sequence(&shared.lab.exchanges()).to_svg();
    ([(header::CONTENT_TYPE, "image/svg+xml")], picture).into_response()
}
