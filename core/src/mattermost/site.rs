//! Under which address the server believes to be asked.

use super::context::Context;
use crate::http::{Headers, Request};

/// Whether the browser came over TLS, as far as the server can tell: its proxy says so.
pub(super) fn is_https(headers: &Headers) -> bool {
    headers.get("x-forwarded-proto") == Some("https")
}

/// Scheme and host of a request, as far as the server can tell.
pub(super) fn requested_site(request: &Request) -> String {
    let scheme = if is_https(&request.headers) { "https" } else { "http" };
    format!("{scheme}://{}", request.host)
}

/// The site as the callback sees it, without a slash at its end.
pub(super) fn callback_site(context: &Context<'_>) -> String {
    if context.settings.release.callback_uses_site_url() {
        return context.settings.site_url.clone();
    }
    let site = requested_site(context.request) + &context.settings.subpath();
    site.trim_end_matches('/').to_owned()
}
