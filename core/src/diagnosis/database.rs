//! What is known of a Mattermost database, whether from a dump, from a running server, or from a list of its migrations.
//!
//! Not here: asking a running server, and unpacking files (`gitlab-mattermost-lab`).

mod dump;
mod json;
mod migrations;

use std::collections::{BTreeMap, BTreeSet};

pub use dump::DumpReader;
pub use json::{NUL_ESCAPE, json_refusal};
pub use migrations::migrations_of;

use crate::version::Version;

/// Columns, each with its table, that are text up to 5.39 and JSON from 6.0 on.
///
/// # Source
/// Migrations 58 to 66 of Mattermost.
pub const JSON_COLUMNS: [(&str, &str); 9] = [
    ("channelmembers", "notifyprops"),
    ("jobs", "data"),
    ("linkmetadata", "data"),
    ("posts", "props"),
    ("sessions", "props"),
    ("threads", "participants"),
    ("users", "notifyprops"),
    ("users", "props"),
    ("users", "timezone"),
];

/// A database, as far as it is known. `None` and empty collections mean "not known".
///
/// # Shape
/// Filled by [`DumpReader`] and [`migrations_of`], or from a running server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Database {
    /// The name to call it by: the file, or the address without its password.
    pub name: String,
    /// Where this is known from.
    pub kind: DatabaseKind,
    /// The major version of PostgreSQL that holds it, or held it when it was dumped: 12; before 10 the 9 alone.
    pub postgresql: Option<u32>,
    /// The role that Mattermost connects with.
    pub role: Option<String>,
    /// Whether that role may make tables in the schema `public`.
    pub may_create: Option<bool>,
    /// Mattermost's version, as the table `systems` has it.
    pub mattermost: Option<Version>,
    /// The owner of each table in the schema `public`.
    pub owners: BTreeMap<String, String>,
    /// Rows of `db_migrations` by number.
    pub migrations: BTreeMap<u64, Migration>,
    /// Accounts by how they sign in.
    pub accounts: Option<Accounts>,
    /// Values in columns that Mattermost 6.0 turns into JSON, which PostgreSQL will refuse.
    pub uncastable: Vec<Uncastable>,
    /// Whether `users.timezone` is a text with a default.
    pub has_timezone_default: bool,
    /// Rows of `db_lock`: an upgrade runs, or was interrupted.
    pub locks: u64,
    /// Whether `schema_migrations` says that a migration was interrupted.
    pub is_dirty: bool,
    /// Paths of attached files, the first few.
    pub files: Vec<String>,
    /// What a dump's text says of itself.
    pub text: Option<DumpText>,
}

/// Where a [`Database`] is known from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DatabaseKind {
    /// A dump in plain SQL.
    #[default]
    Dump,
    /// A running server.
    Live,
    /// A list of its migrations, and nothing else.
    MigrationList,
}

/// A row of `db_migrations`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migration {
    /// Its name: `add_category_id_to_threads`.
    pub name: String,
    /// The line of the dump or list that has it.
    pub line: Option<u64>,
}

/// Accounts that are not deleted, bots left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Accounts {
    /// How many sign in by each service; the empty service is a password.
    pub by_service: BTreeMap<String, u64>,
}

impl Accounts {
    /// How many sign in through GitLab.
    pub fn by_gitlab(&self) -> u64 {
        self.by_service.get("gitlab").copied().unwrap_or_default()
    }

    /// How many sign in with a password.
    pub fn by_password(&self) -> u64 {
        self.by_service.get("").copied().unwrap_or_default()
    }

    /// All of them.
    pub fn all(&self) -> u64 {
        self.by_service.values().sum()
    }
}

/// Values of one column that will not become JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uncastable {
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
    /// Why: `the escape for NUL` or `no JSON`.
    pub why: &'static str,
    /// How many rows.
    pub count: u64,
    /// The lines of the dump with the first of them.
    pub lines: Vec<u64>,
}

/// What a dump's text says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DumpText {
    /// Bytes of SQL.
    pub bytes: u64,
    /// Lines of SQL.
    pub lines: u64,
    /// Whether it begins as pg_dump begins.
    pub has_header: bool,
    /// Whether it ends as pg_dump ends.
    pub is_complete: bool,
    /// How many tables' rows it holds.
    pub tables_with_rows: u64,
    /// Tables whose rows could not be told apart into columns.
    pub unread: BTreeSet<String>,
    /// The line of the first `\restrict`.
    pub restrict: Option<u64>,
    /// The version of the pg_dump that made it: major and minor.
    pub made_by: Option<(u32, u32)>,
    /// The major version of the server it was taken from.
    pub server: Option<u32>,
    /// The databases that psql goes to in it, each with its line.
    pub connects: Vec<(u64, String)>,
    /// The line of the first thing in it that no dump has, and what is wrong with it.
    pub foreign: Option<(u64, String)>,
    /// Why unpacking stopped before the end.
    pub cut_off: Option<String>,
}
