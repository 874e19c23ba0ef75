//! Reading a settings file for a subcommand, and telling what is wrong with it.
//!
//! Not here: what the file means; that is `gitlab_mattermost_core::gitlab_rb` and `omnibus`.

use gitlab_mattermost_core::installation::SettingsFile;
use gitlab_mattermost_core::version::Version;

use super::complain;
use super::surroundings::Surroundings;
use crate::settings_fault::{SettingsFault, Source};
use gitlab_mattermost_ground::exit::Exit;
use mattermost_admin::reading::{self, Unreadable, shown};

/// The settings file of a subcommand's command line.
#[derive(Debug, clap::Args)]
pub struct SettingsFileArguments {
    /// The settings file (the package's is /etc/gitlab/gitlab.rb), or `-` for standard input
    #[arg(value_name = "FILE|-")]
    file: String,
}

impl SettingsFileArguments {
    /// Reads the settings as a package of `gitlab` would, on the machine that `surroundings` tells of.
    ///
    /// # Errors
    /// [`NoSettings`].
    pub fn read(&self, surroundings: &Surroundings, gitlab: Version) -> Result<SettingsFile, NoSettings> {
        reading::settings(&self.file, &surroundings.read()?, gitlab).map_err(|error| match error {
            Unreadable::Settings { fault, text, file, .. } => {
                NoSettings::Fault(SettingsFault::Reading(fault), Source { name: shown(&file), text })
            }
            other => NoSettings::Unreadable(other),
        })
    }
}

/// Why there are no settings.
#[derive(Debug)]
pub enum NoSettings {
    /// The file cannot be read.
    Unreadable(Unreadable),
    /// Ruby or the package stops over it.
    Fault(SettingsFault, Source),
}

impl From<Unreadable> for NoSettings {
    fn from(error: Unreadable) -> Self {
        Self::Unreadable(error)
    }
}

impl NoSettings {
    /// A fault that turned up after the file was read.
    pub fn fault(fault: SettingsFault, file: SettingsFile) -> Self {
        Self::Fault(fault, Source { name: file.name, text: file.text })
    }

    /// Tells it, and how the program ends.
    pub fn tell(self) -> Exit {
        match self {
            Self::Unreadable(error) => {
                complain(&error);
                Exit::Usage
            }
            Self::Fault(fault, source) => {
                fault.print(&source);
                Exit::Deviations
            }
        }
    }
}
