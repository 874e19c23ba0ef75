//! The version of a server's program, asked without starting the server.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use gitlab_mattermost_core::version::Version;
use tokio::process::Command;

/// The program answers faster than this, or not at all.
const LIMIT: Duration = Duration::from_secs(20);

/// A program that does not tell its version.
#[derive(Debug, thiserror::Error)]
#[error("`{}` does not tell its version ({reason}); give `--mattermost-version`", program.display())]
pub struct Silent {
    program: PathBuf,
    reason: String,
}

/// Asks the server's program `PATH/bin/mattermost` for its version, in an environment without settings.
///
/// `version` alone would migrate a database; the flag that keeps it from one exists from 5.31 on, and before that is an
/// error and nothing else.
///
/// # Errors
/// [`Silent`].
pub async fn version(program: &Path) -> Result<Version, Silent> {
    let silent = |reason: String| Silent { program: program.to_owned(), reason };
    let file = program.canonicalize().map_err(|error| silent(error.to_string()))?;
    let mut command = Command::new(&file);
    command.args(["version", "--skip-server-start"]).env_clear().stdin(Stdio::null()).kill_on_drop(true);
    // The program looks for its own files from here.
    if let Some(release) = file.parent().and_then(Path::parent) {
        command.current_dir(release);
    }
    let output = match tokio::time::timeout(LIMIT, command.output()).await {
        Ok(output) => output.map_err(|error| silent(error.to_string()))?,
        Err(_) => return Err(silent(format!("no answer within {} s", LIMIT.as_secs()))),
    };
    if !output.status.success() {
        return Err(silent(output.status.to_string()));
    }
    told(&String::from_utf8_lossy(&output.stdout)).ok_or_else(|| silent("no version in its answer".to_owned()))
}

/// The build number where it is a version: `Version` is not raised with every patch.
fn told(output: &str) -> Option<Version> {
    let field = |name: &str| output.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok());
    field("Build Number:").or_else(|| field("Version:"))
}

#[cfg(test)]
mod tests {
    use super::{Version, told};

    #[test]
    fn the_build_number_counts_where_it_is_a_version() {
        assert_eq!(told("Version: 5.14.0\nBuild Number: 5.14.2\n"), Some(Version::new(5, 14, 2)));
        assert_eq!(told("Version: 5.36.1\nBuild Number: dev\n"), Some(Version::new(5, 36, 1)));
        assert_eq!(told("usage\n"), None);
    }
}
