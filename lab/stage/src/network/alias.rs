//! A name of the lab that stands for a server elsewhere, which is reached under its own name.

use axum::body::Bytes;
use axum::http::request::Parts as Asked;
use axum::http::response::Parts as Answered;
use axum::http::{HeaderName, Response, header};
use url::Url;

use gitlab_mattermost_ground::error_chain::innermost;

/// Where a name really leads: to the server at `origin`, by http or https, which sees the request as one to itself.
#[derive(Debug, Clone)]
pub struct Alias {
    /// Scheme, host and port of the server.
    pub origin: Url,
    /// Reaches it.
    pub client: reqwest::Client,
}

impl Alias {
    /// Sends a request on and brings the answer back.
    pub(super) async fn forward(&self, asked: Asked, body: Bytes, limit: usize) -> Result<(Answered, Bytes), String> {
        let mut url = self.origin.clone();
        url.set_path(asked.uri.path());
        url.set_query(asked.uri.query());
        let mut fields = asked.headers;
        let hops = [header::HOST, header::CONNECTION, header::ACCEPT_ENCODING, header::CONTENT_LENGTH];
        hops.iter().chain([&HeaderName::from_static("proxy-connection")]).for_each(|name| {
            fields.remove(name);
        });
        fields.insert(header::ACCEPT_ENCODING, header::HeaderValue::from_static("identity"));
        let request = self.client.request(asked.method, url).headers(fields).body(body);
        let mut answer = request.send().await.map_err(|error| innermost(&error.without_url()))?;
        let mut read = Vec::new();
        while let Some(chunk) =
            answer.chunk().await.map_err(|error| format!("its answer broke off: {}", innermost(&error)))?
        {
            read.extend_from_slice(&chunk);
            if read.len() > limit {
                return Err(format!("its answer has more than {limit} bytes"));
            }
        }
        let mut given = Response::builder().status(answer.status());
        if let Some(headers) = given.headers_mut() {
            headers.extend(answer.headers().clone());
            for name in [header::TRANSFER_ENCODING, header::CONNECTION] {
                headers.remove(name);
            }
        }
        let (parts, ()) = given.body(()).map_err(|error| error.to_string())?.into_parts();
        Ok((parts, read.into()))
    }
}
