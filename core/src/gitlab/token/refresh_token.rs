//! Renewing tokens: both are replaced, the old access token dies at once.
//!
//! # Source
//! Doorkeeper 5.5.0 with the settings of GitLab 14.7: the token endpoint.

use super::TokenCall;
use crate::gitlab::Provider;
use crate::gitlab::access_token::{AccessToken, Order};
use crate::gitlab::error::OAuthError;
use crate::gitlab::scope::{self, Scopes};

impl Provider {
    pub(super) fn refresh_tokens(&mut self, call: &mut TokenCall<'_>) -> Result<AccessToken, OAuthError> {
        let value = call.parameters.opaque("refresh_token").ok_or(OAuthError::MissingParameter("refresh_token"))?;
        let old = self.access_tokens.find_by_refresh(value).filter(|token| !token.is_revoked());
        let old = old.ok_or(OAuthError::InvalidGrant)?;
        let client = match &call.credentials {
            Some(credentials) => {
                Some(credentials.authenticate(&self.applications, self.rules.faults).ok_or(OAuthError::InvalidClient)?)
            }
            None => None,
        };
        if old.application.is_some() && old.application != client.map(|client| client.id) {
            return Err(OAuthError::InvalidGrant);
        }
        let scopes = match call.parameters.present("scope").or_else(|| call.parameters.present("scopes")) {
            Some(requested) if !scope::may_grant(requested, &old.scopes) => return Err(OAuthError::InvalidScope),
            Some(requested) => Scopes::parse(requested),
            None => match client.map(|client| &client.details.scopes) {
                Some(allowed) if !allowed.is_empty() => old.scopes.within(allowed),
                _ => old.scopes.clone(),
            },
        };
        let order =
            Order { owner: (old.application, old.user), scopes, lifetime: old.lifetime, with_refresh_token: true };
        let old_value = old.value.clone();
        self.access_tokens.revoke(old_value.expose());
        Ok(self.access_tokens.issue(order, call.now, call.random).clone())
    }
}
