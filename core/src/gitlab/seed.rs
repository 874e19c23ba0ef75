//! What a mock GitLab starts with: people, their personal access tokens, and applications.
//!
//! The schema of the file form is `lab/schemas/gitlab-seed.schema.json`.

use serde::{Deserialize, Serialize};

use crate::secret::Secret;

/// The state of a GitLab, as far as a test sets it up.
///
/// # Shape
/// `{"users": […], "personal_access_tokens": […], "applications": […]}`; every member may be left out. Without `users`
/// (and only then) the people and tokens of [`Seed::default`] are there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seed {
    /// People with an account.
    #[serde(default = "default_users")]
    pub users: Vec<SeedUser>,
    /// Their personal access tokens.
    #[serde(default = "default_tokens")]
    pub personal_access_tokens: Vec<SeedPersonalAccessToken>,
    /// OAuth applications; they get the numbers 1, 2, … in this order.
    #[serde(default)]
    pub applications: Vec<SeedApplication>,
}

/// A person with an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedUser {
    /// Number, from 1.
    pub id: u64,
    /// Login name.
    pub username: String,
    /// Name shown to others.
    pub name: String,
    /// Primary e-mail address.
    pub email: String,
    /// Password.
    pub password: Secret,
    /// Whether this person administers the instance.
    #[serde(default)]
    pub admin: bool,
    /// Whether an administrator has blocked the account.
    #[serde(default)]
    pub blocked: bool,
    /// Whether the e-mail address is confirmed.
    #[serde(default = "yes")]
    pub confirmed: bool,
    /// Whether this person has yet to accept the instance's terms of service.
    #[serde(default)]
    pub must_accept_terms: bool,
}

/// A personal access token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedPersonalAccessToken {
    /// Login name of its owner.
    pub user: String,
    /// The token.
    pub token: Secret,
    /// Scopes, separated by spaces.
    pub scopes: String,
}

/// An OAuth application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedApplication {
    /// What a test calls it; GitLab does not know it.
    #[serde(rename = "ref", default, skip_serializing)]
    pub reference: Option<String>,
    /// Application ID; a fresh one if none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// Secret; a fresh one if none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<Secret>,
    /// Name shown on the consent page.
    pub name: String,
    /// Redirect URIs.
    pub redirect_uris: Vec<String>,
    /// Scopes, separated by spaces; none means every scope may be asked for.
    #[serde(default)]
    pub scopes: String,
    /// Whether nobody is asked for consent.
    #[serde(default)]
    pub trusted: bool,
    /// Whether it can keep a secret.
    #[serde(default = "yes")]
    pub confidential: bool,
    /// Whether its access tokens expire, in versions of GitLab where that is a choice.
    #[serde(default = "yes")]
    pub expire_access_tokens: bool,
    /// Login name of the owner; none for one of the whole instance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
}

/// Why a seed makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SeedError {
    /// Two people share a number, a login name or an address.
    #[error("user `{username}`: its id, username or email is that of another user as well; give each its own")]
    DuplicateUser {
        /// The second of them.
        username: String,
    },
    /// A token or an application names an owner that is no user.
    #[error("{what} names the user `{username}`, who is not among `users`")]
    UnknownUser {
        /// What names the user.
        what: String,
        /// The name.
        username: String,
    },
    /// Two applications share an id.
    #[error("application `{name}`: its client_id is that of another application as well; give each its own")]
    DuplicateApplication {
        /// The second of them.
        name: String,
    },
}

impl Seed {
    /// The password of the person with this login name.
    pub fn password_of(&self, login: &str) -> Option<&Secret> {
        self.users.iter().find(|user| user.username == login).map(|user| &user.password)
    }

    /// A personal access token with which an administrator may do everything.
    pub fn administrator_token(&self) -> Option<&Secret> {
        let is_admin = |login: &str| self.users.iter().any(|user| user.admin && user.username == login);
        let is_full = |scopes: &str| scopes.split_ascii_whitespace().any(|scope| scope == "api");
        let found = self.personal_access_tokens.iter().find(|token| is_admin(&token.user) && is_full(&token.scopes));
        found.map(|token| &token.token)
    }
}

/// The people and tokens of the recorded transcripts, and no application.
///
/// # Source
/// Facts on GitLab's provider, section 1: password `correct horse` for all; carol's address is not confirmed, dave is blocked.
impl Default for Seed {
    fn default() -> Self {
        Self { users: default_users(), personal_access_tokens: default_tokens(), applications: Vec::new() }
    }
}

fn default_users() -> Vec<SeedUser> {
    let user = |id, username: &str, name: &str, email: &str| SeedUser {
        id,
        username: username.to_owned(),
        name: name.to_owned(),
        email: email.to_owned(),
        password: Secret::new("correct horse"),
        admin: username == "root",
        blocked: username == "dave",
        confirmed: username != "carol",
        must_accept_terms: false,
    };
    vec![
        user(1, "root", "Administrator", "admin@example.com"),
        user(2, "alice", "Alice Example", "alice@example.com"),
        user(3, "bob", "Bob Example", "bob@example.com"),
        user(4, "carol", "Carol Example", "carol@example.com"),
        user(5, "dave", "Dave Example", "dave@example.com"),
    ]
}

fn default_tokens() -> Vec<SeedPersonalAccessToken> {
    [
        ("root", "glpat-rootrootrootrootroo", "api"),
        ("alice", "glpat-alicealicealiceali", "read_user"),
        ("bob", "glpat-bobbobbobbobbobbob", "api"),
    ]
    .map(|(user, token, scopes)| SeedPersonalAccessToken {
        user: user.to_owned(),
        token: Secret::new(token),
        scopes: scopes.to_owned(),
    })
    .to_vec()
}

const fn yes() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::Seed;

    #[test]
    fn an_empty_seed_is_the_default_one() {
        assert_eq!(serde_json::from_str::<Seed>("{}").ok(), Some(Seed::default()));
    }

    #[test]
    fn an_unknown_member_is_refused() {
        assert!(serde_json::from_str::<Seed>(r#"{"user": []}"#).is_err());
    }

    #[test]
    fn the_administrator_is_known_by_a_token_that_may_do_everything() {
        let mut seed = Seed::default();
        assert_eq!(seed.administrator_token(), Some(&seed.personal_access_tokens[0].token));
        assert_eq!(seed.password_of("alice"), Some(&seed.users[1].password));
        seed.personal_access_tokens[0].scopes = "read_api".to_owned();
        assert_eq!((seed.administrator_token(), seed.password_of("nobody")), (None, None));
    }

    #[test]
    fn a_seed_prints_no_secret() {
        let printed = format!("{:?}", Seed::default());
        assert!(!printed.contains("correct horse") && !printed.contains("glpat-"), "{printed}");
    }
}
