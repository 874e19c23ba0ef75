//! Cookies as the server writes them.

use std::fmt;
use std::time::Duration;

use crate::time::UnixTime;

/// Name of the cookie that ties a sign-in to the browser it began in.
pub(super) const SIGN_IN_COOKIE: &str = "MMOAUTH";

/// A `Set-Cookie` field; its `Display` is the field's value.
///
/// # Shape
/// Displayed, `NAME=VALUE; Path=…; Expires=…; Max-Age=…; HttpOnly; Secure`.
///
/// ```
/// use gitlab_mattermost_core::mattermost::Cookie;
///
/// assert_eq!(Cookie::deleted("MMOAUTH", "/").to_string(), "MMOAUTH=; Path=/; Max-Age=0; HttpOnly");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cookie {
    /// The cookie's name.
    pub name: &'static str,
    /// Value; secret for most cookies, so `Display` is for the wire only.
    pub value: String,
    /// Folder it holds for.
    pub path: String,
    /// Domain, where subdomains may see it.
    pub domain: Option<String>,
    /// When it ends and in how many seconds; `None` deletes it.
    pub lifetime: Option<(UnixTime, u64)>,
    /// Hidden from scripts.
    pub http_only: bool,
    /// Sent over TLS alone.
    pub secure: bool,
}

impl Cookie {
    /// A cookie that lasts `seconds` from `now` on.
    pub fn lasting(name: &'static str, value: String, path: &str, now: UnixTime, seconds: u64) -> Self {
        let end = now + Duration::from_secs(seconds);
        let (domain, http_only, secure) = (None, false, false);
        Self { name, value, path: path.to_owned(), domain, lifetime: Some((end, seconds)), http_only, secure }
    }

    /// A field that deletes the cookie `name`.
    pub fn deleted(name: &'static str, path: &str) -> Self {
        let (value, domain) = (String::new(), None);
        Self { name, value, path: path.to_owned(), domain, lifetime: None, http_only: true, secure: false }
    }
}

impl fmt::Display for Cookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}; Path={}", self.name, self.value, self.path)?;
        if let Some(domain) = &self.domain {
            write!(f, "; Domain={domain}")?;
        }
        match self.lifetime {
            Some((end, seconds)) => write!(f, "; Expires={}; Max-Age={seconds}", end.to_http_date())?,
            None => f.write_str("; Max-Age=0")?,
        }
        f.write_str(if self.http_only { "; HttpOnly" } else { "" })?;
        f.write_str(if self.secure { "; Secure" } else { "" })
    }
}
