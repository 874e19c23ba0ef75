//! GitLab's side of the sign-in: an OAuth2 provider that refuses what GitLab refuses.
//!
//! [`Provider::handle`] is the whole of it: a request and the time go in, a response comes out. No socket, no clock, no HTML:
//! pages come out as data ([`crate::http::page::Page`]).
//!
//! # Source
//! Doorkeeper 5.5.0 with the settings of GitLab 14.7, run: `lab/tests/data/doorkeeper-transcripts.json` has its
//! exchanges; what GitLab itself adds is read in its source.

mod access_token;
mod answer;
mod api;
mod application;
mod application_form;
mod applications_page;
mod authorization_request;
mod authorize;
mod bearer;
mod client;
mod cors;
mod error;
mod fault;
mod grant;
mod held;
mod lenient_base64;
mod malformed;
mod multipart;
mod openid;
mod parameters;
mod project;
mod redirect_uri;
mod route;
mod rules;
mod scope;
mod seed;
mod session;
mod sign_in;
mod signer;
mod token;
mod token_info;
mod uri;
mod user;
mod visit;

pub use fault::{Fault, Faults};
pub use held::Held;
pub use seed::{Seed, SeedApplication, SeedError, SeedPersonalAccessToken, SeedUser};
pub use session::SESSION_COOKIE;
pub use signer::Signer;

use std::sync::Arc;

use access_token::AccessTokens;
use application::{ApplicationId, Applications, Details};
use grant::Grants;
use project::Projects;
use rules::Rules;
use scope::Scopes;
use session::Sessions;
use user::{UserId, Users};

use crate::http::Request;
use crate::random::TokenSource;
use crate::time::UnixTime;
use crate::version::{DOCUMENTED, Version};

/// How a provider behaves, apart from what is stored in it.
///
/// # Shape
/// The default is GitLab 14.7 without a URL of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderSettings {
    /// The version of GitLab it behaves like.
    pub version: Version,
    /// Scheme, host and port of absolute URLs, without a slash at the end; those of each request if `None`.
    pub external_url: Option<String>,
}

/// GitLab 14.7, known by whatever address it is asked under.
impl Default for ProviderSettings {
    fn default() -> Self {
        Self { version: DOCUMENTED, external_url: None }
    }
}

/// GitLab as an OAuth2 provider.
///
/// # Shape
/// Opaque: made by [`Provider::new`] from a [`Seed`], read again by [`Provider::to_seed`].
///
/// ```
/// use gitlab_mattermost_core::gitlab::{Provider, ProviderSettings, Seed};
/// use gitlab_mattermost_core::http::Request;
/// use gitlab_mattermost_core::random::TokenSource;
/// use gitlab_mattermost_core::time::UnixTime;
///
/// struct Ones;
///
/// impl TokenSource for Ones {
///     fn fill(&mut self, bytes: &mut [u8]) {
///         bytes.fill(1);
///     }
/// }
///
/// let now = UnixTime { millis: 1_643_616_900_000 };
/// let mut gitlab = Provider::new(ProviderSettings::default(), Seed::default(), now, &mut Ones)?;
/// let request = Request {
///     method: "GET".to_owned(),
///     scheme: "http".to_owned(),
///     host: "gitlab.example.com".to_owned(),
///     path: "/api/v4/user".to_owned(),
///     ..Request::default()
/// };
/// assert_eq!(gitlab.handle(&request, now, &mut Ones).status, 401);
/// # Ok::<(), gitlab_mattermost_core::gitlab::SeedError>(())
/// ```
#[derive(Debug)]
pub struct Provider {
    settings: ProviderSettings,
    rules: Rules,
    users: Users,
    applications: Applications,
    grants: Grants,
    access_tokens: AccessTokens,
    sessions: Sessions,
    projects: Projects,
    signer: Option<Arc<dyn Signer>>,
}

impl Provider {
    /// A provider that holds `seed`.
    ///
    /// # Errors
    /// A [`SeedError`] if the seed contradicts itself or says what GitLab would not take.
    pub fn new(
        settings: ProviderSettings,
        seed: Seed,
        now: UnixTime,
        random: &mut dyn TokenSource,
    ) -> Result<Self, SeedError> {
        let mut provider = Self {
            rules: Rules::of(settings.version),
            settings,
            users: Users::default(),
            applications: Applications::default(),
            grants: Grants::default(),
            access_tokens: AccessTokens::default(),
            sessions: Sessions::default(),
            projects: Projects::default(),
            signer: None,
        };
        for user in seed.users {
            user.check()?;
            provider.users.add(user, now).map_err(|user| SeedError::DuplicateUser { username: user.username })?;
        }
        for token in seed.personal_access_tokens {
            token.check()?;
            provider.users.add_token(token).map_err(|token| SeedError::UnknownUser {
                what: "a personal access token".to_owned(),
                username: token.user,
            })?;
        }
        for application in seed.applications {
            provider.add_application(application, random)?;
        }
        Ok(provider)
    }

    /// Signs ID tokens with this key from now on.
    pub fn set_signer(&mut self, signer: Arc<dyn Signer>) {
        self.signer = Some(signer);
    }

    /// Makes these mistakes from now on, and no others.
    pub fn set_faults(&mut self, faults: Faults) {
        self.rules.faults = faults;
    }

    /// Adds an application; returns its `client_id`.
    ///
    /// # Errors
    /// A [`SeedError`] if GitLab's form would not save it, its id is taken or its owner unknown.
    pub fn add_application(
        &mut self,
        seed: SeedApplication,
        random: &mut dyn TokenSource,
    ) -> Result<String, SeedError> {
        let owner = match &seed.owner {
            Some(login) => Some(self.users.find_by_login(login).map(|user| user.seed.id).ok_or_else(|| {
                SeedError::UnknownUser { what: format!("application `{}`", seed.name), username: login.clone() }
            })?),
            None => None,
        };
        seed.check()?;
        let details = Details {
            name: seed.name.clone(),
            redirect_uris: seed.redirect_uris.join("\r\n"),
            scopes: Scopes::parse(&seed.scopes),
            trusted: seed.trusted,
            confidential: seed.confidential,
            expire_access_tokens: seed.expire_access_tokens,
        };
        let errors = details.sentences();
        if !errors.is_empty() {
            return Err(SeedError::RefusedApplication { name: seed.name, errors });
        }
        let added = self.applications.add(details, owner, seed.client_id, seed.client_secret, random);
        added
            .map(|application| application.client_id.clone())
            .ok_or(SeedError::DuplicateApplication { name: seed.name })
    }

    /// Removes an application with its codes and tokens; returns whether there was one.
    pub fn delete_application(&mut self, client_id: &str) -> bool {
        let id = self.applications.find(client_id).map(|application| application.id);
        id.is_some_and(|id| self.remove_application(id))
    }

    /// Blocks or unblocks a user; returns whether somebody has this name.
    pub fn set_blocked(&mut self, login: &str, blocked: bool) -> bool {
        let id = self.users.find_by_login(login).map(|user| user.seed.id);
        match id.and_then(|id| self.users.get_mut(id)) {
            Some(user) => {
                user.seed.blocked = blocked;
                true
            }
            None => false,
        }
    }

    /// Signs a user in without password; returns the value of the session cookie.
    pub fn sign_in_as(&mut self, login: &str, now: UnixTime, random: &mut dyn TokenSource) -> Option<String> {
        let id = self.users.find_by_login(login)?.seed.id;
        self.users.get_mut(id)?.note_sign_in(now);
        Some(self.sessions.start(Some(id), now, random))
    }

    /// Users, personal access tokens and applications as they are now; codes, tokens, sessions and projects are not part of
    /// it.
    pub fn to_seed(&self) -> Seed {
        let login = |id: UserId| self.users.get(id).map(|user| user.seed.username.clone());
        let applications = self.applications.iter().map(|application| SeedApplication {
            reference: None,
            client_id: Some(application.client_id.clone()),
            client_secret: Some(application.secret.clone()),
            name: application.details.name.clone(),
            redirect_uris: application.details.redirect_uris.split_ascii_whitespace().map(str::to_owned).collect(),
            scopes: application.details.scopes.to_string(),
            trusted: application.details.trusted,
            confidential: application.details.confidential,
            expire_access_tokens: application.details.expire_access_tokens,
            owner: application.owner.and_then(login),
        });
        Seed {
            users: self.users.iter().map(|user| user.seed.clone()).collect(),
            personal_access_tokens: self.users.tokens().map(|token| token.seed.clone()).collect(),
            applications: applications.collect(),
        }
    }

    /// Scheme, host and port of absolute URLs in the answer to `request`.
    fn base_url(&self, request: &Request) -> String {
        self.settings.external_url.clone().unwrap_or_else(|| visit::base_url(request))
    }

    fn remove_application(&mut self, id: ApplicationId) -> bool {
        if self.rules.faults.has(Fault::DeletionIgnored) {
            return self.applications.get(id).is_some();
        }
        self.grants.forget_application(id);
        self.access_tokens.forget_owners(|(application, _)| application == Some(id));
        self.applications.remove(id).is_some()
    }

    fn remove_user(&mut self, id: UserId) {
        self.grants.forget_user(id);
        self.access_tokens.forget_owners(|(_, user)| user == Some(id));
        self.users.remove(id);
    }
}

#[cfg(test)]
mod tests;
