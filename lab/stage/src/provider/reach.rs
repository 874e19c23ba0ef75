//! How the parts of a scenario reach a provider that is somewhere else.

use std::net::SocketAddr;

use url::Url;

use super::described::Provider;
use super::endpoints::Endpoints;
use super::error::ProviderError;
use crate::network::{Alias, Network, Place};
use gitlab_mattermost_ground::exchange::Party;

/// The name under which Mattermost knows the first of a provider's servers; the others have a number.
const NAME: &str = "gitlab.example.com";

impl Provider {
    /// Makes the provider's servers known on a network, and tells the endpoints as Mattermost is to know them.
    ///
    /// The browser finds each server under its own name, which pages of a provider with a fixed issuer lead to. Mattermost is
    /// told names of the lab for what it asks itself: a server calls itself and its neighbours without a proxy, and what goes
    /// by https no proxy can record.
    ///
    /// # Errors
    /// [`ProviderError::NoAnswer`], if a name leads nowhere.
    pub async fn join(&self, endpoints: &Endpoints, network: &Network) -> Result<Endpoints, ProviderError> {
        let mut told = endpoints.clone();
        let client = self.http_client()?;
        for origin in self.origins(endpoints) {
            let place = Place { party: Party::GitLab, address: resolve(&origin).await? };
            network.names().set(&name_of(&origin), place);
        }
        for (number, origin) in endpoints.origins().into_iter().enumerate() {
            let name = if number == 0 { NAME.to_owned() } else { format!("{number}.{NAME}") };
            let place = Place { party: Party::GitLab, address: resolve(&origin).await? };
            network.names().set_alias(&name, place, Alias { origin: origin.clone(), client: client.clone() });
            for url in [&mut told.token, &mut told.user] {
                if url.origin() == origin.origin() {
                    *url = renamed(url, &name);
                }
            }
        }
        Ok(told)
    }

    /// The origins of the provider, that of its base among them.
    pub fn origins(&self, endpoints: &Endpoints) -> Vec<Url> {
        let mut origins = endpoints.origins();
        for url in [&self.base].into_iter().chain(&self.servers) {
            let mut origin = url.clone();
            origin.set_path("/");
            origin.set_query(None);
            if !origins.contains(&origin) {
                origins.push(origin);
            }
        }
        origins
    }
}

/// The path and query of `url` on the host `name`, by plain http.
fn renamed(url: &Url, name: &str) -> Url {
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    let text = format!("http://{name}{}{query}", url.path());
    text.parse().unwrap_or_else(|_| url.clone())
}

/// Host and port of a URL as a proxy is asked for them: without the port of plain http, with that of https.
pub fn name_of(origin: &Url) -> String {
    let host = origin.host_str().unwrap_or_default();
    match origin.port_or_known_default() {
        Some(80) | None => host.to_owned(),
        Some(port) => format!("{host}:{port}"),
    }
}

/// The address of the server at `url`.
///
/// # Errors
/// [`ProviderError::NoAnswer`], if its name has none.
pub async fn resolve(url: &Url) -> Result<SocketAddr, ProviderError> {
    let host = url.host_str().unwrap_or_default();
    let no_answer = |reason: String| ProviderError::NoAnswer { url: url.to_string(), reason };
    let port = url.port_or_known_default().unwrap_or(80);
    let found = tokio::net::lookup_host((host.trim_matches(['[', ']']), port)).await;
    let mut found = found.map_err(|error| no_answer(format!("`{host}` has no address: {error}")))?;
    found.next().ok_or_else(|| no_answer(format!("`{host}` has no address")))
}
