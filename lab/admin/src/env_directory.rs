//! Writes an env directory as the package does, for `chpst -e DIR`.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use gitlab_mattermost_core::omnibus::Deployment;

use gitlab_mattermost_ground::exit::Exit;

/// Why no env directory was written.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// There is nothing to write.
    #[error("Mattermost is not enabled, so the package writes no env directory; `{path}` was left as it is")]
    NotEnabled {
        /// The directory.
        path: PathBuf,
    },
    /// The directory holds something else.
    #[error(
        "`{path}` holds `{entry}`, which is no env file; choose a directory that is empty, missing, or an env directory"
    )]
    NotAnEnvDirectory {
        /// The directory.
        path: PathBuf,
        /// What is in the way.
        entry: String,
    },
    /// A variable cannot be a file.
    #[error("the variable `{name}` is no name for a file, so the package fails to write it")]
    UnusableName {
        /// The variable.
        name: String,
    },
    /// The system refuses.
    #[error("cannot write `{path}`")]
    Write {
        /// What was to be written.
        path: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },
}

impl Refused {
    /// The exit code: wrong usage for a directory that cannot be taken, a finding for settings that cannot be written.
    pub fn exit(&self) -> Exit {
        match self {
            Self::NotEnabled { .. } | Self::UnusableName { .. } => Exit::Deviations,
            Self::NotAnEnvDirectory { .. } | Self::Write { .. } => Exit::Usage,
        }
    }
}

/// Writes one file per variable, without a line break at the end, readable by the owner alone as some hold secrets.
///
/// The directory is made if missing. One that exists must hold nothing but files named like variables (letters, digits,
/// underscores); those that no variable stands for any more are deleted, as the package does. Anything else in it is
/// refused before anything is written.
pub fn write(deployment: &Deployment, path: &Path) -> Result<(), Refused> {
    if !deployment.enabled {
        return Err(Refused::NotEnabled { path: path.to_owned() });
    }
    if let Some(name) = deployment.env.keys().find(|name| !usable(name)) {
        return Err(Refused::UnusableName { name: name.clone() });
    }
    let refused = |source| Refused::Write { path: path.to_owned(), source };
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(refused)?;
    let present = env_files(path)?;
    for stale in present.iter().filter(|name| !deployment.env.contains_key(*name)) {
        let file = path.join(stale);
        fs::remove_file(&file).map_err(|source| Refused::Write { path: file, source })?;
    }
    for (name, entry) in &deployment.env {
        let file = path.join(name);
        let open = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&file);
        let done = open.and_then(|mut open| open.write_all(entry.value.as_bytes()));
        done.map_err(|source| Refused::Write { path: file, source })?;
    }
    Ok(())
}

/// The names of the files in an env directory.
fn env_files(path: &Path) -> Result<Vec<String>, Refused> {
    let refused = |source| Refused::Write { path: path.to_owned(), source };
    let mut names = Vec::new();
    for entry in fs::read_dir(path).map_err(refused)? {
        let entry = entry.map_err(refused)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        // A symbolic link is not followed: it would be written through.
        let is_file = entry.file_type().map_err(refused)?.is_file();
        if !is_file || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            return Err(Refused::NotAnEnvDirectory { path: path.to_owned(), entry: name });
        }
        names.push(name);
    }
    Ok(names)
}

fn usable(name: &str) -> bool {
    !matches!(name, "" | "." | "..") && !name.contains(['/', '\0'])
}
