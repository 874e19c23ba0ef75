//! Where an installation keeps Mattermost's data.

use std::collections::BTreeMap;

use super::{DataSource, Installation, values};
use crate::mattermost_config::effective;
use crate::omnibus::{Deployment, EnvEntry, KnownDeployment, Origin};

const DATA_SOURCE: &str = "MM_SQLSETTINGS_DATASOURCE";
const DRIVER: &str = "MM_SQLSETTINGS_DRIVERNAME";

/// Where Mattermost's data are, as far as the files tell; `None` is not known.
///
/// # Shape
/// Paths are as the files have them: one that is not absolute is below the server's working directory. The folders are
/// those with which the server runs, wherever they were set.
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
    /// Mattermost's `config.json`.
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
    /// The database that the settings give, where it is not the bundled one.
    pub own_database: Option<OwnDatabase>,
}

/// A database that the settings give.
///
/// # Shape
/// `driver` is the setting's text: `postgres`, `mysql`.
///
/// ```
/// use gitlab_mattermost_core::installation::OwnDatabase;
///
/// let database = OwnDatabase { driver: "mysql".to_owned(), source: None, line: Some(3) };
/// assert!(!database.is_postgresql());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnDatabase {
    /// `postgres` or `mysql`.
    pub driver: String,
    /// Where it is; `None` where the data source cannot be read.
    pub source: Option<DataSource>,
    /// The line of the settings file that gives it, where it does.
    pub line: Option<usize>,
}

impl OwnDatabase {
    /// Whether PostgreSQL's programs can dump it.
    pub fn is_postgresql(&self) -> bool {
        self.driver == "postgres"
    }
}

/// Where Mattermost's database is in the bundled PostgreSQL.
///
/// # Shape
/// Each part is `None` where only Ruby could tell it.
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
        let (mut variables, mut not_known) = (BTreeMap::new(), Vec::new());
        if let Some(Ok(KnownDeployment { deployment, not_known: open })) = self.known_deployment() {
            variables = values(&deployment);
            not_known = open;
            places.own_database = self.own_database(&deployment);
            let is_bundled = places.own_database.is_none() && deployment.env.contains_key(DATA_SOURCE);
            places.home = deployment.account.home;
            places.config_json = deployment.config_json.path;
            places.env_directory = deployment.env_directory.path;
            let database = deployment.database;
            places.database = (database.used && is_bundled).then_some(DatabasePlace {
                host: database.socket_directory,
                port: database.port,
                name: database.name,
                role: database.owner,
            });
        }
        if let Some(directory) = self.environment {
            (variables, not_known) = (directory.variables(), Vec::new());
        }
        if places.own_database.is_none() && places.database.is_none() {
            places.own_database = self.database_of_the_env_directory();
        }
        // Without variables or file the folders would be the server's defaults, which no package uses.
        let told = !variables.is_empty() || self.config_json.is_some();
        let effective = self.mattermost().and_then(|it| effective(it, &variables, self.config_json).ok());
        if let Some(effective) = effective.filter(|_| told) {
            let text = |path: &str| {
                let variable = format!("MM_{}", path.replace('.', "_").to_uppercase());
                let is_open = not_known.iter().any(|it| it.variable.as_ref() == Some(&variable));
                Some(effective.text(path).to_owned()).filter(|text| !text.is_empty() && !is_open)
            };
            let local = text("FileSettings.DriverName").is_some_and(|driver| driver == "local");
            places.file_store = text("FileSettings.Directory").filter(|_| local);
            places.plugins = text("PluginSettings.Directory");
            places.client_plugins = text("PluginSettings.ClientDirectory");
        }
        places
    }

    /// The database that the settings file gives, unless Mattermost gets the bundled one.
    fn own_database(&self, deployment: &Deployment) -> Option<OwnDatabase> {
        let source = deployment.env.get(DATA_SOURCE)?;
        let driver = deployment.env.get(DRIVER).map_or("postgres", |entry| entry.value.as_str());
        let is_given = !deployment.database.used || matches!(source.origin, Origin::Env { .. });
        let entry: &EnvEntry = if is_given { source } else { deployment.env.get(DRIVER)? };
        (is_given || driver != "postgres").then(|| OwnDatabase {
            driver: driver.to_owned(),
            source: DataSource::parse(&source.value).filter(|_| driver == "postgres"),
            line: self.gitlab_rb.zip(entry.origin.span()).map(|(file, span)| span.line_and_column(&file.text).0),
        })
    }

    /// The database that the env directory gives; whether it is the bundled one only a settings file could tell.
    fn database_of_the_env_directory(&self) -> Option<OwnDatabase> {
        let variables = self.environment?.variables();
        let driver = variables.get(DRIVER).map_or("postgres", String::as_str);
        let source = variables.get(DATA_SOURCE)?;
        Some(OwnDatabase { driver: driver.to_owned(), source: DataSource::parse(source), line: None })
    }
}
