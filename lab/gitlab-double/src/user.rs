//! The people of a GitLab, and their browsers' sessions.

use gitlab_mattermost_core::gitlab::{SESSION_COOKIE, SeedUser};

use super::consent::{self, Refused};
use super::randomness::Randomness;
use super::state::{Inner, State};

/// A person with an account.
///
/// # Shape
/// Without a seed of one's own there are `root`, who administers, `alice`, `bob`, `carol`, whose address is not confirmed,
/// and `dave`, who is blocked. Printing one shows no password.
///
/// ```
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// let gitlab = gitlab_double::GitLab::start().await;
/// let alice = gitlab.user("alice");
/// assert_eq!((alice.id(), alice.email(), alice.password()), (2, "alice@example.com", "correct horse"));
/// # });
/// ```
#[derive(Debug, Clone)]
pub struct User {
    state: State,
    seed: SeedUser,
}

impl User {
    #[track_caller]
    #[allow(clippy::panic, reason = "a test that speaks of nobody has failed")]
    pub(super) fn find(state: State, login: &str) -> Self {
        let users = state.lock().provider.to_seed().users;
        let found = users.iter().find(|user| user.username == login || user.email == login).cloned();
        match found {
            Some(seed) => Self { state, seed },
            None => {
                let known: Vec<_> = users.iter().map(|user| user.username.as_str()).collect();
                panic!("GitLab has no user `{login}`; it has {}", known.join(", "))
            }
        }
    }

    /// The number.
    pub const fn id(&self) -> u64 {
        self.seed.id
    }

    /// The login name.
    pub fn username(&self) -> &str {
        &self.seed.username
    }

    /// The primary e-mail address.
    pub fn email(&self) -> &str {
        &self.seed.email
    }

    /// The password, for a test that fills in the form of the sign-in page.
    pub fn password(&self) -> &str {
        self.seed.password.expose()
    }

    /// A browser in which this person has just signed in.
    ///
    /// # Panics
    /// If the person is gone since.
    #[track_caller]
    #[allow(clippy::panic, reason = "a test that speaks of nobody has failed")]
    pub fn session(&self) -> Session {
        let Inner { provider, clock, .. } = &mut *self.state.lock();
        match provider.sign_in_as(&self.seed.username, clock.now(), &mut Randomness) {
            Some(value) => Session { state: self.state.clone(), cookie: format!("{SESSION_COOKIE}={value}") },
            None => panic!("GitLab has no user `{}` any more", self.seed.username),
        }
    }

    /// An administrator blocks the account; its sessions end.
    pub fn block(&self) {
        self.state.lock().provider.set_blocked(&self.seed.username, true);
    }

    /// An administrator lets the account in again.
    pub fn unblock(&self) {
        self.state.lock().provider.set_blocked(&self.seed.username, false);
    }
}

/// A browser in which somebody is signed in.
///
/// # Shape
/// One cookie, `_gitlab_session=…`, for a client of the test's own, and [`authorize`](Self::authorize) for a test that does
/// not care about pages. Printing one does not show the cookie.
///
/// ```
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// let gitlab = gitlab_double::GitLab::start().await;
/// let session = gitlab.user("alice").session();
/// assert!(session.cookie().starts_with("_gitlab_session="));
/// # });
/// ```
#[derive(Clone)]
pub struct Session {
    state: State,
    cookie: String,
}

impl Session {
    /// The value of a `Cookie` header field.
    pub fn cookie(&self) -> &str {
        &self.cookie
    }

    /// Opens an authorization request, clicks Authorize if the person is asked, and returns where the browser is sent then:
    /// the redirect URI with `code` and `state`, or with `error`.
    ///
    /// Page and click go past the network, but are recorded and refused like any others.
    ///
    /// # Errors
    /// [`Refused`] with the words of the page if GitLab sends the browser nowhere.
    ///
    /// ```
    /// # tokio::runtime::Runtime::new().unwrap().block_on(async {
    /// let gitlab = gitlab_double::GitLab::start().await;
    /// let application = gitlab.application("notes").redirect_uri("https://notes.example.com/cb").create();
    /// let url = application.authorize_url("s1").replace("notes.example.com", "evil.example.com");
    /// let refused = gitlab.user("alice").session().authorize(&url).unwrap_err();
    /// assert!(refused.said.contains("The redirect URI included is not valid."), "{refused}");
    /// # });
    /// ```
    pub fn authorize(&self, url: &str) -> Result<String, Refused> {
        consent::authorize(&self.state, &self.cookie, url)
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Session([redacted])")
    }
}
