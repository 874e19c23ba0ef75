//! Sessions and their cookies.

use std::collections::BTreeMap;

use super::account::Account;
use super::cookie::Cookie;
use super::id::new_id;
use super::settings::Settings;
use super::site::is_https;
use crate::http::Headers;
use crate::random::TokenSource;
use crate::secret::Secret;
use crate::time::UnixTime;

const DAY_MS: u64 = 86_400_000;

/// A row of the session table.
///
/// # Shape
/// `token` and `csrf` are 26 random characters each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// 26 characters.
    pub id: String,
    /// What the browser shows to be let in.
    pub token: Secret,
    /// Creation, in milliseconds since 1970.
    pub create_at: u64,
    /// End, in milliseconds since 1970.
    pub expires_at: u64,
    /// Whose session it is.
    pub user_id: String,
    /// Roles of that account.
    pub roles: String,
    /// What the browser shows with every change, against forged requests.
    pub csrf: Secret,
    /// It was opened by the mobile application.
    pub is_mobile: bool,
}

impl Session {
    /// A new session of `account`.
    pub fn new(
        settings: &Settings,
        account: &Account,
        is_mobile: bool,
        now: UnixTime,
        random: &mut dyn TokenSource,
    ) -> Self {
        let days = if is_mobile { settings.session_mobile_days } else { settings.session_web_days };
        Self {
            id: new_id(random),
            token: Secret::new(new_id(random)),
            create_at: now.millis,
            expires_at: now.millis.saturating_add(days.saturating_mul(DAY_MS)),
            user_id: account.id.clone(),
            roles: account.roles.clone(),
            csrf: Secret::new(new_id(random)),
            is_mobile,
        }
    }

    /// The properties kept with the session.
    pub fn properties(&self) -> BTreeMap<&'static str, String> {
        BTreeMap::from([
            ("csrf", self.csrf.expose().to_owned()),
            ("isMobile", self.is_mobile.to_string()),
            ("isOAuthUser", "false".to_owned()),
            ("isSaml", "false".to_owned()),
            ("is_guest", "false".to_owned()),
        ])
    }
}

/// The cookies that hand a session to a browser: token, account and, since 5.10, the mark against forged requests.
pub fn session_cookies(settings: &Settings, session: &Session, headers: &Headers, now: UnixTime) -> Vec<Cookie> {
    let path = settings.subpath();
    let seconds = settings.session_web_days.saturating_mul(DAY_MS / 1000);
    let cookie = |name, value: &str, http_only| {
        let lasting = Cookie::lasting(name, value.to_owned(), &path, now, seconds);
        Cookie { http_only, secure: is_https(headers), domain: settings.cookie_domain(), ..lasting }
    };
    let mut cookies =
        vec![cookie("MMAUTHTOKEN", session.token.expose(), true), cookie("MMUSERID", &session.user_id, false)];
    if settings.release.has_csrf_cookie() {
        cookies.push(cookie("MMCSRF", session.csrf.expose(), false));
    }
    cookies
}
