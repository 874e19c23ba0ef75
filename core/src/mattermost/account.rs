//! Accounts, and what makes one valid.

use std::collections::BTreeMap;

use serde::Serialize;

use super::failure::Failure;
use super::id::new_id;
use super::profile::Profile;
use super::release::Release;
use super::username::is_valid_username;
use crate::random::TokenSource;
use crate::secret::Secret;
use crate::time::UnixTime;

/// When an account changed, in milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Timestamps {
    /// When it was made.
    pub create_at: u64,
    /// Last change.
    pub update_at: u64,
    /// Deactivation; 0 for an active account.
    pub delete_at: u64,
    /// Last change of the password, or of the way to sign in.
    pub password_at: u64,
}

/// A row of the user table.
///
/// # Shape
/// Accepted by [`Account::check`]: a username by [`is_valid_username`], an email by [`is_valid_email`] of at most 128
/// bytes, names of at most 64 characters. Rejected: a username with a capital, an empty email.
///
/// ```
/// use gitlab_mattermost_core::mattermost::{Account, Timestamps};
///
/// let times = Timestamps { create_at: 1, update_at: 1, ..Timestamps::default() };
/// let account = Account { username: "Alice".to_owned(), times, ..Account::default() };
/// assert!(account.check().is_err(), "its username has a capital");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Account {
    /// 26 characters.
    pub id: String,
    /// When it changed.
    pub times: Timestamps,
    /// Unique name in lower case.
    pub username: String,
    /// Digest of the password; empty where another service vouches for the person.
    pub password: Secret,
    /// The person's id at that service.
    pub auth_data: Option<String>,
    /// That service: `gitlab`, `saml`, `ldap`, …; empty for a password account.
    pub auth_service: String,
    /// Unique email in lower case.
    pub email: String,
    /// The email was verified.
    pub email_verified: bool,
    /// The nickname, chosen by the person.
    pub nickname: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// The position in the organization, as free text.
    pub position: String,
    /// `system_user`, or `system_admin system_user`.
    pub roles: String,
    /// Language of the interface: `en`.
    pub locale: String,
    /// Failed password attempts in a row.
    pub failed_attempts: i32,
}

impl Account {
    /// A new account as yet without name, email or way to sign in.
    pub fn new(now: UnixTime, random: &mut dyn TokenSource) -> Self {
        let at = now.millis;
        let times = Timestamps { create_at: at, update_at: at, delete_at: 0, password_at: at };
        let roles = "system_user".to_owned();
        Self { id: new_id(random), times, roles, locale: "en".to_owned(), ..Self::default() }
    }

    /// Takes over what GitLab says: the name, and those of username and email that no other account has.
    ///
    /// Returns whether anything changed. A deactivated account becomes active.
    ///
    /// DIFFERENCE: the document does not tell that a log-in undoes a deactivation.
    pub(super) fn take_over(&mut self, profile: &Profile, username_free: bool, email_free: bool) -> bool {
        let before = self.clone();
        if username_free {
            self.username.clone_from(&profile.username);
        }
        if (&profile.first_name, &profile.last_name) != (&self.first_name, &self.last_name) {
            self.first_name.clone_from(&profile.first_name);
            self.last_name.clone_from(&profile.last_name);
        }
        if email_free {
            self.email.clone_from(&profile.email);
        }
        self.times.delete_at = 0;
        *self != before
    }

    /// Checks the limits of every field, in the server's order.
    ///
    /// # Errors
    /// The first field out of its limits.
    pub fn check(&self) -> Result<(), Failure> {
        let invalid =
            |id, text| Err(Failure::new("User.IsValid", 400, id, text).with_details(format!("user_id={}", self.id)));
        let too_long = |text: &str, limit| text.chars().count() > limit;
        match () {
            () if !is_valid_username(&self.username) => invalid(
                "model.user.is_valid.username.app_error",
                "Username must begin with a letter, and contain between 3 to 22 lowercase characters made up of \
                 numbers, letters, and the symbols \".\", \"-\", and \"_\".",
            ),
            () if self.email.len() > 128 || !is_valid_email(&self.email) => {
                invalid("model.user.is_valid.email.app_error", "Invalid email.")
            }
            () if too_long(&self.nickname, 64) => {
                invalid("model.user.is_valid.nickname.app_error", "Invalid nickname.")
            }
            () if too_long(&self.first_name, 64) => {
                invalid("model.user.is_valid.first_name.app_error", "Invalid first name.")
            }
            () if too_long(&self.last_name, 64) => {
                invalid("model.user.is_valid.last_name.app_error", "Invalid last name.")
            }
            () => Ok(()),
        }
    }

    /// The account as the API shows it to the person it belongs to.
    pub fn to_json(&self, release: Release) -> String {
        let of_threads = if release.notify_props_of_threads() { &OF_THREADS[..] } else { &[] };
        let of_threads = of_threads.iter().copied();
        let shown = Shown {
            id: &self.id,
            create_at: self.times.create_at,
            update_at: self.times.update_at,
            delete_at: self.times.delete_at,
            username: &self.username,
            auth_data: "",
            auth_service: &self.auth_service,
            email: &self.email,
            email_verified: self.email_verified,
            nickname: &self.nickname,
            first_name: &self.first_name,
            last_name: &self.last_name,
            position: &self.position,
            roles: &self.roles,
            notify_props: NOTIFY_PROPS.into_iter().chain(of_threads).collect(),
            last_password_update: self.times.password_at,
            locale: &self.locale,
            timezone: BTreeMap::from(TIMEZONE),
            disable_welcome_email: false,
        };
        let mut json = super::go::json_escape(&serde_json::to_string(&shown).unwrap_or_default());
        if release.ends_users_with_newline() {
            json.push('\n');
        }
        json
    }
}

/// What every account is told about at first; nothing here changes it.
const NOTIFY_PROPS: [(&str, &str); 9] = [
    ("channel", "true"),
    ("comments", "never"),
    ("desktop", "mention"),
    ("desktop_sound", "true"),
    ("email", "true"),
    ("first_name", "false"),
    ("mention_keys", ""),
    ("push", "mention"),
    ("push_status", "away"),
];

/// What is there beside it where threads are followed.
const OF_THREADS: [(&str, &str); 3] = [("desktop_threads", "all"), ("email_threads", "all"), ("push_threads", "all")];

const TIMEZONE: [(&str, &str); 3] =
    [("automaticTimezone", ""), ("manualTimezone", ""), ("useAutomaticTimezone", "true")];

/// The fields in the order in which the API shows them.
#[derive(Serialize)]
struct Shown<'a> {
    id: &'a str,
    create_at: u64,
    update_at: u64,
    delete_at: u64,
    username: &'a str,
    auth_data: &'static str,
    auth_service: &'a str,
    email: &'a str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    email_verified: bool,
    nickname: &'a str,
    first_name: &'a str,
    last_name: &'a str,
    position: &'a str,
    roles: &'a str,
    notify_props: BTreeMap<&'static str, &'static str>,
    last_password_update: u64,
    locale: &'a str,
    timezone: BTreeMap<&'static str, &'static str>,
    disable_welcome_email: bool,
}

/// Whether an email may be used.
///
/// # Shape
/// One address in lower case without display name: `local@domain`, where both are atoms joined by single dots and the
/// local part may also be a quoted text. Accepted: `a@b`. Rejected: `Al <a@b>`, `A@b`, `a..b@c`.
///
/// ```
/// use gitlab_mattermost_core::mattermost::is_valid_email;
/// assert!(is_valid_email("alice@example.com") && is_valid_email("a@b"));
/// assert!(!is_valid_email("Al <a@b>") && !is_valid_email("a..b@c"));
/// ```
pub fn is_valid_email(email: &str) -> bool {
    let bare = email.trim_matches([' ', '\t']);
    let bare = bare.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap_or(bare);
    let Some((local, domain)) = bare.rsplit_once('@') else { return false };
    let atext = |c: char| c.is_ascii_alphanumeric() || !c.is_ascii() || "!#$%&'*+-/=?^_`{|}~".contains(c);
    let atoms = |text: &str| text.split('.').all(|atom| !atom.is_empty() && atom.chars().all(atext));
    email == email.to_lowercase() && (atoms(local) || is_quoted(local)) && atoms(domain)
}

/// Whether an email ends in one of the domains, which stand between blanks, commas or `@`; none: any domain.
///
/// ```
/// use gitlab_mattermost_core::mattermost::is_accepted_domain;
/// assert!(is_accepted_domain("alice@example.com", "example.org, example.com") && is_accepted_domain("alice@x.net", ""));
/// assert!(!is_accepted_domain("alice@x.net", "example.com"));
/// ```
pub fn is_accepted_domain(email: &str, domains: &str) -> bool {
    let domains = domains.to_lowercase();
    let ends = |domain: &str| email.strip_suffix(domain).is_some_and(|local| local.ends_with('@'));
    domains.is_empty() || domains.split([' ', ',', '@', '\t', '\n']).filter(|d| !d.is_empty()).any(ends)
}

fn is_quoted(local: &str) -> bool {
    let Some(inner) = local.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else { return false };
    let mut escaped = false;
    for c in inner.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return false,
            c if c.is_control() => return false,
            _ => {}
        }
    }
    !escaped && !inner.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_real_servers_accept_are_valid_and_others_are_not() {
        for good in ["a@b", "alice@example.com", "a.b+c@d-e.f", "\"a b\"@c", "ü@example.com", "<a@b>"] {
            assert!(is_valid_email(good), "{good}");
        }
        for bad in ["", "a", "@b", "a@", "a..b@c", ".a@b", "a@b.", "A@b", "al <a@b>", "a b@c", "a@b c", "a@b,c@d"] {
            assert!(!is_valid_email(bad), "{bad}");
        }
    }
}
