//! Where a request carries an access token.
//!
//! # Source
//! Doorkeeper 5.5.0 with the settings of GitLab 14.7: settings.

use super::parameters::Parameters;
use crate::http::Request;

/// The access token of a request: the `access_token` parameter, the Bearer header in any case, the `bearer_token`
/// parameter; the first that is not blank.
pub(super) fn token<'a>(request: &'a Request, parameters: &'a Parameters) -> Option<&'a str> {
    let header = header_token(request).filter(|token| !token.trim().is_empty());
    parameters.opaque("access_token").or(header).or_else(|| parameters.opaque("bearer_token"))
}

/// What follows `Bearer ` in the `Authorization` field.
pub(super) fn header_token(request: &Request) -> Option<&str> {
    let field = request.headers.get("authorization")?;
    let (scheme, token) = field.split_at_checked(7)?;
    scheme.eq_ignore_ascii_case("bearer ").then_some(token)
}
