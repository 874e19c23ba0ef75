//! The provider of a run, as its choices name it.

use gitlab_mattermost_core::gitlab::Seed;
use gitlab_mattermost_core::secret::Secret;
use gitlab_mattermost_ground::named_input;
use url::Url;

use super::{Choices, GitLabChoice, NamedSecret, ProviderFlags};
use crate::provider::{Client, Person, Provider, ProviderError};
use crate::seed_file;

/// Where the built-in double is found in a scenario.
const DOUBLE: &str = "http://gitlab.example.com";
/// The profile of a provider that is given by URL alone.
const USUAL: &str = "gitlab";

impl Choices {
    /// The provider that stands in GitLab's place in a run with these choices.
    ///
    /// # Errors
    /// [`ProviderError`], with what is wrong and where.
    pub fn provider(&self) -> Result<Provider, ProviderError> {
        let flags = &self.provider_flags;
        let provider = match &self.gitlab {
            GitLabChoice::Described(path) => Provider::read(path)?,
            GitLabChoice::Mock => {
                let base = Url::parse(DOUBLE).map_err(|error| not_described("mock", error.to_string()))?;
                let seed = Seed::default();
                Provider::at(USUAL, &base, &seed, seed.administrator_token())?.as_double()
            }
            GitLabChoice::Url(base) => {
                let profile = flags.gitlab_profile.as_deref().unwrap_or(USUAL);
                let seed = self.gitlab_seed.as_deref().map(seed_file::read).transpose();
                let seed = seed.map_err(|error| not_described("--gitlab-seed", error.to_string()))?.unwrap_or_default();
                let token = match &self.gitlab_admin_token_file {
                    Some(path) => Some(Secret::new(read_token(path)?)),
                    None => seed.administrator_token().cloned(),
                };
                Provider::at(profile, base, &seed, token.as_ref())?
            }
        };
        with(provider, flags)
    }
}

/// The provider with what flags say of it in the place of its own.
fn with(mut provider: Provider, flags: &ProviderFlags) -> Result<Provider, ProviderError> {
    if let Some(path) = &flags.gitlab_ca {
        provider = provider.trusting(path)?;
    }
    if let Some(client) = &flags.gitlab_client {
        let redirect_uris = provider.client.take().map(|client| client.redirect_uris).unwrap_or_default();
        let secret = read("--gitlab-client", client)?;
        provider.client = Some(Client { id: client.name.clone(), secret, redirect_uris });
        // Who names a client has one, and need not be an administrator.
        provider.applications = None;
    }
    if let (Some(client), false) = (&mut provider.client, flags.gitlab_redirect_uri.is_empty()) {
        client.redirect_uris.clone_from(&flags.gitlab_redirect_uri);
    }
    if !flags.gitlab_user.is_empty() {
        let person = |user: &NamedSecret| {
            Ok(Person { login: user.name.clone(), password: read("--gitlab-user", user)?, blocked: false })
        };
        provider.people = flags.gitlab_user.iter().map(person).collect::<Result<_, ProviderError>>()?;
    }
    Ok(provider)
}

fn read(flag: &str, given: &NamedSecret) -> Result<Secret, ProviderError> {
    given.read().map_err(|source| ProviderError::Unreadable {
        what: format!("the secret of `{flag} {}`", given.name),
        path: given.file.clone().unwrap_or_default(),
        source,
    })
}

fn read_token(path: &std::path::Path) -> Result<String, ProviderError> {
    let read = named_input::text(path).map(|text| text.trim().to_owned());
    read.map_err(|source| ProviderError::Unreadable {
        what: "the administrator's token".to_owned(),
        path: path.to_owned(),
        source,
    })
}

fn not_described(place: &str, message: String) -> ProviderError {
    ProviderError::NotDescribed { place: place.to_owned(), message }
}
