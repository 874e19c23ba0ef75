//! A table that is there before and after: its rows, columns and indexes.

use super::findings::Findings;
use super::pair::{Pair, pairs};
use super::passage::Passage;
use crate::inventory::restless::restless;
use crate::inventory::{Change, Column, Judgement, Table};

/// `alike`: whether the checksums of both were made in the same way.
pub(super) fn compare(name: &str, old: &Table, new: &Table, alike: bool, passage: &Passage, findings: &mut Findings) {
    rows(name, old, new, passage, findings);
    let comparable = alike && old.rows == new.rows && old.key == new.key;
    if old.rows == new.rows && old.key != new.key {
        let (judgement, why) = match passage.upgrade {
            Some(_) => {
                (Judgement::Expected, "the later server identifies rows in another way; their content was not compared")
            }
            None => (Judgement::Changed, "the primary key is another; the rows' content was not compared"),
        };
        let change = Change::new(judgement, "key-columns-changed", format!("table {name}"), why);
        findings.add(change.between(old.key.join(", "), new.key.join(", ")));
    }
    for (column, pair) in pairs(&old.columns, &new.columns) {
        let what = format!("column {name}.{column}");
        let change = match pair {
            Pair::Both(old, new) => both(name, column, what, (old, new), comparable, passage),
            Pair::Gone(old) => Some(gone(name, column, what, old, passage)),
            Pair::New(new) => {
                let (judgement, why) = by_upgrade(passage, "the later server added it", "it was not there before");
                Some(Change::new(judgement, "column-new", what, why).to(&new.kind))
            }
        };
        if let Some(change) = change {
            findings.add(change);
        }
    }
    indexes(name, old, new, passage, findings);
}

fn rows(name: &str, old: &Table, new: &Table, passage: &Passage, findings: &mut Findings) {
    if old.rows == new.rows {
        return;
    }
    let explained = restless(name, None, passage.upgrade);
    let (rule, otherwise) = if new.rows < old.rows {
        ("rows-lost", (Judgement::Lost, "rows are gone"))
    } else {
        (
            "rows-added",
            (Judgement::Changed, "rows were added; whether the earlier ones are as they were, sums cannot tell"),
        )
    };
    let (judgement, why) = explained.map_or(otherwise, |it| (Judgement::Expected, it.why.as_str()));
    findings.add(Change::new(judgement, rule, format!("table {name}"), why).between(old.rows, new.rows));
}

fn both(
    table: &str,
    column: &str,
    what: String,
    (old, new): (&Column, &Column),
    comparable: bool,
    passage: &Passage,
) -> Option<Change> {
    let same_form = old.kind == new.kind || is_text(&old.kind) && is_text(&new.kind);
    let differs = comparable && old.checksum != new.checksum;
    // Texts of another length are still the same texts, so that their content can be compared all the same.
    if old.kind != new.kind && !(same_form && differs) {
        let (judgement, why) = by_upgrade(
            passage,
            "the later server changed its type, and with it the form of its values",
            "no later server explains it",
        );
        return Some(Change::new(judgement, "column-type", what, why).between(&old.kind, &new.kind));
    }
    if !differs {
        return None;
    }
    let (judgement, rule, why) = match (restless(table, Some(column), passage.upgrade), table, column) {
        (Some(it), ..) => (Judgement::Expected, "content-changed", it.why.as_str()),
        (None, "users", "authservice") => {
            (Judgement::Lost, "users-changed-method", "users sign in in another way than before")
        }
        (None, "users", "authdata") => {
            (Judgement::Lost, "users-changed-account", "users are tied to another account of the sign-in service (P09)")
        }
        (None, ..) => (Judgement::Changed, "content-changed", "as many rows as before, but other values in them"),
    };
    Some(Change::new(judgement, rule, what, why))
}

/// Whether values of the type are texts as they are: `text`, `character varying(64)`.
fn is_text(kind: &str) -> bool {
    kind == "text" || kind.starts_with("character varying")
}

fn gone(table: &str, column: &str, what: String, old: &Column, passage: &Passage) -> Change {
    let (judgement, why) = match (passage.drops(table, Some(column)), passage.upgrade) {
        (true, _) => (Judgement::Expected, "the later server drops it"),
        (false, Some(_)) => (Judgement::Changed, "it is gone, and no migration is known here that drops it"),
        (false, None) => (Judgement::Lost, "it is gone"),
    };
    Change::new(judgement, "column-missing", what, why).from(&old.kind)
}

fn indexes(name: &str, old: &Table, new: &Table, passage: &Passage, findings: &mut Findings) {
    for index in old.indexes.difference(&new.indexes) {
        let what = format!("index {index} of table {name}");
        let change = match passage.upgrade {
            Some(_) => Change::new(Judgement::Expected, "index-missing", what, "the later server has other indexes"),
            None => {
                Change::new(Judgement::Lost, "index-missing", what, "it is gone; a load that broke off leaves them out")
            }
        };
        findings.add(change);
    }
    for index in new.indexes.difference(&old.indexes) {
        let (judgement, why) = by_upgrade(passage, "the later server has other indexes", "it was not there before");
        findings.add(Change::new(judgement, "index-new", format!("index {index} of table {name}"), why));
    }
}

fn by_upgrade(passage: &Passage, expected: &'static str, otherwise: &'static str) -> (Judgement, &'static str) {
    match passage.upgrade {
        Some(_) => (Judgement::Expected, expected),
        None => (Judgement::Changed, otherwise),
    }
}
