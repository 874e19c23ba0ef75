//! Browser sessions: who is signed in, where to go after signing in, and the token against forged requests.

use indexmap::IndexMap;
use subtle::ConstantTimeEq;

use super::application::ApplicationId;
use super::rules::{ANONYMOUS_SESSION_LIFETIME, SESSION_LIFETIME};
use super::user::UserId;
use crate::http::page::Flash;
use crate::random::TokenSource;
use crate::time::UnixTime;

/// Name of the session cookie.
pub const SESSION_COOKIE: &str = "_gitlab_session";

/// Most sessions kept; past it the oldest half goes.
const LIMIT: usize = 10_000;

/// Longest path remembered for after the sign-in, in bytes.
const RETURN_PATH_LIMIT: usize = 12 * 1024;

/// A browser session.
#[derive(Debug)]
pub(super) struct Session {
    /// Who is signed in.
    pub user: Option<UserId>,
    /// Message for the next page.
    pub flash: Option<Flash>,
    /// The application whose secret the next page may show, because it has just been made.
    pub fresh_secret_of: Option<ApplicationId>,
    return_to: Option<String>,
    csrf_token: String,
    expires_at: UnixTime,
}

impl Session {
    fn new(user: Option<UserId>, now: UnixTime, random: &mut dyn TokenSource) -> Self {
        let mut session = Self {
            user,
            flash: None,
            fresh_secret_of: None,
            return_to: None,
            csrf_token: random.hex(32),
            expires_at: UnixTime::default(),
        };
        session.touch(now);
        session
    }

    fn touch(&mut self, now: UnixTime) {
        self.expires_at = now + if self.user.is_some() { SESSION_LIFETIME } else { ANONYMOUS_SESSION_LIFETIME };
    }

    /// Who is signed in, unless the session has run out.
    pub fn user_at(&self, now: UnixTime) -> Option<UserId> {
        self.user.filter(|_| self.expires_at > now)
    }

    /// The token every form of this session carries.
    pub fn csrf_token(&self) -> &str {
        &self.csrf_token
    }

    /// Whether `token` is the one of this session.
    pub fn has_csrf_token(&self, token: &str) -> bool {
        self.csrf_token.as_bytes().ct_eq(token.as_bytes()).into()
    }

    /// Remembers where to go after signing in; an overlong path is not.
    pub fn remember_path(&mut self, path: String) {
        self.return_to = (path.len() <= RETURN_PATH_LIMIT).then_some(path);
    }

    /// Where to go after signing in; asked once.
    pub fn take_path(&mut self) -> Option<String> {
        self.return_to.take()
    }
}

/// All sessions, by the value of their cookie.
#[derive(Debug, Default)]
pub(super) struct Sessions(IndexMap<String, Session>);

impl Sessions {
    /// The session of this cookie, or a new one if it is unknown or has ended; returns its name.
    pub fn open(&mut self, cookie: Option<&str>, now: UnixTime, random: &mut dyn TokenSource) -> String {
        if let Some(name) = cookie
            && let Some(session) = self.0.get_mut(name).filter(|session| session.expires_at > now)
        {
            session.touch(now);
            return name.to_owned();
        }
        self.start(None, now, random)
    }

    /// Starts a session; returns its name.
    pub fn start(&mut self, user: Option<UserId>, now: UnixTime, random: &mut dyn TokenSource) -> String {
        if self.0.len() >= LIMIT {
            self.0.drain(..LIMIT / 2);
        }
        let name = random.hex(16);
        self.0.insert(name.clone(), Session::new(user, now, random));
        name
    }

    /// Ends a session: its name is invalid from now on.
    pub fn end(&mut self, name: &str) {
        // The order is that of their age, by which they go when there are too many. Sessions end young, near the end.
        self.0.shift_remove(name);
    }

    /// The session of this name.
    pub fn get(&self, name: &str) -> Option<&Session> {
        self.0.get(name)
    }

    /// The session of this name.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Session> {
        self.0.get_mut(name)
    }

    /// How many there are.
    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The `Set-Cookie` field for a session.
    pub fn set_cookie(&self, name: &str, secure: bool) -> String {
        let expires = self.0.get(name).map(|session| session.expires_at).unwrap_or_default().to_http_date();
        let secure = if secure { "; secure" } else { "" };
        format!("{SESSION_COOKIE}={name}; path=/; expires={expires}{secure}; HttpOnly; SameSite=Lax")
    }
}
