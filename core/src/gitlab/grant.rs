//! Authorization codes: made when a user consents, used once for tokens.

use indexmap::IndexMap;
use sha2::{Digest, Sha256};

use super::application::ApplicationId;
use super::fault::{Fault, Faults};
use super::rules::CODE_LIFETIME;
use super::scope::Scopes;
use super::user::UserId;
use crate::random::TokenSource;
use crate::time::UnixTime;

/// Most codes kept; past it the oldest half goes.
const LIMIT: usize = 10_000;

/// A fingerprint under which a code or token is kept, so that looking one up tells nothing about others by its time.
pub(super) type Fingerprint = [u8; 32];

/// The fingerprint of `value`.
pub(super) fn fingerprint(value: &str) -> Fingerprint {
    Sha256::digest(value).into()
}

/// What a code stands for.
#[derive(Debug, Clone)]
pub(super) struct Grant {
    /// Whom it was made for.
    pub application: ApplicationId,
    /// Who consented.
    pub user: UserId,
    /// The redirect URI of the authorization request, as it was written there.
    pub redirect_uri: String,
    /// To what.
    pub scopes: Scopes,
    /// What the client wants to find in the ID token again.
    pub nonce: Option<String>,
    /// The PKCE challenge and its method, if the request had one.
    pub challenge: Option<(String, String)>,
    created_at: UnixTime,
    is_used: bool,
}

impl Grant {
    /// A grant made `now`.
    pub fn new(application: ApplicationId, user: UserId, redirect_uri: &str, scopes: Scopes, now: UnixTime) -> Self {
        Self {
            application,
            user,
            redirect_uri: redirect_uri.to_owned(),
            scopes,
            nonce: None,
            challenge: None,
            created_at: now,
            is_used: false,
        }
    }

    /// When the code was made.
    pub const fn created_at(&self) -> UnixTime {
        self.created_at
    }

    /// Whether the code still works: not used, not revoked, not older than ten minutes.
    ///
    /// # Source
    /// Doorkeeper 5.5.0 with the settings of GitLab 14.7: settings, the token endpoint.
    pub fn is_usable(&self, now: UnixTime, faults: Faults) -> bool {
        (!self.is_used || faults.has(Fault::ReusableCodes))
            && (now.since(self.created_at) <= CODE_LIFETIME || faults.has(Fault::CodesForEver))
    }
}

/// Every code that is not forgotten yet.
#[derive(Debug, Default)]
pub(super) struct Grants(IndexMap<Fingerprint, Grant>);

impl Grants {
    /// Keeps a grant and makes a code for it.
    pub fn issue(&mut self, grant: Grant, random: &mut dyn TokenSource) -> String {
        if self.0.len() >= LIMIT {
            self.0.drain(..LIMIT / 2);
        }
        let code = random.hex(32);
        self.0.insert(fingerprint(&code), grant);
        code
    }

    /// Every code by its fingerprint, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = (&Fingerprint, &Grant)> {
        self.0.iter()
    }

    /// Revokes the codes that are meant; returns whether there is one.
    pub fn revoke_if(&mut self, is_meant: impl Fn(&Fingerprint) -> bool) -> bool {
        let mut meant = self.0.iter_mut().filter(|(fingerprint, _)| is_meant(fingerprint)).peekable();
        let is_there = meant.peek().is_some();
        meant.for_each(|(_, grant)| grant.is_used = true);
        is_there
    }

    /// What `code` stands for, used or not.
    pub fn find(&self, code: &str) -> Option<&Grant> {
        self.0.get(&fingerprint(code))
    }

    /// Marks a code as used.
    pub fn spend(&mut self, code: &str) {
        if let Some(grant) = self.0.get_mut(&fingerprint(code)) {
            grant.is_used = true;
        }
    }

    /// Makes the codes of a user for an application worthless.
    pub fn revoke(&mut self, application: ApplicationId, user: UserId) {
        for grant in self.0.values_mut().filter(|grant| grant.application == application && grant.user == user) {
            grant.is_used = true;
        }
    }

    /// Forgets every code of an application.
    pub fn forget_application(&mut self, application: ApplicationId) {
        self.0.retain(|_, grant| grant.application != application);
    }

    /// Forgets every code of a user.
    pub fn forget_user(&mut self, user: UserId) {
        self.0.retain(|_, grant| grant.user != user);
    }
}
