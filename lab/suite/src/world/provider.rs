//! The provider of a scenario: who stands in GitLab's place, and what a visit to it came to.

use std::sync::Arc;
use std::time::Duration;

use gitlab_mattermost_browser::{Browser, Page};
use gitlab_mattermost_stage::provider::{Client, Endpoints, Person, Provider};
use reqwest::Method;
use serde_json::json;
use url::Url;

use super::{GITLAB_URL, Missing, StepError, World};

/// What a scenario knows of its provider.
#[derive(Debug, Default)]
pub struct Provided {
    /// Who stands in GitLab's place in this scenario alone, if not who was chosen for the run.
    chosen: Option<Arc<Provider>>,
    standing: Option<Standing>,
    /// How the last visit ended.
    pub visit: Option<Ended>,
    /// The code that somebody came back with last, and the redirect URI that it is for.
    pub code: Option<(String, String)>,
    /// The state that was given along last.
    pub state: String,
    /// Where the browser was to come back to last.
    pub redirect_uri: String,
    /// The answer of the token endpoint that came last, and how long it took.
    pub token: Option<(Page, Duration)>,
    /// The access token that was given last.
    pub access_token: Option<String>,
    /// The answers of the user endpoint, the latest last, and how long each took.
    pub users: Vec<(Page, Duration)>,
    /// Whether the last visit came to the question of consent.
    pub asked: bool,
    /// What Mattermost's entry for GitLab answered, the latest last.
    pub entries: Vec<Page>,
    /// Whom the browser has come back to, of those that it was to.
    pub arrivals: Vec<(String, Ended)>,
}

/// A provider that can be visited.
#[derive(Debug, Clone)]
pub struct Standing {
    /// Its description.
    pub provider: Arc<Provider>,
    /// Where it is asked what.
    pub endpoints: Endpoints,
    /// The endpoints as Mattermost is to know them.
    pub told: Endpoints,
    /// Servers that are the provider's.
    pub origins: Vec<Url>,
    /// The client that Mattermost is.
    pub client: Client,
}

/// How a visit to the provider ended.
#[derive(Debug, Clone)]
pub enum Ended {
    /// It sent the browser to this address, which is not its own.
    Back(Url),
    /// It sent the browser to somebody whom its description does not name.
    Elsewhere(Url),
    /// It has the browser send the form on to this address, which is not its own, in place of opening it.
    SentOn(Url),
    /// It asks for consent, and nobody answered.
    Asks(Page),
    /// It did not take who signed in for whom they say.
    NotSignedIn(Page),
    /// It stays at a page that leads no further.
    Stays(Page),
}

impl World {
    /// Lets `provider` stand in GitLab's place in this scenario, whatever was chosen for the run.
    pub fn cast(&mut self, provider: Arc<Provider>) {
        self.provided.chosen = Some(provider);
    }

    /// Makes the provider known to the scenario, and Mattermost known to it.
    ///
    /// # Errors
    /// Any that keeps it from being used.
    pub async fn start_provider(&mut self) -> Result<(), StepError> {
        let lab = self.lab()?;
        let (provider, endpoints) = match self.provided.chosen.clone() {
            Some(provider) => (Arc::clone(&provider), provider.endpoints().await?),
            None => (Arc::new(lab.provider().0.clone()), lab.provider().1.clone()),
        };
        let by_administrator = provider.client.is_none();
        if provider.is_double || (by_administrator && provider.applications.is_some()) {
            self.start_gitlab(GITLAB_URL).await?;
        }
        let told = match provider.is_double {
            true => endpoints.clone(),
            false => provider.join(&endpoints, self.network().await?).await?,
        };
        let client = match provider.client.clone() {
            Some(client) => client,
            None => self.registered("GitLab Mattermost", &provider.redirect_uris(), &provider.scope).await?,
        };
        let origins = provider.origins(&endpoints);
        self.provided.standing = Some(Standing { provider, endpoints, told, origins, client });
        Ok(())
    }

    /// The provider of the scenario.
    ///
    /// # Errors
    /// [`Missing`], if none was started.
    pub fn standing(&self) -> Result<Standing, Missing> {
        self.provided.standing.clone().ok_or(Missing { what: "provider" })
    }

    /// The person of this number among those who may sign in, from 0.
    ///
    /// # Errors
    /// [`Missing`], if there are not so many.
    pub fn person(&self, number: usize) -> Result<Person, Missing> {
        let standing = self.standing()?;
        standing.provider.welcome().nth(number).cloned().ok_or(Missing { what: "person who may sign in" })
    }

    /// Another client than the one that Mattermost is.
    ///
    /// # Errors
    /// [`Missing`], if none is described; the administrator cannot make one.
    pub async fn other_client(&mut self) -> Result<Client, StepError> {
        let standing = self.standing()?;
        match standing.provider.other_client.clone() {
            Some(client) => Ok(client),
            None => self.registered("Another application", &standing.provider.redirect_uris(), "").await,
        }
    }

    async fn registered(&mut self, name: &str, uris: &[String], scope: &str) -> Result<Client, StepError> {
        let gitlab = self.gitlab.as_mut().ok_or(Missing { what: "client of the provider" })?;
        let made = gitlab.create_application(name, &uris.join("\r\n"), scope).await?;
        let secret = gitlab_mattermost_core::secret::Secret::new(made.secret);
        Ok(Client { id: made.application_id, secret, redirect_uris: uris.to_vec() })
    }

    /// Puts the provider's clock forward.
    ///
    /// # Errors
    /// If nobody can.
    pub async fn advance_provider_clock(&mut self, by: Duration) -> Result<(), StepError> {
        let standing = self.standing()?;
        if standing.provider.is_double {
            let gitlab = self.gitlab.as_ref().ok_or(Missing { what: "GitLab" })?;
            return Ok(gitlab.advance_clock(by).await?);
        }
        let control = standing.provider.control.as_ref().ok_or(Missing { what: "control of the provider's clock" })?;
        let order = json!({ "advance_seconds": by.as_secs() });
        let client = standing.provider.http_client()?;
        let answer = client.request(Method::POST, control.join("clock")?).json(&order).send().await?;
        answer.error_for_status().map(|_| ()).map_err(StepError::from)
    }

    /// A program's browser beside the person's: without cookies, gone with the request.
    ///
    /// # Errors
    /// If it cannot be set up.
    pub async fn program_browser(&mut self) -> Result<Browser, StepError> {
        Ok(Browser::new(self.connection().await?)?)
    }
}
