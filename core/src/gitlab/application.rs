//! OAuth applications.

use std::collections::BTreeMap;

use super::redirect_uri;
use super::scope::{self, Scopes};
use super::user::UserId;
use crate::random::TokenSource;
use crate::secret::Secret;

/// An application's number.
pub(super) type ApplicationId = u64;

/// An OAuth application.
#[derive(Debug, Clone)]
pub(super) struct Application {
    /// Its number.
    pub id: ApplicationId,
    /// "Application ID" of the pages, `client_id` of the protocol.
    pub client_id: String,
    /// Its secret.
    pub secret: Secret,
    /// What the owner says about it.
    pub details: Details,
    /// Whom it belongs to; nobody if it is the whole instance's.
    pub owner: Option<UserId>,
}

/// What the owner of an application says about it.
#[derive(Debug, Clone)]
pub(super) struct Details {
    /// Name shown on the consent page.
    pub name: String,
    /// Redirect URIs as they were written, separated by white space.
    pub redirect_uris: String,
    /// Scopes it may ask for; none means every one.
    pub scopes: Scopes,
    /// Whether nobody is asked for consent.
    pub trusted: bool,
    /// Whether it can keep a secret.
    pub confidential: bool,
    /// Whether its access tokens expire, where that is a choice.
    pub expire_access_tokens: bool,
}

/// What is wrong with the details of an application: field and sentence.
pub(super) type FieldErrors = Vec<(&'static str, &'static str)>;

impl Details {
    /// Everything that keeps these details from being saved.
    ///
    /// # Source
    /// Doorkeeper 5.5.0 with the settings of GitLab 14.7: the page of applications.
    pub fn errors(&self) -> FieldErrors {
        let mut errors = Vec::new();
        if self.name.trim().is_empty() {
            errors.push(("name", "can't be blank"));
        }
        errors.extend(redirect_uri::registration_errors(&self.redirect_uris).into_iter().map(|e| ("redirect_uri", e)));
        if !scope::known().cover(&self.scopes) {
            errors.push(("scopes", "doesn't match configured on the server."));
        }
        errors
    }

    /// Each error as the form says it: `Redirect URI must be an absolute URI.`
    pub fn sentences(&self) -> Vec<String> {
        let label = |field| match field {
            "redirect_uri" => "Redirect URI",
            "scopes" => "Scopes",
            _ => "Name",
        };
        self.errors().into_iter().map(|(field, sentence)| format!("{} {sentence}", label(field))).collect()
    }
}

impl Application {
    /// Whether `secret` proves that a request comes from this application; one that cannot keep a secret proves itself
    /// without, but not with a wrong one.
    ///
    /// # Source
    /// Doorkeeper 5.5.0 with the settings of GitLab 14.7: the token endpoint.
    pub fn accepts_secret(&self, secret: Option<&str>) -> bool {
        match secret.filter(|secret| !secret.trim().is_empty()) {
            None => !self.details.confidential,
            Some(secret) => self.secret.matches(secret),
        }
    }
}

/// Every application.
#[derive(Debug, Default)]
pub(super) struct Applications {
    by_id: BTreeMap<ApplicationId, Application>,
    by_client_id: BTreeMap<String, ApplicationId>,
    last_id: ApplicationId,
}

impl Applications {
    /// Adds an application; id and secret are fresh where none are given. Nothing if the id is taken.
    pub fn add(
        &mut self,
        details: Details,
        owner: Option<UserId>,
        client_id: Option<String>,
        secret: Option<Secret>,
        random: &mut dyn TokenSource,
    ) -> Option<&Application> {
        let client_id = client_id.unwrap_or_else(|| random.hex(32));
        if self.by_client_id.contains_key(&client_id) {
            return None;
        }
        let secret = secret.unwrap_or_else(|| Secret::new(random.hex(32)));
        self.last_id += 1;
        let id = self.last_id;
        self.by_client_id.insert(client_id.clone(), id);
        Some(self.by_id.entry(id).or_insert(Application { id, client_id, secret, details, owner }))
    }

    /// The application with number `id`.
    pub fn get(&self, id: ApplicationId) -> Option<&Application> {
        self.by_id.get(&id)
    }

    /// The application with number `id`.
    pub fn get_mut(&mut self, id: ApplicationId) -> Option<&mut Application> {
        self.by_id.get_mut(&id)
    }

    /// The application with this `client_id`.
    pub fn find(&self, client_id: &str) -> Option<&Application> {
        self.by_client_id.get(client_id).and_then(|id| self.by_id.get(id))
    }

    /// Removes the application with number `id`.
    pub fn remove(&mut self, id: ApplicationId) -> Option<Application> {
        let application = self.by_id.remove(&id)?;
        self.by_client_id.remove(&application.client_id);
        Some(application)
    }

    /// Every application, by number.
    pub fn iter(&self) -> impl Iterator<Item = &Application> {
        self.by_id.values()
    }
}
