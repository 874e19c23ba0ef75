//! A running GitLab.

use std::net::SocketAddr;
use std::time::Duration;

use gitlab_mattermost_core::gitlab::{Fault, Held, ProviderSettings, SESSION_COOKIE, Seed};
use gitlab_mattermost_core::sequence::Sequence;
use gitlab_mattermost_core::time::UnixTime;
use gitlab_mattermost_ground::exchange::Exchange;

use super::application::NewApplication;
use super::consent::{self, Refused};
use super::control::{self, Neighbours};
use super::expected::Expected;
use super::fault_guard::FaultGuard;
use super::options::{Options, StartError};
use super::randomness::Randomness;
use super::sequence;
use super::server::{self, Server};
use super::state::{Inner, State};
use super::user::User;

/// A running GitLab. Dropping it ends it at once: connections break off, its address is free.
///
/// # Shape
/// A handle to a server on the runtime of the test that started it; every test may have one of its own. Set it up with
/// [`application`](Self::application) and [`user`](Self::user), point the program under test at [`url`](Self::url), and
/// check the exchanges with [`assert_requested`](Self::assert_requested) and [`exchanges`](Self::exchanges).
///
/// ```
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// use gitlab_double::GitLab;
///
/// let gitlab = GitLab::start().await;
/// let application = gitlab.application("notes").redirect_uri("http://localhost:3000/callback").create();
/// let location = gitlab.user("alice").session().authorize(&application.authorize_url("s1")).unwrap();
/// assert!(location.starts_with("http://localhost:3000/callback?code="));
/// gitlab.assert_requested("POST /oauth/authorize");
/// # });
/// ```
#[derive(Debug)]
pub struct GitLab {
    server: Server,
    control: Option<Server>,
    state: State,
    url: String,
}

impl GitLab {
    /// Starts one with the default [`Options`]; it answers as soon as this returns.
    ///
    /// # Panics
    /// If no port of the loopback address is free. [`start_with`](Self::start_with) gives an error instead.
    #[allow(clippy::panic, reason = "a test that cannot start its GitLab has failed")]
    pub async fn start() -> Self {
        match Self::start_with(Options::default()).await {
            Ok(gitlab) => gitlab,
            Err(error) => panic!("{}", gitlab_mattermost_ground::error_chain::chain(&error)),
        }
    }

    /// Starts one on the caller's runtime; it answers as soon as this returns.
    ///
    /// # Errors
    /// [`StartError`] if it cannot listen or the seed makes no sense.
    pub async fn start_with(options: Options) -> Result<Self, StartError> {
        let external_url = options.external_url.clone();
        let settings = ProviderSettings { version: options.version, external_url: options.external_url };
        let state = State::new(settings, options.seed)?;
        state.set_faults(options.faults);
        let server = Server::start(options.listen, server::public(state.clone())).await?;
        let url = external_url.unwrap_or_else(|| format!("http://{}", server.address()));
        let control = match options.control {
            Some(address) => {
                let neighbours = Neighbours::new(address.ip(), options.control_hosts);
                let router = control::control(state.clone(), url.clone(), neighbours);
                Some(Server::start(address, router).await?)
            }
            None => None,
        };
        Ok(Self { server, control, state, url })
    }

    /// Scheme, host and port under which it can be reached: `http://127.0.0.1:40123`, or the external URL of its options.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// Where it takes orders, if it does.
    pub fn control_address(&self) -> Option<SocketAddr> {
        self.control.as_ref().map(Server::address)
    }

    /// Begins an application called `name`; [`NewApplication::create`] registers it.
    pub fn application(&self, name: &str) -> NewApplication {
        NewApplication::new(self.state.clone(), self.url.clone(), name)
    }

    /// The person with this login name or e-mail address.
    ///
    /// # Panics
    /// If there is nobody of that name; the message says who is there.
    #[track_caller]
    pub fn user(&self, login: &str) -> User {
        User::find(self.state.clone(), login)
    }

    /// Advances its clock: codes, tokens and sessions get older by that much.
    pub fn advance(&self, by: Duration) {
        self.state.lock().clock.advance(by);
    }

    /// Switches a fault on until the guard is dropped, in addition to the present ones.
    ///
    /// ```
    /// # tokio::runtime::Runtime::new().unwrap().block_on(async {
    /// use gitlab_double::{Fault, GitLab};
    ///
    /// let gitlab = GitLab::start().await;
    /// let application = gitlab.application("notes").redirect_uri("http://localhost:3000/callback").create();
    /// let location = {
    ///     let _guard = gitlab.with_fault(Fault::StateDropped);
    ///     gitlab.user("alice").session().authorize(&application.authorize_url("s1")).unwrap()
    /// };
    /// // Does the program under test notice?
    /// assert!(!location.contains("state="));
    /// # });
    /// ```
    pub fn with_fault(&self, fault: Fault) -> FaultGuard {
        FaultGuard::new(self.state.clone(), fault)
    }

    /// The time that its clock shows.
    pub fn now(&self) -> UnixTime {
        self.state.lock().clock.now()
    }

    /// Its authorization codes, oldest first, by ids that do not reveal their values.
    pub fn codes(&self) -> Vec<Held> {
        let Inner { provider, clock, .. } = &*self.state.lock();
        provider.codes(clock.now())
    }

    /// Revokes a code; returns whether one has this id.
    pub fn revoke_code(&self, id: &str) -> bool {
        self.state.lock().provider.revoke_code(id)
    }

    /// Its access tokens, oldest first, by ids that do not reveal their values.
    pub fn access_tokens(&self) -> Vec<Held> {
        let Inner { provider, clock, .. } = &*self.state.lock();
        provider.access_tokens(clock.now())
    }

    /// Revokes an access token; returns whether one has this id.
    pub fn revoke_access_token(&self, id: &str) -> bool {
        self.state.lock().provider.revoke_access_token(id)
    }

    /// Removes an application with its codes and tokens; returns whether one has this client ID.
    pub fn delete_application(&self, client_id: &str) -> bool {
        self.state.lock().provider.delete_application(client_id)
    }

    /// Signs a person in without password; returns the cookie of the new session, as `Set-Cookie` begins, or `None` if
    /// there is nobody of that login.
    ///
    /// ```
    /// # tokio::runtime::Runtime::new().unwrap().block_on(async {
    /// let gitlab = gitlab_double::GitLab::start().await;
    /// assert!(gitlab.sign_in("alice").unwrap().starts_with("_gitlab_session="));
    /// assert_eq!(gitlab.sign_in("mallory"), None);
    /// # });
    /// ```
    pub fn sign_in(&self, login: &str) -> Option<String> {
        let Inner { provider, clock, .. } = &mut *self.state.lock();
        let session = provider.sign_in_as(login, clock.now(), &mut Randomness)?;
        Some(format!("{SESSION_COOKIE}={session}"))
    }

    /// Opens an authorization request as this person, freshly signed in, and consents; where the browser is sent, or the words
    /// of the refusal. Nothing if there is nobody of that login.
    pub fn authorize_as(&self, login: &str, url: &str) -> Option<Result<String, Refused>> {
        Some(consent::authorize(&self.state, &self.sign_in(login)?, url))
    }

    /// Blocks a person, or unblocks them; returns whether somebody has this login.
    pub fn set_blocked(&self, login: &str, blocked: bool) -> bool {
        self.state.lock().provider.set_blocked(login, blocked)
    }

    /// The mistakes that it makes.
    pub fn faults(&self) -> Vec<Fault> {
        self.state.lock().faults().to_vec()
    }

    /// Shows these faults from now on and no others.
    pub fn set_faults(&self, faults: impl IntoIterator<Item = Fault>) {
        self.state.set_faults(faults);
    }

    /// Users, personal access tokens and applications as they are now.
    pub fn state(&self) -> Seed {
        self.state.lock().provider.to_seed()
    }

    /// The last thousand exchanges, oldest first, with their secrets masked.
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.state.lock().recorder.exchanges()
    }

    /// Forgets the exchanges so far.
    pub fn forget_exchanges(&self) {
        self.state.lock().recorder.forget();
    }

    /// The exchanges as a diagram: [`Sequence::to_plain`] draws it for a terminal, `to_mermaid` and `to_svg` for pages.
    pub fn sequence(&self) -> Sequence {
        sequence::of(&self.exchanges())
    }

    /// Checks that something was requested: `"POST /oauth/token"`, or an [`Expected`] that says more.
    ///
    /// # Panics
    /// If it was not, or not as often as expected; the message draws the exchanges.
    #[track_caller]
    #[allow(clippy::panic, reason = "an assertion panics where it does not hold")]
    pub fn assert_requested(&self, expected: impl Into<Expected>) {
        let exchanges = self.exchanges();
        if let Err(complaint) = expected.into().check(&exchanges) {
            panic!("{complaint}\n\n{}", sequence::of(&exchanges).to_plain());
        }
    }

    /// Ends it after the requests under way are answered.
    pub async fn stop(self) {
        self.server.stop().await;
        if let Some(control) = self.control {
            control.stop().await;
        }
    }

    /// Ends it at once, as a crash would: connections break off.
    pub fn kill(self) {}
}
