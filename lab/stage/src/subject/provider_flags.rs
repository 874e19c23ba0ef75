//! What a command line says of a provider in GitLab's place, without a file that describes it.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use gitlab_mattermost_core::secret::Secret;
use gitlab_mattermost_ground::named_input;

/// The short way to describe a provider; each flag wins over a line of its file.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Subjects")]
pub struct ProviderFlags {
    /// What a provider given by URL is like: `gitlab`, `keycloak`, `authentik`, `authelia`, `ldap-bridge` or `oidc`
    /// [default: gitlab]
    #[arg(long, value_name = "PROFILE", env = "LAB_GITLAB_PROFILE")]
    pub gitlab_profile: Option<String>,
    /// The client that Mattermost is in it: its id and its secret, or a file with the secret after an `@`
    #[arg(long, value_name = "ID:SECRET", env = "LAB_GITLAB_CLIENT", hide_env_values = true)]
    pub gitlab_client: Option<NamedSecret>,
    /// A redirect URI that is registered for this client; may be given again [default: those of
    /// http://mattermost.example.com]
    #[arg(long, value_name = "URI", value_delimiter = ',', env = "LAB_GITLAB_REDIRECT_URI")]
    pub gitlab_redirect_uri: Vec<String>,
    /// Somebody who can sign in, or a file with the password after an `@`; may be given again
    #[arg(long, value_name = "LOGIN:PASSWORD", value_delimiter = ',', env = "LAB_GITLAB_USER", hide_env_values = true)]
    pub gitlab_user: Vec<NamedSecret>,
    /// The authority that signed its certificate, as PEM
    #[arg(long, value_name = "FILE", env = "LAB_GITLAB_CA")]
    pub gitlab_ca: Option<PathBuf>,
}

impl ProviderFlags {
    /// The flags that say the same again, secrets left out.
    pub(super) fn as_arguments(&self) -> Vec<(&'static str, String)> {
        let profile = self.gitlab_profile.iter().map(|name| ("--gitlab-profile", name.clone()));
        let client = self.gitlab_client.iter().map(|client| ("--gitlab-client", client.to_string()));
        let uris = self.gitlab_redirect_uri.iter().map(|uri| ("--gitlab-redirect-uri", uri.clone()));
        let users = self.gitlab_user.iter().map(|user| ("--gitlab-user", user.to_string()));
        let ca = self.gitlab_ca.iter().map(|path| ("--gitlab-ca", path.display().to_string()));
        profile.chain(client).chain(uris).chain(users).chain(ca).collect()
    }
}

/// A name and the secret that goes with it.
///
/// # Shape
/// `NAME:SECRET`, or `NAME:@FILE` for a file that holds the secret. Rejected: no name, no colon. It prints without the
/// secret: `NAME:@FILE`, or `NAME:@-`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedSecret {
    /// The name.
    pub name: String,
    /// The secret itself, unless a file holds it.
    pub secret: Secret,
    /// The file that holds it.
    pub file: Option<PathBuf>,
}

impl NamedSecret {
    /// The secret, read from its file if it is in one.
    ///
    /// # Errors
    /// The operating system's.
    pub fn read(&self) -> std::io::Result<Secret> {
        match &self.file {
            Some(path) => Ok(Secret::new(named_input::text(path)?.trim_end_matches(['\r', '\n']))),
            None => Ok(self.secret.clone()),
        }
    }
}

impl FromStr for NamedSecret {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text.split_once(':').filter(|(name, _)| !name.is_empty());
        let (name, secret) = parts.ok_or("write it like `NAME:SECRET`, or `NAME:@FILE`")?;
        let file = secret.strip_prefix('@').map(PathBuf::from);
        let secret = if file.is_some() { Secret::default() } else { Secret::new(secret) };
        Ok(Self { name: name.to_owned(), secret, file })
    }
}

impl fmt::Display for NamedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = self.file.as_deref().map_or_else(|| "-".to_owned(), |path| path.display().to_string());
        write!(f, "{}:@{file}", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::NamedSecret;

    #[test]
    fn a_secret_is_never_printed() {
        let pair: NamedSecret = "mmid:a:b".parse().unwrap();
        assert_eq!((pair.name.as_str(), pair.secret.expose()), ("mmid", "a:b"));
        assert_eq!(pair.to_string(), "mmid:@-");
        assert!(!format!("{pair:?}").contains("a:b"));
        let file: NamedSecret = "mmid:@secret.txt".parse().unwrap();
        assert_eq!(file.to_string(), "mmid:@secret.txt");
        assert!("mmid".parse::<NamedSecret>().is_err() && ":x".parse::<NamedSecret>().is_err());
    }
}
