//! What stands on the machine besides the env: account, directories, `config.json`, run script, database.
//!
//! Not here: doing any of it; these are the facts to do it by.

use serde::Serialize;

use super::configuration::{Configuration, Slot, known_text, setting_name};
use super::services;
use crate::gitlab_rb::Value;
use crate::version::Version;

/// The system user and group of Mattermost. A part is `None` where the system chooses it, or where only Ruby could tell
/// (then a warning says so).
///
/// # Shape
/// A JSON object with these fields.
///
/// # Source
/// The document's section on a specific user and group; GitLab 11.0 to 18.11.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Account {
    /// Whether reconfigure creates and changes it: `manage_accounts['enable']`.
    pub managed: Option<bool>,
    /// User name.
    pub user: Option<String>,
    /// Group name.
    pub group: Option<String>,
    /// User id; chosen by the system if `None`.
    pub uid: Option<String>,
    /// Group id; chosen by the system if `None`.
    pub gid: Option<String>,
    /// Login shell.
    pub shell: String,
    /// Home directory.
    pub home: Option<String>,
}

/// A directory that reconfigure creates.
///
/// # Shape
/// A JSON object with these fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Directory {
    /// Its path.
    pub path: String,
    /// Its owner.
    pub owner: Option<String>,
    /// Its group, where one is set.
    pub group: Option<String>,
    /// Its mode in octal digits, where one is set; else what the umask leaves.
    pub mode: Option<String>,
}

/// How `config.json` comes to be: copied only when missing, so that what is changed in it stays.
///
/// # Shape
/// A JSON object with these fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConfigJson {
    /// Where it stands.
    pub path: Option<String>,
    /// What it is copied from.
    pub copied_from: String,
    /// Its owner.
    pub owner: Option<String>,
    /// Its mode in octal digits.
    pub mode: String,
}

/// The copy of the bundled server's version, from GitLab 12.0; a change makes runit send HUP.
///
/// # Shape
/// A JSON object with these fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VersionFile {
    /// Where it stands.
    pub path: Option<String>,
    /// What it is copied from.
    pub copied_from: String,
}

/// What the service's run script executes.
///
/// # Shape
/// A JSON object with these fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RunScript {
    /// The working directory.
    pub working_directory: String,
    /// `chpst` and its flags.
    pub chpst: Vec<String>,
    /// The server.
    pub program: String,
    /// Its arguments.
    pub arguments: Vec<String>,
}

/// Mattermost's database in the bundled PostgreSQL.
///
/// # Shape
/// A JSON object with these fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Database {
    /// Database name.
    pub name: Option<String>,
    /// The role that owns it.
    pub owner: Option<String>,
    /// Directory of the server's socket.
    pub socket_directory: Option<String>,
    /// The server's port.
    pub port: Option<String>,
    /// Whether reconfigure creates it when it is missing: not for MySQL, and only while the bundled server runs.
    pub created_if_missing: Option<bool>,
    /// Whether Mattermost is told this database, rather than a data source of the settings.
    pub used: bool,
}

/// Text of an attribute as the recipe reads it; `None` for `nil` too.
fn compiled(configuration: &mut Configuration, key: &str) -> Option<String> {
    let slot = configuration.compiled(key);
    present(configuration, &slot, &setting_name("mattermost", key))
}

fn present(configuration: &mut Configuration, slot: &Slot, setting: &str) -> Option<String> {
    if matches!(slot.value, Value::Nil) { None } else { known_text(configuration, slot, setting) }
}

/// Text of an attribute as a template writes it, `nil` as nothing.
fn written(configuration: &mut Configuration, key: &str) -> String {
    let slot = configuration.converged(key);
    let unknown = || format!("<{}>", setting_name("mattermost", key));
    known_text(configuration, &slot, &setting_name("mattermost", key)).unwrap_or_else(unknown)
}

pub(super) fn account(configuration: &mut Configuration) -> Account {
    Account {
        managed: configuration.flag("manage_accounts", "enable", true).ok(),
        user: compiled(configuration, "username"),
        group: compiled(configuration, "group"),
        uid: compiled(configuration, "uid"),
        gid: compiled(configuration, "gid"),
        shell: configuration.table.account_shell().to_owned(),
        home: compiled(configuration, "home"),
    }
}

/// The directories in the order in which they are made; the env directory is the last.
pub(super) fn directories(configuration: &mut Configuration, env_directory: Option<&str>) -> Vec<Directory> {
    let owner = compiled(configuration, "username");
    let log_rules = configuration.table.version >= Version::new(16, 0, 0);
    let group = configuration
        .given("mattermost", "log_group")
        .or_else(|| configuration.given("logging", "log_group"))
        .filter(|slot| slot.value.truthy() == Some(true));
    let log_group = group.and_then(|slot| known_text(configuration, &slot, "log_group")).filter(|_| log_rules);
    let log_mode = if log_group.is_some() { "0750" } else { "0755" };
    let mut found = Vec::new();
    for key in ["home", "log_file_directory", "file_directory", "plugin_directory", "plugin_client_directory"] {
        let Some(path) = compiled(configuration, key) else { continue };
        let is_log = key == "log_file_directory";
        found.push(Directory {
            path,
            owner: owner.clone(),
            group: log_group.clone().filter(|_| is_log),
            mode: (is_log && log_rules).then(|| log_mode.to_owned()),
        });
    }
    found.extend(env_directory.map(|path| Directory {
        path: path.to_owned(),
        owner: Some("root".to_owned()),
        group: None,
        mode: None,
    }));
    found
}

pub(super) fn config_json(configuration: &mut Configuration) -> ConfigJson {
    ConfigJson {
        path: compiled(configuration, "home").map(|home| joined(&home, "config.json")),
        copied_from: "/opt/gitlab/embedded/service/mattermost/config.json.template".to_owned(),
        owner: compiled(configuration, "username"),
        mode: configuration.table.config_json_mode().to_owned(),
    }
}

pub(super) fn version_file(configuration: &mut Configuration) -> Option<VersionFile> {
    if configuration.table.version < Version::new(12, 0, 0) {
        return None;
    }
    Some(VersionFile {
        path: compiled(configuration, "home").map(|home| joined(&home, "VERSION")),
        copied_from: "/opt/gitlab/embedded/service/mattermost/VERSION".to_owned(),
    })
}

pub(super) fn run_script(configuration: &mut Configuration) -> RunScript {
    let home = written(configuration, "home");
    let user = written(configuration, "username");
    let env_directory = if configuration.table.has_default("env_directory") {
        written(configuration, "env_directory")
    } else {
        format!("{home}/env")
    };
    let owner = if configuration.table.version < Version::new(11, 5, 0) {
        user
    } else {
        format!("{user}:{}", written(configuration, "group"))
    };
    let chpst = ["chpst", "-e", &env_directory, "-P", "-U", &owner, "-u", &owner];
    RunScript {
        working_directory: "/opt/gitlab/embedded/service/mattermost".to_owned(),
        chpst: chpst.map(str::to_owned).to_vec(),
        program: "/opt/gitlab/embedded/bin/mattermost".to_owned(),
        arguments: vec!["--config".to_owned(), format!("{home}/config.json")],
    }
}

/// Ruby's `File.join`: one slash between, however many there were.
pub(super) fn joined(directory: &str, name: &str) -> String {
    format!("{}/{name}", directory.trim_end_matches('/'))
}

/// A key of the `postgresql` section: `nil` and `false` bring back the default.
fn postgresql(configuration: &Configuration, key: &str, default: Option<&str>) -> Slot {
    let given = configuration.given("postgresql", key).filter(|slot| slot.value.truthy() != Some(false));
    given.unwrap_or_else(|| Slot { value: default.map_or(Value::Nil, Value::text), origin: super::Origin::Default })
}

/// The parts of the default data source: role, socket directory, port.
pub(super) fn postgresql_parts(configuration: &Configuration) -> [(&'static str, Slot); 3] {
    let directory = match configuration.table.postgresql_socket_directory() {
        // GitLab before 11.5 looked at the socket directory alone.
        Some(default) => postgresql(configuration, "unix_socket_directory", Some(default)),
        None => match postgresql(configuration, "unix_socket_directory", None) {
            Slot { value: Value::Nil, .. } => postgresql(configuration, "dir", Some("/var/opt/gitlab/postgresql")),
            given => given,
        },
    };
    [
        ("sql_mattermost_user", postgresql(configuration, "sql_mattermost_user", Some("gitlab_mattermost"))),
        ("unix_socket_directory", directory),
        ("port", postgresql(configuration, "port", Some("5432"))),
    ]
}

/// `mattermost['database_name']` as it enters the data source: `nil` and `false` bring back the default.
pub(super) fn database_name(configuration: &Configuration) -> Slot {
    let given = configuration.given("mattermost", "database_name").filter(|slot| slot.value.truthy() != Some(false));
    given
        .unwrap_or_else(|| Slot { value: configuration.table.default("database_name"), origin: super::Origin::Default })
}

pub(super) fn database(configuration: &mut Configuration, used: bool) -> Database {
    let [owner, socket_directory, port] = postgresql_parts(configuration)
        .map(|(key, slot)| present(configuration, &slot, &setting_name("postgresql", key)));
    let driver = compiled(configuration, "sql_driver_name");
    let runs = services::postgresql_runs(configuration).ok();
    Database {
        name: compiled(configuration, "database_name"),
        owner,
        socket_directory,
        port,
        created_if_missing: driver.and_then(|driver| Some(driver != "mysql" && runs?)),
        used,
    }
}
