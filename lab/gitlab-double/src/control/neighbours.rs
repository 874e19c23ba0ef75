//! Who may give orders: programs that call this machine by its address, and no page of a browser.
//!
//! A page that is open in a browser of the same machine reaches every listener of it. What the browser sends on its behalf
//! has an `Origin`, or, where the page's own name was made to lead here, a `Host` with that name.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// By what names a listener may be called.
#[derive(Debug, Clone)]
pub(crate) struct Neighbours(Arc<Names>);

#[derive(Debug)]
struct Names {
    address: IpAddr,
    others: Vec<String>,
}

impl Neighbours {
    /// Of a listener on `address`, which is called by its address and by `others`.
    pub fn new(address: IpAddr, others: Vec<String>) -> Self {
        Self(Arc::new(Names { address, others }))
    }

    /// Why a request with these header fields is refused.
    fn refusal(&self, headers: &HeaderMap) -> Option<String> {
        if headers.contains_key(header::ORIGIN) {
            let why = "this listener takes no orders from pages in a browser; the request has an `Origin`";
            return Some(why.to_owned());
        }
        let mut hosts = headers.get_all(header::HOST).iter();
        let host = hosts.next().and_then(|host| host.to_str().ok()).unwrap_or_default();
        if hosts.next().is_none() && self.knows(host) {
            return None;
        }
        let names = "`localhost`, by its address or by a name given with `--control-host`";
        Some(format!("this listener is called {names}; the request's `Host` is another"))
    }

    fn knows(&self, host: &str) -> bool {
        let name = match host.strip_prefix('[') {
            Some(rest) => rest.split(']').next().unwrap_or_default(),
            None => host.rsplit_once(':').map_or(host, |(name, _)| name),
        };
        let Names { address, others } = &*self.0;
        match name.parse::<IpAddr>() {
            Ok(named) => named.is_loopback() || named == *address || address.is_unspecified(),
            Err(_) => {
                name.eq_ignore_ascii_case("localhost") || others.iter().any(|other| name.eq_ignore_ascii_case(other))
            }
        }
    }
}

/// Lets a request through to its order, or answers 403.
pub(super) async fn let_through(State(neighbours): State<Neighbours>, request: Request, next: Next) -> Response {
    match neighbours.refusal(request.headers()) {
        Some(reason) => (StatusCode::FORBIDDEN, reason).into_response(),
        None => next.run(request).await,
    }
}

#[cfg(test)]
mod tests {
    use super::Neighbours;

    #[test]
    fn a_listener_is_known_by_addresses_and_given_names_alone() {
        let at = |address: &str| Neighbours::new(address.parse().unwrap(), vec!["gitlab".to_owned()]);
        let loopback = at("127.0.0.1");
        for own in ["127.0.0.1:4001", "127.0.0.1", "localhost:4001", "LOCALHOST", "[::1]:4001", "gitlab:4001"] {
            assert!(loopback.knows(own), "{own}");
        }
        for foreign in ["evil.example.com", "127.0.0.1.evil.example.com:4001", "192.0.2.1:4001", "", ":", "[", "0x7f.1"]
        {
            assert!(!loopback.knows(foreign), "{foreign}");
        }
        assert!(at("0.0.0.0").knows("192.0.2.1:4001") && at("192.0.2.1").knows("192.0.2.1"));
    }
}
