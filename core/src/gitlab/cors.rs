//! What pages of other sites may ask from a browser: the layer before all others that answers preflights and adds header
//! fields.
//!
//! # Source
//! `config/application.rb` of GitLab, the block on `Rack::Cors`, read; the answers are those of rack-cors, read. Preflights
//! for `/oauth` from 15.1 (Doorkeeper 5.5.0 with the settings of GitLab 14.7: endpoints, changes by version); before,
//! none of its paths is listed here.
//! Later releases also take `X-CSRF-Token` and `X-Requested-With` for token and revoke; since when is not known, so they
//! are not taken here.

use crate::http::{Headers, Request, Response};
use crate::version::Version;

/// How long a browser may keep the answer to a preflight, in seconds: the default of rack-cors.
const MAX_AGE: &str = "7200";

/// What a browser may always send.
const SIMPLE_FIELDS: [&str; 4] = ["accept", "accept-language", "content-type", "origin"];

/// Fields of API answers that pages of other sites may read.
const EXPOSED: &str = "Link, X-Total, X-Total-Pages, X-Per-Page, X-Page, X-Next-Page, X-Prev-Page, X-Gitlab-Blob-Id, \
                       X-Gitlab-Commit-Id, X-Gitlab-Content-Sha256, X-Gitlab-Encoding, X-Gitlab-File-Name, \
                       X-Gitlab-File-Path, X-Gitlab-Last-Commit-Id, X-Gitlab-Ref, X-Gitlab-Size";

/// Everything that `:any` stands for.
const ANY_METHOD: &[&str] = &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// The first GitLab whose `/oauth` paths are here.
const OAUTH_PATHS: Version = Version::new(15, 1, 0);

/// What is allowed for a path.
struct Resource {
    methods: &'static [&'static str],
    /// Fields beside the simple ones; any at all where there is no list.
    fields: Option<&'static [&'static str]>,
    exposed: &'static str,
    /// Whether cookies come along: for GitLab's own pages only.
    with_credentials: bool,
}

/// What is allowed for `path` when `origin` asks; `None` if the path is not listed.
fn resource(version: Version, path: &str, is_own: bool) -> Option<Resource> {
    let path = if path.len() > 1 { path.trim_end_matches('/') } else { path };
    if path == "/api" || path.starts_with("/api/") {
        return Some(Resource { methods: ANY_METHOD, fields: None, exposed: EXPOSED, with_credentials: is_own });
    }
    let (methods, fields): (&[&str], &[&str]) = match path {
        _ if version < OAUTH_PATHS => return None,
        "/oauth/token" | "/oauth/revoke" => (&["POST"], &["authorization"]),
        "/oauth/userinfo" => (&["GET", "HEAD", "POST"], &["authorization"]),
        "/oauth/discovery/keys" | "/.well-known/openid-configuration" | "/.well-known/webfinger" => {
            (&["GET", "HEAD"], &[])
        }
        _ => return None,
    };
    Some(Resource { methods, fields: Some(fields), exposed: "", with_credentials: false })
}

impl Resource {
    /// The fields that an answer gets for `origin`.
    fn fields_for(&self, origin: &str) -> Headers {
        let mut fields = Headers::default();
        fields.push("Access-Control-Allow-Origin", if self.with_credentials { origin } else { "*" });
        fields.push("Access-Control-Allow-Methods", self.methods.join(", "));
        fields.push("Access-Control-Expose-Headers", self.exposed);
        fields.push("Access-Control-Max-Age", MAX_AGE);
        if self.with_credentials {
            fields.push("Access-Control-Allow-Credentials", "true");
        }
        fields
    }

    fn takes(&self, names: &str) -> bool {
        let known = |name: &str| {
            let name = name.to_ascii_lowercase();
            SIMPLE_FIELDS.contains(&name.as_str()) || self.fields.is_none_or(|fields| fields.contains(&name.as_str()))
        };
        names.split(',').map(str::trim).filter(|name| !name.is_empty()).all(known)
    }
}

/// Who asks, if a page of some site does.
fn origin(request: &Request) -> Option<&str> {
    request.headers.get("origin").or_else(|| request.headers.get("x-origin")).filter(|origin| !origin.is_empty())
}

/// The answer to a preflight for a path that is listed: always 200, with nothing in it where the request would not be
/// allowed. One for any other path reaches the application, which refuses it as it was recorded.
pub(super) fn preflight(request: &Request, version: Version, base_url: &str) -> Option<Response> {
    let origin = origin(request).filter(|_| request.method == "OPTIONS")?;
    let method = request.headers.get("access-control-request-method")?;
    let names = request.headers.get("access-control-request-headers");
    let allowed = Some(resource(version, &request.path, origin == base_url)?).filter(|resource| {
        resource.methods.iter().any(|it| it.eq_ignore_ascii_case(method)) && names.is_none_or(|it| resource.takes(it))
    });
    let mut headers = allowed.map(|resource| resource.fields_for(origin)).unwrap_or_default();
    if let (Some(names), false) = (names, headers.0.is_empty()) {
        headers.push("Access-Control-Allow-Headers", names);
    }
    Some(Response { status: 200, headers, ..Response::default() })
}

/// Adds to an answer what pages of other sites need, and says that it depends on who asks.
pub(super) fn finish(response: &mut Response, request: &Request, version: Version, base_url: &str) {
    let origin = origin(request);
    let Some(resource) = resource(version, &request.path, origin == Some(base_url)) else { return };
    if let Some(origin) = origin {
        response.headers.0.extend(resource.fields_for(origin).0);
    }
    let vary = response.headers.0.iter_mut().find(|(name, _)| name.eq_ignore_ascii_case("vary"));
    match vary {
        Some((_, value)) => value.push_str(", Origin"),
        None => response.headers.push("Vary", "Origin"),
    }
}
