//! People with an account, and their personal access tokens.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::rules::{FAILED_SIGN_INS_LIMIT, LOCK_TIME};
use super::scope::Scopes;
use super::seed::{SeedPersonalAccessToken, SeedUser};
use crate::hexadecimal;
use crate::time::UnixTime;

/// A user's number.
pub(super) type UserId = u64;

/// A person with an account.
#[derive(Debug, Clone)]
pub(super) struct User {
    /// What was set up.
    pub seed: SeedUser,
    created_at: UnixTime,
    current_sign_in_at: UnixTime,
    last_sign_in_at: UnixTime,
    failed_sign_ins: u32,
    locked_at: Option<UnixTime>,
}

/// A personal access token.
#[derive(Debug, Clone)]
pub(super) struct PersonalAccessToken {
    /// What was set up.
    pub seed: SeedPersonalAccessToken,
    /// Its owner.
    pub user: UserId,
    /// What it may be used for.
    pub scopes: Scopes,
}

impl User {
    /// An account made `now`; it counts as signed in once.
    pub fn new(seed: SeedUser, now: UnixTime) -> Self {
        Self {
            seed,
            created_at: now,
            current_sign_in_at: now,
            last_sign_in_at: now,
            failed_sign_ins: 0,
            locked_at: None,
        }
    }

    /// Checks a password and counts failures: ten in a row lock the account for ten minutes, in which even the right
    /// password is wrong.
    ///
    /// # Source
    /// Doorkeeper 5.5.0 with the settings of GitLab 14.7: the sign-in page.
    pub fn accepts_password(&mut self, password: &str, now: UnixTime) -> bool {
        if self.locked_at.is_some_and(|locked_at| now.since(locked_at) >= LOCK_TIME) {
            self.locked_at = None;
            self.failed_sign_ins = 0;
        }
        let accepted = self.seed.password.matches(password) && self.locked_at.is_none();
        if accepted {
            self.failed_sign_ins = 0;
        } else {
            self.failed_sign_ins += 1;
            if self.failed_sign_ins >= FAILED_SIGN_INS_LIMIT && self.locked_at.is_none() {
                self.locked_at = Some(now);
            }
        }
        accepted
    }

    /// Notes that a session began.
    pub fn note_sign_in(&mut self, now: UnixTime) {
        self.last_sign_in_at = self.current_sign_in_at;
        self.current_sign_in_at = now;
    }

    /// The account as `GET /api/v4/user` shows it to its owner.
    ///
    /// # Source
    /// Doorkeeper 5.5.0 with the settings of GitLab 14.7: the user API: the fields of 14.x in their order.
    pub fn to_json(&self, base_url: &str) -> Value {
        let mut json = json!({
            "id": self.seed.id,
            "username": self.seed.username,
            "name": self.seed.name,
            "state": self.state(),
            "avatar_url": self.avatar_url(),
            "web_url": format!("{base_url}/{}", self.seed.username),
            "created_at": self.created_at.to_iso8601(),
            "bio": "",
            "location": null,
            "public_email": "",
            "skype": "",
            "linkedin": "",
            "twitter": "",
            "website_url": "",
            "organization": null,
            "job_title": "",
            "pronouns": null,
            "bot": false,
            "work_information": null,
            "followers": 0,
            "following": 0,
            "last_sign_in_at": self.last_sign_in_at.to_iso8601(),
            "confirmed_at": self.seed.confirmed.then(|| self.created_at.to_iso8601()),
            "last_activity_on": null,
            "email": self.seed.email,
            "theme_id": 1,
            "color_scheme_id": 1,
            "projects_limit": 100_000,
            "current_sign_in_at": self.current_sign_in_at.to_iso8601(),
            "identities": [],
            "can_create_group": true,
            "can_create_project": true,
            "two_factor_enabled": false,
            "external": false,
            "private_profile": false,
            "commit_email": self.seed.email,
        });
        if self.seed.admin {
            json["is_admin"] = Value::Bool(true);
        }
        json
    }

    fn state(&self) -> &'static str {
        if self.seed.blocked { "blocked" } else { "active" }
    }

    /// When the last session began.
    pub const fn signed_in_at(&self) -> UnixTime {
        self.current_sign_in_at
    }

    /// The picture that goes with the e-mail address.
    pub fn avatar_url(&self) -> String {
        use md5::{Digest, Md5};
        let digits = hexadecimal::digits(&Md5::digest(self.seed.email.to_lowercase()));
        format!("https://www.gravatar.com/avatar/{digits}?s=80&d=identicon")
    }
}

/// Everybody with an account.
#[derive(Debug, Default)]
pub(super) struct Users {
    by_id: BTreeMap<UserId, User>,
    tokens: Vec<PersonalAccessToken>,
}

impl Users {
    /// Adds an account, unless its number, name or address is taken.
    pub fn add(&mut self, seed: SeedUser, now: UnixTime) -> Result<(), SeedUser> {
        let taken = self.by_id.contains_key(&seed.id)
            || self.find_by_login(&seed.username).is_some()
            || self.find_by_login(&seed.email).is_some();
        if taken {
            return Err(seed);
        }
        self.by_id.insert(seed.id, User::new(seed, now));
        Ok(())
    }

    /// Adds a token of a known user.
    pub fn add_token(&mut self, seed: SeedPersonalAccessToken) -> Result<(), SeedPersonalAccessToken> {
        let Some(user) = self.find_by_login(&seed.user).map(|user| user.seed.id) else { return Err(seed) };
        self.tokens.push(PersonalAccessToken { user, scopes: Scopes::parse(&seed.scopes), seed });
        Ok(())
    }

    /// Removes an account and its tokens.
    pub fn remove(&mut self, id: UserId) -> Option<User> {
        self.tokens.retain(|token| token.user != id);
        self.by_id.remove(&id)
    }

    /// The number the next account gets.
    pub fn next_id(&self) -> UserId {
        self.by_id.keys().next_back().map_or(1, |last| last + 1)
    }

    /// The user with number `id`.
    pub fn get(&self, id: UserId) -> Option<&User> {
        self.by_id.get(&id)
    }

    /// The user with number `id`.
    pub fn get_mut(&mut self, id: UserId) -> Option<&mut User> {
        self.by_id.get_mut(&id)
    }

    /// The user with this login name or address, in any case.
    pub fn find_by_login(&self, login: &str) -> Option<&User> {
        let login = login.trim().to_lowercase();
        self.by_id
            .values()
            .find(|user| user.seed.username.to_lowercase() == login || user.seed.email.to_lowercase() == login)
    }

    /// The personal access token `token`.
    pub fn find_token(&self, token: &str) -> Option<&PersonalAccessToken> {
        self.tokens.iter().find(|known| known.seed.token.matches(token))
    }

    /// Everybody, by number.
    pub fn iter(&self) -> impl Iterator<Item = &User> {
        self.by_id.values()
    }

    /// Every personal access token.
    pub fn tokens(&self) -> impl Iterator<Item = &PersonalAccessToken> {
        self.tokens.iter()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::User;
    use crate::gitlab::seed::Seed;
    use crate::time::UnixTime;

    fn alice() -> User {
        User::new(Seed::default().users.remove(1), UnixTime::default())
    }

    #[test]
    fn ten_failures_lock_the_account_for_ten_minutes() {
        let (mut alice, now) = (alice(), UnixTime::default());
        for _ in 0..10 {
            assert!(!alice.accepts_password("nope", now));
        }
        assert!(!alice.accepts_password("correct horse", now + Duration::from_secs(599)));
        assert!(alice.accepts_password("correct horse", now + Duration::from_secs(600)));
    }

    #[test]
    fn a_success_in_between_starts_the_count_again() {
        let (mut alice, now) = (alice(), UnixTime::default());
        for password in ["nope"; 9].into_iter().chain(["correct horse"]).chain(["nope"; 9]) {
            alice.accepts_password(password, now);
        }
        assert!(alice.accepts_password("correct horse", now));
    }

    #[test]
    fn only_administrators_have_the_field_is_admin() {
        let root = User::new(Seed::default().users.remove(0), UnixTime::default());
        assert_eq!(root.to_json("http://gitlab.example.com")["is_admin"], true);
        assert!(alice().to_json("http://gitlab.example.com").get("is_admin").is_none());
    }
}
