//! A list of `db_migrations`: as psql prints it, or as comma- or tab-separated values.

use std::collections::BTreeMap;

use super::{Database, DatabaseKind, Migration};

/// Reads a list; messages call it `name`.
///
/// # Shape
/// A line has a number and, behind a comma, tab or `|`, a name: `142 | some_name`. Other lines, such as a heading, a rule
/// and psql's count of rows, are left aside. `None` if no line is of that form.
///
/// ```
/// use gitlab_mattermost_core::diagnosis::{DatabaseKind, migrations_of};
///
/// let database = migrations_of("list", " version | name\n       1 | create_teams\n").expect("a list");
/// assert_eq!((database.kind, database.migrations[&1].line), (DatabaseKind::MigrationList, Some(2)));
/// assert!(migrations_of("list", "nothing of the kind\n").is_none());
/// ```
pub fn migrations_of(name: &str, text: &str) -> Option<Database> {
    let rows: BTreeMap<u64, Migration> = (1..).zip(text.lines()).filter_map(|(line, row)| row_of(line, row)).collect();
    let (name, kind) = (name.to_owned(), DatabaseKind::MigrationList);
    (!rows.is_empty()).then(|| Database { name, kind, migrations: rows, ..Database::default() })
}

fn row_of(line: u64, row: &str) -> Option<(u64, Migration)> {
    let (number, name) = row.split_once([',', '|', '\t'])?;
    let name = name.trim().trim_matches('"');
    let number = number.trim().trim_matches('"').parse().ok()?;
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c));
    is_name.then(|| (number, Migration { name: name.to_owned(), line: Some(line) }))
}

#[cfg(test)]
mod tests {
    use super::migrations_of;

    #[test]
    fn a_list_is_read_as_psql_prints_it_and_as_values() {
        let odd = migrations_of("list", "56,upgrade_channels_v6.0\n89,add-channelid-to-reaction\n").unwrap();
        assert_eq!(odd.migrations.into_keys().collect::<Vec<_>>(), [56, 89]);
        for text in [
            " version |  name\n---------+-------\n       1 | create_teams\n     142 | add_x\n(2 rows)\n",
            "version,name\n1,create_teams\n142,add_x\n",
            "1\tcreate_teams\n142\tadd_x\n",
        ] {
            let found = migrations_of("list", text).map(|it| it.migrations.into_keys().collect::<Vec<_>>());
            assert_eq!(found, Some(vec![1, 142]), "{text}");
        }
        assert_eq!(migrations_of("list", "nothing of the kind\n"), None);
    }
}
