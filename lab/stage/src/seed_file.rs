//! Files that say what a GitLab holds: users, personal access tokens, applications. Schema: `gitlab-seed.schema.json`.

use std::path::{Path, PathBuf};

use gitlab_mattermost_core::gitlab::Seed;
use gitlab_mattermost_ground::named_input;

/// Why a file is no seed.
#[derive(Debug, thiserror::Error)]
pub enum SeedFileError {
    /// It cannot be read.
    #[error("cannot read the seed `{}`", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// It says something else.
    #[error("`{}` is not a seed of a GitLab", path.display())]
    NoSeed {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: serde_json::Error,
    },
}

/// Reads the seed at `path`.
///
/// # Errors
/// [`SeedFileError`], with the place in the file.
pub fn read(path: &Path) -> Result<Seed, SeedFileError> {
    let unreadable = |source| SeedFileError::Unreadable { path: path.to_owned(), source };
    let text = named_input::text(path).map_err(unreadable)?;
    serde_json::from_str(&text).map_err(|source| SeedFileError::NoSeed { path: path.to_owned(), source })
}
