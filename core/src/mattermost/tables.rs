//! The tables of a server's database, as far as a sign-in and what is looked at after it need them: what a fresh server
//! makes, and what a later one changes of what an earlier one made.
//!
//! Not here: carrying it out, which the server does.
//!
//! # Source
//! `core/data/mattermost-tables.json`: databases of real servers 5.31.7 to 6.7.0, each upgraded by the next.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::version::Version;

/// A table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    table: String,
    /// The first version with it, if the first of all has none.
    #[serde(default)]
    since: Option<Version>,
    columns: Vec<Column>,
    #[serde(default)]
    constraints: Vec<String>,
    /// Name and columns of each index.
    #[serde(default)]
    indexes: Vec<String>,
    /// Rows that are there from the beginning.
    #[serde(default)]
    rows: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Column {
    name: String,
    #[serde(rename = "type")]
    kind: Type,
}

/// The type of a column.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Type {
    Always(String),
    /// By the first version that has it so; `null` where there is no such column.
    By(BTreeMap<Version, Option<String>>),
}

impl Column {
    fn kind_in(&self, version: Version) -> Option<&str> {
        match &self.kind {
            Type::Always(kind) => Some(kind),
            Type::By(kinds) => kinds.range(..=version).next_back().and_then(|(_, kind)| kind.as_deref()),
        }
    }

    /// What becomes of the column between two versions, as a part of `ALTER TABLE`.
    fn change(&self, before: Version, after: Version) -> Option<String> {
        let (old, new, name) = (self.kind_in(before), self.kind_in(after), &self.name);
        match (old, new) {
            (old, new) if old == new => None,
            (_, None) => Some(format!("DROP COLUMN IF EXISTS {name}")),
            (None, Some(kind)) => Some(format!("ADD COLUMN IF NOT EXISTS {name} {kind}")),
            (Some(_), Some(kind)) => Some(format!("ALTER COLUMN {name} TYPE {kind} USING {name}::{kind}")),
        }
    }
}

impl Table {
    fn exists_in(&self, version: Version) -> bool {
        self.since.is_none_or(|since| since <= version)
    }

    fn create(&self, version: Version) -> String {
        let columns = self.columns.iter().filter_map(|column| {
            let kind = column.kind_in(version)?;
            Some(format!("{} {kind}", column.name))
        });
        let parts: Vec<String> = columns.chain(self.constraints.iter().cloned()).collect();
        let table = &self.table;
        let mut sql = format!("CREATE TABLE IF NOT EXISTS {table} ({});\n", parts.join(", "));
        for index in &self.indexes {
            let (name, columns) = index.split_once(' ').unwrap_or((index, ""));
            sql += &format!("CREATE INDEX IF NOT EXISTS {name} ON {table} {columns};\n");
        }
        if !self.rows.is_empty() {
            sql += &format!("INSERT INTO {table} VALUES {} ON CONFLICT DO NOTHING;\n", self.rows.join(", "));
        }
        sql
    }

    fn upgrade(&self, before: Version, after: Version) -> String {
        let changes: Vec<String> = self.columns.iter().filter_map(|column| column.change(before, after)).collect();
        if changes.is_empty() { String::new() } else { format!("ALTER TABLE {} {};\n", self.table, changes.join(", ")) }
    }
}

/// The statements that make the tables of `version`, of nothing or of those that `before` has left; none for a database
/// that a later version has left, which stays as it is.
///
/// ```
/// use gitlab_mattermost_core::mattermost::table_statements;
///
/// let sql = table_statements("6.2.1".parse()?, Some("5.39.0".parse()?));
/// assert!(sql.contains("ALTER COLUMN props TYPE jsonb USING props::jsonb"));
/// # Ok::<(), gitlab_mattermost_core::version::InvalidVersion>(())
/// ```
pub fn table_statements(version: Version, before: Option<Version>) -> String {
    let there = before.map_or(version, |before| before.max(version));
    let created = tables().iter().filter(|table| table.exists_in(version)).map(|table| table.create(there));
    let changed = before.filter(|before| *before < version).into_iter().flat_map(|before| {
        tables().iter().filter(move |table| table.exists_in(before)).map(move |table| table.upgrade(before, version))
    });
    created.chain(changed).collect()
}

#[expect(clippy::expect_used, reason = "the table is part of the program; reading it is tested")]
fn tables() -> &'static [Table] {
    static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| {
        serde_json::from_str(include_str!("../../data/mattermost-tables.json")).expect("a list of tables")
    });
    &TABLES
}

#[cfg(test)]
mod tests {
    use super::table_statements;
    use crate::version::Version;

    const OLD: Version = Version::new(5, 31, 7);
    const NEW: Version = Version::new(6, 2, 1);

    #[test]
    fn a_fresh_database_has_the_columns_of_its_server() {
        let (old, new) = (table_statements(OLD, None), table_statements(NEW, None));
        assert!(old.contains("parentid varchar(26)") && !old.contains("remoteid") && !old.contains("jsonb"));
        assert!(!new.contains("parentid") && new.contains("lastrootpostat bigint") && new.contains("timezone jsonb"));
        assert!(!new.contains("ALTER TABLE") && !new.contains("db_migrations"));
        assert!(table_statements(Version::new(6, 4, 0), None).contains("db_migrations"));
    }

    #[test]
    fn an_upgrade_changes_what_the_versions_between_have_changed() {
        let sql = table_statements(NEW, Some(OLD));
        for part in [
            "ALTER TABLE teammembers ALTER COLUMN roles TYPE varchar(256) USING roles::varchar(256);",
            "DROP COLUMN IF EXISTS parentid",
            "ALTER COLUMN fileids TYPE varchar(300)",
            "ADD COLUMN IF NOT EXISTS remoteid varchar(26)",
            "CREATE TABLE IF NOT EXISTS schema_migrations",
        ] {
            assert!(sql.contains(part), "{part}\n{sql}");
        }
        assert!(!table_statements(NEW, Some(NEW)).contains("ALTER TABLE"));
    }

    #[test]
    fn an_older_server_changes_nothing_that_a_later_one_has_left() {
        let sql = table_statements(OLD, Some(Version::new(5, 36, 0)));
        assert!(!sql.contains("ALTER TABLE") && sql.contains("remoteid"), "{sql}");
    }
}
