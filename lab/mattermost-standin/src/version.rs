//! What the command `version` tells.

use gitlab_mattermost_core::mattermost::Release;
use gitlab_mattermost_core::version::Version;

use super::configuration;
use super::server::{Options, StartError, connect};

/// The answer of `mattermost version`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionReport {
    /// The version that the server takes itself for; not always the one of its release.
    pub version: Version,
    /// The release.
    pub build_number: Version,
    /// The version that the database was last brought to; `None` if it was not asked.
    pub database: Option<String>,
}

impl VersionReport {
    /// Makes the report; creates missing tables on the way, as the real command does where it asks the database.
    ///
    /// # Errors
    /// The settings are refused or the database cannot be used.
    pub async fn make(options: &Options, skip_server_start: bool) -> Result<Self, StartError> {
        let release = Release { version: options.version };
        options.log.speak_as(release);
        let skips = skip_server_start || !release.version_asks_database();
        let database = if skips {
            None
        } else {
            let settings = configuration::load(options.version, &options.environment, options.config.as_deref())?;
            let store = connect(options, &settings).await?;
            Some(store.version().await.map_err(StartError::Tables)?)
        };
        Ok(Self { version: release.takes_itself_for(), build_number: options.version, database })
    }
}
