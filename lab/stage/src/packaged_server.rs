//! The settings file and the secrets file of a scenario's server, and what `reconfigure` makes of them.
//!
//! What the settings mean is asked from the translator, the built-in one through its command line; nothing is derived here.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::process::Command;

use crate::subject::program::Asked;
use crate::subject::translator::{ENV, env};
use crate::subject::{GitLab, SubjectError};

/// The translator answers faster than this, or not at all.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

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
    #[error("the translator `{}` gave no usable answer: {reason}", program.display())]
    NoAnswer {
        /// The program.
        program: PathBuf,
        /// What went wrong.
        reason: String,
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
pub struct Installation {
    program: PathBuf,
    settings: PathBuf,
    secrets: PathBuf,
    env: Option<BTreeMap<String, String>>,
}

impl Installation {
    /// A server whose files are kept in `folder`, with `settings` as its `gitlab.rb` and no secrets yet.
    ///
    /// # Errors
    /// [`ReconfigureError::NotWritten`].
    pub fn new(program: &Path, folder: &Path, settings: &str) -> Result<Self, ReconfigureError> {
        let installation = Self {
            program: program.to_owned(),
            settings: folder.join("gitlab.rb"),
            secrets: folder.join("gitlab-secrets.json"),
            env: None,
        };
        write(&installation.settings, settings)?;
        write(&installation.secrets, "{}")?;
        Ok(installation)
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
        let deployment = self.ask("deployment").await?;
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
        let env = self.ask("json").await?;
        self.env = serde_json::from_value(env)
            .map_err(|error| self.no_answer(format!("its env is no object of texts: {error}")))?;
        Ok(())
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
    /// The program does not answer.
    pub async fn explained(&self) -> Result<Value, ReconfigureError> {
        self.answer_to(&["--format", "json", "--explain"]).await
    }

    /// The env that a program says.
    fn env_of(&self, translator: &Asked) -> Result<Option<BTreeMap<String, String>>, ReconfigureError> {
        let read = |path: &Path| {
            std::fs::read_to_string(path).map_err(|error| self.no_answer(format!("`{}`: {error}", path.display())))
        };
        let (settings, secrets) = (read(&self.settings)?, read(&self.secrets)?);
        let secrets = serde_json::from_str(&secrets).map_err(|error| self.no_answer(error.to_string()))?;
        let generated = format!("{:032x}", rand::random::<u128>());
        match env(translator, settings, secrets, generated) {
            Ok(Ok(env)) => Ok(env),
            Ok(Err(refusal)) => {
                let diagnostic = format!("the translator refuses the settings as `{}`", refusal.kind);
                Err(ReconfigureError::Refused { kind: refusal.kind, diagnostic })
            }
            Err(error) => Err(self.no_answer(gitlab_mattermost_ground::error_chain::chain(&error))),
        }
    }

    async fn ask(&self, format: &str) -> Result<Value, ReconfigureError> {
        self.answer_to(&["--format", format]).await
    }

    async fn answer_to(&self, words: &[&str]) -> Result<Value, ReconfigureError> {
        let mut command = Command::new(&self.program);
        command.arg("env").arg(&self.settings).arg("--secrets").arg(&self.secrets).args(words);
        let output = command.stdin(Stdio::null()).kill_on_drop(true).output();
        let output = tokio::time::timeout(ANSWER_WITHIN, output)
            .await
            .map_err(|_| self.no_answer(format!("no answer within {} s", ANSWER_WITHIN.as_secs())))?
            .map_err(|error| self.no_answer(error.to_string()))?;
        let answer: Value = serde_json::from_slice(&output.stdout)
            .map_err(|error| self.no_answer(format!("{}, and its output is no JSON: {error}", output.status)))?;
        match answer.pointer("/error/kind").and_then(Value::as_str) {
            Some(kind) if !output.status.success() => Err(ReconfigureError::Refused {
                kind: kind.to_owned(),
                diagnostic: String::from_utf8_lossy(&output.stderr).into_owned(),
            }),
            _ => Ok(answer),
        }
    }

    fn no_answer(&self, reason: String) -> ReconfigureError {
        ReconfigureError::NoAnswer { program: self.program.clone(), reason }
    }
}

/// Name and redirect URIs of the application that the package registers by itself, if it does.
fn automatic_application(deployment: &Value) -> Option<(&str, &str)> {
    let application = deployment.get("oauth_application")?;
    let automatic = application.pointer("/registration/automatic").and_then(Value::as_bool)?;
    let name = application.get("name").and_then(Value::as_str)?;
    let redirect_uris = application.get("redirect_uris").and_then(Value::as_str)?;
    automatic.then_some((name, redirect_uris))
}

fn write(path: &Path, text: &str) -> Result<(), ReconfigureError> {
    std::fs::write(path, text).map_err(|source| ReconfigureError::NotWritten { path: path.to_owned(), source })
}
