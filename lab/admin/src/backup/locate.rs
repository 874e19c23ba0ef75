//! Finding an installation: the Linux package's places, or those that the user names.

use std::fs;
use std::path::{Path, PathBuf};

use gitlab_mattermost_core::backup::{Connection, Installation};
use gitlab_mattermost_core::secret::Secret;
use tokio_postgres::Config;
use tokio_postgres::config::Host;

use super::error::BackupError;
use super::process;
use gitlab_mattermost_database::data_source::without_words;

/// What the user says of the installation; the rest is as the Linux package has it.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// The folder with data, config.json, plugins and client-plugins.
    pub home: Option<PathBuf>,
    /// The users' files, if elsewhere.
    pub data: Option<PathBuf>,
    /// Its configuration, if elsewhere.
    pub config_json: Option<PathBuf>,
    /// Its plugins, if elsewhere.
    pub plugins: Option<PathBuf>,
    /// What plugins give to browsers, if elsewhere.
    pub client_plugins: Option<PathBuf>,
    /// The env directory.
    pub env_directory: Option<PathBuf>,
    /// GitLab's settings file.
    pub gitlab_rb: Option<PathBuf>,
    /// GitLab's secrets file.
    pub secrets: Option<PathBuf>,
    /// Mattermost's data source.
    pub data_source: Option<String>,
    /// The data source of a role that may create and rename databases.
    pub admin_data_source: Option<String>,
    /// The folder with `psql` and `pg_dump`.
    pub programs: Option<PathBuf>,
    /// The command that stops Mattermost.
    pub stop: Option<String>,
    /// The command that starts it.
    pub start: Option<String>,
}

/// The installation that is meant: the Linux package's, unless a data source is given.
///
/// # Errors
/// The data source cannot be read, or PostgreSQL's programs are nowhere.
pub fn installation(asked: &Asked) -> Result<Installation, BackupError> {
    let package = Installation::of_the_package();
    let programs = match &asked.programs {
        Some(folder) => folder.clone(),
        None => process::find_programs()?,
    };
    let home = asked.home.clone().unwrap_or_else(|| package.home.clone());
    let mut found = match &asked.data_source {
        Some(text) => {
            let mut found = Installation::in_folder(&home, connection(text)?, programs);
            if let Some(text) = &asked.admin_data_source {
                found.admin = connection(text)?;
            }
            found
        }
        None => Installation {
            programs,
            ..Installation {
                env_directory: package.env_directory.clone().filter(|it| it.is_dir()),
                ..in_home(&package, &home)
            }
        },
    };
    let set = |place: &mut PathBuf, asked: &Option<PathBuf>| {
        if let Some(path) = asked {
            path.clone_into(place);
        }
        // What a link stands for is what is backed up and replaced.
        if let Ok(real) = fs::canonicalize(&*place) {
            *place = real;
        }
    };
    set(&mut found.data, &asked.data);
    set(&mut found.config_json, &asked.config_json);
    set(&mut found.plugins, &asked.plugins);
    set(&mut found.client_plugins, &asked.client_plugins);
    found.env_directory = asked.env_directory.clone().or(found.env_directory);
    found.gitlab_rb = asked.gitlab_rb.clone().or_else(|| found.gitlab_rb.filter(|it| it.is_file()));
    found.secrets = asked.secrets.clone().or_else(|| found.secrets.filter(|it| it.is_file()));
    for place in [&mut found.env_directory, &mut found.gitlab_rb, &mut found.secrets].into_iter().flatten() {
        if let Ok(real) = fs::canonicalize(&*place) {
            *place = real;
        }
    }
    found.stop = asked.stop.clone().or(found.stop);
    found.start = asked.start.clone().or(found.start);
    Ok(found)
}

/// The folder with PostgreSQL's client programs.
///
/// # Errors
/// They are nowhere.
pub fn programs() -> Result<PathBuf, BackupError> {
    process::find_programs()
}

/// The package's installation with its home elsewhere.
fn in_home(package: &Installation, home: &Path) -> Installation {
    let plain = Installation::in_folder(home, package.owner.clone(), PathBuf::new());
    Installation {
        home: plain.home,
        data: plain.data,
        config_json: plain.config_json,
        plugins: plain.plugins,
        client_plugins: plain.client_plugins,
        ..package.clone()
    }
}

/// Words of a data source that PostgreSQL's programs take by their environment.
const VARIABLES: [(&str, &str); 6] = [
    ("sslmode", "PGSSLMODE"),
    ("sslrootcert", "PGSSLROOTCERT"),
    ("sslcert", "PGSSLCERT"),
    ("sslkey", "PGSSLKEY"),
    ("connect_timeout", "PGCONNECT_TIMEOUT"),
    ("options", "PGOPTIONS"),
];

/// Reads a data source as Mattermost has it, in either form; what only Mattermost's own driver knows is passed over.
fn connection(text: &str) -> Result<Connection, BackupError> {
    let (known, _) = without_words(text, &["binary_parameters", "fallback_application_name"]);
    let (known, words) = without_words(&known, &VARIABLES.map(|(word, _)| word));
    let variable =
        |word: &str| VARIABLES.iter().find(|(it, _)| *it == word).map(|(_, variable)| (*variable).to_owned());
    let variables = words.into_iter().filter_map(|(word, value)| Some((variable(&word)?, value))).collect();
    let config: Config = known.parse().map_err(|error| BackupError::DataSource(Some(error)))?;
    let database = config.get_dbname().ok_or(BackupError::DataSource(None))?.to_owned();
    let host = match config.get_hosts().first() {
        Some(Host::Tcp(name)) => Some(name.clone()),
        Some(Host::Unix(folder)) => Some(folder.display().to_string()),
        None => return Err(BackupError::DataSource(None)),
    };
    Ok(Connection {
        host,
        port: config.get_ports().first().copied(),
        role: config.get_user().map(str::to_owned),
        database,
        password: config.get_password().map(|password| Secret::new(String::from_utf8_lossy(password))),
        variables,
        system_user: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_a_data_source_lead_to_the_same() {
        let url = "postgres://mm:s%40cret@/mattermost?host=%2Frun%2Fpg&port=5433&sslmode=disable&binary_parameters=yes";
        let words = "user=mm password=s@cret host=/run/pg port=5433 sslmode=disable dbname=mattermost";
        let (url, words) = (connection(url).unwrap(), connection(words).unwrap());
        assert_eq!(url, words);
        assert_eq!(url.arguments("other"), ["--no-password", "-h", "/run/pg", "-p", "5433", "-U", "mm", "-d", "other"]);
        assert_eq!(url.variables, [("PGSSLMODE".to_owned(), "disable".to_owned())]);
        assert!(!format!("{url:?}").contains("s@cret"));
    }

    #[test]
    fn what_is_no_data_source_of_postgresql_is_refused() {
        for text in ["", "mmuser:mostest@tcp(localhost:3306)/mattermost", "postgres://host", "host=h"] {
            assert!(connection(text).is_err(), "{text}");
        }
    }
}
