//! Exchanging an authorization code for tokens.
//!
//! # Source
//! Doorkeeper 5.5.0 with the settings of GitLab 14.7: the token endpoint: the order of the checks; a failed exchange
//! does not burn the code; a second use
//! leaves the tokens of the first alone.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::{Refusal, TokenCall};
use crate::gitlab::Provider;
use crate::gitlab::access_token::{AccessToken, Order};
use crate::gitlab::error::OAuthError;
use crate::gitlab::fault::Fault;
use crate::gitlab::redirect_uri;

impl Provider {
    pub(super) fn exchange_code(&mut self, call: &mut TokenCall<'_>) -> Result<AccessToken, Refusal> {
        let code = call.parameters.opaque("code").ok_or(Refusal::Early(OAuthError::MissingParameter("code")))?;
        let grant = self.grants.find(code);
        let faults = self.rules.faults;
        let verifier = call.parameters.opaque("code_verifier");
        if grant.is_some_and(|grant| grant.challenge.is_some()) && verifier.is_none() {
            return Err(OAuthError::MissingParameter("code_verifier").into());
        }
        let requested_uri =
            call.parameters.opaque("redirect_uri").ok_or(OAuthError::MissingParameter("redirect_uri"))?;
        let application = call
            .credentials
            .as_ref()
            .and_then(|credentials| credentials.authenticate(&self.applications, self.rules.faults));
        let application = application.ok_or(OAuthError::InvalidClient)?;
        let grant = grant
            .filter(|grant| grant.application == application.id || faults.has(Fault::CodeForAnyClient))
            .filter(|grant| grant.is_usable(call.now, faults))
            .filter(|grant| redirect_uri::is_allowed(requested_uri, &grant.redirect_uri, faults))
            .filter(|grant| proves_challenge(grant.challenge.as_ref(), verifier))
            .ok_or(OAuthError::InvalidGrant)?;
        let order = Order {
            owner: (Some(application.id), Some(grant.user)),
            scopes: grant.scopes.clone(),
            lifetime: self.rules.token_lifetime(application.details.expire_access_tokens),
            with_refresh_token: true,
        };
        self.grants.spend(code);
        Ok(self.find_or_issue(order, call.now, call.random))
    }
}

/// Whether the verifier belongs to the challenge; without a challenge there must be none.
fn proves_challenge(challenge: Option<&(String, String)>, verifier: Option<&str>) -> bool {
    match (challenge, verifier) {
        (None, None) => true,
        (Some((challenge, method)), Some(verifier)) => {
            let expected = match method.as_str() {
                "S256" => URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)),
                _ => verifier.to_owned(),
            };
            challenge.as_bytes().ct_eq(expected.as_bytes()).into()
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::proves_challenge;

    fn challenge(value: &str, method: &str) -> (String, String) {
        (value.to_owned(), method.to_owned())
    }

    #[test]
    fn a_verifier_must_hash_to_its_challenge() {
        // The pair of RFC 7636, appendix B.
        let hashed = challenge("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "S256");
        assert!(proves_challenge(Some(&hashed), Some("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")));
        assert!(!proves_challenge(Some(&hashed), Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")));
        assert!(proves_challenge(Some(&challenge("v", "plain")), Some("v")));
    }

    #[test]
    fn neither_comes_without_the_other() {
        assert!(proves_challenge(None, None));
        assert!(!proves_challenge(None, Some("v")) && !proves_challenge(Some(&challenge("v", "plain")), None));
    }
}
