//! The settings file and the secrets file of a scenario's server, and what `reconfigure` makes of them.
//!
//! What the settings mean is asked from the translator, and what a program in its place does not tell, from core.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use gitlab_mattermost_core::gitlab_rb::{Surroundings, ValueError};
use gitlab_mattermost_core::installation::{DOCUMENTED, Installation, SettingsFile, Versions, explain};
use gitlab_mattermost_core::omnibus::{Deployment, DeriveError};
use serde_json::{Value, json};

use crate::subject::program::Asked;
use crate::subject::translator::{ENV, env};
use crate::subject::{GitLab, SubjectError};

/// A reconfigure that did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum ReconfigureError {
    /// The translator refuses the settings.
    #[error("reconfigure fails: {diagnostic}")]
    Refused {
        /// Its kind of error, as in its JSON.
        kind: String,
        /// What it wrote for people.
        diagnostic: String,
    },
    /// The translator could not be asked.
    #[error("the translator gave no usable answer: {reason}")]
    NoAnswer {
        /// What went wrong.
        reason: String,
    },
    /// A file of the scenario could not be read back.
    #[error("`{}` cannot be read", path.display())]
    NotRead {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A file of the scenario could not be written.
    #[error("`{}` cannot be written", path.display())]
    NotWritten {
        /// The file.
        path: PathBuf,
        /// The operating system's reason.
        source: std::io::Error,
    },
    /// GitLab did not register Mattermost.
    #[error("Mattermost could not be registered with GitLab")]
    NotRegistered {
        /// GitLab's answer.
        source: SubjectError,
    },
}

/// A server with the package installed, as far as its settings go.
#[derive(Debug)]
pub struct PackagedServer {
    settings: PathBuf,
    secrets: PathBuf,
    env: Option<BTreeMap<String, String>>,
}

impl PackagedServer {
    /// A server whose files are kept in `folder`, with `settings` as its `gitlab.rb` and no secrets yet.
    ///
    /// # Errors
    /// [`ReconfigureError::NotWritten`].
    pub fn new(folder: &Path, settings: &str) -> Result<Self, ReconfigureError> {
        let server =
            Self { settings: folder.join("gitlab.rb"), secrets: folder.join("gitlab-secrets.json"), env: None };
        write(&server.settings, settings)?;
        write(&server.secrets, "{}")?;
        Ok(server)
    }

    /// Writes `settings` in place of what `gitlab.rb` held; the secrets stay.
    ///
    /// # Errors
    /// [`ReconfigureError::NotWritten`].
    pub fn change_settings(&self, settings: &str) -> Result<(), ReconfigureError> {
        write(&self.settings, settings)
    }

    /// What Mattermost's env directory holds since the last reconfigure; `None` if Mattermost is not enabled.
    pub fn env(&self) -> Option<&BTreeMap<String, String>> {
        self.env.as_ref()
    }

    /// Does what `gitlab-ctl reconfigure` does for Mattermost: registers it with GitLab where the package would, keeps
    /// the credentials in the secrets file, and derives the env directory. The env is what `translator` says, if it can be
    /// asked; whether Mattermost is registered the built-in one alone can tell.
    ///
    /// # Errors
    /// Any [`ReconfigureError`].
    pub async fn reconfigure(
        &mut self,
        gitlab: Option<&mut GitLab>,
        translator: &Asked,
    ) -> Result<(), ReconfigureError> {
        let deployment = self.derive()?;
        if let (Some(application), Some(gitlab)) = (automatic_application(&deployment), gitlab) {
            let (name, redirect_uris) = application;
            let created = gitlab.create_application(name, redirect_uris, "").await;
            let created = created.map_err(|source| ReconfigureError::NotRegistered { source })?;
            self.keep_credentials(&created.application_id, &created.secret)?;
        }
        if matches!(translator, Asked::Program(_)) && translator.declares(ENV) {
            self.env = self.env_of(translator)?;
            return Ok(());
        }
        let deployment = self.derive()?;
        let env = deployment.env.into_iter().map(|(name, entry)| (name, entry.value));
        self.env = deployment.enabled.then(|| env.collect());
        Ok(())
    }

    /// What reconfigure of the document's GitLab makes of the files.
    fn derive(&self) -> Result<Deployment, ReconfigureError> {
        let (text, secrets) = (read(&self.settings)?, self.kept_secrets()?);
        let name = self.settings.display().to_string();
        let file = SettingsFile::read(name, text, Surroundings::default(), DOCUMENTED).map_err(|error| {
            let (line, column) = error.line_and_column();
            let diagnostic = format!("{}:{line}:{column}: {error}", self.settings.display());
            ReconfigureError::Refused { kind: error.kind().to_owned(), diagnostic }
        })?;
        let installation = Installation {
            versions: Versions { gitlab: Some(DOCUMENTED), mattermost: None },
            gitlab_rb: Some(&file),
            secrets: Some(&secrets),
            ..Installation::default()
        };
        let derived = installation.deployment().unwrap_or(Err(DeriveError::UnsupportedVersion { version: DOCUMENTED }));
        derived.map_err(|error| ReconfigureError::Refused {
            kind: error.kind().to_owned(),
            diagnostic: error.locate(&file.name, &file.text).to_string(),
        })
    }

    fn kept_secrets(&self) -> Result<Value, ReconfigureError> {
        serde_json::from_str(&read(&self.secrets)?).map_err(|error| no_answer(error.to_string()))
    }

    /// Keeps the credentials of Mattermost's application in the secrets file, as the package does once it has registered it.
    ///
    /// # Errors
    /// [`ReconfigureError::NotWritten`].
    pub fn keep_credentials(&self, client_id: &str, secret: &str) -> Result<(), ReconfigureError> {
        let section = json!({ "gitlab_enable": true, "gitlab_id": client_id, "gitlab_secret": secret });
        write(&self.secrets, &json!({ "mattermost": section }).to_string())
    }

    /// Every variable with where it comes from, as `env --explain` tells it, secrets masked.
    ///
    /// # Errors
    /// [`ReconfigureError`].
    pub fn explained(&self) -> Result<Value, ReconfigureError> {
        let explained = explain(&self.derive()?, &read(&self.settings)?, false);
        serde_json::to_value(explained).map_err(|error| no_answer(error.to_string()))
    }

    /// The env that a program says.
    fn env_of(&self, translator: &Asked) -> Result<Option<BTreeMap<String, String>>, ReconfigureError> {
        let generated = format!("{:032x}", rand::random::<u128>());
        match env(translator, read(&self.settings)?, self.kept_secrets()?, generated) {
            Ok(Ok(env)) => Ok(env),
            Ok(Err(refusal)) => {
                let diagnostic = format!("the translator refuses the settings as `{}`", refusal.kind);
                Err(ReconfigureError::Refused { kind: refusal.kind, diagnostic })
            }
            Err(error) => Err(no_answer(gitlab_mattermost_ground::error_chain::chain(&error))),
        }
    }
}

/// Name and redirect URIs of the application that the package registers by itself, if it does.
fn automatic_application(deployment: &Deployment) -> Option<(&str, &str)> {
    let application = &deployment.oauth_application;
    let redirect_uris = application.redirect_uris.as_deref()?;
    (application.registration.automatic == Some(true)).then_some((application.name.as_str(), redirect_uris))
}

fn no_answer(reason: String) -> ReconfigureError {
    ReconfigureError::NoAnswer { reason }
}

fn read(path: &Path) -> Result<String, ReconfigureError> {
    std::fs::read_to_string(path).map_err(|source| ReconfigureError::NotRead { path: path.to_owned(), source })
}

fn write(path: &Path, text: &str) -> Result<(), ReconfigureError> {
    std::fs::write(path, text).map_err(|source| ReconfigureError::NotWritten { path: path.to_owned(), source })
}
