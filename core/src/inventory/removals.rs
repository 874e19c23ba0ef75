//! Tables and columns that later servers drop.

use std::sync::LazyLock;

use serde::Deserialize;

use super::restless::{Upgrade, apart};
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

/// Whether `table`, or its `column`, is dropped on the way from the server `before` to `after`, or by a migration that
/// `upgrade` applies. What was to be dropped earlier than that is no longer explained by it.
pub(super) fn drops(
    table: &str,
    column: Option<&str>,
    (before, after): (Option<Version>, Option<Version>),
    upgrade: Upgrade,
) -> bool {
    static REMOVALS: LazyLock<Vec<Removal>> = LazyLock::new(read);
    REMOVALS.iter().any(|it| {
        let by_version = it.since.is_some_and(|since| {
            before.is_none_or(|before| before < since) && after.is_some_and(|after| since <= after)
        });
        let by_migration = it.migration.is_some_and(|number| upgrade.applies(number));
        // Rows that are counted apart lose what their table loses.
        let same = it.table == table || apart(&it.table).is_some_and(|apart| apart.name(&it.table) == table);
        same && it.column.as_deref() == column && (by_version || by_migration)
    })
}

#[expect(clippy::expect_used, reason = "the table is part of the program; reading it is tested")]
fn read() -> Vec<Removal> {
    serde_json::from_str(include_str!("../../data/mattermost-schema-removals.json")).expect("a list of removals")
}

#[cfg(test)]
mod tests {
    use super::drops;
    use crate::inventory::restless::Upgrade;
    use crate::version::Version;

    #[test]
    fn rows_that_are_counted_apart_lose_the_columns_of_their_table() {
        let passage = (Some(Version::new(5, 36, 1)), Some(Version::new(6, 2, 1)));
        for table in ["posts", "posts with type warn_metric_status"] {
            assert!(drops(table, Some("parentid"), passage, Upgrade::default()), "{table}");
            assert!(!drops(table, Some("rootid"), passage, Upgrade::default()), "{table}");
        }
    }
}
