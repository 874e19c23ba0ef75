//! `/oauth/revoke`, `/oauth/introspect` and `/oauth/token/info`: what can be done with a token besides using it.
//!
//! # Source
//! Doorkeeper 5.5.0 with the settings of GitLab 14.7: revocation, introspection, token info, malformed input.

use serde_json::{Value, json};

use super::Provider;
use super::access_token::AccessToken;
use super::answer;
use super::bearer;
use super::client::Credentials;
use super::error::{OAuthError, TokenProblem};
use super::parameters::Parameters;
use crate::http::{Request, Response};
use crate::time::UnixTime;

impl Provider {
    /// `POST /oauth/revoke`: an empty object, unless the token is an application's that can keep a secret and the request
    /// does not prove to come from it.
    pub(super) fn revoke(&mut self, request: &Request, parameters: &Parameters, now: UnixTime) -> Response {
        let Some(token) = self.token_in_question(parameters) else { return answer::json(200, &json!({})) };
        let owner = token.application.and_then(|id| self.applications.get(id));
        if let Some(owner) = owner.filter(|owner| owner.details.confidential) {
            let credentials = Credentials::of(request, parameters);
            let client =
                credentials.and_then(|credentials| credentials.authenticate(&self.applications, self.rules.faults));
            if client.is_none_or(|client| client.id != owner.id) {
                let description = "You are not authorized to revoke this token";
                return answer::json(403, &json!({"error": "unauthorized_client", "error_description": description}));
            }
        }
        if token.is_usable(now) {
            let value = token.value.clone();
            self.access_tokens.revoke(value.expose());
        }
        answer::json(200, &json!({}))
    }

    /// `POST /oauth/introspect`: what a token is, for its application or the bearer of another one of the same.
    pub(super) fn introspect(&self, request: &Request, parameters: &Parameters, now: UnixTime) -> Response {
        let token = self.token_in_question(parameters);
        let may_know = match self.introspecting_application(request, parameters, token, now) {
            Ok(application) => {
                token.is_some_and(|token| token.application.is_none() || token.application == application)
            }
            Err(error) => return error.answer(None),
        };
        let Some(token) = token.filter(|token| may_know && token.is_usable(now)) else {
            return answer::json(200, &json!({"active": false}));
        };
        let expires_at = token.lifetime.map_or(0, |lifetime| (token.created_at + lifetime).seconds());
        let body = json!({
            "active": true,
            "scope": token.scopes.to_string(),
            "client_id": self.client_id_of(token),
            "token_type": "Bearer",
            "exp": expires_at,
            "iat": token.created_at.seconds(),
        });
        answer::json(200, &body)
    }

    /// `GET /oauth/token/info`: what the token that the request carries is.
    pub(super) fn show_token_info(&self, request: &Request, parameters: &Parameters, now: UnixTime) -> Response {
        let token = bearer::token(request, parameters).and_then(|value| self.access_tokens.find(value));
        let Some(token) = token.filter(|token| token.is_usable(now)) else {
            return OAuthError::InvalidToken(TokenProblem::Unknown).answer(None);
        };
        let scopes: Vec<&str> = token.scopes.names().collect();
        let body = json!({
            "resource_owner_id": token.user,
            "scope": scopes,
            "expires_in": token.expires_in(now),
            "application": {"uid": self.client_id_of(token)},
            "created_at": token.created_at.seconds(),
            "scopes": scopes,
            "expires_in_seconds": token.expires_in(now),
        });
        answer::json(200, &body)
    }

    /// The token that the `token` parameter names by either of its values.
    fn token_in_question(&self, parameters: &Parameters) -> Option<&AccessToken> {
        let value = parameters.opaque("token")?;
        self.access_tokens.find(value).or_else(|| self.access_tokens.find_by_refresh(value))
    }

    /// The application that asks, by its credentials or by an access token other than the one in question.
    fn introspecting_application(
        &self,
        request: &Request,
        parameters: &Parameters,
        token: Option<&AccessToken>,
        now: UnixTime,
    ) -> Result<Option<u64>, OAuthError> {
        if let Some(credentials) = Credentials::of(request, parameters) {
            let client =
                credentials.authenticate(&self.applications, self.rules.faults).ok_or(OAuthError::InvalidClient)?;
            return Ok(Some(client.id));
        }
        let own = bearer::token(request, parameters).and_then(|value| self.access_tokens.find(value));
        let own = own.ok_or(OAuthError::NotAuthorized)?;
        let is_same = token.is_some_and(|token| token.value == own.value);
        let same_application = own.application == token.and_then(|token| token.application);
        if is_same || !own.is_usable(now) || !same_application {
            let problem = if own.is_revoked() {
                TokenProblem::Revoked
            } else if own.is_expired(now) {
                TokenProblem::Expired
            } else {
                TokenProblem::Unknown
            };
            return Err(OAuthError::InvalidToken(problem));
        }
        Ok(own.application)
    }

    fn client_id_of(&self, token: &AccessToken) -> Value {
        let application = token.application.and_then(|id| self.applications.get(id));
        application.map_or(Value::Null, |application| application.client_id.as_str().into())
    }
}
