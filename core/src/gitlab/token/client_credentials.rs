//! Tokens for an application itself: nobody's, and without refresh token.
//!
//! # Source
//! Doorkeeper 5.5.0 with the settings of GitLab 14.7: settings.

use super::TokenCall;
use crate::gitlab::Provider;
use crate::gitlab::access_token::{AccessToken, Order};
use crate::gitlab::error::OAuthError;
use crate::gitlab::scope::{self, Scopes};

impl Provider {
    pub(super) fn grant_for_client(&mut self, call: &mut TokenCall<'_>) -> Result<AccessToken, OAuthError> {
        let client = call
            .credentials
            .as_ref()
            .and_then(|credentials| credentials.authenticate(&self.applications, self.rules.faults));
        let client = client.ok_or(OAuthError::InvalidClient)?;
        let allowed = &client.details.scopes;
        let scopes = match call.parameters.present("scope") {
            Some(requested) => Scopes::parse(requested),
            None => scope::default_for(allowed),
        };
        if !scopes.is_empty() && !scope::may_grant(&scopes.to_string(), allowed) {
            return Err(OAuthError::InvalidScope);
        }
        let order = Order {
            owner: (Some(client.id), None),
            scopes,
            lifetime: self.rules.token_lifetime(client.details.expire_access_tokens),
            with_refresh_token: false,
        };
        Ok(self.find_or_issue(order, call.now, call.random))
    }
}
