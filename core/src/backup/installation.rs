//! Where the parts of a Mattermost are and how its database is reached, however it was installed.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Part, shell};
use crate::hexadecimal;
use crate::installation::InstalledPlaces;
use crate::secret::Secret;

/// The account that Mattermost runs as.
///
/// # Shape
/// A JSON object with these fields. Unknown fields are refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// User name; the number where it has none.
    pub user: String,
    /// Group name; the number where it has none.
    pub group: String,
    /// User id.
    pub uid: u32,
    /// Group id.
    pub gid: u32,
}

/// Where PostgreSQL's programs connect to, and as which role.
///
/// # Shape
/// `None` leaves a part to PostgreSQL's own default. `Debug` prints no password.
///
/// ```
/// use gitlab_mattermost_core::backup::Connection;
///
/// let role = Some("mmuser".to_owned());
/// let connection = Connection { port: Some(5433), role, database: "chat".to_owned(), ..Connection::default() };
/// let command = connection.command("psql".as_ref(), &["-X"], "chat");
/// assert_eq!(command, "psql -X --no-password -p 5433 -U mmuser -d chat");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Connection {
    /// Host name, address, or folder of the socket; PostgreSQL's own default if `None`.
    pub host: Option<String>,
    /// TCP port, or the number in the socket's name.
    pub port: Option<u16>,
    /// The role to connect as.
    pub role: Option<String>,
    /// The database to connect to.
    pub database: String,
    /// Password, if one is needed.
    pub password: Option<Secret>,
    /// Other settings, as variables of PostgreSQL's programs: `PGSSLMODE`.
    pub variables: Vec<(String, String)>,
    /// The system user who starts the programs, for servers that go by it.
    pub system_user: Option<String>,
}

impl Connection {
    /// The arguments of PostgreSQL's programs, the database last.
    pub fn arguments(&self, database: &str) -> Vec<String> {
        let mut arguments = vec!["--no-password".to_owned()];
        let mut add = |name: &str, value: Option<String>| {
            arguments.extend(value.into_iter().flat_map(|it| [name.to_owned(), it]))
        };
        add("-h", self.host.clone());
        add("-p", self.port.map(|port| port.to_string()));
        add("-U", self.role.clone());
        add("-d", Some(database.to_owned()));
        arguments
    }

    /// A program of PostgreSQL with these arguments before its own, as a shell command. The password is not in it.
    pub fn command(&self, program: &Path, own: &[&str], database: &str) -> String {
        let mut words = Vec::new();
        if let Some(user) = &self.system_user {
            words.extend(["sudo".to_owned(), "-u".to_owned(), user.clone()]);
        }
        words.push(program.display().to_string());
        words.extend(own.iter().map(|word| (*word).to_owned()));
        words.extend(self.arguments(database));
        shell::line(words.iter().map(String::as_str))
    }
}

/// An installed Mattermost.
///
/// # Shape
/// [`Installation::of_the_package`] and [`Installation::in_folder`] fill all fields; any may be replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installation {
    /// The folder that its parts lie in.
    pub home: PathBuf,
    /// The folder for the journals of its restores; only the account that restores can write there.
    pub notes: PathBuf,
    /// Folders that links of Mattermost's own account may lead to.
    pub follow: Vec<PathBuf>,
    /// Parts that are mount points: they change their content, as they cannot change their place.
    pub mounted: Vec<Part>,
    /// The users' files.
    pub data: PathBuf,
    /// Its configuration.
    pub config_json: PathBuf,
    /// Its plugins.
    pub plugins: PathBuf,
    /// What plugins give to browsers.
    pub client_plugins: PathBuf,
    /// The env directory.
    pub env_directory: Option<PathBuf>,
    /// GitLab's settings file.
    pub gitlab_rb: Option<PathBuf>,
    /// GitLab's secrets file.
    pub secrets: Option<PathBuf>,
    /// As Mattermost's own role: owns what it makes.
    pub owner: Connection,
    /// As a role that may create and rename databases.
    pub admin: Connection,
    /// The folder with `psql` and `pg_dump`.
    pub programs: PathBuf,
    /// The command that stops Mattermost.
    pub stop: Option<String>,
    /// The command that starts it.
    pub start: Option<String>,
}

/// The Linux package's home folder of Mattermost.
pub const PACKAGE_HOME: &str = "/var/opt/gitlab/mattermost";

/// The Linux package's folder of programs.
pub const PACKAGE_PROGRAMS: &str = "/opt/gitlab/embedded/bin";

/// Where notes of restores lie, a folder for each installation.
pub const STATE: &str = "/var/lib/mattermost-lab";

/// The database that every server has for that.
const MAINTENANCE: &str = "postgres";

impl Installation {
    /// What the Linux package installs, from GitLab 11.6 on, with its own PostgreSQL.
    pub fn of_the_package() -> Self {
        let socket = |role: &str, system_user: &str| Connection {
            host: Some("/var/opt/gitlab/postgresql".to_owned()),
            port: Some(5432),
            role: Some(role.to_owned()),
            database: "mattermost_production".to_owned(),
            system_user: Some(system_user.to_owned()),
            ..Connection::default()
        };
        Self {
            env_directory: Some("/opt/gitlab/etc/mattermost/env".into()),
            gitlab_rb: Some("/etc/gitlab/gitlab.rb".into()),
            secrets: Some("/etc/gitlab/gitlab-secrets.json".into()),
            owner: socket("gitlab_mattermost", "mattermost"),
            admin: socket("gitlab-psql", "gitlab-psql"),
            programs: PACKAGE_PROGRAMS.into(),
            stop: Some("gitlab-ctl stop mattermost".to_owned()),
            start: Some("gitlab-ctl start mattermost".to_owned()),
            ..Self::in_folder(Path::new(PACKAGE_HOME), Connection::default(), "".into())
        }
    }

    /// What the Linux package installs, with its parts and its database at the places that a settings file gives; where it
    /// gives none, at the package's own.
    pub fn at(places: &InstalledPlaces) -> Self {
        let package = Self::of_the_package();
        let home = places.home.as_ref().map_or_else(|| package.home.clone(), PathBuf::from);
        let plain = Self::in_folder(&home, Connection::default(), PathBuf::new());
        let place = |known: &Option<String>, otherwise: PathBuf| {
            let folder = known.as_ref().map(|path| PathBuf::from(path.trim_end_matches('/')));
            folder.filter(|path| path.is_absolute()).unwrap_or(otherwise)
        };
        let mut at = Self {
            home: plain.home,
            notes: plain.notes,
            data: place(&places.file_store, plain.data),
            config_json: place(&places.config_json, plain.config_json),
            plugins: place(&places.plugins, plain.plugins),
            client_plugins: place(&places.client_plugins, plain.client_plugins),
            env_directory: places.env_directory.as_ref().map(PathBuf::from).or_else(|| package.env_directory.clone()),
            ..package
        };
        if let Some(bundled) = &places.database {
            for connection in [&mut at.owner, &mut at.admin] {
                let Connection { host, port, database, .. } = connection;
                *host = bundled.host.clone().or_else(|| host.take());
                *port = bundled.port.as_ref().map_or(*port, |port| port.parse().ok());
                *database = bundled.name.clone().unwrap_or_else(|| std::mem::take(database));
            }
            at.owner.role = bundled.role.clone().or(at.owner.role);
        }
        at
    }

    /// Any installation with its parts in one folder, under the names that the Linux package gives them.
    pub fn in_folder(home: &Path, owner: Connection, programs: PathBuf) -> Self {
        let part = |part: Part| home.join(part.name());
        Self {
            home: home.to_owned(),
            notes: Self::notes_in(Path::new(STATE), home),
            follow: Vec::new(),
            mounted: Vec::new(),
            data: part(Part::Data),
            config_json: part(Part::ConfigJson),
            plugins: part(Part::Plugins),
            client_plugins: part(Part::ClientPlugins),
            env_directory: None,
            gitlab_rb: None,
            secrets: None,
            admin: owner.clone(),
            owner,
            programs,
            stop: None,
            start: None,
        }
    }

    /// The folder in `state` for notes on the installation with this home.
    pub fn notes_in(state: &Path, home: &Path) -> PathBuf {
        let digest = Sha256::digest(home.as_os_str().as_encoded_bytes());
        state.join(format!("restores-{}", hexadecimal::digits(&digest[..8])))
    }

    /// Where a part lies; those of GitLab's settings have no place where GitLab is not known.
    pub fn part(&self, part: Part) -> Option<&Path> {
        match part {
            Part::Data => Some(&self.data),
            Part::ConfigJson => Some(&self.config_json),
            Part::Plugins => Some(&self.plugins),
            Part::ClientPlugins => Some(&self.client_plugins),
            Part::Env => self.env_directory.as_deref(),
            Part::GitlabRb => self.gitlab_rb.as_deref(),
            Part::Secrets => self.secrets.as_deref(),
        }
    }

    /// The database that statements about other databases are sent to.
    pub fn maintenance(&self) -> &str {
        if self.admin.database == self.owner.database { MAINTENANCE } else { &self.admin.database }
    }

    /// The connection that reads the database for a backup: the document's superuser in the package, else the owner.
    pub fn reader(&self) -> &Connection {
        if self.admin.system_user.is_some() { &self.admin } else { &self.owner }
    }
}
