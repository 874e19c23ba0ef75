//! What all scenarios of a run share: the running PostgreSQL server and the choice of subjects.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use tokio::sync::OnceCell;

use crate::backend::{BackendError, Postgres};
use crate::cleanup::{CleanupError, Keep, Owner, Run};
use crate::engine::Engine;
use crate::image;
use crate::subject::{Choices, HostChoice, MattermostChoice};

/// Why the lab did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// No folder of its own, or nobody to clean up after it.
    #[error("the lab has no place to run in")]
    NoPlace {
        /// The reason.
        #[from]
        source: CleanupError,
    },
    /// No PostgreSQL.
    #[error("the lab has no PostgreSQL")]
    NoPostgres {
        /// The reason.
        #[from]
        source: BackendError,
    },
    /// The administrator's token cannot be read.
    #[error("the token file `{}` cannot be read", path.display())]
    NoToken {
        /// The file.
        path: PathBuf,
        /// The operating system's reason.
        source: std::io::Error,
    },
}

/// The started lab of one run.
#[derive(Debug)]
pub struct Lab {
    choices: Choices,
    gitlab_admin_token: Option<Secret>,
    kept: Mutex<Vec<String>>,
    host_image: OnceCell<Result<String, String>>,
    // Stopped before the run ends, in the order of the fields.
    postgres: Postgres,
    run: Run,
}

/// A text that is never shown.
#[derive(Clone)]
struct Secret(String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(secret)")
    }
}

impl Lab {
    /// Starts the parts that a run shares. `program` is this program, which holds the built-in subjects and cleans up.
    ///
    /// # Errors
    /// [`StartError`], saying which part did not start and what to do.
    pub async fn start(choices: Choices, program: &Path, keep: Keep) -> Result<Self, StartError> {
        let gitlab_admin_token = match &choices.gitlab_admin_token_file {
            Some(path) => {
                let read = std::fs::read_to_string(path);
                let text = read.map_err(|source| StartError::NoToken { path: path.clone(), source })?;
                Some(Secret(text.trim().to_owned()))
            }
            None => None,
        };
        let run = Run::start(program, keep).await?;
        let postgres = Postgres::start(&choices.postgres, run.directory()).await?;
        Ok(Self { choices, gitlab_admin_token, kept: Mutex::default(), host_image: OnceCell::new(), postgres, run })
    }

    /// The parts that all scenarios share, in a line for people.
    pub fn describe(&self) -> String {
        let Choices { gitlab, mattermost, .. } = &self.choices;
        format!("{}, GitLab `{gitlab}`, Mattermost `{mattermost}`", self.postgres.describe())
    }

    /// Whether what scenarios start is left standing at the end of the run.
    pub fn is_kept(&self) -> bool {
        self.owner().is_kept()
    }

    /// Notes how to reach something that is left standing.
    pub fn keep(&self, note: String) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).push(note);
    }

    /// How to reach what is left standing, and how to remove it; nothing if the run is not kept.
    pub fn kept_notes(&self) -> Vec<String> {
        let Some(how_to_remove) = self.run.kept_note() else { return Vec::new() };
        let mut notes = vec![format!("kept: PostgreSQL: {}", self.postgres.session_command())];
        notes.extend(self.kept.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned());
        notes.push(how_to_remove);
        notes
    }

    /// Ends the run: everything that was started in its name is removed, even if a scenario that was given up still
    /// holds the lab. A lab that is dropped ends by itself.
    pub fn stop(&self) {
        self.run.end();
    }

    /// The subjects of the run.
    pub fn choices(&self) -> &Choices {
        &self.choices
    }

    /// The PostgreSQL server.
    pub fn postgres(&self) -> &Postgres {
        &self.postgres
    }

    /// The image of hosts, built when first asked for; `program` is this program, which goes into it.
    ///
    /// # Errors
    /// Why there is none, told again to everybody who asks.
    pub async fn host_image(&self, program: &Path) -> Result<String, String> {
        let make = async || -> Result<String, String> {
            if let HostChoice::Image(name) = &self.choices.host {
                return Ok(name.clone());
            }
            let engine = Engine::require().await.map_err(|error| error.to_string())?;
            let release = match &self.choices.mattermost {
                MattermostChoice::Dir(folder) => Some(folder.as_path()),
                MattermostChoice::Standin => None,
            };
            let image = image::host(&engine, program, release).await.map_err(|error| crate::cause::chain(&error))?;
            Ok(image.to_string())
        };
        self.host_image.get_or_init(make).await.clone()
    }

    /// The mark of the run.
    pub fn owner(&self) -> &Owner {
        self.run.owner()
    }

    /// The folder of the run; it goes when the lab goes.
    pub fn folder(&self) -> &Path {
        self.run.directory().path()
    }

    /// Lets the process group of `id` be ended with the run, however that ends.
    ///
    /// # Errors
    /// If it cannot be written down.
    pub fn register_process(&self, id: u32) -> std::io::Result<()> {
        self.run.directory().register_process(id)
    }

    pub(crate) fn gitlab_admin_token(&self) -> Option<String> {
        self.gitlab_admin_token.as_ref().map(|secret| secret.0.clone())
    }
}
