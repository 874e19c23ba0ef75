//! P27 in a list of `db_migrations`: what a server's own list says to it.
//!
//! A server applies, in order, those of its migrations whose names are not in the database, and notes each under its
//! number, which must be free.
//!
//! # Source
//! `computePendingMigrations` of mattermost/morph, read; mattermost/mattermost#24201 and #36594.

use crate::diagnosis::case::Case;
use crate::diagnosis::problem::P27;
use crate::diagnosis::text::counted;
use crate::diagnosis::{Database, Finding, Migration, Place, mask};
use crate::upgrade::{FIRST_LIST, Has, SHARED_NUMBERS, has, is_known, migrations_of, name_in_10_11};
use crate::version::Version;

/// P27: rows under other names than the target has, and rows that the target does not have.
pub(super) fn of_the_target(case: &Case<'_>) -> Vec<Finding> {
    let Some(target) = case.target.filter(|target| *target >= FIRST_LIST) else { return Vec::new() };
    let found = |database: &Database| {
        let mut found: Vec<Finding> = renamed(database, target).into_iter().collect();
        // Where its version is known, a way back is P28.
        let version = database.mattermost.or(installed(case));
        if version.is_none_or(|version| version <= target) {
            found.extend(foreign(database, target));
        }
        found
    };
    case.evidence.databases.iter().flat_map(found).collect()
}

/// P27: rows that the installed server has made and that are gone.
pub(super) fn of_the_server(case: &Case<'_>) -> Vec<Finding> {
    let found = |database: &Database| {
        let version = database.mattermost.or(installed(case))?;
        let is_moved = |number: &u64| SHARED_NUMBERS.contains(number);
        let missing: Vec<(u64, &str)> = migrations_of(version)
            .filter(|(number, _)| !is_moved(number) && !database.migrations.contains_key(number))
            .collect();
        if missing.is_empty() || database.migrations.is_empty() {
            return None;
        }
        let count = counted(missing.len() as u64, "row", "rows");
        let evidence = format!(
            "`db_migrations` lacks {count} that Mattermost {version} has made, the first of them {} `{}`: a run was \
             interrupted, or rows were lost; the next start applies these migrations again",
            missing[0].0, missing[0].1
        );
        Some(P27.suspected(evidence).at([Place::file(&database.name)]).times(missing.len() as u64))
    };
    case.evidence.databases.iter().filter_map(found).collect()
}

/// The installed Mattermost, if its version was given or follows from that of GitLab.
fn installed(case: &Case<'_>) -> Option<Version> {
    let given = case.evidence.installed;
    (given.mattermost.is_some() || given.gitlab.is_some()).then_some(case.mattermost)
}

/// Rows whose number the target needs for a migration of another name.
fn renamed(database: &Database, target: Version) -> Option<Finding> {
    let other = |number: u64, migration: &Migration| match has(target, number) {
        Has::Yes(name) | Has::Perhaps(Some(name)) if name != migration.name => {
            // The known collision of 10.11 with 11.x is P28.
            let is_known = SHARED_NUMBERS.contains(&number)
                && (name_in_10_11(number) == Some(migration.name.as_str()) || name_in_10_11(number) == Some(name));
            (!is_known).then_some(name)
        }
        _ => None,
    };
    let rows = database.migrations.iter().filter_map(|(number, row)| Some((*number, row, other(*number, row)?)));
    let rows: Vec<_> = rows.collect();
    let (number, row, name) = rows.first()?;
    let evidence = format!(
        "`db_migrations` has {} under another name than Mattermost {target} has, the first of them {number} `{}`, there \
         `{name}`: the server will apply its own and cannot note it, because the number is taken",
        counted(rows.len() as u64, "number", "numbers"),
        shown(row),
    );
    Some(P27.seen(evidence).at(rows.iter().map(|(number, row, _)| place(database, *number, row))))
}

/// Rows that the target does not have.
fn foreign(database: &Database, target: Version) -> Option<Finding> {
    let is_foreign = |number: u64| has(target, number) == Has::No && !SHARED_NUMBERS.contains(&number);
    let rows: Vec<_> = database.migrations.iter().filter(|(number, _)| is_foreign(**number)).collect();
    let (number, row) = rows.first()?;
    let evidence = format!(
        "`db_migrations` has {} that Mattermost {target} does not have, the first of them {number} `{}`: another server \
         made them, as a rule a later one",
        counted(rows.len() as u64, "row", "rows"),
        shown(row),
    );
    Some(P27.suspected(evidence).at(rows.iter().map(|(number, row)| place(database, **number, row))))
}

fn place(database: &Database, number: u64, row: &Migration) -> Place {
    let place = row.line.map_or_else(|| Place::file(&database.name), |line| Place::line(&database.name, line));
    place.showing(format!("{number} {}", shown(row)))
}

/// A migration's name, if it is one.
fn shown(row: &Migration) -> &str {
    if is_known(&row.name) { &row.name } else { mask::name(&row.name) }
}
