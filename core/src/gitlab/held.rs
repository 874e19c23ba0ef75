//! Codes and tokens that a provider holds, as its operator may see them: without their values.

use super::Provider;
use super::grant::Fingerprint;
use crate::hexadecimal;
use crate::time::UnixTime;

/// A code or an access token.
///
/// # Shape
/// `id` is the beginning of a fingerprint: it names the code or token and cannot be used as one.
///
/// ```
/// use gitlab_mattermost_core::gitlab::{Provider, ProviderSettings, Seed};
/// # use gitlab_mattermost_core::random::TokenSource;
/// # use gitlab_mattermost_core::time::UnixTime;
/// # struct Ones;
/// # impl TokenSource for Ones {
/// #     fn fill(&mut self, bytes: &mut [u8]) {
/// #         bytes.fill(1);
/// #     }
/// # }
/// # let now = UnixTime { millis: 1_643_616_900_000 };
/// let gitlab = Provider::new(ProviderSettings::default(), Seed::default(), now, &mut Ones)?;
/// assert!(gitlab.codes(now).is_empty() && gitlab.access_tokens(now).is_empty());
/// # Ok::<(), gitlab_mattermost_core::gitlab::SeedError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// What it is called by: nothing that it could be used with.
    pub id: String,
    /// The name of the application that it is for.
    pub application: Option<String>,
    /// The login of the user that it is for.
    pub user: Option<String>,
    /// What it may be used for.
    pub scopes: String,
    /// When it was made.
    pub created_at: UnixTime,
    /// Whether it works: neither used up nor revoked nor expired.
    pub is_usable: bool,
}

impl Provider {
    /// The authorization codes, oldest first.
    pub fn codes(&self, now: UnixTime) -> Vec<Held> {
        let faults = self.rules.faults;
        let held = |(fingerprint, grant): (&Fingerprint, &super::grant::Grant)| Held {
            id: short(fingerprint),
            application: self.application_name(grant.application),
            user: self.users.get(grant.user).map(|user| user.seed.username.clone()),
            scopes: grant.scopes.to_string(),
            created_at: grant.created_at(),
            is_usable: grant.is_usable(now, faults),
        };
        self.grants.iter().map(held).collect()
    }

    /// Revokes the code of this id; returns whether there is one.
    pub fn revoke_code(&mut self, id: &str) -> bool {
        self.grants.revoke_if(|fingerprint| short(fingerprint) == id)
    }

    /// The access tokens, oldest first.
    pub fn access_tokens(&self, now: UnixTime) -> Vec<Held> {
        let held = |(id, token): (&u64, &super::access_token::AccessToken)| Held {
            id: id.to_string(),
            application: token.application.and_then(|id| self.application_name(id)),
            user: token.user.and_then(|id| self.users.get(id)).map(|user| user.seed.username.clone()),
            scopes: token.scopes.to_string(),
            created_at: token.created_at,
            is_usable: token.is_usable(now),
        };
        self.access_tokens.iter().map(held).collect()
    }

    /// Revokes the access token of this id; returns whether there is one.
    pub fn revoke_access_token(&mut self, id: &str) -> bool {
        id.parse().is_ok_and(|id| self.access_tokens.revoke_id(id))
    }

    fn application_name(&self, id: super::application::ApplicationId) -> Option<String> {
        self.applications.get(id).map(|application| application.details.name.clone())
    }
}

/// The beginning of a fingerprint, from which no code can be told.
fn short(fingerprint: &Fingerprint) -> String {
    hexadecimal::digits(&fingerprint[..6])
}
