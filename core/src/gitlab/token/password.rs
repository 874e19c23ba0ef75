//! Tokens for a user's name and password; GitLab needs no client for it.
//!
//! # Source
//! Doorkeeper 5.5.0 with the settings of GitLab 14.7: settings.

use super::TokenCall;
use crate::gitlab::Provider;
use crate::gitlab::access_token::{AccessToken, Order};
use crate::gitlab::error::OAuthError;
use crate::gitlab::scope::{self, Scopes};
use crate::gitlab::user::UserId;

impl Provider {
    pub(super) fn grant_for_password(&mut self, call: &mut TokenCall<'_>) -> Result<AccessToken, OAuthError> {
        let client = call
            .credentials
            .as_ref()
            .and_then(|credentials| credentials.authenticate(&self.applications, self.rules.faults));
        if client.is_none() && call.parameters.has("client_id") {
            return Err(OAuthError::InvalidClient);
        }
        let application = client.map(|client| client.id);
        let (allowed, expires) = client.map_or((Scopes::default(), false), |client| {
            (client.details.scopes.clone(), client.details.expire_access_tokens)
        });
        let user = self.user_for_password(call).ok_or(OAuthError::InvalidGrant)?;
        let scopes = match call.parameters.present("scope") {
            Some(requested) => Scopes::parse(requested),
            None => scope::default_for(&allowed),
        };
        if !scopes.is_empty() && !scope::may_grant(&scopes.to_string(), &allowed) {
            return Err(OAuthError::InvalidScope);
        }
        let order = Order {
            owner: (application, Some(user)),
            scopes,
            lifetime: self.rules.token_lifetime(expires),
            with_refresh_token: true,
        };
        Ok(self.find_or_issue(order, call.now, call.random))
    }

    /// The user whose name and password these are, unless blocked.
    fn user_for_password(&mut self, call: &TokenCall<'_>) -> Option<UserId> {
        let login = call.parameters.text("username")?;
        let id = self.users.find_by_login(login)?.seed.id;
        let user = self.users.get_mut(id)?;
        let accepted = user.accepts_password(call.parameters.text("password")?, call.now);
        (accepted && !user.seed.blocked).then_some(id)
    }
}
