//! Where Mattermost keeps its users' files, by what its variables and its `config.json` say.
//!
//! A variable is root's word. A `config.json` is Mattermost's own, and whoever controls its account writes there what they
//! like: a folder that only it names has to be that account's, or be named by whoever calls.

use std::path::{Path, PathBuf};

use gitlab_mattermost_core::backup::{ConfigFacts, Installation, Part, config_file};

use super::error::{BackupError, failed};
use super::folder::{self, Found, Place};
use super::links::{self, is_trusted};

/// Larger files are no variable, in bytes.
const LARGEST: u64 = 64 * 1024;

/// What is said, and by whom.
#[derive(Debug, Default)]
pub(super) struct FileStore {
    /// `amazons3` or `local`.
    driver: Option<String>,
    /// The folder, as it is written, and the account that wrote it.
    folder: Option<(String, u32)>,
}

impl FileStore {
    /// What the installation's own files say. What cannot be read says nothing here, and is told where it is needed.
    pub(super) fn of(installation: &Installation) -> Self {
        let facts = config(&installation.config_json);
        let (facts, owner) = facts.unwrap_or_default();
        let variable = |name: &str| {
            let place = Place::open(&installation.env_directory.as_ref()?.join(name)).ok()?;
            let (text, found) = place.above.text(&place.name, LARGEST).ok()??;
            Some((text.lines().next()?.to_owned(), found.uid)).filter(|(value, _)| !value.is_empty())
        };
        let driver = variable("MM_FILESETTINGS_DRIVERNAME").map(|(value, _)| value).or(facts.driver);
        let folder = variable("MM_FILESETTINGS_DIRECTORY").or_else(|| Some((facts.directory?, owner)));
        Self { driver, folder }
    }

    /// Whether users' files are kept in S3.
    pub(super) fn is_s3(&self) -> bool {
        ConfigFacts { driver: self.driver.clone(), directory: None }.is_s3()
    }

    /// The folder that is named, if it is another than `usual` and is on this machine. A path that is not absolute is as the
    /// package has it; a container has paths of its own.
    ///
    /// # Errors
    /// It is the word of an account that it does not belong to.
    pub(super) fn elsewhere(&self, usual: &Path, follow: &[PathBuf]) -> Result<Option<PathBuf>, BackupError> {
        let Some((named, author)) = self.folder.as_ref().filter(|(named, _)| !self.is_s3() && named.starts_with('/'))
        else {
            return Ok(None);
        };
        let folder = links::resolve(Path::new(named), follow)?;
        let Some(Found { uid, .. }) = folder::look(&folder)?.filter(|_| folder != usual) else { return Ok(None) };
        let is_named = follow.iter().any(|it| folder.starts_with(it));
        if is_trusted(*author) || uid == *author || is_named {
            return Ok(Some(folder));
        }
        let why = format!(
            "Mattermost keeps its files in `{0}` by its own configuration, and that folder is not its account's; if that is \
             what you want, give `--data {0}`",
            folder.display()
        );
        Err(BackupError::Target { why })
    }
}

/// What `config.json` says, and whose it is.
fn config(path: &Path) -> Option<(ConfigFacts, u32)> {
    let place = Place::open(path).ok()?;
    let (text, found) = place.above.text(&place.name, config_file::LARGEST).ok()??;
    Some((config_file::read(text.as_bytes()).ok()?, found.uid))
}

/// That `config.json`, if there is one, is a configuration of Mattermost; whether there is one.
///
/// # Errors
/// It is none, or cannot be read.
pub(super) fn require_config(path: &Path) -> Result<bool, BackupError> {
    if !folder::exists(path)? {
        return Ok(false);
    }
    let place = Place::open(path)?;
    let Some((text, _)) = place.above.text(&place.name, config_file::LARGEST)? else { return Ok(false) };
    match config_file::read(text.as_bytes()) {
        Ok(_) => Ok(true),
        Err(fault) => Err(failed("back up", path)(std::io::Error::other(format!(
            "it is no `{}` of Mattermost: {fault}",
            Part::ConfigJson.name()
        )))),
    }
}
