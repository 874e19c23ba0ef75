//! The database: its server, how far its tables have come, and each of them.

use super::findings::Findings;
use super::pair::{Pair, pairs};
use super::passage::Passage;
use super::{table, users};
use crate::inventory::{Change, Database, Judgement, Schema, Table};

pub(super) fn compare(before: Option<&Database>, after: Option<&Database>, passage: &Passage, findings: &mut Findings) {
    let (old, new) = match (before, after) {
        (Some(old), Some(new)) => (old, new),
        (Some(_), None) => {
            findings.not_compared.insert("database".to_owned());
            return;
        }
        (None, _) => return,
    };
    server(&old.postgresql, &new.postgresql, findings);
    schema(&old.schema, &new.schema, passage, findings);
    let alike = old.hash == new.hash;
    if !alike {
        findings
            .not_compared
            .insert("the content of tables: the two servers of PostgreSQL hash it differently".to_owned());
    }
    for (name, pair) in pairs(&old.tables, &new.tables) {
        match pair {
            Pair::Both(old, new) => table::compare(name, old, new, alike, passage, findings),
            Pair::Gone(old) => gone(name, old, passage, findings),
            Pair::New(new) => {
                let (judgement, why) = match passage.upgrade {
                    Some(_) => (Judgement::Expected, "the later server made it"),
                    None => (Judgement::Changed, "it was not there before"),
                };
                let change = Change::new(judgement, "table-new", format!("table {name}"), why);
                findings.add(change.to(rows(new)));
            }
        }
    }
    match (&old.users, &new.users) {
        (Some(old), Some(new)) => users::compare(old, new, findings),
        (Some(_), None) => {
            findings.not_compared.insert("users by sign-in method".to_owned());
        }
        (None, _) => {}
    }
}

/// The first number of PostgreSQL's version; before 10 the first two count.
fn major(version: &str) -> (u32, u32) {
    let mut numbers = version.split(|c: char| !c.is_ascii_digit()).map(|digits| digits.parse().unwrap_or(0));
    let first = numbers.next().unwrap_or(0);
    (first, if first < 10 { numbers.next().unwrap_or(0) } else { 0 })
}

fn server(old: &str, new: &str, findings: &mut Findings) {
    if old == new {
        return;
    }
    let (judgement, why) = if major(new) < major(old) {
        (Judgement::Changed, "an earlier PostgreSQL; its limits are those of its own version")
    } else {
        (Judgement::Expected, "another PostgreSQL, and not an earlier one")
    };
    findings.add(Change::new(judgement, "postgresql-version", "PostgreSQL", why).between(old, new));
}

fn schema(old: &Schema, new: &Schema, passage: &Passage, findings: &mut Findings) {
    if new.dirty == Some(true) && old.dirty != Some(true) {
        let why = "a migration broke off; the server does not start until this is repaired";
        findings.add(Change::new(Judgement::Changed, "schema-dirty", "schema_migrations", why).to("dirty"));
    }
    let (judgement, why) = match passage.upgrade {
        Some(_) => (Judgement::Expected, "the later server applies its migrations"),
        None => (Judgement::Changed, "no later server explains it"),
    };
    let missing: Vec<String> =
        old.migrations.iter().filter(|it| !new.migrations.contains(it)).map(|it| it.number.to_string()).collect();
    let added = new.migrations.iter().filter(|it| !old.migrations.contains(it)).count();
    if !missing.is_empty() {
        let why = "migrations that were applied are not noted any more; a server would apply them again";
        let change = Change::new(Judgement::Lost, "migrations-gone", "db_migrations", why);
        findings.add(change.from(missing.join(", ")));
    }
    if added > 0 {
        findings.add(Change::new(judgement, "migrations-new", "db_migrations", why).to(format!("{added} more")));
    }
    if old.version != new.version {
        let shown = |schema: &Schema| schema.version.map_or_else(|| "none".to_owned(), |version| version.to_string());
        let change = Change::new(judgement, "schema-version", "Version in the table systems", why);
        findings.add(change.between(shown(old), shown(new)));
    }
}

fn gone(name: &str, old: &Table, passage: &Passage, findings: &mut Findings) {
    let (judgement, why) = match (passage.drops(name, None), passage.upgrade) {
        (true, _) => (Judgement::Expected, "the later server drops it"),
        (false, Some(_)) => (Judgement::Lost, "it is gone, and no migration is known that drops it"),
        (false, None) => (Judgement::Lost, "it is gone"),
    };
    findings.add(Change::new(judgement, "table-missing", format!("table {name}"), why).from(rows(old)));
}

fn rows(table: &Table) -> String {
    format!("{} rows", table.rows)
}
