//! One request while it is being answered.

use super::parameters::Parameters;
use crate::http::Request;
use crate::random::TokenSource;
use crate::time::UnixTime;

/// What every endpoint of the web pages is given.
pub(super) struct Visit<'a> {
    /// The request as it came.
    pub request: &'a Request,
    /// Its method after `_method` of a form was taken into account.
    pub method: String,
    /// Its path without a slash at the end.
    pub path: &'a str,
    /// Its parameters.
    pub parameters: Parameters,
    /// Scheme, host and port of absolute URLs in the answer.
    pub base_url: String,
    /// When it came.
    pub now: UnixTime,
    /// Fresh tokens.
    pub random: &'a mut dyn TokenSource,
    /// The name of the browser's session.
    pub session: String,
}

impl Visit<'_> {
    /// Path and query as they came.
    pub fn full_path(&self) -> String {
        let Request { path, query, .. } = self.request;
        if query.is_empty() { path.clone() } else { format!("{path}?{query}") }
    }

    /// The absolute URL of `path`.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }

    /// Whether the browser reads HTML and says so; a bare `*/*` does not.
    pub fn accepts_html(&self) -> bool {
        self.request.headers.all("accept").any(|accept| accept.contains("text/html"))
    }
}

/// Scheme, host and port of absolute URLs in answers to `request`: as the browser wrote them, and `https` if a proxy in
/// front says that it was.
pub(super) fn base_url(request: &Request) -> String {
    let forwarded = request.headers.get("x-forwarded-proto").and_then(|value| value.split(',').next()).map(str::trim);
    let scheme =
        forwarded.filter(|scheme| matches!(*scheme, "http" | "https")).unwrap_or(match request.scheme.as_str() {
            "https" => "https",
            _ => "http",
        });
    format!("{scheme}://{}", request.host)
}
