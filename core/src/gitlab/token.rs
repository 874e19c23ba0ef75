//! `POST /oauth/token`: the four grant types and the answer they share.
//!
//! # Source
//! Doorkeeper 5.5.0 with the settings of GitLab 14.7: the token endpoint.

mod authorization_code;
mod client_credentials;
mod password;
mod refresh_token;

use serde_json::{Map, Value};

use super::Provider;
use super::access_token::AccessToken;
use super::answer;
use super::client::Credentials;
use super::error::OAuthError;
use super::fault::{Fault, Faults};
use super::parameters::Parameters;
use crate::http::page::Page;
use crate::http::{Request, Response};
use crate::random::TokenSource;
use crate::time::UnixTime;

/// A request for tokens.
struct TokenCall<'a> {
    parameters: &'a Parameters,
    credentials: Option<Credentials>,
    now: UnixTime,
    random: &'a mut dyn TokenSource,
}

/// Where a request was refused. A refusal before the grant type's own checks began repeats the `state` parameter.
enum Refusal {
    Early(OAuthError),
    Late(OAuthError),
}

impl From<OAuthError> for Refusal {
    fn from(error: OAuthError) -> Self {
        Self::Late(error)
    }
}

impl Provider {
    /// `POST /oauth/token`.
    pub(super) fn issue_tokens(
        &mut self,
        request: &Request,
        parameters: &Parameters,
        now: UnixTime,
        random: &mut dyn TokenSource,
    ) -> Response {
        let credentials = Credentials::of(request, parameters);
        let mut call = TokenCall { parameters, credentials, now, random };
        let issued = match parameters.opaque("grant_type") {
            None => Err(Refusal::Early(OAuthError::MissingParameter("grant_type"))),
            Some("authorization_code") => self.exchange_code(&mut call),
            Some("refresh_token") => self.refresh_tokens(&mut call).map_err(Refusal::from),
            Some("password") => self.grant_for_password(&mut call).map_err(Refusal::from),
            Some("client_credentials") => self.grant_for_client(&mut call).map_err(Refusal::from),
            Some(_) => Err(Refusal::Early(OAuthError::UnsupportedGrantType)),
        };
        match issued {
            Ok(token) => {
                let nonce = parameters.opaque("code").and_then(|code| self.grants.find(code)?.nonce.as_deref());
                let id_token = self.id_token(&token, nonce, &self.base_url(request), now);
                success(&token, id_token, now, self.rules.faults)
            }
            Err(Refusal::Early(error)) => error.answer(parameters.text("state")),
            Err(Refusal::Late(error)) => error.answer(None),
        }
    }
}

/// The answer that hands tokens over; what has no value is left out.
fn success(token: &AccessToken, id_token: Option<String>, now: UnixTime, faults: Faults) -> Response {
    if faults.has(Fault::TokensAsPage) {
        return answer::page(200, Page { title: "GitLab".to_owned(), ..Page::default() });
    }
    let mut body = Map::new();
    if !faults.has(Fault::NoAccessToken) {
        body.insert("access_token".to_owned(), token.value.expose().into());
    }
    if !faults.has(Fault::NoTokenType) {
        let token_type = if faults.has(Fault::OtherTokenType) { "mac" } else { "Bearer" };
        body.insert("token_type".to_owned(), token_type.into());
    }
    if let Some(expires_in) = token.expires_in(now) {
        body.insert("expires_in".to_owned(), expires_in.into());
    }
    if let Some(refresh_value) = &token.refresh_value {
        body.insert("refresh_token".to_owned(), refresh_value.expose().into());
    }
    if faults.has(Fault::OtherScope) {
        body.insert("scope".to_owned(), "sudo".into());
    } else if !token.scopes.is_empty() {
        body.insert("scope".to_owned(), token.scopes.to_string().into());
    }
    body.insert("created_at".to_owned(), token.created_at.seconds().into());
    if let Some(id_token) = id_token {
        body.insert("id_token".to_owned(), id_token.into());
    }
    let status = if faults.has(Fault::TokensWithStatus201) { 201 } else { 200 };
    let mut response = answer::json(status, &Value::Object(body));
    answer::forbid_storing(&mut response);
    response
}
