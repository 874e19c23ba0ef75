//! Why there is no lab, or nothing of it.

use std::path::PathBuf;

use gitlab_mattermost_authority::NoCertificate;

use crate::cleanup::CleanupError;
use crate::postgresql::BackendError;
use crate::provider::ProviderError;
use crate::seed_file::SeedFileError;
use crate::subject::mattermost::{ProgramError, RehearsalError};

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
    /// The chosen Mattermost is no server.
    #[error("the lab has no Mattermost")]
    NoMattermost {
        /// The reason.
        #[from]
        source: ProgramError,
    },
    /// The chosen Mattermost does not start.
    #[error("the lab cannot use the chosen Mattermost")]
    MattermostFails {
        /// The reason.
        #[from]
        source: RehearsalError,
    },
    /// What GitLab holds cannot be read.
    #[error("it is not known what GitLab holds")]
    NoSeed {
        /// Why not.
        #[from]
        source: SeedFileError,
    },
    /// A seed was given for the mock, which the lab fills itself.
    #[error("`--gitlab-seed` says what a GitLab given by URL holds; the mock is filled by the lab: leave it out")]
    SeedOfMock,
    /// The provider in GitLab's place cannot be used as it is described.
    #[error("the provider in GitLab's place cannot be used")]
    NoProvider(#[from] ProviderError),
    /// The run's own authority has no certificate.
    #[error("the run has no authority of its own")]
    NoAuthority(#[from] NoCertificate),
    /// The seed names no administrator, and no file does.
    #[error(
        "the seed names no token of an administrator with the scope `api`; add one, or give it with \
         `--gitlab-admin-token-file`"
    )]
    NoAdministrator,
    /// A GitLab given by URL does not answer.
    #[error("{reason}; nothing is played")]
    Silent {
        /// Its address, and why it does not answer.
        reason: String,
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

/// The lab has no PostgreSQL, because this machine has none and none could be made.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the lab has no PostgreSQL: {reason}; scenarios that need one are tagged `@needs-postgresql`")]
pub struct NoPostgres {
    /// Why not.
    pub(super) reason: String,
}

/// Why a scenario gets no database.
#[derive(Debug, thiserror::Error)]
pub enum NoDatabase {
    /// There is no server.
    #[error(transparent)]
    NoServer(#[from] NoPostgres),
    /// The server has none to give.
    #[error(transparent)]
    Refused(#[from] BackendError),
}
