//! What holds for any two inventories.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use std::collections::BTreeMap;

use gitlab_mattermost_core::inventory::{
    Column, Database, DiffVerdict, File, Folder, Inventory, Mattermost, Migration, Origin, Schema, Table, Target,
    Users, diff, settings,
};
use gitlab_mattermost_core::version::Version;
use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::*;
use serde_json::json;

fn version() -> impl Strategy<Value = Version> {
    prop_oneof![Just(Version::new(5, 31, 7)), Just(Version::new(5, 36, 1)), Just(Version::new(10, 11, 16))]
}

fn table() -> impl Strategy<Value = Table> {
    let column = ("text|bigint", "[0-9]").prop_map(|(kind, checksum)| Column { kind, checksum });
    let key = prop_oneof![Just(vec![]), Just(vec!["id".to_owned()])];
    (0_u64..5, key, btree_map("id|props|deleteat|authservice", column, 0..4), btree_set("[a-c]", 0..3))
        .prop_map(|(rows, key, columns, indexes)| Table { rows, key, columns, indexes })
}

fn database() -> impl Strategy<Value = Database> {
    let users = (0_u64..4, 0_u64..4).prop_map(|(active, deactivated)| Users { active, deactivated });
    let users = proptest::option::of(btree_map("email|gitlab", users, 0..3));
    let migrations = vec((140_i64..146, "[a-b]").prop_map(|(number, name)| Migration { number, name }), 0..3);
    let schema = (proptest::option::of(version()), migrations, proptest::option::of(any::<bool>()))
        .prop_map(|(version, migrations, dirty)| Schema { version, migrations, dirty });
    let tables = btree_map("posts|users|sessions|roles|db_migrations", table(), 0..5);
    ("9\\.6\\.24|15\\.18", schema, users, tables).prop_map(|(postgresql, schema, users, tables)| {
        let hash = postgresql.clone();
        Database { postgresql, hash, schema, users, tables }
    })
}

fn target() -> impl Strategy<Value = Target> {
    prop_oneof![
        Just(Target::Inside),
        Just(Target::Folder),
        Just(Target::Nothing),
        Just(Target::NotFollowed),
        (0_u64..3, "[0-2]").prop_map(|(size, sha256)| Target::File { size, sha256 }),
    ]
}

fn folder() -> impl Strategy<Value = Folder> {
    let file = prop_oneof![
        (0_u64..3, "[0-2]").prop_map(|(size, sha256)| File::Plain { size, sha256 }),
        ("[a-b]", proptest::option::of(target())).prop_map(|(link, leads_to)| File::Link { link, leads_to }),
    ];
    btree_map("(a|b)(/c|/d)?", file, 0..5).prop_map(|files| Folder { files })
}

fn inventory() -> impl Strategy<Value = Inventory> {
    let env = btree_map("MM_(SERVICESETTINGS_SITEURL|GITLABSETTINGS_SECRET|NO_SETTING)", "[a-b]{0,20}", 0..3);
    let file =
        prop_oneof![Just(json!({})), Just(json!({"ServiceSettings": {"SiteURL": "http://m"}, "New": {"A": "x"}}))];
    let settings = proptest::option::of((version(), env, file))
        .prop_map(|given| given.map(|(version, env, file)| settings(version, &env, Some(&file), None)));
    let server = proptest::option::of(version());
    (server, settings, proptest::option::of(database()), btree_map("data|plugins", folder(), 0..3)).prop_map(
        |(server, settings, database, folders)| Inventory {
            mattermost: server.map(|version| Mattermost { version, origin: Origin::Given }),
            settings,
            database,
            folders,
            ..Inventory::empty()
        },
    )
}

/// Every change's subject, for looking one up.
fn subjects(before: &Inventory, after: &Inventory) -> Vec<String> {
    diff(before, after).changes.into_iter().map(|change| change.what).collect()
}

/// Whether nothing that both tell differs: earlier lists do not tell what a link leads to.
fn is_told_the_same(old: &File, new: &File) -> bool {
    match (old, new) {
        (File::Link { link: old, leads_to: None }, File::Link { link: new, .. }) => old == new,
        _ => old == new,
    }
}

proptest! {
    #[test]
    fn prop_nothing_differs_from_itself(inventory in inventory()) {
        let diff = diff(&inventory, &inventory);
        prop_assert!(diff.changes.is_empty());
        // What a link leads to that was not followed is not known, and what is not known is not the same.
        let files = inventory.folders.values().flat_map(|folder| folder.files.values());
        let unknown = files.filter(|it| matches!(it, File::Link { leads_to: Some(Target::NotFollowed), .. })).count();
        let expected = if unknown == 0 { DiffVerdict::Identical } else { DiffVerdict::Incomplete };
        prop_assert_eq!(diff.verdict, expected);
        prop_assert_eq!(diff.not_compared.is_empty(), unknown == 0);
    }

    #[test]
    fn prop_the_verdict_is_good_only_if_no_change_is_bad(before in inventory(), after in inventory()) {
        use gitlab_mattermost_core::inventory::Judgement;
        let diff = diff(&before, &after);
        let bad = diff.changes.iter().any(|change| change.judgement != Judgement::Expected);
        prop_assert_eq!(diff.verdict.is_good(), !bad && diff.not_compared.is_empty());
        prop_assert!(diff.changes.is_sorted_by_key(|change| change.judgement));
    }

    #[test]
    fn prop_every_table_that_lost_rows_is_named(before in inventory(), after in inventory()) {
        let subjects = subjects(&before, &after);
        if let (Some(old), Some(new)) = (&before.database, &after.database) {
            for (name, table) in &old.tables {
                if new.tables.get(name).is_none_or(|it| it.rows < table.rows) {
                    let what = format!("table {name}");
                    prop_assert!(subjects.contains(&what), "{} in {:?}", what, subjects);
                }
            }
        }
    }

    #[test]
    fn prop_every_file_that_is_gone_or_differs_is_named(before in inventory(), after in inventory()) {
        let diff = diff(&before, &after);
        let is_named = |what: &str| {
            // What a link led to that was not followed is named as not compared.
            let not_compared = format!("what {what} leads to, ");
            diff.changes.iter().any(|it| it.what == what) || diff.not_compared.iter().any(|it| it.starts_with(&not_compared))
        };
        for (name, old) in &before.folders {
            let none = Folder::default();
            let (new, looked_at) = after.folders.get(name).map_or((&none, false), |it| (it, true));
            for (path, file) in &old.files {
                let what = format!("file {name}/{path}");
                let is_same = new.files.get(path).is_some_and(|new| is_told_the_same(file, new));
                prop_assert!(!looked_at || is_same || is_named(&what), "{}", what);
            }
        }
    }

    #[test]
    fn prop_an_inventory_is_read_back_as_it_was_written(inventory in inventory()) {
        let text = serde_json::to_string(&inventory).unwrap();
        let read: Inventory = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(read, inventory);
    }

    #[test]
    fn prop_hostile_files_are_refused_without_a_panic(text in "\\PC{0,80}") {
        let _ = serde_json::from_str::<Inventory>(&text);
        let wrapped = format!("{{\"format_version\":1,\"folders\":{{\"data\":{{\"files\":{{\"a\":{text}}}}}}}}}");
        if let Ok(read) = serde_json::from_str::<Inventory>(&wrapped) {
            let other = Inventory { folders: BTreeMap::new(), ..Inventory::empty() };
            let _ = (diff(&read, &other), diff(&other, &read));
        }
    }
}
