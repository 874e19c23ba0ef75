//! The migrations of Mattermost's own database, and which server has which.
//!
//! # Source
//! The list of migrations for PostgreSQL in Mattermost's repository. Which release brought one was read in every tag from 6.4.0
//! to 7.10.3, later ones in the vendor's notes of releases. Where these do not say it, a migration lies between its
//! neighbours. Numbers grow with releases, but for a few that were taken before another branch was merged.

use std::sync::LazyLock;

use super::leaving::took_shared_numbers;
use super::table::{field, optional, rows};
use crate::version::Version;

/// Numbers that 10.11.16 and later releases of 10.11 gave to other migrations than 11.x.
pub(crate) const SHARED_NUMBERS: std::ops::RangeInclusive<u64> = 142..=144;

/// What the shared numbers are in 10.11; 11.x has the same migrations from 156 on.
const IN_10_11: std::ops::RangeInclusive<u64> = 156..=158;

/// The first release that keeps a list of its migrations in the database.
pub(crate) const FIRST_LIST: Version = Version::new(6, 4, 0);

/// Whether a server has a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Has {
    /// It has, by this name.
    Yes(&'static str),
    /// It is not known; if it has, then by this name, where that is known.
    Perhaps(Option<&'static str>),
    /// It has not.
    No,
}

#[derive(Debug)]
struct Row {
    number: u64,
    /// The first release of the main line.
    since: Option<Version>,
    /// The first releases of older lines.
    backports: Vec<Version>,
    /// The earliest release of an older line that may have it too, where that is not known exactly.
    perhaps_from: Option<Version>,
    name: &'static str,
}

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let table = rows(include_str!("../../data/mattermost-migrations.csv"));
    let row = |[number, since, backports, perhaps_from, name]: [&'static str; 5]| Row {
        number: field(number),
        since: optional(since),
        backports: backports.split_whitespace().map(field).collect(),
        perhaps_from: optional(perhaps_from),
        name,
    };
    table.map(row).collect()
});

/// Whether `server` has the migration `number`.
pub(crate) fn has(server: Version, number: u64) -> Has {
    if server < FIRST_LIST {
        return Has::No;
    }
    if SHARED_NUMBERS.contains(&number) && server.major == 10 {
        return match (took_shared_numbers(server), name_in_10_11(number)) {
            (true, Some(name)) => Has::Yes(name),
            _ => Has::No,
        };
    }
    if ROWS.last().is_none_or(|last| number > last.number) {
        // What is older than the last row whose release is known has none of what comes behind the table.
        let known = ROWS.iter().filter_map(|row| row.since).max();
        return if known.is_some_and(|known| server < known) { Has::No } else { Has::Perhaps(None) };
    }
    let Some(row) = ROWS.iter().find(|row| row.number == number) else { return Has::No };
    let is_backport = |first: &Version| (first.major, first.minor) == (server.major, server.minor) && *first <= server;
    // Where it is not known since when, it is since no release before those of lower numbers, and no later than higher ones.
    let not_before = row.since.or_else(|| ROWS.iter().filter(|it| it.number < number).filter_map(|it| it.since).max());
    let at_latest = row.since.or_else(|| ROWS.iter().filter(|it| it.number > number).filter_map(|it| it.since).min());
    if row.backports.iter().any(is_backport) || at_latest.is_some_and(|version| version <= server) {
        Has::Yes(row.name)
    } else if not_before.is_some_and(|version| server < version)
        && row.perhaps_from.is_none_or(|version| server < version)
    {
        Has::No
    } else {
        Has::Perhaps(Some(row.name))
    }
}

/// The numbers that `server` has for certain, in order.
pub fn migrations_of(server: Version) -> impl Iterator<Item = (u64, &'static str)> {
    ROWS.iter().filter_map(move |row| match has(server, row.number) {
        Has::Yes(name) => Some((row.number, name)),
        Has::Perhaps(_) | Has::No => None,
    })
}

/// Whether some server has a migration of this name, so that the name may be shown.
pub(crate) fn is_known(name: &str) -> bool {
    ROWS.iter().any(|row| row.name == name)
}

/// The name of a shared number in 10.11.
pub(crate) fn name_in_10_11(number: u64) -> Option<&'static str> {
    let place = number.checked_sub(*SHARED_NUMBERS.start())?;
    let later = IN_10_11.start() + place;
    ROWS.iter().find(|row| row.number == later && IN_10_11.contains(&later)).map(|row| row.name)
}

#[cfg(test)]
mod tests {
    use super::{Has, has, migrations_of, name_in_10_11};
    use crate::version::Version;

    #[test]
    fn each_server_has_the_migrations_of_its_release_and_none_of_later_ones() {
        for (server, number, expected) in [
            ("6.3.5", 1, Has::No),
            ("6.4.0", 74, Has::Yes("upgrade_users_v6.3")),
            ("6.4.0", 75, Has::Yes("alter_upload_sessions_index")),
            ("6.5.2", 76, Has::No),
            ("6.5.2", 77, Has::Yes("upgrade_users_v6.5")),
            ("6.6.0", 82, Has::No),
            ("6.6.1", 82, Has::Yes("upgrade_oauth_mattermost_app_id")),
            ("7.4.0", 95, Has::No),
            ("7.4.1", 95, Has::Yes("remove_posts_parentid")),
            ("7.3.9", 95, Has::No),
            ("6.5.0", 80, Has::No),
            ("7.8.4", 107, Has::No),
            ("7.9.4", 107, Has::Yes("threadmemberships_cleanup")),
            ("7.10.0", 107, Has::No),
            ("9.11.4", 110, Has::No),
            ("10.11.20", 141, Has::Yes("add_remoteid_channelid_to_post_acknowledgements")),
            ("10.11.15", 142, Has::No),
            ("10.11.16", 142, Has::Yes("add_schemeid_to_roles")),
            ("10.11.20", 145, Has::No),
            ("11.7.3", 142, Has::Yes("create_content_flagging_tables")),
            ("11.6.5", 156, Has::Perhaps(Some("add_schemeid_to_roles"))),
            ("11.8.0", 500, Has::Perhaps(None)),
            ("11.7.0", 500, Has::No),
        ] {
            assert_eq!(has(server.parse().unwrap(), number), expected, "{server} {number}");
        }
        assert_eq!(name_in_10_11(145), None);
        assert_eq!(migrations_of(Version::new(10, 10, 1)).count(), 140);
    }

    /// How many rows servers have that were run.
    #[test]
    fn a_server_that_was_run_has_as_many() {
        for (server, rows) in [("6.4.0", 75), ("6.5.0", 76), ("6.6.1", 79), ("6.7.0", 81)] {
            assert_eq!(migrations_of(server.parse().unwrap()).count(), rows, "{server}");
        }
    }

    #[test]
    fn numbers_of_the_table_only_grow_and_backports_come_from_older_lines() {
        let rows = &super::ROWS;
        assert!(rows.windows(2).all(|pair| pair[0].number < pair[1].number));
        let back = |row: &super::Row| row.backports.iter().chain(&row.perhaps_from).copied().max();
        assert!(rows.iter().all(|row| back(row).zip(row.since).is_none_or(|(back, since)| back < since)));
    }
}
