//! What a client asks for at `/oauth/authorize`, and whether it may.
//!
//! # Source
//! Doorkeeper 5.5.0 with the settings of GitLab 14.7: authorization: the order of the checks and what each compares.

use super::application::{Application, Applications};
use super::error::OAuthError;
use super::fault::Fault;
use super::parameters::Parameters;
use super::redirect_uri;
use super::rules::Rules;
use super::scope;

/// Longest value of a parameter, in bytes: none that fits into a URL is longer, and what is kept of a request is bounded.
const VALUE_LIMIT: usize = 12 * 1024;

/// The parameters of an authorization request; a list or map in place of text counts as missing, and so does a value that
/// is too long for a URL.
#[derive(Clone)]
pub(super) struct AuthorizationRequest {
    pub client_id: Option<String>,
    pub redirect_uri: Option<String>,
    pub response_type: Option<String>,
    pub response_mode: Option<String>,
    pub scope: Option<String>,
    pub state: Option<String>,
    pub nonce: Option<String>,
    pub code_challenge: Option<String>,
    pub code_challenge_method: Option<String>,
}

impl AuthorizationRequest {
    /// Those of a visit.
    pub fn of(parameters: &Parameters) -> Self {
        let text = |name| parameters.text(name).filter(|text| text.len() <= VALUE_LIMIT).map(str::to_owned);
        Self {
            client_id: text("client_id"),
            redirect_uri: text("redirect_uri"),
            response_type: text("response_type"),
            response_mode: text("response_mode"),
            scope: text("scope"),
            state: text("state"),
            nonce: text("nonce"),
            code_challenge: text("code_challenge"),
            code_challenge_method: text("code_challenge_method"),
        }
    }

    /// The application that asks, if everything is in order; else the first thing that is not.
    pub fn check<'a>(&self, applications: &'a Applications, rules: Rules) -> Result<&'a Application, OAuthError> {
        let client_id = present(&self.client_id).ok_or(OAuthError::MissingParameter("client_id"))?;
        let anybody = || applications.iter().next().filter(|_| rules.faults.has(Fault::UnknownClient));
        let application = applications.find(client_id).or_else(anybody).ok_or(OAuthError::InvalidClient)?;
        let details = &application.details;
        let requested_uri = present(&self.redirect_uri).ok_or(OAuthError::InvalidRedirectUri)?;
        if !redirect_uri::is_allowed(requested_uri, &details.redirect_uris, rules.faults) {
            return Err(OAuthError::InvalidRedirectUri);
        }
        let modes: &[&str] = match present(&self.response_type) {
            None => return Err(OAuthError::MissingParameter("response_type")),
            Some("code") => &["query", "fragment", "form_post"],
            Some("token") if !rules.has_implicit_flow => return Err(OAuthError::UnsupportedResponseType),
            Some("token") => &["fragment", "form_post"],
            Some(_) => return Err(OAuthError::UnsupportedResponseType),
        };
        if present(&self.response_mode).is_some_and(|mode| !modes.contains(&mode)) {
            return Err(OAuthError::UnsupportedResponseMode);
        }
        if !scope::may_grant(&self.effective_scope(application), &details.scopes) {
            return Err(OAuthError::InvalidScope);
        }
        let method_is_known = matches!(self.code_challenge_method.as_deref(), Some("plain" | "S256"));
        if present(&self.code_challenge).is_some() && !method_is_known {
            return Err(OAuthError::InvalidCodeChallengeMethod);
        }
        if self.response_type.as_deref() == Some("token") && details.confidential {
            return Err(OAuthError::ImplicitFlowOfConfidentialApplication);
        }
        Ok(application)
    }

    /// The scope as it was asked for, or the default of the application.
    pub fn effective_scope(&self, application: &Application) -> String {
        match present(&self.scope) {
            Some(_) => self.scope.clone().unwrap_or_default(),
            None => scope::default_for(&application.details.scopes).to_string(),
        }
    }

    /// Whether there is a flow for the response type.
    pub fn has_known_response_type(&self, rules: Rules) -> bool {
        match self.response_type.as_deref() {
            Some("code") => true,
            Some("token") => rules.has_implicit_flow,
            _ => false,
        }
    }

    /// Whether the answer is put into the fragment of the redirect URI.
    pub fn error_goes_to_fragment(&self) -> bool {
        match self.response_mode.as_deref() {
            None => self.response_type.as_deref() == Some("token"),
            Some(mode) => mode == "fragment",
        }
    }

    /// Whether the answer is posted by a form.
    pub fn wants_form_post(&self) -> bool {
        self.response_mode.as_deref() == Some("form_post")
    }
}

/// The value, unless it is missing or blank.
fn present(value: &Option<String>) -> Option<&str> {
    value.as_deref().filter(|value| !value.trim().is_empty())
}
