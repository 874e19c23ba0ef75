//! Who asks the API, and whether the token suffices.
//!
//! # Source
//! Doorkeeper 5.5.0 with the settings of GitLab 14.7: the user API.

use serde_json::json;

use super::ApiCall;
use crate::gitlab::Provider;
use crate::gitlab::answer;
use crate::gitlab::bearer;
use crate::gitlab::scope::Scopes;
use crate::gitlab::user::{User, UserId};
use crate::http::Response;

/// The realm of challenges on `/api`.
const REALM: &str = "Protected by OAuth 2.0";

/// Where the parameter for a personal access token stands: as parameter and as header field.
const PRIVATE_TOKEN: (&str, &str) = ("private_token", "private-token");

impl Provider {
    /// The user who asks, if one of `scopes` is the token's; else the refusal.
    ///
    /// # Errors
    /// The response that says why not.
    pub(super) fn api_user(&self, call: &ApiCall<'_>, scopes: &[&str]) -> Result<&User, Box<Response>> {
        let header = bearer::header_token(call.request).filter(|token| !token.is_empty());
        if header.is_some() && call.parameters.opaque("access_token").is_some() {
            return Err(Box::new(answer::api(
                400,
                &json!({
                    "error": "invalid_request",
                    "error_description": "Both Authorization header and payload includes access token.",
                }),
            )));
        }
        let user = match self.user_of_token(call, scopes)? {
            Some(user) => Some(user),
            None => self.user_of_session(call),
        };
        let user = user.and_then(|id| self.users.get(id)).ok_or_else(unauthorized)?;
        if self.keeps_out(user) {
            return Err(forbidden("403 Forbidden - Your account has been blocked."));
        }
        if user.seed.must_accept_terms {
            let login = &user.seed.username;
            return Err(forbidden(&format!(
                "403 Forbidden - You (@{login}) must accept the Terms of Service in order to perform this action. \
                 Please access GitLab from a web browser to accept these terms."
            )));
        }
        Ok(user)
    }

    /// [`Self::api_user`], who must be an administrator.
    pub(super) fn api_administrator(&self, call: &ApiCall<'_>) -> Result<&User, Box<Response>> {
        let user = self.api_user(call, &["api", "read_api"])?;
        if user.seed.admin { Ok(user) } else { Err(forbidden("403 Forbidden")) }
    }

    /// The user of the token that the request carries; `None` without a token.
    fn user_of_token(&self, call: &ApiCall<'_>, scopes: &[&str]) -> Result<Option<UserId>, Box<Response>> {
        let oauth_token = bearer::token(call.request, &call.parameters);
        if let Some(token) = oauth_token.and_then(|value| self.access_tokens.find(value)) {
            if token.is_expired(call.now) {
                return Err(invalid_token("Token is expired. You can either do re-authorization or token refresh."));
            }
            if token.is_revoked() {
                return Err(invalid_token("Token was revoked. You have to re-authorize from the user."));
            }
            check_scope(call, &token.scopes, scopes)?;
            return token.user.map(Some).ok_or_else(unauthorized);
        }
        let field = call.request.headers.get(PRIVATE_TOKEN.1).filter(|token| !token.trim().is_empty());
        let private_token = call.parameters.opaque(PRIVATE_TOKEN.0).or(field).or(oauth_token);
        let Some(private_token) = private_token else { return Ok(None) };
        let token = self.users.find_token(private_token).ok_or_else(unauthorized)?;
        check_scope(call, &token.scopes, scopes)?;
        Ok(Some(token.user))
    }

    /// The user who is signed in in the browser that asks; good for reading only.
    fn user_of_session(&self, call: &ApiCall<'_>) -> Option<UserId> {
        let reads = matches!(call.request.method.as_str(), "GET" | "HEAD");
        let session = self.signed_in_session(call).filter(|_| reads)?;
        self.sessions.get(session)?.user_at(call.now)
    }
}

fn check_scope(call: &ApiCall<'_>, own: &Scopes, sufficient: &[&str]) -> Result<(), Box<Response>> {
    let reads = matches!(call.request.method.as_str(), "GET" | "HEAD");
    let accepted: Vec<&str> = sufficient.iter().copied().filter(|scope| reads || *scope == "api").collect();
    if own.any_of(&accepted) {
        return Ok(());
    }
    let body = json!({
        "error": "insufficient_scope",
        "error_description": "The request requires higher privileges than provided by the access token.",
        "scope": sufficient.join(" "),
    });
    Err(Box::new(answer::api(403, &body)))
}

fn unauthorized() -> Box<Response> {
    Box::new(answer::api(401, &json!({"message": "401 Unauthorized"})))
}

fn forbidden(message: &str) -> Box<Response> {
    Box::new(answer::api(403, &json!({"message": message})))
}

fn invalid_token(description: &str) -> Box<Response> {
    let mut response = answer::api(401, &json!({"error": "invalid_token", "error_description": description}));
    let challenge = format!("Bearer realm=\"{REALM}\", error=\"invalid_token\", error_description=\"{description}\"");
    response.headers.push("WWW-Authenticate", challenge);
    Box::new(response)
}
