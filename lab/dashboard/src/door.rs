//! Who gets in: browsers that have the secret path, on this machine, and no page but the dashboard's own.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use subtle::ConstantTimeEq as _;

/// What is asked of every request.
#[derive(Debug, Clone)]
pub(crate) struct Door {
    /// The first part of every path.
    token: Arc<str>,
    port: u16,
}

impl Door {
    /// The door of a dashboard on this port of the loopback address.
    pub fn new(token: &str, port: u16) -> Self {
        Self { token: token.into(), port }
    }

    /// Why a request is refused: without the secret there is nothing; with it, only by the dashboard's own names.
    fn refusal(&self, path: &str, headers: &HeaderMap) -> Option<(StatusCode, &'static str)> {
        let given = path.trim_start_matches('/').split('/').next().unwrap_or_default();
        if !bool::from(given.as_bytes().ct_eq(self.token.as_bytes())) {
            return Some((StatusCode::NOT_FOUND, "nothing is here; the whole URL was printed when the lab came up\n"));
        }
        let one = |name| {
            let mut fields = headers.get_all(name).iter();
            let first = fields.next().and_then(|field| field.to_str().ok());
            (first, fields.next().is_none())
        };
        let own =
            |host: &str| ["127.0.0.1", "localhost", "[::1]"].iter().any(|name| host == format!("{name}:{}", self.port));
        let (host, only) = one(header::HOST);
        if !only || !host.is_some_and(own) {
            return Some((StatusCode::FORBIDDEN, "the dashboard is called by its loopback address alone\n"));
        }
        let (origin, only) = one(header::ORIGIN);
        let same = |origin: &str| origin.strip_prefix("http://").is_some_and(own);
        if !only || !origin.is_none_or(same) {
            return Some((StatusCode::FORBIDDEN, "the dashboard takes no orders from other pages\n"));
        }
        None
    }
}

/// Lets a request in, or answers it.
pub(crate) async fn let_in(State(door): State<Door>, request: Request, next: Next) -> Response {
    match door.refusal(request.uri().path(), request.headers()) {
        Some(refusal) => refusal.into_response(),
        None => next.run(request).await,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, StatusCode};

    use super::Door;

    #[test]
    fn only_the_secret_path_by_a_loopback_name_and_from_the_page_itself_gets_in() {
        let door = Door::new("secret", 4000);
        let status = |path: &str, fields: &[(&'static str, &str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in fields {
                headers.append(*name, value.parse().unwrap());
            }
            door.refusal(path, &headers).map(|(status, _)| status)
        };
        let host = ("host", "127.0.0.1:4000");
        assert_eq!(status("/secret/", &[host]), None);
        assert_eq!(status("/secret/clock", &[("host", "localhost:4000"), ("origin", "http://localhost:4000")]), None);
        for path in ["/", "/other/", "/secre/", "/secrets/", "//secret2/"] {
            assert_eq!(status(path, &[host]), Some(StatusCode::NOT_FOUND), "{path}");
        }
        let foreign: [&[(&str, &str)]; 6] = [
            &[],
            &[("host", "evil.example:4000")],
            &[("host", "127.0.0.1:4001")],
            &[host, ("host", "evil.example")],
            &[host, ("origin", "http://evil.example")],
            &[host, ("origin", "null")],
        ];
        for fields in foreign {
            assert_eq!(status("/secret/", fields), Some(StatusCode::FORBIDDEN), "{fields:?}");
        }
    }
}
