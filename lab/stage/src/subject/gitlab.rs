//! The GitLab of a scenario: the mock, or a running provider given by URL.

mod administration;
mod bringing;
mod choice;
mod container;
mod mock;

use std::collections::BTreeSet;
use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use gitlab_mattermost_browser::trust::trusting;
use gitlab_mattermost_core::gitlab::Fault;
use serde::Deserialize;
use url::Url;

use administration::{ApplicationsApi, applications_api};
use mock::Mock;

pub use administration::{missing_administration, missing_blocked_user, missing_pages, missing_projects};
pub use bringing::Bringing;
pub use choice::GitLabChoice;

use super::SubjectError;
use crate::network::{Alias, Place};
use crate::provider::resolve;
use gitlab_mattermost_ground::error_chain::innermost;
use gitlab_mattermost_ground::exchange::Party;

/// Why a GitLab does not do what only a mock in this program does.
const NOT_OURS: &str = "it is no mock that takes orders from the lab";
/// How long the administrator waits for an answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(15);

/// An OAuth application as GitLab's API shows it on creation.
#[derive(Clone, Deserialize)]
pub struct Application {
    /// The number to delete it by.
    pub id: u64,
    /// The client id; "Application ID" on the page.
    pub application_id: String,
    /// The name that users read when they are asked to authorize it.
    pub application_name: String,
    /// The client secret.
    pub secret: String,
    /// Redirect URIs, one a line.
    pub callback_url: String,
}

impl Application {
    /// Where GitLab's page sends the form that takes a user's authorization of this application back.
    pub fn revocation_path(&self) -> String {
        format!("/oauth/authorized_applications/{}", self.id)
    }
}

/// Anything that GitLab has given a number.
#[derive(Debug, Deserialize)]
struct Numbered {
    id: u64,
}

/// The secret stays hidden.
impl fmt::Debug for Application {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Application").field("id", &self.id).field("callback_url", &self.callback_url).finish()
    }
}

/// A GitLab that answers.
#[derive(Debug)]
pub struct GitLab {
    url: Url,
    address: SocketAddr,
    admin: reqwest::Client,
    admin_token: String,
    mock: Option<Mock>,
    created: Vec<u64>,
    projects: Vec<u64>,
    there_before: BTreeSet<u64>,
    faults: Vec<Fault>,
}

impl GitLab {
    /// Brings up a GitLab and makes its address known in the scenario.
    ///
    /// # Errors
    /// [`SubjectError`], if it does not start or its address leads nowhere.
    pub async fn start(bringing: Bringing<'_>) -> Result<Self, SubjectError> {
        let Bringing { choice, url, network, .. } = bringing;
        let not_usable = |reason: String| SubjectError::NotUsable { part: "GitLab".to_owned(), reason };
        let url = Url::parse(url).map_err(|error| not_usable(format!("`{url}` is not a URL: {error}")))?;
        let host = url.host_str().ok_or_else(|| not_usable(format!("`{url}` names no host")))?.to_owned();
        let (address, mock) = match choice {
            GitLabChoice::Mock => {
                let mock = Mock::start(&bringing)
                    .await
                    .map_err(|reason| SubjectError::NotStarted { part: "the mock GitLab".to_owned(), reason })?;
                (mock.address(), Some(mock))
            }
            _ if !bringing.faults.is_empty() => return Err(not_usable(NOT_OURS.to_owned())),
            GitLabChoice::Url(real) => (resolve(real).await.map_err(|error| not_usable(error.to_string()))?, None),
            GitLabChoice::Described(_) => {
                let address = resolve(&bringing.provider.base).await;
                (address.map_err(|error| not_usable(error.to_string()))?, None)
            }
        };
        let name = url.port().map_or_else(|| host.clone(), |port| format!("{host}:{port}"));
        let place = Place { party: Party::GitLab, address };
        let (admin, url) = match elsewhere(&bringing) {
            Some(real) => {
                let client = bringing.provider.http_client().map_err(|error| not_usable(error.to_string()))?;
                network.names().set_alias(&name, place, Alias { origin: real.clone(), client: client.clone() });
                (client, real)
            }
            None => {
                network.names().set(&name, place);
                let admin = client_for(&host, address, None).map_err(|error| not_usable(error.to_string()))?;
                (admin, at_port_of(&url, address))
            }
        };
        let mut gitlab = Self {
            url,
            address,
            admin,
            admin_token: bringing.admin_token,
            mock,
            created: Vec::new(),
            projects: Vec::new(),
            there_before: BTreeSet::new(),
            faults: bringing.faults,
        };
        if gitlab.mock.is_none() {
            let asked = applications_api(&gitlab.admin, gitlab.api("applications"), &gitlab.admin_token).await;
            if let ApplicationsApi::There(numbers) = asked.map_err(not_usable)? {
                gitlab.there_before = numbers;
            }
        }
        Ok(gitlab)
    }

    /// Reaches GitLab at `url`, which leads to `address`, from now on: its external URL has changed. The certificate
    /// `authority` (PEM) vouches for it there.
    ///
    /// # Errors
    /// [`SubjectError::NotUsable`], if that is no URL or no certificate.
    pub fn move_to(&mut self, url: &str, address: SocketAddr, authority: &str) -> Result<(), SubjectError> {
        let not_usable = |reason: String| SubjectError::NotUsable { part: "GitLab".to_owned(), reason };
        let url = Url::parse(url).map_err(|error| not_usable(format!("`{url}` is not a URL: {error}")))?;
        let host = url.host_str().unwrap_or_default();
        self.admin = client_for(host, address, Some(authority)).map_err(|error| not_usable(error.to_string()))?;
        (self.url, self.address) = (at_port_of(&url, address), address);
        Ok(())
    }

    /// The mock itself, to be inspected; nothing for another GitLab, or one that runs elsewhere.
    pub fn into_double(self) -> Option<gitlab_double::GitLab> {
        match self.mock {
            Some(Mock::InProcess(mock)) => Some(mock),
            Some(Mock::InContainer(_)) | None => None,
        }
    }

    /// Creates an application through `POST /api/v4/applications`, as an administrator does.
    ///
    /// # Errors
    /// [`SubjectError::NotUsable`] with GitLab's status and words.
    pub async fn create_application(
        &mut self,
        name: &str,
        redirect_uris: &str,
        scopes: &str,
    ) -> Result<Application, SubjectError> {
        let form = [("name", name), ("redirect_uri", redirect_uris), ("scopes", scopes)];
        let request = self.admin.post(self.api("applications")).form(&form);
        let application: Application = self.call(request, "create an application").await?;
        self.created.push(application.id);
        Ok(application)
    }

    /// Every application that GitLab has got since the scenario began, through `GET /api/v4/applications`.
    ///
    /// # Errors
    /// [`SubjectError::NotUsable`] with GitLab's status and words.
    pub async fn applications(&self) -> Result<Vec<serde_json::Value>, SubjectError> {
        let request = self.admin.get(self.api("applications"));
        let mut applications: Vec<serde_json::Value> = self.call(request, "list the applications").await?;
        applications.retain(|one| !one["id"].as_u64().is_some_and(|id| self.there_before.contains(&id)));
        Ok(applications)
    }

    /// Deletes an application through `DELETE /api/v4/applications/:id`; its tokens go with it.
    ///
    /// # Errors
    /// [`SubjectError::NotUsable`] with GitLab's status and words.
    pub async fn delete_application(&mut self, id: u64) -> Result<(), SubjectError> {
        self.created.retain(|created| *created != id);
        let request = self.admin.delete(self.api(&format!("applications/{id}")));
        self.send(request, "delete an application").await.map(|_| ())
    }

    /// Creates a project through `POST /api/v4/projects`; returns its number.
    ///
    /// # Errors
    /// [`SubjectError::NotUsable`] with GitLab's status and words.
    pub async fn create_project(&mut self, name: &str) -> Result<u64, SubjectError> {
        let request = self.admin.post(self.api("projects")).form(&[("name", name)]);
        let project: Numbered = self.call(request, "create a project").await?;
        self.projects.push(project.id);
        Ok(project.id)
    }

    /// Tells a project the token of its slash command, through the API of its integrations.
    ///
    /// # Errors
    /// [`SubjectError::NotUsable`] with GitLab's status and words.
    pub async fn set_up_slash_command(&self, project: u64, token: &str) -> Result<(), SubjectError> {
        let url = self.api(&format!("projects/{project}/services/mattermost-slash-commands"));
        let request = self.admin.put(url).form(&[("token", token)]);
        self.send(request, "set up slash commands").await.map(|_| ())
    }

    /// Puts GitLab's clock forward.
    ///
    /// # Errors
    /// [`SubjectError::NotUsable`], if it is not the lab's to change.
    pub async fn advance_clock(&self, by: Duration) -> Result<(), SubjectError> {
        let changed = match &self.mock {
            Some(Mock::InProcess(mock)) => {
                mock.advance(by);
                Ok(())
            }
            Some(Mock::InContainer(_)) | None => Err(NOT_OURS.to_owned()),
        };
        changed.map_err(|reason| refused("put its clock forward", reason))
    }

    /// Makes GitLab show a fault from now on, besides those it shows already.
    ///
    /// # Errors
    /// [`SubjectError::NotUsable`], if it is not the lab's to change.
    pub async fn add_fault(&mut self, fault: Fault) -> Result<(), SubjectError> {
        self.faults.push(fault);
        let changed = match &self.mock {
            Some(Mock::InProcess(mock)) => {
                mock.set_faults(self.faults.iter().copied());
                Ok(())
            }
            Some(Mock::InContainer(_)) | None => Err(NOT_OURS.to_owned()),
        };
        changed.map_err(|reason| refused("make it show a fault", reason))
    }

    /// Stops answering at once, as a crash does. A GitLab that the lab did not start is left alone.
    ///
    /// # Errors
    /// [`SubjectError::NotUsable`], if it is not the lab's to kill or does not die.
    pub async fn kill(&mut self) -> Result<(), SubjectError> {
        let killed = match self.mock.take() {
            Some(Mock::InProcess(mock)) => {
                mock.kill();
                Ok(())
            }
            Some(Mock::InContainer(mock)) => mock.kill().await,
            None => Err("the lab did not start it".to_owned()),
        };
        killed.map_err(|reason| refused("kill it", reason))
    }

    /// Removes what the scenario created in a GitLab that lives on.
    pub async fn clean_up(&mut self) {
        if self.mock.is_some() {
            return;
        }
        let applications = std::mem::take(&mut self.created).into_iter().map(|id| format!("applications/{id}"));
        let projects = std::mem::take(&mut self.projects).into_iter().map(|id| format!("projects/{id}"));
        for path in applications.chain(projects) {
            let request = self.admin.delete(self.api(&path));
            // The scenario has its verdict; what cannot be removed here is GitLab's to show.
            let _ = request.header("PRIVATE-TOKEN", &self.admin_token).send().await;
        }
    }

    fn api(&self, path: &str) -> Url {
        let mut url = self.url.clone();
        url.set_path(&format!("/api/v4/{path}"));
        url
    }

    async fn call<T: serde::de::DeserializeOwned>(
        &self,
        request: reqwest::RequestBuilder,
        what: &str,
    ) -> Result<T, SubjectError> {
        let body = self.send(request, what).await?;
        serde_json::from_str(&body).map_err(|error| refused(what, format!("an answer that cannot be read: {error}")))
    }

    async fn send(&self, request: reqwest::RequestBuilder, what: &str) -> Result<String, SubjectError> {
        let response = request.header("PRIVATE-TOKEN", &self.admin_token).send().await;
        let response = response.map_err(|error| refused(what, innermost(&error)))?;
        let status = response.status();
        let body = response.text().await.map_err(|error| refused(what, innermost(&error)))?;
        if status.is_success() { Ok(body) } else { Err(refused(what, format!("status {status}: {body}"))) }
    }
}

/// The administrator's client: it finds `host` at `address`, and trusts `authority` and nobody else if one is given.
fn client_for(host: &str, address: SocketAddr, authority: Option<&str>) -> reqwest::Result<reqwest::Client> {
    gitlab_mattermost_ground::tls::install_provider();
    let builder = reqwest::Client::builder().resolve(host, address).no_proxy().timeout(ANSWER_WITHIN);
    let builder = builder.redirect(reqwest::redirect::Policy::none());
    match authority {
        Some(pem) => builder.tls_certs_only([reqwest::Certificate::from_pem(pem.as_bytes())?]).build(),
        None => trusting(builder, []).build(),
    }
}

fn at_port_of(url: &Url, address: SocketAddr) -> Url {
    let mut direct = url.clone();
    // A host name always takes a port.
    let _ = direct.set_port(Some(address.port()));
    direct
}

fn refused(what: &str, reason: String) -> SubjectError {
    let reason = format!("the administrator could not {what}: {reason}");
    SubjectError::NotUsable { part: "GitLab".to_owned(), reason }
}

/// Where a GitLab is that the lab's name only stands for: one by https.
fn elsewhere(bringing: &Bringing<'_>) -> Option<Url> {
    let real = match bringing.choice {
        GitLabChoice::Mock => return None,
        GitLabChoice::Url(real) => real,
        GitLabChoice::Described(_) => &bringing.provider.base,
    };
    (real.scheme() == "https").then(|| real.clone())
}
