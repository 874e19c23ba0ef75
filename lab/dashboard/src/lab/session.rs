//! A person signed in to Mattermost, for tests.

use gitlab_mattermost_ground::error_chain::chain;
use reqwest::{Client, Response, redirect};

use super::Lab;

/// Why nobody is signed in.
#[derive(Debug, thiserror::Error)]
#[error("`{login}` is not signed in: {reason}")]
pub struct NotSignedIn {
    /// Who was to be.
    pub login: String,
    /// What prevented it, in the words of the server.
    pub reason: String,
}

impl Lab {
    /// Signs a person in to Mattermost through GitLab; a client with the session, which follows no redirects.
    ///
    /// # Errors
    /// [`NotSignedIn`]: GitLab has nobody of that login or refuses, or Mattermost does.
    pub async fn sign_in(&self, login: &str) -> Result<Client, NotSignedIn> {
        self.signed_in(login).await.map_err(|reason| NotSignedIn { login: login.to_owned(), reason })
    }

    async fn signed_in(&self, login: &str) -> Result<Client, String> {
        gitlab_mattermost_ground::tls::install_provider();
        let mut builder =
            Client::builder().no_proxy().tls_certs_only([]).cookie_store(true).redirect(redirect::Policy::none());
        if let Some(proxy) = self.proxy {
            let proxy = reqwest::Proxy::http(format!("http://{proxy}")).map_err(|error| chain(&error))?;
            builder = builder.proxy(proxy);
        }
        let client = builder.build().map_err(|error| chain(&error))?;
        let begun = led(&client, &format!("{}/oauth/gitlab/login", self.mattermost_url)).await?;
        let consented = self.gitlab.authorize_as(login, &begun).ok_or("GitLab has no user of that login")?;
        let back = consented.map_err(|refused| refused.to_string())?;
        led(&client, &back).await?;
        let me = get(&client, &format!("{}/api/v4/users/me", self.mattermost_url)).await?;
        if me.status().is_success() { Ok(client) } else { Err(format!("Mattermost answers {}", me.status())) }
    }
}

async fn get(client: &Client, url: &str) -> Result<Response, String> {
    client.get(url).send().await.map_err(|error| chain(&error))
}

/// Where a page leads to.
async fn led(client: &Client, url: &str) -> Result<String, String> {
    let answer = get(client, url).await?;
    let status = answer.status();
    let location = answer.headers().get(reqwest::header::LOCATION).and_then(|location| location.to_str().ok());
    match location.map(str::to_owned) {
        Some(location) => Ok(location),
        None => Err(format!("Mattermost answers {status}: {}", answer.text().await.unwrap_or_default())),
    }
}
