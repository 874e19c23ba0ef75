//! Tables and columns that later servers drop.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::version::Version;

/// A table or a column that is dropped.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Removal {
    table: String,
    /// The column; the whole table if absent.
    #[serde(default)]
    column: Option<String>,
    /// The first server without it, to the minor; `None` if only the migration is known.
    #[serde(default)]
    since: Option<Version>,
    /// The number of the migration that drops it, where migrations are counted.
    #[serde(default)]
    migration: Option<i64>,
}

/// Whether a server of `version`, or a migration up to the number `migration`, drops `table` or its `column`.
pub(super) fn drops(table: &str, column: Option<&str>, version: Option<Version>, migration: i64) -> bool {
    static REMOVALS: LazyLock<Vec<Removal>> = LazyLock::new(read);
    REMOVALS.iter().any(|it| {
        let by_version = it.since.is_some_and(|since| version.is_some_and(|version| version >= since));
        let by_migration = it.migration.is_some_and(|number| migration >= number);
        it.table == table && it.column.as_deref() == column && (by_version || by_migration)
    })
}

#[expect(clippy::expect_used, reason = "the table is part of the program; reading it is tested")]
fn read() -> Vec<Removal> {
    serde_json::from_str(include_str!("../../data/mattermost-schema-removals.json")).expect("a list of removals")
}
