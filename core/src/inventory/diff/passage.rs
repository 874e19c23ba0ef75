//! What lies between two inventories.

use crate::inventory::removals::drops;
use crate::inventory::restless::Upgrade;
use crate::inventory::{Inventory, Schema};
use crate::version::Version;

/// What lies between the two.
pub(super) struct Passage {
    pub(super) before: Option<Version>,
    pub(super) after: Option<Version>,
    /// An upgrade, if the server or, where its version is not known, the schema is a later one.
    pub(super) upgrade: Option<Upgrade>,
}

impl Passage {
    pub(super) fn of(before: &Inventory, after: &Inventory) -> Self {
        let version = |inventory: &Inventory| inventory.mattermost.map(|it| it.version);
        let schema =
            |inventory: &Inventory| inventory.database.as_ref().map(|it| it.schema.clone()).unwrap_or_default();
        let last = |schema: &Schema| schema.migrations.last().map_or(0, |it| it.number);
        let (old, new) = (schema(before), schema(after));
        let rose = match (version(before), version(after)) {
            (Some(before), Some(after)) => before < after,
            // Migrations are counted since versions are not noted any more.
            _ => (last(&old), old.version) < (last(&new), new.version),
        };
        Self {
            before: version(before),
            after: version(after),
            upgrade: rose.then(|| Upgrade { from: last(&old), to: last(&new) }),
        }
    }
}

impl Passage {
    /// Whether a later server drops the table, or the column of it.
    pub(super) fn drops(&self, table: &str, column: Option<&str>) -> bool {
        self.upgrade.is_some_and(|upgrade| drops(table, column, (self.before, self.after), upgrade))
    }
}
