//! What the server that is restored to has, as far as a dump goes by it.

use std::collections::BTreeSet;

use gitlab_mattermost_core::backup::psql::PsqlVersion;
use gitlab_mattermost_core::backup::{Installation, Policy};
use serde::Deserialize;

use crate::backup::error::BackupError;
use crate::backup::process::psql_version;
use crate::backup::sql::Sql;

/// The server.
#[derive(Debug)]
pub(in crate::backup) struct Server {
    pub(in crate::backup) policy: Policy,
    /// The encoding of a database that is made without one.
    pub(super) encoding: String,
    locales: BTreeSet<String>,
    databases: BTreeSet<String>,
    /// The server's `server_version_num`: `150018` for 15.18.
    pub(super) version: u32,
    /// Whether it is a superuser who asks it.
    pub(super) has_superuser: bool,
    /// The psql that it is loaded through.
    pub(super) psql: PsqlVersion,
}

#[derive(Debug, Deserialize)]
struct Answer {
    version: u32,
    settings: BTreeSet<String>,
    roles: BTreeSet<String>,
    extensions: BTreeSet<String>,
    tablespaces: BTreeSet<String>,
    encoding: String,
    locales: BTreeSet<String>,
    databases: BTreeSet<String>,
    collations: BTreeSet<String>,
    is_superuser: Option<bool>,
    has_superuser: bool,
}

const QUESTION: &str = "SELECT json_build_object('version', current_setting('server_version_num')::int, \
    'settings', (SELECT json_agg(name) FROM pg_settings), 'roles', (SELECT json_agg(rolname) FROM pg_roles), \
    'extensions', (SELECT coalesce(json_agg(name), '[]') FROM pg_available_extensions), \
    'tablespaces', (SELECT json_agg(spcname) FROM pg_tablespace), 'encoding', pg_encoding_to_char(d.encoding), \
    'locales', (SELECT json_agg(name) FROM (SELECT collcollate FROM pg_collation UNION SELECT datcollate FROM pg_database \
        UNION SELECT collctype FROM pg_collation UNION SELECT datctype FROM pg_database) AS l(name) WHERE name IS NOT NULL), \
    'collations', (SELECT json_agg(DISTINCT collname) FROM pg_collation WHERE collnamespace = 'pg_catalog'::regnamespace \
        AND collencoding IN (-1, 6, d.encoding)), 'databases', (SELECT json_agg(datname) FROM pg_database), \
    'has_superuser', (SELECT rolsuper FROM pg_roles WHERE rolname = current_user), \
    'is_superuser', (SELECT rolsuper FROM pg_roles WHERE rolname = {owner})) \
    FROM pg_database d WHERE datname = 'template0'";

/// Extensions that do nothing but compute. From PostgreSQL 13 on, whoever owns a database may make them.
const HARMLESS: [&str; 19] = [
    "btree_gin",
    "btree_gist",
    "citext",
    "cube",
    "dict_int",
    "fuzzystrmatch",
    "hstore",
    "intarray",
    "isn",
    "lo",
    "ltree",
    "pg_trgm",
    "pgcrypto",
    "seg",
    "tablefunc",
    "tcn",
    "tsm_system_rows",
    "unaccent",
    "uuid-ossp",
];

/// The first server that trusts the owner of a database with extensions.
const TRUSTS: u32 = 130_000;

/// Asks it.
pub(in crate::backup) fn ask(installation: &Installation) -> Result<Server, BackupError> {
    use gitlab_mattermost_core::backup::shell::sql_text;
    let owner = installation.owner.role.as_deref().map_or("current_user".to_owned(), sql_text);
    let answer: Answer = Sql::admin(installation).one(&QUESTION.replace("{owner}", &owner))?;
    let may_make = answer.version >= TRUSTS || answer.is_superuser == Some(true);
    let extensions = answer.extensions.into_iter().filter(|it| may_make && HARMLESS.contains(&it.as_str())).collect();
    let Answer { settings, roles, tablespaces, encoding, databases, collations, .. } = answer;
    let locales = answer.locales.iter().map(|it| plain(it)).collect();
    let policy = Policy { settings, roles, extensions, tablespaces, collations };
    let psql = psql_version(installation)?;
    let (version, has_superuser) = (answer.version, answer.has_superuser);
    Ok(Server { policy, encoding, locales, databases, version, has_superuser, psql })
}

impl Server {
    /// Whether a dump can be loaded as a role of its own: a superuser is at hand who makes it and gives away what it made.
    /// Before a server trusts the owner of a database with extensions, it could not make them.
    pub(super) fn can_have_loader(&self) -> bool {
        self.has_superuser && self.version >= TRUSTS
    }

    /// Whether it has a database of this name.
    pub(in crate::backup) fn has_database(&self, name: &str) -> bool {
        self.databases.contains(name)
    }

    /// Whether it has a locale, as far as it can tell.
    pub(super) fn has_locale(&self, name: &str) -> bool {
        matches!(name, "C" | "POSIX") || self.locales.contains(&plain(name))
    }
}

/// `de_DE.UTF-8` and `de_DE.utf8` are one.
fn plain(locale: &str) -> String {
    locale.to_ascii_lowercase().replace('-', "")
}
