//! What belongs to a database and is in no dump of it: settings, rights, a limit, a comment.

use serde::{Deserialize, Serialize};

use super::dump::token::Tokens;
use super::{DumpSummary, shell};

/// What belongs to a database as a whole.
///
/// # Shape
/// A JSON object with these fields, each of which may be missing; unknown ones are refused.
///
/// ```
/// use gitlab_mattermost_core::backup::properties::{DatabaseProperties, DatabaseSetting};
///
/// let path = DatabaseSetting { role: None, name: "search_path".to_owned(), value: "chat".to_owned() };
/// let properties = DatabaseProperties { settings: vec![path], connection_limit: Some(20), ..Default::default() };
/// let carrying = properties.carry("chat", "mmuser", None, |_| true);
/// assert!(carrying.statements.contains(&"ALTER DATABASE \"chat\" CONNECTION LIMIT 20".to_owned()));
/// assert!(properties.sets_search_path("mmuser") && carrying.lost.is_empty());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DatabaseProperties {
    /// What is set for all connections.
    pub settings: Vec<DatabaseSetting>,
    /// Rights, if they are other than every database has.
    pub rights: Option<Vec<DatabaseRight>>,
    /// How many may connect; -1 for no limit.
    pub connection_limit: Option<i64>,
    /// Its comment.
    pub comment: Option<String>,
}

/// A setting of a database, or of a role in it.
///
/// # Shape
/// A JSON object with these fields; unknown ones are refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseSetting {
    /// The role that it is for; everybody if `None`.
    pub role: Option<String>,
    /// What is set: `search_path`.
    pub name: String,
    /// To what, as `SHOW` would show it.
    pub value: String,
}

/// A right of a role.
///
/// # Shape
/// A JSON object with these fields; unknown ones are refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseRight {
    /// The role; everybody if `None`.
    pub role: Option<String>,
    /// `CONNECT`, `CREATE` or `TEMPORARY`.
    pub right: String,
}

/// Settings that bind nobody but the sessions in that database. Others could have the server load or write what they name.
const CARRIED: [&str; 27] = [
    "search_path",
    "default_text_search_config",
    "timezone",
    "datestyle",
    "intervalstyle",
    "lc_messages",
    "lc_monetary",
    "lc_numeric",
    "lc_time",
    "client_encoding",
    "bytea_output",
    "statement_timeout",
    "lock_timeout",
    "idle_in_transaction_session_timeout",
    "idle_session_timeout",
    "transaction_timeout",
    "work_mem",
    "maintenance_work_mem",
    "temp_buffers",
    "random_page_cost",
    "seq_page_cost",
    "effective_cache_size",
    "effective_io_concurrency",
    "synchronous_commit",
    "default_transaction_isolation",
    "max_parallel_workers_per_gather",
    "jit",
];

const RIGHTS: [&str; 3] = ["CONNECT", "CREATE", "TEMPORARY"];

/// The statements that give a new database its properties, and what is lost, one sentence each.
///
/// # Shape
/// Statements are SQL without a semicolon at the end; each entry of `lost` is one sentence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Carrying {
    /// The statements, sent to the database that is for nothing else.
    pub statements: Vec<String>,
    /// Statements that are sent to the new database itself.
    pub inside: Vec<String>,
    /// What this server cannot be given.
    pub lost: Vec<String>,
}

impl Carrying {
    /// Whether nothing is to be done.
    pub fn is_empty(&self) -> bool {
        self.statements.is_empty() && self.inside.is_empty()
    }
}

impl DatabaseProperties {
    /// Those that a dump itself tells, as one with `--create` does.
    pub fn of_dump(dump: &DumpSummary) -> Option<Self> {
        let told = &dump.section.settings_of_databases;
        (!told.is_empty()).then(|| Self {
            settings: told
                .iter()
                .map(|it| DatabaseSetting {
                    role: it.role.clone(),
                    name: it.name.clone(),
                    value: listed_value(&it.value),
                })
                .collect(),
            ..Self::default()
        })
    }

    /// Whether a path to schemas is set for everybody, or for this role.
    pub fn sets_search_path(&self, owner: &str) -> bool {
        let is_for = |setting: &DatabaseSetting| setting.role.as_deref().is_none_or(|role| role == owner);
        self.settings.iter().any(|setting| setting.name == "search_path" && is_for(setting))
    }

    /// How `database` of `owner` gets them on a server with these roles; `was` is the owner where they are from.
    pub fn carry(&self, database: &str, owner: &str, was: Option<&str>, roles: impl Fn(&str) -> bool) -> Carrying {
        let mut carrying = Carrying::default();
        let name = shell::sql_name(database);
        // What was the owner's is the new owner's.
        let role_here = |role: &str| if Some(role) == was { owner.to_owned() } else { role.to_owned() };
        for DatabaseSetting { role, name: setting, value } in &self.settings {
            let role = role.as_deref().map(role_here);
            let shown = format!("the setting `{setting}` of the database");
            if !CARRIED.contains(&setting.to_ascii_lowercase().as_str()) {
                carrying.lost.push(format!("{shown}: only settings of sessions are carried over"));
                continue;
            }
            if let Some(role) = role.as_ref().filter(|role| !roles(role)) {
                carrying.lost.push(format!("{shown} for `{role}`: this server has no such role"));
                continue;
            }
            let whose = role.map_or_else(
                || format!("ALTER DATABASE {name}"),
                |role| format!("ALTER ROLE {} IN DATABASE {name}", shell::sql_name(&role)),
            );
            carrying.statements.push(format!("{whose} SET {setting} = {}", assigned(setting, value)));
        }
        if let Some(rights) = &self.rights {
            carrying.statements.push(format!("REVOKE ALL ON DATABASE {name} FROM PUBLIC"));
            for DatabaseRight { role, right } in rights.iter().filter(|it| RIGHTS.contains(&it.right.as_str())) {
                let role = role.as_deref().map(role_here);
                match role {
                    Some(role) if role == owner => {}
                    Some(role) if !roles(&role) => {
                        carrying.lost.push(format!("the right `{right}` of `{role}`: this server has no such role"));
                    }
                    role => {
                        let role = role.map_or_else(|| "PUBLIC".to_owned(), |role| shell::sql_name(&role));
                        carrying.statements.push(format!("GRANT {right} ON DATABASE {name} TO {role}"));
                    }
                }
            }
        }
        if let Some(limit) = self.connection_limit.filter(|limit| *limit != -1) {
            carrying.statements.push(format!("ALTER DATABASE {name} CONNECTION LIMIT {limit}"));
        }
        if let Some(comment) = &self.comment {
            carrying.statements.push(format!("COMMENT ON DATABASE {name} IS {}", shell::sql_text(comment)));
        }
        carrying
    }
}

/// The server that a new database is on, as far as rights in it go.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    /// The role that everything belongs to.
    pub owner: &'a str,
    /// That role where the dump is from, if that is known.
    pub was: Option<&'a str>,
    /// The server's `server_version_num`: `150018` for 15.18.
    pub version: u32,
    /// Whether a superuser says it, who may speak for any role.
    pub by_superuser: bool,
}

/// How the new database gets the default rights of a dump: those of the roles whose objects the target's own has now are that
/// one's, too.
///
/// ```
/// use gitlab_mattermost_core::backup::dump::DumpScanner;
/// use gitlab_mattermost_core::backup::properties::{Target, carry_default_rights};
///
/// let mut scanner = DumpScanner::default();
/// let rights = "ALTER DEFAULT PRIVILEGES FOR ROLE old IN SCHEMA public GRANT SELECT ON TABLES TO reader;\n";
/// scanner.scan(rights.as_bytes(), |_| ());
/// let target = Target { owner: "new", was: Some("old"), version: 150_018, by_superuser: true };
/// let carrying = carry_default_rights(&scanner.finish(), target, |role| role == "reader");
/// assert!(carrying.inside[0].contains("new") && carrying.lost.is_empty());
/// ```
pub fn carry_default_rights(dump: &DumpSummary, target: Target<'_>, roles: impl Fn(&str) -> bool) -> Carrying {
    let mut carrying = Carrying::default();
    let is_owners = |role: &str| Some(role) == target.was || dump.section.owners.contains(role);
    for rights in &dump.section.default_rights {
        let maker = match rights.maker.as_deref() {
            None => target.owner,
            Some(role) if is_owners(role) || role == target.owner => target.owner,
            Some(role) if target.by_superuser && roles(role) => role,
            Some(role) => {
                carrying.lost.push(format!("default privileges of `{role}`, which is not the owner here"));
                continue;
            }
        };
        if rights.since() > target.version {
            carrying.lost.push(format!("default privileges of `{maker}` that only later servers know"));
            continue;
        }
        let (mut receivers, mut missing) = (Vec::new(), Vec::new());
        for role in &rights.receivers {
            match role.as_deref() {
                None => receivers.push(None),
                Some(role) if is_owners(role) => receivers.push(Some(target.owner.to_owned())),
                Some(role) if roles(role) => receivers.push(Some(role.to_owned())),
                Some(role) => missing.push(role),
            }
        }
        if !missing.is_empty() {
            let names = missing.join("`, `");
            carrying.lost.push(format!("default privileges for `{names}`: this server has no such role"));
        }
        if !receivers.is_empty() {
            carrying.inside.push(rights.statement(maker, &receivers));
        }
    }
    carrying
}

/// `'chat', 'public'` as the list that it is: `chat, public`.
fn listed_value(written: &str) -> String {
    let mut tokens = Tokens::of(written);
    let mut parts = Vec::new();
    loop {
        match tokens.text() {
            Some(text) => parts.push(text),
            None => match tokens.name() {
                Some(name) => parts.push(name.into_owned()),
                None => return written.to_owned(),
            },
        }
        if !tokens.sign(',') {
            return parts.join(", ");
        }
    }
}

/// A value as `SET` takes it; a path is a list of names.
fn assigned(setting: &str, value: &str) -> String {
    if !setting.eq_ignore_ascii_case("search_path") {
        return shell::sql_text(value);
    }
    let mut tokens = Tokens::of(value);
    let mut names = Vec::new();
    while let Some(name) = tokens.name().map(|name| name.into_owned()).or_else(|| dollar_user(&mut tokens)) {
        names.push(shell::sql_text(&name));
        if !tokens.sign(',') {
            break;
        }
    }
    if names.is_empty() { "''".to_owned() } else { names.join(", ") }
}

/// `$user` without quotes.
fn dollar_user(tokens: &mut Tokens<'_>) -> Option<String> {
    tokens.sign('$').then(|| tokens.name().map(|name| format!("${name}"))).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_become_statements_as_far_as_the_server_can_have_them() {
        let setting = |role: Option<&str>, name: &str, value: &str| DatabaseSetting {
            role: role.map(str::to_owned),
            name: name.to_owned(),
            value: value.to_owned(),
        };
        let properties = DatabaseProperties {
            settings: vec![
                setting(None, "search_path", "\"$user\", Chat, \"Odd one\""),
                setting(Some("gitlab_mattermost"), "default_text_search_config", "pg_catalog.german"),
                setting(Some("gone"), "work_mem", "4MB"),
                setting(None, "session_preload_libraries", "/tmp/x.so"),
            ],
            rights: Some(vec![
                DatabaseRight { role: None, right: "TEMPORARY".to_owned() },
                DatabaseRight { role: Some("reader".to_owned()), right: "CONNECT".to_owned() },
                DatabaseRight { role: Some("gone".to_owned()), right: "CONNECT".to_owned() },
            ]),
            connection_limit: Some(50),
            comment: Some("it's".to_owned()),
        };
        let carrying = properties.carry("new", "mmuser", Some("gitlab_mattermost"), |role| role != "gone");
        assert_eq!(
            carrying.statements,
            [
                "ALTER DATABASE \"new\" SET search_path = '$user', 'chat', 'Odd one'",
                "ALTER ROLE \"mmuser\" IN DATABASE \"new\" SET default_text_search_config = 'pg_catalog.german'",
                "REVOKE ALL ON DATABASE \"new\" FROM PUBLIC",
                "GRANT TEMPORARY ON DATABASE \"new\" TO PUBLIC",
                "GRANT CONNECT ON DATABASE \"new\" TO \"reader\"",
                "ALTER DATABASE \"new\" CONNECTION LIMIT 50",
                "COMMENT ON DATABASE \"new\" IS 'it''s'",
            ]
        );
        assert_eq!(carrying.lost.len(), 3, "{:?}", carrying.lost);
        assert!(properties.sets_search_path("anybody"));
        assert_eq!(listed_value("'chat', 'public'"), "chat, public");
    }
}
