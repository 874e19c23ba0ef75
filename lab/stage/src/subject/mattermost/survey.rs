//! What an unpacked release shows of itself: its version, the settings it ships and the commands it lists.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use gitlab_mattermost_core::mattermost::{ShownRelease, commands_in_help};
use gitlab_mattermost_core::version::Version;
use gitlab_mattermost_ground::named_input;
use serde_json::Value;
use tokio::process::Command;

use super::program::BINARY;

/// Where a release keeps the settings it ships.
const SHIPPED: &str = "config/config.json";
/// A program answers faster than this, or not at all.
const WITHIN: Duration = Duration::from_secs(20);

/// Why a release shows nothing.
#[derive(Debug, thiserror::Error)]
pub enum SurveyError {
    /// Its settings are not there or cannot be read.
    #[error("cannot read the settings that the release ships, `{}`", path.display())]
    Unreadable {
        /// Where they should be.
        path: PathBuf,
        /// The operating system's reason.
        source: std::io::Error,
    },
    /// Its settings are no JSON object.
    #[error("`{}` holds no settings: {reason}", path.display())]
    NoSettings {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Its program does not tell its version.
    #[error("`{}` does not tell its version", program.display())]
    NoVersion {
        /// The program.
        program: PathBuf,
    },
}

/// Looks at the release in `folder`, whose server tells `version`. Nothing of it is started but its command line, without
/// database, and nothing in the folder is written.
///
/// # Errors
/// [`SurveyError`].
pub async fn survey(folder: &Path, version: Option<Version>) -> Result<ShownRelease, SurveyError> {
    let no_version = || SurveyError::NoVersion { program: folder.join(BINARY) };
    let version = version.ok_or_else(no_version)?;
    let path = folder.join(SHIPPED);
    let text = named_input::text(&path).map_err(|source| SurveyError::Unreadable { path: path.clone(), source })?;
    let no_settings = |reason: String| SurveyError::NoSettings { path: path.clone(), reason };
    let mut config: Value = serde_json::from_str(&text).map_err(|error| no_settings(error.to_string()))?;
    let Some(sections) = config.as_object_mut() else { return Err(no_settings("it is no JSON object".to_owned())) };
    let commands = answer(folder, &["help"]).await.as_deref().and_then(commands_in_help);
    let has_config = commands.as_ref().is_some_and(|commands| commands.iter().any(|command| command == "config"));
    if has_config {
        // The command tells sections that are in no file, as the flags of features. It writes the file that it reads.
        let told = match copy(&text) {
            Ok(copy) => {
                let path = copy.path().join("config.json").display().to_string();
                answer(folder, &["config", "show", "--json", "--config", &path]).await
            }
            Err(_) => None,
        };
        let told: Option<Value> = told.and_then(|told| serde_json::from_str(&told).ok());
        for (section, settings) in told.as_ref().and_then(Value::as_object).into_iter().flatten() {
            if !sections.keys().any(|known| known.eq_ignore_ascii_case(section)) {
                sections.insert(section.clone(), settings.clone());
            }
        }
    }
    Ok(ShownRelease { version, config, commands })
}

fn copy(text: &str) -> std::io::Result<tempfile::TempDir> {
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("config.json"), text)?;
    Ok(folder)
}

/// What the program of the release prints, if it ends well and in time.
async fn answer(folder: &Path, words: &[&str]) -> Option<String> {
    let mut command = Command::new(folder.join(BINARY));
    command.args(words).current_dir(folder).env_clear().stdin(Stdio::null()).kill_on_drop(true);
    let output = tokio::time::timeout(WITHIN, command.output()).await.ok()?.ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}
