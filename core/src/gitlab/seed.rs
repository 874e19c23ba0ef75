//! What a mock GitLab starts with: people, their personal access tokens, and applications.
//!
//! The schema of the file form is `lab/schemas/gitlab-seed.schema.json`.

use serde::{Deserialize, Serialize};

use super::scope::{self, Scopes};
use crate::secret::Secret;

/// The state of a GitLab, as far as a test sets it up.
///
/// # Shape
/// `{"users": […], "personal_access_tokens": […], "applications": […]}`; every member may be left out. Without `users`
/// (and only then) the people and tokens of [`Seed::default`] are there.
///
/// ```
/// use gitlab_mattermost_core::gitlab::Seed;
///
/// let seed: Seed = serde_json::from_str(r#"{"applications": []}"#)?;
/// assert_eq!(seed, Seed::default());
/// assert_eq!(seed.users[1].username, "alice");
/// assert!(serde_json::from_str::<Seed>(r#"{"user": []}"#).is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
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
///
/// # Shape
/// `{"id": 2, "username": "alice", "name": "Alice", "email": "alice@example.com", "password": "…"}`; the switches may be left
/// out. Rejected: an id of 0, an e-mail without `@`, nothing for a username or a password.
///
/// ```
/// use gitlab_mattermost_core::gitlab::SeedUser;
///
/// let json = r#"{"id": 2, "username": "alice", "name": "Alice", "email": "alice@example.com", "password": "correct horse"}"#;
/// let alice: SeedUser = serde_json::from_str(json)?;
/// assert!(alice.confirmed && !alice.admin && !alice.blocked);
/// # Ok::<(), serde_json::Error>(())
/// ```
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
    /// The password to sign in with.
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
///
/// # Shape
/// `{"user": "alice", "token": "glpat-…", "scopes": "read_user api"}`. Rejected: a scope that GitLab does not know, none at all.
///
/// ```
/// use gitlab_mattermost_core::gitlab::SeedPersonalAccessToken;
///
/// let json = r#"{"user": "alice", "token": "glpat-alice", "scopes": "read_user"}"#;
/// let token: SeedPersonalAccessToken = serde_json::from_str(json)?;
/// assert_eq!(token.token.expose(), "glpat-alice");
/// # Ok::<(), serde_json::Error>(())
/// ```
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
///
/// # Shape
/// `{"name": "notes", "redirect_uris": ["https://notes.example.com/cb"]}`, and what else differs from GitLab's defaults.
/// Rejected: what GitLab's own form would not save, like a redirect URI `/cb`, or none.
///
/// ```
/// use gitlab_mattermost_core::gitlab::SeedApplication;
///
/// let json = r#"{"name": "notes", "redirect_uris": ["https://notes.example.com/cb"]}"#;
/// let notes: SeedApplication = serde_json::from_str(json)?;
/// assert!(notes.confidential && !notes.trusted && notes.client_id.is_none());
/// # Ok::<(), serde_json::Error>(())
/// ```
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
///
/// # Shape
/// One variant per cause; its text names the user, token or application and says what to change.
///
/// ```
/// use gitlab_mattermost_core::gitlab::SeedError;
///
/// let error = SeedError::DuplicateApplication { name: "notes".to_owned() };
/// assert!(error.to_string().starts_with("application `notes`: its client_id is that of another"));
/// ```
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
    /// An application that GitLab's own form would not save.
    #[error("application `{name}`: GitLab's form would refuse it: {}", errors.join("; "))]
    RefusedApplication {
        /// Its name.
        name: String,
        /// What the form says, one sentence per problem.
        errors: Vec<String>,
    },
    /// A person or a token of whom GitLab would not take something.
    #[error("{what}: {reason}")]
    Refused {
        /// Who or what.
        what: String,
        /// What GitLab would not take, and why.
        reason: String,
    },
    /// Two applications share an id.
    #[error("application `{name}`: its client_id is that of another application as well; give each its own")]
    DuplicateApplication {
        /// The second of them.
        name: String,
    },
}

impl SeedUser {
    /// Refuses what no account of GitLab has.
    pub(super) fn check(&self) -> Result<(), SeedError> {
        let reason = match self {
            _ if self.id == 0 => "its id is 0; numbers begin with 1",
            _ if self.username.trim().is_empty() => "it has no username",
            _ if !self.email.contains('@') => "its email is no address",
            _ if self.password.expose().is_empty() => "it has no password",
            _ => return Ok(()),
        };
        Err(SeedError::Refused { what: format!("user `{}`", self.username), reason: reason.to_owned() })
    }
}

impl SeedPersonalAccessToken {
    /// Refuses what no token of GitLab has.
    pub(super) fn check(&self) -> Result<(), SeedError> {
        let scopes = Scopes::parse(&self.scopes);
        let reason = match self {
            _ if self.token.expose().trim().is_empty() => "it is empty",
            _ if scopes.is_empty() => "it has no scopes",
            _ if !scope::known().cover(&scopes) => "one of its scopes is none of GitLab's",
            _ => return Ok(()),
        };
        let what = format!("a personal access token of `{}`", self.user);
        Err(SeedError::Refused { what, reason: reason.to_owned() })
    }
}

impl SeedApplication {
    /// Refuses an id or a secret that is given and empty; the rest is for the form to judge.
    pub(super) fn check(&self) -> Result<(), SeedError> {
        let is_blank = |text: &str| text.trim().is_empty();
        let errors = [
            self.client_id.as_deref().is_some_and(is_blank).then_some("client_id can't be blank"),
            self.client_secret
                .as_ref()
                .is_some_and(|it| is_blank(it.expose()))
                .then_some("client_secret can't be blank"),
        ];
        let errors: Vec<_> = errors.into_iter().flatten().map(str::to_owned).collect();
        if errors.is_empty() {
            return Ok(());
        }
        Err(SeedError::RefusedApplication { name: self.name.clone(), errors })
    }
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
/// Doorkeeper 5.5.0 with the settings of GitLab 14.7: its recorded exchanges: password `correct horse` for all; carol's
/// address is not confirmed, dave is blocked.
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
    fn what_gitlab_would_not_save_is_refused_with_the_words_of_its_form() {
        use crate::gitlab::{Provider, ProviderSettings};
        use crate::time::UnixTime;
        struct Zeros;
        impl crate::random::TokenSource for Zeros {
            fn fill(&mut self, bytes: &mut [u8]) {
                bytes.fill(0);
            }
        }
        let user = |id: u64, username: &str, email: &str| {
            format!(r#"{{"id": {id}, "username": "{username}", "name": "", "email": "{email}", "password": "p"}}"#)
        };
        let token = |token: &str, scopes: &str| {
            format!(r#"{{"personal_access_tokens": [{{"user": "root", "token": "{token}", "scopes": "{scopes}"}}]}}"#)
        };
        let application = |more: &str| format!(r#"{{"applications": [{{"name": "A", {more}}}]}}"#);
        for (seed, expected) in [
            (
                application(r#""redirect_uris": []"#),
                "application `A`: GitLab's form would refuse it: Redirect URI can't be blank",
            ),
            (
                application(r#""redirect_uris": ["javascript:alert(1)"], "scopes": "root""#),
                "application `A`: GitLab's form would refuse it: Redirect URI is forbidden by the server.; \
                 Redirect URI must specify a scheme.; Scopes doesn't match configured on the server.",
            ),
            (
                application(r#""redirect_uris": ["http://a"], "client_id": " ", "client_secret": """#),
                "application `A`: GitLab's form would refuse it: client_id can't be blank; client_secret can't be blank",
            ),
            (token("", "api"), "a personal access token of `root`: it is empty"),
            (token("t", ""), "a personal access token of `root`: it has no scopes"),
            (token("t", "root"), "a personal access token of `root`: one of its scopes is none of GitLab's"),
            (format!(r#"{{"users": [{}]}}"#, user(0, "a", "a@b")), "user `a`: its id is 0; numbers begin with 1"),
            (format!(r#"{{"users": [{}]}}"#, user(1, " ", "a@b")), "user ` `: it has no username"),
            (format!(r#"{{"users": [{}]}}"#, user(1, "a", "a")), "user `a`: its email is no address"),
        ] {
            let seed: Seed = serde_json::from_str(&seed).unwrap();
            let made = Provider::new(ProviderSettings::default(), seed, UnixTime::default(), &mut Zeros);
            assert_eq!(made.map(|_| ()).map_err(|error| error.to_string()), Err(expected.to_owned()));
        }
    }

    #[test]
    fn a_seed_prints_no_secret() {
        let printed = format!("{:?}", Seed::default());
        assert!(!printed.contains("correct horse") && !printed.contains("glpat-"), "{printed}");
    }
}
