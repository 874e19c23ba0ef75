//! Where an installation keeps Mattermost's data.

use super::Installation;

/// Where Mattermost's data are, as far as the files tell; `None` is not known.
///
/// # Shape
/// Paths are as the files have them: one that is not absolute is below the server's working directory. The folders are
/// those with which the server runs, whoever gave them.
///
/// # Source
/// The package's cookbooks; `FileSettings` and `PluginSettings` of Mattermost.
///
/// ```
/// use gitlab_mattermost_core::installation::{DOCUMENTED, Installation, SettingsFile};
///
/// let text = "mattermost['enable'] = true\nmattermost['home'] = '/srv/mattermost'\npostgresql['port'] = 5433";
/// let file = SettingsFile::read("gitlab.rb", text, Default::default(), DOCUMENTED)?;
/// let places = Installation { gitlab_rb: Some(&file), ..Installation::default() }.places();
/// assert_eq!(places.home.as_deref(), Some("/srv/mattermost"));
/// assert_eq!(places.database.unwrap().port.as_deref(), Some("5433"));
/// # Ok::<(), gitlab_mattermost_core::gitlab_rb::ReadError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InstalledPlaces {
    /// The home folder of Mattermost's account.
    pub home: Option<String>,
    /// `config.json`.
    pub config_json: Option<String>,
    /// The env directory.
    pub env_directory: Option<String>,
    /// The users' files; `None` also where they are not kept in a folder.
    pub file_store: Option<String>,
    /// The plugins.
    pub plugins: Option<String>,
    /// What plugins give to browsers.
    pub client_plugins: Option<String>,
    /// The bundled database; `None` also where the settings give a data source of their own.
    pub database: Option<DatabasePlace>,
}

/// Where Mattermost's database is in the bundled PostgreSQL.
///
/// ```
/// use gitlab_mattermost_core::installation::DatabasePlace;
/// assert_eq!(DatabasePlace::default().name, None);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DatabasePlace {
    /// Folder of the server's socket.
    pub host: Option<String>,
    /// Its port, in digits.
    pub port: Option<String>,
    /// The database.
    pub name: Option<String>,
    /// The role that owns it.
    pub role: Option<String>,
}

impl Installation<'_> {
    /// Where Mattermost's data are.
    pub fn places(&self) -> InstalledPlaces {
        let mut places = InstalledPlaces::default();
        if let Some(Ok(deployment)) = self.deployment() {
            places.home = deployment.account.home;
            places.config_json = deployment.config_json.path;
            places.env_directory = deployment.env_directory.path;
            let database = deployment.database;
            places.database = database.used.then_some(DatabasePlace {
                host: database.socket_directory,
                port: database.port,
                name: database.name,
                role: database.owner,
            });
        }
        // Without variables or file the folders would be the server's defaults, which no package uses.
        let told = !self.variables().is_empty() || self.config_json.is_some();
        if let Some(Ok(effective)) = self.effective().filter(|_| told) {
            let text = |path: &str| Some(effective.text(path).to_owned()).filter(|text| !text.is_empty());
            let local = effective.text("FileSettings.DriverName") == "local";
            places.file_store = text("FileSettings.Directory").filter(|_| local);
            places.plugins = text("PluginSettings.Directory");
            places.client_plugins = text("PluginSettings.ClientDirectory");
        }
        places
    }
}
