//! Tables that differ without anybody's doing: the server itself writes them while it runs, or after an upgrade.

use std::sync::LazyLock;

use serde::Deserialize;

/// A table that the server writes by itself.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Restless {
    table: String,
    /// The one column that is meant; the whole table, rows included, if absent.
    #[serde(default)]
    column: Option<String>,
    /// The rows that are meant, which are counted as a table of their own.
    #[serde(default)]
    apart: Option<Apart>,
    when: When,
    /// The number of the migration that writes it, where it is one alone.
    #[serde(default)]
    migration: Option<i64>,
    /// Why it differs, as a clause.
    pub(super) why: String,
}

/// Rows that the server writes into a table of the users: they are counted apart, so that the users' own can be compared.
///
/// # Shape
/// Read from JSON, an object with these fields. Unknown fields are refused.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Apart {
    /// The column that tells them.
    pub column: String,
    /// Its value in them.
    pub value: String,
}

impl Apart {
    /// The name under which the rows of `table` stand in an inventory.
    pub fn name(&self, table: &str) -> String {
        format!("{table} with {} {}", self.column, self.value)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum When {
    /// Whenever a server runs.
    Running,
    /// When a later server starts for the first time.
    Upgrade,
}

/// An upgrade, as far as it concerns tables.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Upgrade {
    /// The number of the last migration before it; 0 where they were not counted.
    pub(super) from: i64,
    /// The number of the last migration after it; 0 where they are not counted.
    pub(super) to: i64,
}

impl Upgrade {
    /// Whether it applies the migration of this number.
    pub(super) fn applies(self, number: i64) -> bool {
        self.from < number && number <= self.to
    }
}

/// Why the rows of `table` may differ, or, with `column`, its values; `upgrade`: what lies between.
pub(super) fn restless(table: &str, column: Option<&str>, upgrade: Option<Upgrade>) -> Option<&'static Restless> {
    tables().iter().find(|it| {
        let meant = it.column.is_none() || it.column.as_deref() == column;
        let passed = |number: i64| upgrade.is_some_and(|upgrade| upgrade.applies(number));
        let explains = match it.when {
            When::Running => true,
            When::Upgrade => upgrade.is_some() && it.migration.is_none_or(passed),
        };
        let same = it.apart.as_ref().map_or(it.table == table, |apart| apart.name(&it.table) == table);
        same && meant && explains
    })
}

/// The rows of `table` that are counted apart.
///
/// ```
/// use gitlab_mattermost_core::inventory::apart;
///
/// let rows = apart("posts").expect("rows that the server writes");
/// assert_eq!(rows.name("posts"), "posts with type warn_metric_status");
/// assert_eq!(apart("users"), None);
/// ```
pub fn apart(table: &str) -> Option<&'static Apart> {
    tables().iter().filter(|it| it.table == table).find_map(|it| it.apart.as_ref())
}

fn tables() -> &'static [Restless] {
    static TABLES: LazyLock<Vec<Restless>> = LazyLock::new(read);
    &TABLES
}

#[expect(clippy::expect_used, reason = "the table is part of the program; reading it is tested")]
fn read() -> Vec<Restless> {
    serde_json::from_str(include_str!("../../data/mattermost-restless-tables.json")).expect("a list of tables")
}
