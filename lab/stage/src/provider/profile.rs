//! Ready profiles: how the providers that people put in GitLab's place look when they are set up as usual.

use toml::{Table, Value};

use super::description::Description;
use super::error::ProviderError;
use crate::toml_fault::toml_fault;

/// A profile and what it is for.
#[derive(Debug, Clone, Copy)]
pub struct Profile {
    /// Its name.
    pub name: &'static str,
    /// The provider, in a sentence.
    pub sentence: &'static str,
    /// Its lines, as they may stand in a file.
    pub lines: &'static str,
}

/// Every profile.
pub const PROFILES: [Profile; 6] = [
    Profile {
        name: "gitlab",
        sentence: "GitLab, or what behaves like it, pages and administrator's API included",
        lines: include_str!("profiles/gitlab.toml"),
    },
    Profile {
        name: "keycloak",
        sentence: "Keycloak; the base is that of the realm (`…/realms/NAME`), a mapper adds the numeric id",
        lines: include_str!("profiles/keycloak.toml"),
    },
    Profile {
        name: "authentik",
        sentence: "authentik with implicit consent, signed in to through its flow executor",
        lines: include_str!("profiles/authentik.toml"),
    },
    Profile {
        name: "authelia",
        sentence: "Authelia with implicit consent, signed in to through its first-factor API",
        lines: include_str!("profiles/authelia.toml"),
    },
    Profile {
        name: "ldap-bridge",
        sentence: "the PHP bridge to LDAP, Mattermost-LDAP",
        lines: include_str!("profiles/ldap-bridge.toml"),
    },
    Profile {
        name: "oidc",
        sentence: "any provider of OpenID Connect; its discovery document names the endpoints",
        lines: include_str!("profiles/oidc.toml"),
    },
];

impl Profile {
    /// The profile of this name.
    ///
    /// # Errors
    /// [`ProviderError::UnknownProfile`].
    pub fn named(name: &str) -> Result<Self, ProviderError> {
        PROFILES.into_iter().find(|profile| profile.name == name).ok_or_else(|| ProviderError::UnknownProfile {
            given: name.to_owned(),
            known: PROFILES.map(|profile| format!("`{}`", profile.name)).join(", "),
        })
    }
}

/// Reads a description; where it says nothing, its profile speaks. `place` is where it stands, for errors.
pub(super) fn read(place: &str, text: &str) -> Result<Description, ProviderError> {
    let not_described = |message: String| ProviderError::NotDescribed { place: place.to_owned(), message };
    let fault = |error: toml::de::Error| not_described(toml_fault(text, &error));
    let own: Table = text.parse().map_err(fault)?;
    // Alone first, so that what is wrong is told with its line.
    let alone: Description = toml::from_str(text).map_err(fault)?;
    let Some(name) = &alone.profile else { return Ok(alone) };
    let lines: Table = Profile::named(name)?.lines.parse().map_err(fault)?;
    over(lines, own).try_into().map_err(fault)
}

/// `below` with every line of `above` in the place of its own, tables within tables alike.
fn over(mut below: Table, above: Table) -> Table {
    for (key, value) in above {
        let value = match (below.remove(&key), value) {
            (Some(Value::Table(below)), Value::Table(above)) => Value::Table(over(below, above)),
            (_, value) => value,
        };
        below.insert(key, value);
    }
    below
}

#[cfg(test)]
mod tests {
    use super::{PROFILES, read};

    #[test]
    fn every_profile_is_a_description() {
        for profile in PROFILES {
            let read = read(profile.name, &format!("profile = '{}'", profile.name));
            assert!(read.as_ref().is_ok_and(|it| it.base.is_none()), "{read:?}");
        }
    }

    #[test]
    fn a_line_of_the_file_wins_over_that_of_its_profile_and_leaves_the_others() {
        let read = read("f", "profile = 'ldap-bridge'\n[sign-in]\nlogin = 'who'\n").unwrap();
        assert_eq!(read.sign_in.login.as_deref(), Some("who"));
        assert_eq!(read.sign_in.password.as_deref(), Some("password"));
        assert_eq!(read.endpoints.token.as_deref(), Some("/oauth/token"));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        for (text, words) in [
            ("bas = 'x'", "unknown field `bas`"),
            ("[sign-in]\nway = 'magic'", "unknown variant `magic`"),
            ("base = ", "TOML"),
            ("profile = 'kecloak'", "no profile is called `kecloak`"),
        ] {
            let error = read("p.toml", text).map(|_| ()).map_err(|error| error.to_string());
            assert!(error.as_ref().is_err_and(|error| error.contains(words) || words == "TOML"), "{error:?}");
        }
    }
}
