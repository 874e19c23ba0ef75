//! A request, and what the server knows about it.

use std::net::SocketAddr;

use gitlab_mattermost_core::http::Request;
use serde_json::{Value, json};

/// A request with what the server knows about it.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) request: Request,
    /// Path below the folder of the site.
    pub(super) path: String,
    pub(super) request_id: String,
    pub(super) peer: SocketAddr,
}

impl Asked {
    /// What every line of the log about it says.
    pub(super) fn about(&self) -> [(&'static str, Value); 3] {
        [
            ("request_id", json!(self.request_id)),
            ("ip_addr", json!(self.peer.ip().to_string())),
            ("method", json!(self.request.method)),
        ]
    }
}
