//! Plays cases against a provider.

use gitlab_mattermost_core::oauth::Secret;
use gitlab_mattermost_core::oauth::gitlab::{Seed, SeedApplication};
use reqwest::Client;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::action::{Stage, placeholder};
use super::bindings::Bindings;
use super::browser::{Browser, BrowserError, http_client};
use super::comparison::compare;
use super::control::{Control, ControlError};
use super::request::outgoing;
use super::transcript::{Case, Step};
use super::{CaseReport, Difference, Outcome};

/// Whom to play against.
#[derive(Debug, Clone)]
pub struct Target {
    /// Base URL of the provider.
    pub gitlab: String,
    /// Base URL of its control listener, if it has one.
    pub control: Option<String>,
}

/// Why a case could not be played to its end.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The target lacks something the case needs.
    #[error("{reason}")]
    Skip {
        /// What.
        reason: String,
    },
    /// The browser got stuck.
    #[error("the browser cannot go on")]
    Browser {
        /// Why.
        #[from]
        source: BrowserError,
    },
    /// The control listener failed.
    #[error("the state cannot be set")]
    Control {
        /// Why.
        #[from]
        source: ControlError,
    },
    /// Consenting led to no code.
    #[error("consenting led to no code")]
    NoCode,
    /// A code led to no tokens.
    #[error("a code led to no tokens")]
    NoTokens,
    /// The HTTP library does not start.
    #[error("the HTTP client does not start")]
    Client {
        /// Why.
        source: reqwest::Error,
    },
}

/// Plays cases against one provider, one after the other.
#[derive(Debug)]
pub struct Player {
    client: Client,
    gitlab: String,
    control: Option<Control>,
}

impl Player {
    /// A player for `target`.
    ///
    /// # Errors
    /// [`ReplayError::Client`] if the HTTP library does not start.
    pub fn new(target: &Target) -> Result<Self, ReplayError> {
        let client = http_client().map_err(|source| ReplayError::Client { source })?;
        let gitlab = target.gitlab.trim_end_matches('/').to_owned();
        let control = target.control.as_deref().map(|url| Control::new(client.clone(), url));
        Ok(Self { client, gitlab, control })
    }

    /// Plays one case. Without control listener, a case that needs applications of its own is skipped.
    ///
    /// # Errors
    /// [`ReplayError`] if the provider or the control listener cannot be reached or do not take part.
    pub async fn play(&self, case: &Case) -> Result<CaseReport, ReplayError> {
        let outcome = match self.play_steps(case).await {
            Ok(differences) if differences.is_empty() => Outcome::Passed,
            Ok(differences) => Outcome::Differed { differences },
            Err(ReplayError::Skip { reason }) => Outcome::Skipped { reason },
            Err(error) => return Err(error),
        };
        Ok(CaseReport { category: case.category.clone(), case: case.case.clone(), outcome })
    }

    async fn play_steps(&self, case: &Case) -> Result<Vec<Difference>, ReplayError> {
        let mut bindings = Bindings::default();
        bindings.set("gitlab", self.gitlab.clone());
        let mut browser = Browser::new(self.client.clone(), &self.gitlab);
        let applications = self.set_up(case, &mut bindings).await?;
        let control = self.control.as_ref();
        let mut stage = Stage { browser: &mut browser, bindings: &mut bindings, control, applications: &applications };
        if let Some(login) = &case.setup.signed_in_as {
            stage.sign_in(login).await?;
        }
        let mut differences = Vec::new();
        for (index, step) in case.steps.iter().enumerate() {
            for action in &step.before {
                stage.perform(action).await?;
            }
            differences.extend(play_step(&mut stage, index + 1, step).await?);
        }
        Ok(differences)
    }

    async fn set_up(&self, case: &Case, bindings: &mut Bindings) -> Result<Vec<SeedApplication>, ReplayError> {
        let mut applications = Vec::new();
        for described in &case.setup.applications {
            applications.push(application_of(described, bindings)?);
        }
        match &self.control {
            Some(control) => {
                control.put_state(&Seed { applications: applications.clone(), ..Seed::default() }).await?;
            }
            None if applications.is_empty() => {}
            None => {
                let reason = "setting applications up needs a control listener (--control)".to_owned();
                return Err(ReplayError::Skip { reason });
            }
        }
        Ok(applications)
    }
}

/// An application as a transcript describes it; binds its id and secret, made up for this replay.
pub(super) fn application_of(described: &Value, bindings: &mut Bindings) -> Result<SeedApplication, ReplayError> {
    let reference = described["ref"].as_str().unwrap_or("mm");
    for name in ["client_id", "client_secret"] {
        let name = placeholder(name, reference);
        if bindings.get(&name).is_none() {
            let digest = Sha256::digest(&name);
            bindings.set(&name, digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
        }
    }
    let filled = bindings.fill(&described.to_string());
    let mut application: SeedApplication = serde_json::from_str(&filled).map_err(|error| ReplayError::Skip {
        reason: format!("the application `{reference}` is described in terms that are not known: {error}"),
    })?;
    let value = |name| bindings.get(&placeholder(name, reference)).unwrap_or_default().to_owned();
    application.client_id.get_or_insert_with(|| value("client_id"));
    application.client_secret.get_or_insert_with(|| Secret::new(value("client_secret")));
    application.reference.get_or_insert_with(|| reference.to_owned());
    Ok(application)
}

async fn play_step(stage: &mut Stage<'_>, number: usize, step: &Step) -> Result<Vec<Difference>, ReplayError> {
    let recorded = &step.request;
    let needs_csrf = recorded.form.iter().flatten().any(|(_, value)| value.as_str() == Some("{{csrf}}"));
    if needs_csrf {
        let csrf = stage.browser.csrf().await?;
        stage.note_session();
        stage.bindings.set("csrf", csrf);
    }
    let request = outgoing(recorded, stage.bindings);
    let answer = stage.browser.send(&recorded.method, &request.path_and_query, &request.headers, request.body).await?;
    let found = compare(&step.response, &answer, stage.bindings);
    let name = format!("{} {}", recorded.method, recorded.path);
    let difference =
        |(what, expected, actual)| Difference { step: number, request: name.clone(), what, expected, actual };
    Ok(found.into_iter().map(difference).collect())
}
