//! A settings file with its text.

use std::fmt;

use crate::gitlab_rb::{ReadError, ReadOptions, Settings, Surroundings, read};
use crate::version::Version;

/// A settings file with its text, so that places in it can be told; printed by its name alone.
///
/// # Shape
/// `text` is Ruby, `settings` what it says. `Debug` prints the name alone.
///
/// ```
/// use gitlab_mattermost_core::installation::{DOCUMENTED, SettingsFile};
///
/// let file = SettingsFile::read("gitlab.rb", "mattermost['enable'] = true", Default::default(), DOCUMENTED)?;
/// assert!(file.settings.value("mattermost", "enable").is_some());
/// # Ok::<(), gitlab_mattermost_core::gitlab_rb::ReadError>(())
/// ```
pub struct SettingsFile {
    /// The name to call it by.
    pub name: String,
    /// Its text.
    pub text: String,
    /// What it says.
    pub settings: Settings,
}

impl SettingsFile {
    /// Reads a settings file as the package of `gitlab` does, on a machine of which `surroundings` is known.
    ///
    /// # Errors
    /// As [`read`].
    pub fn read(
        name: impl Into<String>,
        text: impl Into<String>,
        surroundings: Surroundings,
        gitlab: Version,
    ) -> Result<Self, ReadError> {
        let (name, text) = (name.into(), text.into());
        let options = ReadOptions { file_name: name, surroundings, gitlab_version: gitlab };
        let settings = read(&text, &options)?;
        Ok(Self { name: options.file_name, text, settings })
    }
}

impl SettingsFile {
    /// The file as it is if code that cannot be seen sets nothing.
    #[must_use]
    pub fn into_seen(self) -> Self {
        Self { settings: self.settings.into_seen(), ..self }
    }
}

impl fmt::Debug for SettingsFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SettingsFile").field("name", &self.name).finish_non_exhaustive()
    }
}
