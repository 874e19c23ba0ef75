//! Finding an installation: the Linux package's places, or those that the user names.

use std::path::{Path, PathBuf};

use gitlab_mattermost_core::backup::installation::STATE;
use gitlab_mattermost_core::backup::{Connection, Installation, Part};
use gitlab_mattermost_core::gitlab_rb::Surroundings;
use gitlab_mattermost_core::installation::Versions;
use gitlab_mattermost_core::secret::Secret;
use gitlab_mattermost_database::data_source::{FOREIGN, without_parameters, without_words};
use tokio_postgres::Config;
use tokio_postgres::config::Host;

use super::error::BackupError;
use super::file_store::FileStore;
use super::package::gitlab_version;
use super::{account, links, mounts, process};
use crate::reading::{self, Named};

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
    /// What is known of the machine that the settings file is of.
    pub surroundings: Surroundings,
    /// GitLab's secrets file.
    pub secrets: Option<PathBuf>,
    /// Mattermost's data source.
    pub data_source: Option<String>,
    /// The data source of a role that may create and rename databases.
    pub admin_data_source: Option<String>,
    /// The folder with `psql` and `pg_dump`.
    pub programs: Option<PathBuf>,
    /// Folders that links of Mattermost's own account may lead to.
    pub follow: Vec<PathBuf>,
    /// The folder for notes on restores.
    pub state: Option<PathBuf>,
    /// The command that stops Mattermost.
    pub stop: Option<String>,
    /// The command that starts it.
    pub start: Option<String>,
}

/// The installation that is meant: the Linux package's with the places that its settings file gives, unless a data source is
/// given.
///
/// # Errors
/// The data source cannot be read or is not known, or PostgreSQL's programs are nowhere.
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
        None => {
            let settings = asked.gitlab_rb.clone().or_else(|| package.gitlab_rb.clone()).filter(|it| it.is_file());
            let package =
                settings.map_or(Ok(package.clone()), |settings| by_settings(&settings, &asked.surroundings))?;
            let package = Installation {
                programs,
                env_directory: package.env_directory.clone().filter(|it| it.is_dir()),
                ..package
            };
            // A home that is named has its parts where the package has them.
            match &asked.home {
                Some(home) => in_home(&package, home),
                None => package,
            }
        }
    };
    let over = |place: &mut PathBuf, asked: &Option<PathBuf>| asked.iter().for_each(|asked| place.clone_from(asked));
    over(&mut found.data, &asked.data);
    over(&mut found.config_json, &asked.config_json);
    over(&mut found.plugins, &asked.plugins);
    over(&mut found.client_plugins, &asked.client_plugins);
    found.env_directory = asked.env_directory.clone().or(found.env_directory);
    found.gitlab_rb = asked.gitlab_rb.clone().or_else(|| found.gitlab_rb.filter(|it| it.is_file()));
    found.secrets = asked.secrets.clone().or_else(|| found.secrets.filter(|it| it.is_file()));
    resolve(&mut found, asked)?;
    found.stop = asked.stop.clone().or(found.stop);
    found.start = asked.start.clone().or(found.start);
    Ok(found)
}

/// The package's installation as its settings file has it. One that cannot be read, as by somebody who is not root, tells
/// nothing; one that can be read, but not in what it says of the database, is no reason to take another database.
fn by_settings(settings: &Path, surroundings: &Surroundings) -> Result<Installation, BackupError> {
    let named = Named {
        gitlab_rb: Some(settings.display().to_string()),
        surroundings: surroundings.clone(),
        versions: Versions { gitlab: gitlab_version().and_then(|it| it.parse().ok()), mattermost: None },
        ..Named::default()
    };
    let Ok(files) = reading::read(&named) else { return Ok(Installation::of_the_package()) };
    let installation = files.installation();
    let places = installation.places();
    let mut found = Installation::at(&places);
    if places.database.is_none() && installation.enabled() != Some(false) && installation.known_deployment().is_some() {
        let known = installation.known_deployment().and_then(Result::ok).map(|known| known.deployment.env);
        let source = known.and_then(|env| Some(env.get("MM_SQLSETTINGS_DATASOURCE")?.value.clone()));
        found.owner = connection(&source.ok_or(BackupError::DataSource(None))?)?;
        found.admin = found.owner.clone();
    }
    Ok(found)
}

/// Has every place without links, as far as they may be followed, and finds out which are mount points.
fn resolve(found: &mut Installation, asked: &Asked) -> Result<(), BackupError> {
    let follow = asked.follow.iter().map(|folder| links::resolve(folder, &[])).collect::<Result<Vec<_>, _>>()?;
    let places =
        [&mut found.home, &mut found.data, &mut found.config_json, &mut found.plugins, &mut found.client_plugins];
    let of_gitlab = [&mut found.env_directory, &mut found.gitlab_rb, &mut found.secrets];
    for place in places.into_iter().chain(of_gitlab.into_iter().flatten()) {
        *place = links::resolve(place, &follow)?;
    }
    if asked.data.is_none()
        && let Some(folder) = FileStore::of(found).elsewhere(&found.data, &follow)?
    {
        found.data = folder;
    }
    let points = mounts::points()?;
    let parts = [&Part::HOME[..], &[Part::Env, Part::GitlabRb, Part::Secrets]].concat();
    let is_mounted = |part: &Part| found.part(*part).is_some_and(|place| points.iter().any(|point| point == place));
    found.mounted = parts.into_iter().filter(is_mounted).collect();
    found.follow = follow;
    let state = asked.state.clone().unwrap_or_else(state);
    found.notes = Installation::notes_in(&links::resolve(&state, &[])?, &found.home);
    Ok(())
}

/// The folder for notes on restores: root's in the place for such things, anybody else's in their own.
fn state() -> PathBuf {
    let variable = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|it| it.is_absolute());
    let own = || variable("XDG_STATE_HOME").or_else(|| Some(variable("HOME")?.join(".local/state")));
    match own().filter(|_| !account::is_root()) {
        Some(folder) => folder.join("mattermost-lab"),
        None => STATE.into(),
    }
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
    let (known, _) = without_words(text, &FOREIGN);
    let (known, found) = without_words(&known, &VARIABLES.map(|(word, _)| word));
    let (known, options) = without_parameters(&known);
    let variable =
        |word: &str| VARIABLES.iter().find(|(it, _)| *it == word).map(|(_, variable)| (*variable).to_owned());
    let mut variables: Vec<(String, String)> =
        found.into_iter().filter_map(|(word, value)| Some((variable(&word)?, value))).collect();
    if !options.is_empty() {
        match variables.iter_mut().find(|(name, _)| name == "PGOPTIONS") {
            Some((_, given)) => *given = format!("{given} {}", options.join(" ")),
            None => variables.push(("PGOPTIONS".to_owned(), options.join(" "))),
        }
    }
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
    fn parameters_of_the_server_are_handed_on_and_passwords_are_what_they_are() {
        let password = "a'b\"c\\d@e%f é";
        let url = "postgres://mm:a%27b%22c%5Cd%40e%25f%20%C3%A9@h/d?search_path=chat%2C%20public&statement_timeout=5s";
        let words =
            r#"user=mm password='a\'b"c\\d@e%f é' host=h dbname=d search_path='chat, public' statement_timeout=5s"#;
        for text in [url, words] {
            let found = connection(text).unwrap();
            assert_eq!(found.password.as_ref().map(|it| it.expose().to_owned()).as_deref(), Some(password), "{text}");
            let options = r"-c search_path=chat,\ public -c statement_timeout=5s".to_owned();
            assert_eq!(found.variables, [("PGOPTIONS".to_owned(), options)], "{text}");
        }
    }

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
