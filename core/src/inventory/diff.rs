//! The comparison of two inventories: what differs, and whether anything known explains it.

mod database;
mod folders;
mod settings;
mod table;
mod users;

use std::collections::{BTreeMap, BTreeSet};

use super::removals::drops;
use super::restless::Upgrade;
use super::{Change, Diff, Inventory, Judgement, Schema};
use crate::version::Version;

/// Compares the inventory of `before` with that of `after` a move, an upgrade or a restore.
pub fn diff(before: &Inventory, after: &Inventory) -> Diff {
    let passage = Passage::of(before, after);
    let mut findings = Findings::default();
    server(&passage, &mut findings);
    settings::compare(before, after, &mut findings);
    database::compare(before.database.as_ref(), after.database.as_ref(), &passage, &mut findings);
    folders::compare(before, after, &passage, &mut findings);
    findings.into_diff()
}

/// What lies between the two.
struct Passage {
    before: Option<Version>,
    after: Option<Version>,
    /// An upgrade, if the server or, where its version is not known, the schema is a later one.
    upgrade: Option<Upgrade>,
}

impl Passage {
    fn of(before: &Inventory, after: &Inventory) -> Self {
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
    fn drops(&self, table: &str, column: Option<&str>) -> bool {
        self.upgrade.is_some_and(|upgrade| drops(table, column, (self.before, self.after), upgrade))
    }
}

/// What a comparison has found so far.
#[derive(Default)]
struct Findings {
    changes: Vec<Change>,
    not_compared: BTreeSet<String>,
    loosely_compared: BTreeSet<String>,
}

impl Findings {
    fn add(&mut self, change: Change) {
        self.changes.push(change);
    }

    fn into_diff(self) -> Diff {
        Diff::of(self.changes, self.not_compared.into_iter().collect(), self.loosely_compared.into_iter().collect())
    }
}

/// Something of the same name on either side, or on one of them.
enum Pair<'a, T> {
    Both(&'a T, &'a T),
    Gone(&'a T),
    New(&'a T),
}

/// Everything that either map has, in the order of the names.
fn pairs<'a, T>(before: &'a BTreeMap<String, T>, after: &'a BTreeMap<String, T>) -> Vec<(&'a str, Pair<'a, T>)> {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let pair = |name: &'a String| match (before.get(name), after.get(name)) {
        (Some(before), Some(after)) => Some((name.as_str(), Pair::Both(before, after))),
        (Some(before), None) => Some((name.as_str(), Pair::Gone(before))),
        (None, Some(after)) => Some((name.as_str(), Pair::New(after))),
        (None, None) => None,
    };
    names.into_iter().filter_map(pair).collect()
}

fn server(passage: &Passage, findings: &mut Findings) {
    let (Some(before), Some(after)) = (passage.before, passage.after) else { return };
    let (judgement, why) = match before.cmp(&after) {
        std::cmp::Ordering::Equal => return,
        std::cmp::Ordering::Less => (Judgement::Expected, "the server is a later one"),
        std::cmp::Ordering::Greater => {
            (Judgement::Changed, "the server is an earlier one; its database may hold what it does not know (P28)")
        }
    };
    findings.add(Change::new(judgement, "server-version", "Mattermost", why).between(before, after));
}
