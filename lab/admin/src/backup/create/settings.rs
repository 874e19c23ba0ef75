//! The settings that the document's backup leaves out.

use gitlab_mattermost_core::backup::settings::{mattermost_part, mattermost_secrets};
use gitlab_mattermost_core::backup::{Installation, Part};
use gitlab_mattermost_core::installation::SettingsFile;
use serde_json::Value;

use crate::backup::archive::ArchiveWriter;
use crate::backup::error::{BackupError, failed};
use crate::backup::file_store::FileStore;
use crate::backup::package::installed_gitlab;
use gitlab_mattermost_ground::named_file;

/// Larger files of settings are not read, in bytes.
const LARGEST: u64 = 64 << 20;

/// Adds the env directory and gitlab.rb's Mattermost part.
pub(super) fn add_settings(archive: &mut ArchiveWriter, installation: &Installation) -> Result<(), BackupError> {
    if let Some(folder) = &installation.env_directory {
        archive.add_part(Part::Env, folder).map(drop)?;
    }
    let Some(path) = &installation.gitlab_rb else { return Ok(()) };
    let text = named_file::text(path, LARGEST).map_err(failed("read", path))?;
    let name = path.display().to_string();
    let part = match SettingsFile::read(name, text.as_str(), Default::default(), installed_gitlab()) {
        // Code that cannot be seen is no statement of Mattermost's.
        Ok(file) => mattermost_part(&text, file.settings.as_seen()),
        Err(_) => {
            archive.notes.push(format!("`{}` cannot be read as settings; all of it was taken", path.display()));
            text
        }
    };
    archive.add_text(Part::GitlabRb.name(), &part)
}

/// Adds the Mattermost section of GitLab's secrets.
pub(super) fn add_secrets(archive: &mut ArchiveWriter, installation: &Installation) -> Result<(), BackupError> {
    let Some(path) = &installation.secrets else { return Ok(()) };
    let text = named_file::text(path, LARGEST).map_err(failed("read", path))?;
    let secrets: Value = serde_json::from_str(&text).map_err(|error| failed("read", path)(error.into()))?;
    archive.add_text(Part::Secrets.name(), &mattermost_secrets(&secrets))
}

/// What a reader of the backup should know of where the users' files are.
pub(super) fn notes_on_files(installation: &Installation) -> Vec<String> {
    let store = FileStore::of(installation);
    if store.is_s3() {
        return vec!["users' files are kept in S3, which is not in this backup".to_owned()];
    }
    let taken = installation.data.display();
    match store.elsewhere(&installation.data, &installation.follow) {
        Ok(Some(folder)) => {
            vec![format!("Mattermost keeps its files in `{}`, the backup has those in `{taken}`", folder.display())]
        }
        _ => Vec::new(),
    }
}
