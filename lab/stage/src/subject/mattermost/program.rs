//! The server program that a choice comes to, once its files are at hand.

use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use gitlab_mattermost_core::version::Version;
use tokio::process::Command;

use super::choice::MattermostChoice;
use super::tarball::{self, TarballError};

/// Where a release keeps its server.
pub(super) const BINARY: &str = "bin/mattermost";

/// What is started as Mattermost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServerProgram {
    /// The stand-in, which this program holds, as a server of this version.
    Standin(Version),
    /// A release of the real server, by its folder.
    Release(PathBuf),
    /// A server that runs already and is started by nobody here.
    Running,
}

/// Why the chosen Mattermost cannot be started at all.
#[derive(Debug, thiserror::Error)]
pub enum ProgramError {
    /// The folder is not of a release.
    #[error("`{}` is no unpacked release: it has no `{BINARY}` that can be run", folder.display())]
    NoServer {
        /// The folder.
        folder: PathBuf,
    },
    /// The archive cannot be used.
    #[error("the release cannot be unpacked")]
    Tarball(#[from] TarballError),
    /// The folder for it cannot be made or read.
    #[error("cannot use the folder `{}`", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },
}

/// A program answers faster than this, or not at all.
const ANSWERS_WITHIN: Duration = Duration::from_secs(20);

impl ServerProgram {
    /// The version of the server, as its program tells it without a database; nothing if it does not tell, or runs already.
    pub async fn version(&self) -> Option<Version> {
        let folder = match self {
            Self::Standin(version) => return Some(*version),
            Self::Running => return None,
            Self::Release(folder) => folder,
        };
        let mut command = Command::new(folder.join(BINARY));
        // Servers of 6.5 and later need no flag for that, and take it.
        command.args(["version", "--skip-server-start"]).current_dir(folder).env_clear();
        command.stdin(Stdio::null()).kill_on_drop(true);
        let output = tokio::time::timeout(ANSWERS_WITHIN, command.output()).await.ok()?.ok()?;
        told(&String::from_utf8_lossy(&output.stdout))
    }

    /// Makes the files of `choice` ready; an archive is unpacked into a new folder below `scratch`.
    ///
    /// # Errors
    /// [`ProgramError`], if there is no server in it.
    pub async fn at_hand(choice: &MattermostChoice, scratch: &Path) -> Result<Self, ProgramError> {
        match choice {
            MattermostChoice::Standin(version) => Ok(Self::Standin(*version)),
            MattermostChoice::Url(_) => Ok(Self::Running),
            MattermostChoice::Dir(folder) => release(folder),
            MattermostChoice::Tarball(tarball) => {
                let failed = |source| ProgramError::Folder { folder: scratch.to_owned(), source };
                let into = tempfile::Builder::new().prefix("release-").tempdir_in(scratch).map_err(failed)?.keep();
                let (tarball, folder) = (tarball.clone(), into.clone());
                let unpacked = tokio::task::spawn_blocking(move || tarball::unpack(&tarball, &folder)).await;
                unpacked.map_err(|error| failed(io::Error::other(error)))??;
                release(&top_folder(&into))
            }
        }
    }
}

/// The build number where it is a version: `Version` is not raised with every patch.
fn told(output: &str) -> Option<Version> {
    let field = |name: &str| output.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok());
    field("Build Number:").or_else(|| field("Version:"))
}

/// The one folder that holds everything, as in the archives of releases, or else `folder` itself.
fn top_folder(folder: &Path) -> PathBuf {
    let entries: Vec<PathBuf> = folder.read_dir().into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    match entries.as_slice() {
        [only] if only.is_dir() => only.clone(),
        _ => folder.to_owned(),
    }
}

fn release(folder: &Path) -> Result<ServerProgram, ProgramError> {
    let no_server = || ProgramError::NoServer { folder: folder.to_owned() };
    let binary = folder.join(BINARY).metadata().map_err(|_| no_server())?;
    if !binary.is_file() || binary.permissions().mode() & 0o111 == 0 {
        return Err(no_server());
    }
    // The server runs in its own folder, so what is relative to ours must not stay so.
    let folder = folder.canonicalize().map_err(|source| ProgramError::Folder { folder: folder.to_owned(), source })?;
    Ok(ServerProgram::Release(folder))
}
