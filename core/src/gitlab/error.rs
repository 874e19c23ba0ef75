//! OAuth errors: their names, sentences and forms on the wire.
//!
//! # Source
//! Doorkeeper 5.5.0 with the settings of GitLab 14.7: authorization, the token endpoint, revocation, introspection,
//! token info, malformed input.

use serde_json::{Map, Value};

use super::answer;
use crate::http::Response;

/// The realm of challenges on `/oauth`.
const REALM: &str = "Doorkeeper";

/// What went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OAuthError {
    /// A parameter is missing or blank.
    MissingParameter(&'static str),
    /// Neither client nor token comes with a request that needs one.
    NotAuthorized,
    /// Unknown client, wrong secret, or none.
    InvalidClient,
    /// The redirect URI is not registered for the application.
    InvalidRedirectUri,
    /// The response type is unknown.
    UnsupportedResponseType,
    /// The response mode does not go with the response type.
    UnsupportedResponseMode,
    /// The implicit flow, for an application that can keep a secret: GitLab's own check, which shows its page for whatever
    /// method was used and has no name in the protocol.
    ImplicitFlowOfConfidentialApplication,
    /// A scope that is unknown or that the application may not ask for.
    InvalidScope,
    /// A PKCE challenge without one of the two methods.
    InvalidCodeChallengeMethod,
    /// The user's e-mail address is not confirmed.
    UnconfirmedEmail,
    /// The user said no.
    AccessDenied,
    /// The grant type is unknown.
    UnsupportedGrantType,
    /// The code, refresh token or password is not (or no longer) worth anything.
    InvalidGrant,
    /// The access token is invalid, for this reason.
    InvalidToken(TokenProblem),
}

/// Why an access token is invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenProblem {
    /// It was revoked.
    Revoked,
    /// Its lifetime is over.
    Expired,
    /// Nobody knows it.
    Unknown,
}

impl OAuthError {
    /// Its name in the protocol.
    pub const fn name(self) -> &'static str {
        match self {
            Self::MissingParameter(_) | Self::NotAuthorized => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidRedirectUri => "invalid_redirect_uri",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::UnsupportedResponseMode => "unsupported_response_mode",
            Self::ImplicitFlowOfConfidentialApplication => "server_error",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidCodeChallengeMethod => "invalid_code_challenge_method",
            Self::UnconfirmedEmail => "unconfirmed_email",
            Self::AccessDenied => "access_denied",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InvalidGrant => "invalid_grant",
            Self::InvalidToken(_) => "invalid_token",
        }
    }

    /// Its sentence.
    pub fn description(self) -> String {
        let text = match self {
            Self::MissingParameter(name) => return format!("Missing required parameter: {name}."),
            Self::NotAuthorized => {
                "Request need to be authorized. Required parameter for authorizing request is missing or invalid."
            }
            Self::InvalidClient => {
                "Client authentication failed due to unknown client, no client authentication included, \
                 or unsupported authentication method."
            }
            Self::InvalidRedirectUri => "The redirect URI included is not valid.",
            Self::UnsupportedResponseType => "The authorization server does not support this response type.",
            Self::UnsupportedResponseMode => "The authorization server does not support this response mode.",
            Self::ImplicitFlowOfConfidentialApplication => {
                "The authorization server encountered an unexpected condition which prevented it from fulfilling the \
                 request."
            }
            Self::InvalidScope => "The requested scope is invalid, unknown, or malformed.",
            Self::InvalidCodeChallengeMethod => "The code challenge method must be plain or S256.",
            Self::UnconfirmedEmail => "Verify the email address in your account profile before you sign in.",
            Self::AccessDenied => "The resource owner or authorization server denied the request.",
            Self::UnsupportedGrantType => "The authorization grant type is not supported by the authorization server.",
            Self::InvalidGrant => {
                "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI \
                 used in the authorization request, or was issued to another client."
            }
            Self::InvalidToken(TokenProblem::Revoked) => "The access token was revoked",
            Self::InvalidToken(TokenProblem::Expired) => "The access token expired",
            Self::InvalidToken(TokenProblem::Unknown) => "The access token is invalid",
        };
        text.to_owned()
    }

    /// The status of an answer that carries it.
    pub const fn status(self) -> u16 {
        match self {
            Self::InvalidClient | Self::InvalidToken(_) => 401,
            _ => 400,
        }
    }

    /// Whether the client is told about it by redirect; where it cannot be trusted to be the client, it is not.
    pub fn is_redirectable(self) -> bool {
        !matches!(self, Self::InvalidRedirectUri | Self::InvalidClient | Self::MissingParameter("client_id"))
    }

    /// The JSON object that says it.
    pub fn body(self, state: Option<&str>) -> Value {
        let mut body = Map::new();
        body.insert("error".to_owned(), self.name().into());
        body.insert("error_description".to_owned(), self.description().into());
        let state = if matches!(self, Self::InvalidToken(_)) { Some("unauthorized") } else { state };
        if let Some(state) = state.filter(|state| !state.trim().is_empty()) {
            body.insert("state".to_owned(), state.into());
        }
        Value::Object(body)
    }

    /// The answer of an endpoint that is not for browsers.
    pub fn answer(self, state: Option<&str>) -> Response {
        let mut response = answer::json(self.status(), &self.body(state));
        answer::forbid_storing(&mut response);
        let challenge = format!(
            "Bearer realm=\"{REALM}\", error=\"{}\", error_description=\"{}\"",
            self.name(),
            self.description()
        );
        response.headers.push("WWW-Authenticate", challenge);
        response
    }
}
