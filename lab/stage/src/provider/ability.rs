//! What scenarios need of a provider, by name.

use super::described::Provider;
use super::description::{Asked, Way};

/// Something that a scenario needs of a provider. Scenarios name it as a tag, `@needs-provider-…`.
#[derive(Debug, Clone, Copy)]
pub struct Ability {
    /// Its name: what follows `needs-provider-` in the tag, and what `lacks` in a description lists.
    pub name: &'static str,
    /// What it is.
    pub sentence: &'static str,
    /// Why a provider as it is described has not got it; nothing if it has.
    missing: fn(&Provider) -> Option<&'static str>,
}

/// Every ability.
pub const ABILITIES: [Ability; 12] = [
    Ability {
        name: "client",
        sentence: "a client for Mattermost: `[client]` with id, secret and redirect URIs, or `[applications]`",
        missing: |it| {
            let none = it.client.is_none() && it.applications.is_none();
            none.then_some(
                "no client is described; give `--gitlab-client ID:SECRET`, or an API that makes applications",
            )
        },
    },
    Ability {
        name: "user",
        sentence: "somebody who can sign in: a `[[user]]`, and a way under `[sign-in]`",
        missing: |it| {
            it.welcome().next().is_none().then_some("no `[[user]]` is described; give `--gitlab-user LOGIN:PASSWORD`")
        },
    },
    Ability {
        name: "two-users",
        sentence: "a second `[[user]]`",
        missing: |it| it.welcome().nth(1).is_none().then_some("only one `[[user]]` is described"),
    },
    Ability {
        name: "password",
        sentence: "a sign-in that looks at a password: by form, Basic or requests",
        missing: |it| {
            let asks = matches!(it.sign_in.way, Way::Form | Way::Basic | Way::Requests);
            (!asks).then_some("nobody types a password in the way that is described under `[sign-in]`")
        },
    },
    Ability {
        name: "two-clients",
        sentence: "another client: `[other-client]`, or `[applications]`",
        missing: |it| {
            let none = it.other_client.is_none() && it.applications.is_none();
            none.then_some("no `[other-client]` is described")
        },
    },
    Ability {
        name: "two-redirect-uris",
        sentence: "a second redirect URI among those of `[client]`, or `[applications]`",
        missing: |it| {
            let one =
                it.applications.is_none() && it.client.as_ref().is_none_or(|client| client.redirect_uris.len() < 2);
            one.then_some("only one redirect URI is described for the client")
        },
    },
    Ability {
        name: "consent",
        sentence: "a page that asks for consent, the first time at least: `[consent]` with `asked` and `button`",
        missing: |it| {
            if it.consent.button.is_none() { Some("`[consent]` describes no page that asks") } else { not_asked(it) }
        },
    },
    Ability {
        name: "consent-once",
        sentence: "a page that asks for consent the first time and then no more: `asked = \"once\"` under `[consent]`",
        missing: |it| {
            let once = it.consent.asked == Asked::Once && it.consent.button.is_some();
            (!once).then_some("`[consent]` does not describe that people are asked once")
        },
    },
    Ability {
        name: "denial",
        sentence: "a button on that page that denies: `deny` under `[consent]`",
        missing: |it| {
            if it.consent.deny.is_none() { Some("`[consent]` describes no button that denies") } else { not_asked(it) }
        },
    },
    Ability {
        name: "scope",
        sentence: "a scope that is asked for: `scope`",
        missing: |it| it.scope.trim().is_empty().then_some("no `scope` is described"),
    },
    Ability {
        name: "blocked-user",
        sentence: "an account that is blocked: a `[[user]]` with `blocked = true`",
        missing: |it| {
            let none = !it.people.iter().any(|person| person.blocked);
            none.then_some("no blocked `[[user]]` is described")
        },
    },
    Ability {
        name: "clock",
        sentence: "a clock that can be put forward: `control`, a listener as that of `serve gitlab --control`",
        missing: |it| {
            (it.control.is_none() && !it.is_double)
                .then_some("its clock cannot be put forward: no `control` is described")
        },
    },
];

/// Why nobody can be shown the question of consent in a scenario, if so.
fn not_asked(provider: &Provider) -> Option<&'static str> {
    match provider.consent.asked {
        Asked::Always => None,
        Asked::Once if provider.client.is_none() => None,
        Asked::Once => Some("who has consented once is not asked again, and the client is always the same"),
        Asked::Never | Asked::Unknown => Some("`[consent]` describes no page that asks"),
    }
}

impl Ability {
    /// The ability that the tag `needs-provider-…` names.
    pub fn of_need(need: &str) -> Option<Self> {
        let name = need.strip_prefix("needs-provider-")?;
        ABILITIES.into_iter().find(|ability| ability.name == name)
    }
}

impl Provider {
    /// Why the provider has not got an ability; nothing if it has.
    pub fn lacks(&self, ability: &Ability) -> Option<String> {
        if self.lacks.iter().any(|name| name == ability.name) {
            return Some("its description lists it under `lacks`".to_owned());
        }
        (ability.missing)(self).map(str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{ABILITIES, Provider};
    use crate::provider::description::ABILITY_NAMES;

    #[test]
    fn every_name_that_a_description_may_list_is_an_ability() {
        assert_eq!(ABILITIES.map(|ability| ability.name), ABILITY_NAMES);
    }

    #[test]
    fn what_is_described_is_there_unless_it_is_listed_as_lacking() {
        let text = "profile = 'ldap-bridge'\nbase = 'http://p'\nlacks = ['denial']\n[client]\nid = 'a'\nsecret = 'b'\n\
                    [[user]]\nlogin = 'alice'\npassword = 'x'\n";
        let provider = Provider::parse("p.toml", Path::new(""), text).unwrap();
        let lacking = ABILITIES.iter().filter(|ability| provider.lacks(ability).is_some()).map(|ability| ability.name);
        let expected = [
            "two-users",
            "two-clients",
            "two-redirect-uris",
            "consent-once",
            "denial",
            "scope",
            "blocked-user",
            "clock",
        ];
        // A client without redirect URIs of its own has those of the lab, of which Mattermost uses one.
        assert_eq!(lacking.collect::<Vec<_>>(), expected);
    }
}
