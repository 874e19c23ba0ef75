//! Where a provider is asked for what.

use serde::Deserialize;
use url::Url;

use super::description::EndpointLines;
use super::error::ProviderError;

/// The three places that Mattermost is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoints {
    /// Where the browser is sent to.
    pub authorize: Url,
    /// Where a code is redeemed.
    pub token: Url,
    /// Where a token tells who somebody is.
    pub user: Url,
}

impl Endpoints {
    /// The origins of all three, each once, in their order.
    pub fn origins(&self) -> Vec<Url> {
        let mut origins: Vec<Url> = Vec::new();
        for url in [&self.authorize, &self.token, &self.user] {
            let mut origin = url.clone();
            origin.set_path("/");
            origin.set_query(None);
            origin.set_fragment(None);
            if !origins.contains(&origin) {
                origins.push(origin);
            }
        }
        origins
    }
}

/// Endpoints as far as they are described.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Known {
    /// All three.
    All(Endpoints),
    /// Some, or none; the rest stands in the document of discovery at this URL.
    By { discovery: Url, authorize: Option<Url>, token: Option<Url>, user: Option<Url> },
}

/// What of a document of discovery is of use.
#[derive(Debug, Deserialize)]
struct Discovered {
    authorization_endpoint: Url,
    token_endpoint: Url,
    userinfo_endpoint: Option<Url>,
}

impl Known {
    /// The endpoints that `lines` name, below `base`. `place` is where they stand, for errors.
    pub(super) fn of(lines: &EndpointLines, base: &Url, place: &str) -> Result<Self, ProviderError> {
        let not_described = |message: String| ProviderError::NotDescribed { place: place.to_owned(), message };
        let url = |line: &Option<String>| {
            let line = line.as_deref().filter(|line| !line.is_empty());
            line.map(|line| below(base, line).map_err(&not_described)).transpose()
        };
        let (authorize, token, user) = (url(&lines.authorize)?, url(&lines.token)?, url(&lines.user)?);
        match (authorize, token, user, url(&lines.discovery)?) {
            (Some(authorize), Some(token), Some(user), _) => Ok(Self::All(Endpoints { authorize, token, user })),
            (authorize, token, user, Some(discovery)) => Ok(Self::By { discovery, authorize, token, user }),
            (.., None) => Err(not_described(
                "`[endpoints]` names neither all of `authorize`, `token` and `user` nor `discovery`; give a profile, \
                 or name them"
                    .to_owned(),
            )),
        }
    }

    /// All three, after a look at the document of discovery where one is needed.
    pub(super) async fn found(self, client: &reqwest::Client) -> Result<Endpoints, ProviderError> {
        let (discovery, authorize, token, user) = match self {
            Self::All(endpoints) => return Ok(endpoints),
            Self::By { discovery, authorize, token, user } => (discovery, authorize, token, user),
        };
        let no_discovery = |reason: String| ProviderError::NoDiscovery { url: discovery.to_string(), reason };
        let answer = client.get(discovery.clone()).send().await;
        let answer = answer.map_err(|error| no_discovery(gitlab_mattermost_ground::error_chain::innermost(&error)))?;
        let status = answer.status();
        let text = answer.text().await.map_err(|error| no_discovery(error.to_string()))?;
        if !status.is_success() {
            return Err(no_discovery(format!("it is answered with {status}")));
        }
        let found: Discovered = serde_json::from_str(&text).map_err(|error| no_discovery(error.to_string()))?;
        let user = user
            .or(found.userinfo_endpoint)
            .ok_or_else(|| no_discovery("it names no `userinfo_endpoint`".to_owned()))?;
        Ok(Endpoints {
            authorize: authorize.unwrap_or(found.authorization_endpoint),
            token: token.unwrap_or(found.token_endpoint),
            user,
        })
    }
}

/// The URL that a line means: below `base` if it begins with `/`, else as it stands.
pub(super) fn below(base: &Url, line: &str) -> Result<Url, String> {
    let text =
        if line.starts_with('/') { format!("{}{line}", base.as_str().trim_end_matches('/')) } else { line.to_owned() };
    let url = Url::parse(&text).map_err(|error| format!("`{line}` is neither a path nor a URL: {error}"))?;
    if matches!(url.scheme(), "http" | "https") && url.has_host() {
        return Ok(url);
    }
    Err(format!("`{line}` is no URL by http or https"))
}

#[cfg(test)]
mod tests {
    use super::{EndpointLines, Known, below};

    #[test]
    fn a_path_is_below_the_base_and_a_url_stands_for_itself() {
        let base = "https://sso.example.com/realms/company".parse().unwrap();
        let found = below(&base, "/token").unwrap();
        assert_eq!(found.as_str(), "https://sso.example.com/realms/company/token");
        assert_eq!(below(&base, "http://other/x").unwrap().as_str(), "http://other/x");
        assert!(below(&base, "ftp://other/x").is_err() && below(&base, "token").is_err());
    }

    #[test]
    fn endpoints_that_nobody_names_are_asked_for() {
        let base = "http://p.example.com".parse().unwrap();
        let lines = EndpointLines { authorize: Some("/a".to_owned()), ..EndpointLines::default() };
        let error = Known::of(&lines, &base, "p.toml").map_err(|error| error.to_string());
        assert!(error.is_err_and(|error| error.contains("neither all of `authorize`")));
    }
}
