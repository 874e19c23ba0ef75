//! Scopes: what a token may be used for.
//!
//! # Source
//! Doorkeeper 5.5.0 with the settings of GitLab 14.7: settings, authorization.

use std::fmt;

/// What the server grants where neither the request nor the application says anything.
const DEFAULT: &str = "api";

/// Every scope the server knows, with the sentence its consent page says.
const KNOWN: [(&str, &str); 11] = [
    ("api", "Access the authenticated user's API"),
    ("read_user", "Read the authenticated user's personal information"),
    ("read_api", "Read Api"),
    ("read_repository", "Allows read-only access to the repository"),
    ("write_repository", "Allows read-write access to the repository"),
    ("read_registry", "Grants permission to read container registry images"),
    ("write_registry", "Write Registry"),
    ("sudo", "Perform API actions as any user in the system"),
    ("openid", "Authenticate using OpenID Connect"),
    ("profile", "Allows read-only access to the user's personal information using OpenID Connect"),
    ("email", "Allows read-only access to the user's primary email address using OpenID Connect"),
];

/// A list of scopes without repeats, in the order they were named.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Scopes(Vec<String>);

impl Scopes {
    /// Reads names separated by white space; a repeated name counts once.
    pub fn parse(text: &str) -> Self {
        let mut scopes = Vec::<String>::new();
        for name in text.split_ascii_whitespace() {
            if !scopes.iter().any(|known| known == name) {
                scopes.push(name.to_owned());
            }
        }
        Self(scopes)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether every scope of `other` is one of these.
    pub fn cover(&self, other: &Self) -> bool {
        other.0.iter().all(|name| self.0.contains(name))
    }

    /// Whether one of `names` is among these.
    pub fn any_of(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.0.iter().any(|own| own == name))
    }

    /// Whether both hold the same scopes, in whatever order.
    pub fn same_as(&self, other: &Self) -> bool {
        self.0.len() == other.0.len() && self.cover(other)
    }

    /// These scopes as far as `other` has them too, in this order.
    pub fn within(&self, other: &Self) -> Self {
        Self(self.0.iter().filter(|name| other.0.contains(name)).cloned().collect())
    }

    /// The sentences a consent page says for these scopes.
    pub fn descriptions(&self) -> Vec<String> {
        let text = |name: &str| KNOWN.iter().find(|(known, _)| *known == name).map(|(_, text)| (*text).to_owned());
        self.0.iter().map(|name| text(name).unwrap_or_else(|| name.clone())).collect()
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

/// Every scope the server knows.
pub(super) fn known() -> Scopes {
    Scopes(KNOWN.iter().map(|(name, _)| (*name).to_owned()).collect())
}

/// The scopes an applications form offers: those of a GitLab without container registry.
pub(super) fn offered() -> impl Iterator<Item = (&'static str, &'static str)> {
    KNOWN.into_iter().filter(|(name, _)| !name.ends_with("_registry"))
}

/// What is granted when a request names no scope: the default, as far as the application has scopes of its own.
pub(super) fn default_for(application: &Scopes) -> Scopes {
    let default = Scopes::parse(DEFAULT);
    if application.is_empty() { default } else { default.within(application) }
}

/// Whether `requested` may be granted: something is asked for, no scope is separated by a tab or a line break, and every
/// one is among `allowed`, or among all known ones if nothing is.
pub(super) fn may_grant(requested: &str, allowed: &Scopes) -> bool {
    let all = if allowed.is_empty() { known() } else { allowed.clone() };
    !requested.trim().is_empty() && !requested.contains(['\n', '\r', '\t']) && all.cover(&Scopes::parse(requested))
}

#[cfg(test)]
mod tests {
    use super::{Scopes, default_for, may_grant};

    #[test]
    fn order_is_kept_and_repeats_collapse() {
        assert_eq!(Scopes::parse(" read_user  api read_user").to_string(), "read_user api");
    }

    #[test]
    fn an_application_without_scopes_may_ask_for_any_known_one() {
        assert!(may_grant("read_user openid", &Scopes::default()));
        for bad in ["", " ", "banana", "API", "api,read_user", "api\tread_user", "api\n"] {
            assert!(!may_grant(bad, &Scopes::default()), "{bad:?}");
        }
    }

    #[test]
    fn an_application_with_scopes_may_ask_for_those_alone() {
        let own = Scopes::parse("read_user");
        assert!(may_grant("read_user", &own) && !may_grant("read_user api", &own));
    }

    #[test]
    fn the_default_scope_is_granted_only_if_the_application_has_it() {
        assert_eq!(default_for(&Scopes::default()).to_string(), "api");
        assert_eq!(default_for(&Scopes::parse("read_user api")).to_string(), "api");
        assert!(default_for(&Scopes::parse("read_user")).is_empty());
    }
}
