//! The settings that the document's backup leaves out.

use std::fs;
use std::path::Path;

use gitlab_mattermost_core::backup::settings::{mattermost_part, mattermost_secrets};
use gitlab_mattermost_core::backup::{Installation, Part};
use gitlab_mattermost_core::gitlab_rb::{self, ReadOptions};
use gitlab_mattermost_core::version::Version;
use serde_json::Value;

use crate::backup::archive::ArchiveWriter;
use crate::backup::error::{BackupError, failed};

/// Where the Linux package says which GitLab it is.
const VERSION_MANIFEST: &str = "/opt/gitlab/version-manifest.txt";

/// The release whose rules the settings are read by if the package does not say its own.
const DOCUMENTED: Version = Version::new(14, 7, 0);

/// Adds the env directory and gitlab.rb's Mattermost part.
pub(super) fn add_settings(archive: &mut ArchiveWriter, installation: &Installation) -> Result<(), BackupError> {
    if let Some(folder) = &installation.env_directory {
        archive.add_part(Part::Env, folder)?;
    }
    let Some(path) = &installation.gitlab_rb else { return Ok(()) };
    let text = fs::read_to_string(path).map_err(failed("read", path))?;
    let part = match gitlab_rb::read(&text, &read_options(path)) {
        Ok(settings) => mattermost_part(&text, &settings),
        Err(_) => {
            archive.notes.push(format!("`{}` cannot be read as settings; all of it was taken", path.display()));
            text
        }
    };
    archive.add_text(Part::GitlabRb.name(), &part)
}

/// How a settings file is read: by the rules of the GitLab that is installed.
pub(in crate::backup) fn read_options(path: &Path) -> ReadOptions {
    let gitlab_version = gitlab_version().and_then(|it| it.parse().ok()).unwrap_or(DOCUMENTED);
    ReadOptions { file_name: path.display().to_string(), gitlab_version, ..ReadOptions::default() }
}

/// Adds the Mattermost section of GitLab's secrets.
pub(super) fn add_secrets(archive: &mut ArchiveWriter, installation: &Installation) -> Result<(), BackupError> {
    let Some(path) = &installation.secrets else { return Ok(()) };
    let text = fs::read_to_string(path).map_err(failed("read", path))?;
    let secrets: Value = serde_json::from_str(&text).map_err(|error| failed("read", path)(error.into()))?;
    archive.add_text(Part::Secrets.name(), &mattermost_secrets(&secrets))
}

/// What a reader of the backup should know of where the users' files are.
pub(super) fn notes_on_files(installation: &Installation) -> Vec<String> {
    let variable = |name: &str| {
        let text = fs::read_to_string(installation.env_directory.as_ref()?.join(name)).ok()?;
        Some(text.lines().next()?.to_owned()).filter(|it| !it.is_empty())
    };
    let config: Value = fs::read_to_string(&installation.config_json)
        .ok()
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default();
    let setting = |name: &str| {
        let by_file = config.pointer(&format!("/FileSettings/{name}")).and_then(Value::as_str).map(str::to_owned);
        variable(&format!("MM_FILESETTINGS_{}", name.to_uppercase())).or(by_file)
    };
    let mut notes = Vec::new();
    if setting("DriverName").is_some_and(|driver| driver == "amazons3") {
        notes.push("users' files are kept in S3, which is not in this backup".to_owned());
    } else if let Some(folder) = setting("Directory").filter(|it| it.starts_with('/'))
        && let (Ok(used), Ok(taken)) = (fs::canonicalize(&folder), fs::canonicalize(&installation.data))
        && used != taken
    {
        notes.push(format!("Mattermost keeps its files in `{folder}`, the backup has those in `{}`", taken.display()));
    }
    notes
}

/// GitLab's version, if its package is installed: the first line is `gitlab-ce 14.7.0`.
pub(super) fn gitlab_version() -> Option<String> {
    let text = fs::read_to_string(VERSION_MANIFEST).ok()?;
    text.lines().next()?.split_whitespace().nth(1).map(str::to_owned)
}
