//! P09, P23, P24, P26 and P27 in a database or its dump.

use crate::diagnosis::case::Case;
use crate::diagnosis::problem::{P09, P23, P24, P26, P27};
use crate::diagnosis::text::counted;
use crate::diagnosis::{Database, DatabaseKind, DumpText, Finding, Place, mask};
use crate::upgrade::floor;
use crate::version::Version;

/// The first Mattermost whose columns are JSON.
const JSON_COLUMNS: Version = Version::new(6, 0, 0);
/// The first GitLab whose psql knows `\restrict`.
const KNOWS_RESTRICT: Version = Version::new(18, 2, 0);

fn databases<'a>(case: &'a Case<'_>, judge: impl Fn(&'a Database) -> Vec<Finding>) -> Vec<Finding> {
    case.evidence.databases.iter().flat_map(judge).collect()
}

/// P09: more accounts with a password than the one of a local administrator, while users sign in through GitLab.
pub(super) fn other_accounts(case: &Case<'_>) -> Vec<Finding> {
    databases(case, |database| {
        let Some(accounts) = database.accounts.as_ref().filter(|_| case.signs_in_through_gitlab()) else {
            return Vec::new();
        };
        if accounts.by_password() < 2 {
            return Vec::new();
        }
        let evidence = format!(
            "{} accounts sign in with a password and {} through GitLab; a user of GitLab with the e-mail address of one of \
             the former is refused",
            accounts.by_password(),
            accounts.by_gitlab()
        );
        vec![P09.suspected(evidence).at([Place::file(&database.name)])]
    })
}

/// P23: Mattermost's role may not make tables, or nothing is there after a restore.
pub(super) fn rights(case: &Case<'_>) -> Vec<Finding> {
    databases(case, |database| {
        let mut found = Vec::new();
        if database.may_create == Some(false) {
            let role = database.role.as_deref().map(|role| format!(" `{}`", mask::name(role))).unwrap_or_default();
            let evidence = format!("the role{role} may not make tables in the schema public");
            found.push(P23.seen(evidence).at([Place::file(&database.name)]));
        }
        if database.kind == DatabaseKind::Live && database.owners.is_empty() {
            let evidence = "the database has no table: a server has not started on it yet, or a restore made none";
            found.push(P23.suspected(evidence).at([Place::file(&database.name)]));
        }
        let whole = database.text.as_ref().is_some_and(|text| text.has_header && text.is_complete);
        if whole && database.owners.is_empty() && database.text.as_ref().is_some_and(|text| text.tables_with_rows == 0)
        {
            let evidence = "the dump is whole and has no table: it was made of a database in which a restore made none";
            found.push(P23.suspected(evidence).at([Place::file(&database.name)]));
        }
        found
    })
}

/// P24: a dump that is empty, cut off, or cannot be loaded.
pub(super) fn dump(case: &Case<'_>) -> Vec<Finding> {
    databases(case, |database| {
        let Some(text) = &database.text else { return Vec::new() };
        let mut found: Vec<Finding> =
            unreadable(text).map(|why| P24.seen(why).at([Place::file(&database.name)])).into_iter().collect();
        let gitlab = case.evidence.target.gitlab.or(case.evidence.installed.gitlab);
        if let (Some(line), Some(gitlab)) = (text.restrict, gitlab.filter(|gitlab| *gitlab < KNOWS_RESTRICT)) {
            let evidence = format!("the dump has `\\restrict`, which the psql of GitLab {gitlab} does not know");
            found.push(P24.suspected(evidence).at([Place::line(&database.name, line)]));
        }
        if let Some((line, why)) = &text.foreign {
            let evidence = format!("the dump has something that pg_dump does not write: {why}");
            found.push(P24.seen(evidence).at([Place::line(&database.name, *line)]));
        }
        if let [(line, name)] = text.connects.as_slice() {
            let evidence = format!(
                "the dump goes to the database `{}` by itself (`\\connect`): it is loaded into that one, whichever psql is told",
                mask::name(name)
            );
            found.push(P24.suspected(evidence).at([Place::line(&database.name, *line)]));
        } else if let [(line, _), others @ ..] = text.connects.as_slice() {
            let evidence = format!(
                "the dump is of {} databases and goes from one to the other (`\\connect`): loaded as it is, it changes all \
                 of them",
                others.len() + 1
            );
            found.push(P24.suspected(evidence).at([Place::line(&database.name, *line)]));
        }
        if !text.unread.is_empty() {
            let tables: Vec<&str> = text.unread.iter().map(|table| mask::name(table)).collect();
            let evidence = format!(
                "the rows of `{}` are not looked at: they stand in the dump without the names of their columns, and their \
                 tables are not in it",
                tables.join("`, `")
            );
            found.push(P24.suspected(evidence).at([Place::file(&database.name)]));
        }
        found
    })
}

fn unreadable(text: &DumpText) -> Option<String> {
    if let Some(why) = &text.cut_off {
        return Some(format!(
            "the dump cannot be unpacked to its end: {why}, after {}",
            counted(text.lines, "line", "lines")
        ));
    }
    match (text.bytes, text.has_header, text.is_complete) {
        (0, ..) => Some("the dump is empty".to_owned()),
        (_, false, _) => Some("the file does not begin as a dump of pg_dump does".to_owned()),
        (_, true, false) => Some(format!(
            "the dump does not end as pg_dump ends one: it is cut off after {}",
            counted(text.lines, "line", "lines")
        )),
        (_, true, true) => None,
    }
}

/// P26: values and a default that the migrations of 6.0 stumble over.
pub(super) fn json_columns(case: &Case<'_>) -> Vec<Finding> {
    databases(case, |database| {
        if database.mattermost.is_some_and(|version| version >= JSON_COLUMNS) {
            return Vec::new();
        }
        let mut found: Vec<Finding> = database
            .uncastable
            .iter()
            .map(|it| {
                let rows = counted(it.count, "row", "rows");
                let evidence =
                    format!("`{}.{}` has {rows} with {}", mask::name(&it.table), mask::name(&it.column), it.why);
                let places = it.lines.iter().map(|line| Place::line(&database.name, *line));
                let places: Vec<Place> =
                    if it.lines.is_empty() { vec![Place::file(&database.name)] } else { places.collect() };
                P26.seen(evidence).at(places).times(it.count)
            })
            .collect();
        if database.has_timezone_default {
            let evidence = "`users.timezone` is a text with a default, which keeps it from becoming JSON";
            found.push(P26.suspected(evidence).at([Place::file(&database.name)]));
        }
        found
    })
}

/// P27: owners, PostgreSQL's version, and what an interrupted run left.
pub(super) fn migrations(case: &Case<'_>) -> Vec<Finding> {
    let version = case.target.unwrap_or(case.mattermost);
    let least = floor("mattermost", version).and_then(|floor| floor.split('.').next()?.parse::<u32>().ok());
    databases(case, |database| {
        let here = || [Place::file(&database.name)];
        let mut found: Vec<Finding> =
            owners(database).map(|evidence| P27.seen(evidence).at(here())).into_iter().collect();
        if let (Some(has), Some(least)) = (database.postgresql, least)
            && has < least
        {
            let evidence = format!("the database is of PostgreSQL {has}; Mattermost {version} needs {least} or later");
            found.push(P27.seen(evidence).at(here()));
        }
        if database.is_dirty {
            found.push(P27.seen("`schema_migrations` is dirty: a migration was interrupted").at(here()));
        }
        if database.locks > 0 {
            let evidence = "`db_lock` has a row: an upgrade runs at this moment, or was interrupted";
            found.push(P27.suspected(evidence).at(here()));
        }
        found
    })
}

/// In words, what is wrong with the owners of the tables.
fn owners(database: &Database) -> Option<String> {
    if let Some(role) = &database.role {
        let others: Vec<&str> =
            database.owners.iter().filter(|(_, owner)| *owner != role).map(|(table, _)| mask::name(table)).collect();
        let shown = others.iter().take(5).copied().collect::<Vec<_>>().join("`, `");
        let count = counted(others.len() as u64, "table does", "tables do");
        return (!others.is_empty())
            .then(|| format!("{count} not belong to the role `{}`: `{shown}`", mask::name(role)));
    }
    let mut owners: Vec<&str> = database.owners.values().map(|owner| mask::name(owner)).collect();
    owners.sort_unstable();
    owners.dedup();
    (owners.len() > 1).then(|| format!("the tables belong to several roles: `{}`", owners.join("`, `")))
}
