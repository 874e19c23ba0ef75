//! Access tokens and the refresh tokens that come with them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::application::ApplicationId;
use super::grant::{Fingerprint, fingerprint};
use super::scope::Scopes;
use super::user::UserId;
use crate::random::TokenSource;
use crate::secret::Secret;
use crate::time::UnixTime;

/// Most tokens kept; past it the oldest go.
const LIMIT: usize = 10_000;

/// A token's number, in the order they were made.
type TokenId = u64;

/// An access token.
#[derive(Debug, Clone)]
pub(super) struct AccessToken {
    /// The token itself.
    pub value: Secret,
    /// The token that renews it.
    pub refresh_value: Option<Secret>,
    /// For which application; none after a password grant without client.
    pub application: Option<ApplicationId>,
    /// For whom; nobody after a client credentials grant.
    pub user: Option<UserId>,
    /// What it may be used for.
    pub scopes: Scopes,
    /// When it was made.
    pub created_at: UnixTime,
    /// How long it works; for ever if `None`.
    pub lifetime: Option<Duration>,
    is_revoked: bool,
}

impl AccessToken {
    /// Whether its lifetime is over.
    pub fn is_expired(&self, now: UnixTime) -> bool {
        self.lifetime.is_some_and(|lifetime| now > self.created_at + lifetime)
    }

    /// Whether it was revoked.
    pub const fn is_revoked(&self) -> bool {
        self.is_revoked
    }

    /// Whether it works.
    pub fn is_usable(&self, now: UnixTime) -> bool {
        !self.is_revoked && !self.is_expired(now)
    }

    /// Seconds left, rounded; `None` if it never expires.
    pub fn expires_in(&self, now: UnixTime) -> Option<u64> {
        let left = (self.created_at + self.lifetime?).since(now);
        Some((left.as_millis() as u64 + 500) / 1000)
    }
}

/// Whom a token is for: which application and which user.
pub(super) type Owner = (Option<ApplicationId>, Option<UserId>);

/// What a new token is to be.
pub(super) struct Order {
    /// Whom it is for.
    pub owner: Owner,
    /// What it may be used for.
    pub scopes: Scopes,
    /// How long it works.
    pub lifetime: Option<Duration>,
    /// Whether a refresh token comes with it.
    pub with_refresh_token: bool,
}

/// Every token that is not forgotten yet.
#[derive(Debug, Default)]
pub(super) struct AccessTokens {
    by_id: BTreeMap<TokenId, AccessToken>,
    by_value: BTreeMap<Fingerprint, TokenId>,
    by_refresh_value: BTreeMap<Fingerprint, TokenId>,
    live_of_owner: BTreeMap<Owner, BTreeSet<TokenId>>,
    last_id: TokenId,
}

impl AccessTokens {
    /// Makes a token.
    pub fn issue(&mut self, order: Order, now: UnixTime, random: &mut dyn TokenSource) -> &AccessToken {
        while self.by_id.len() >= LIMIT {
            let Some(oldest) = self.by_id.keys().next().copied() else { break };
            self.forget(oldest);
        }
        self.last_id += 1;
        let id = self.last_id;
        let (application, user) = order.owner;
        let value = random.hex(32);
        let refresh_value = order.with_refresh_token.then(|| random.hex(32));
        self.by_value.insert(fingerprint(&value), id);
        if let Some(refresh_value) = &refresh_value {
            self.by_refresh_value.insert(fingerprint(refresh_value), id);
        }
        self.live_of_owner.entry(order.owner).or_default().insert(id);
        self.by_id.entry(id).or_insert(AccessToken {
            value: Secret::new(value),
            refresh_value: refresh_value.map(Secret::new),
            application,
            user,
            scopes: order.scopes,
            created_at: now,
            lifetime: order.lifetime,
            is_revoked: false,
        })
    }

    /// The token with this value.
    pub fn find(&self, value: &str) -> Option<&AccessToken> {
        self.by_value.get(&fingerprint(value)).and_then(|id| self.by_id.get(id))
    }

    /// The token that this refresh token renews.
    pub fn find_by_refresh(&self, value: &str) -> Option<&AccessToken> {
        self.by_refresh_value.get(&fingerprint(value)).and_then(|id| self.by_id.get(id))
    }

    /// The newest token of an owner with exactly these scopes that is not revoked; it may have expired.
    pub fn newest_of(&self, owner: Owner, scopes: &Scopes) -> Option<&AccessToken> {
        let live = self.live_of_owner.get(&owner)?;
        live.iter().rev().filter_map(|id| self.by_id.get(id)).find(|token| token.scopes.same_as(scopes))
    }

    /// Revokes the token with this value.
    pub fn revoke(&mut self, value: &str) {
        if let Some(id) = self.by_value.get(&fingerprint(value)).copied() {
            self.revoke_id(id);
        }
    }

    /// Revokes every token of an owner.
    pub fn revoke_all_of(&mut self, owner: Owner) {
        for id in self.live_of_owner.get(&owner).cloned().unwrap_or_default() {
            self.revoke_id(id);
        }
    }

    /// The newest token of an owner that is not revoked, whatever its scopes.
    pub fn newest_live_of(&self, owner: Owner) -> Option<&AccessToken> {
        self.live_of_owner.get(&owner)?.last().and_then(|id| self.by_id.get(id))
    }

    /// Forgets every token whose owner `is_gone`.
    pub fn forget_owners(&mut self, is_gone: impl Fn(Owner) -> bool) {
        let gone = |token: &AccessToken| is_gone((token.application, token.user));
        let ids: Vec<_> = self.by_id.iter().filter(|(_, token)| gone(token)).map(|(id, _)| *id).collect();
        ids.into_iter().for_each(|id| self.forget(id));
    }

    /// Every token by its number, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = (&TokenId, &AccessToken)> {
        self.by_id.iter()
    }

    /// Revokes the token with this number; returns whether there is one.
    pub fn revoke_id(&mut self, id: TokenId) -> bool {
        let Some(token) = self.by_id.get_mut(&id) else { return false };
        token.is_revoked = true;
        let owner = (token.application, token.user);
        self.drop_live(owner, id);
        true
    }

    fn forget(&mut self, id: TokenId) {
        if let Some(token) = self.by_id.remove(&id) {
            self.by_value.remove(&fingerprint(token.value.expose()));
            if let Some(refresh_value) = &token.refresh_value {
                self.by_refresh_value.remove(&fingerprint(refresh_value.expose()));
            }
            self.drop_live((token.application, token.user), id);
        }
    }

    fn drop_live(&mut self, owner: Owner, id: TokenId) {
        if let Some(live) = self.live_of_owner.get_mut(&owner) {
            live.remove(&id);
            if live.is_empty() {
                self.live_of_owner.remove(&owner);
            }
        }
    }
}
