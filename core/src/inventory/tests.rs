use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::*;
use crate::mattermost_config::Layer;
use crate::version::Version;

mod upgrade;

const KEY: &str = "0123456789abcdef0123456789abcdef";

fn read(version: &str, env: &[(&str, &str)], file: Json, key: Option<&str>) -> Inventory {
    let env: BTreeMap<String, String> =
        env.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    let key = key.map(|key| FingerprintKey::new(key.as_bytes()).unwrap());
    let version: Version = version.parse().unwrap();
    Inventory {
        mattermost: Some(Mattermost { version, origin: Origin::Given }),
        fingerprint_key: key.as_ref().map(FingerprintKey::id),
        settings: Some(settings(version, &env, Some(&file), key.as_ref())),
        ..Inventory::empty()
    }
}

fn rules(diff: &Diff) -> Vec<(Judgement, &str, &str)> {
    diff.changes.iter().map(|it| (it.judgement, it.rule, it.what.as_str())).collect()
}

fn table(rows: u64, columns: &[(&str, &str)]) -> Table {
    let column = |(name, checksum): &(&str, &str)| {
        ((*name).to_owned(), Column { kind: "text".to_owned(), checksum: (*checksum).to_owned() })
    };
    Table {
        rows,
        key: vec!["id".to_owned()],
        columns: columns.iter().map(column).collect(),
        indexes: ["a_pkey".to_owned()].into(),
    }
}

fn with_tables(tables: &[(&str, Table)]) -> Inventory {
    let database = Database {
        postgresql: "15.18".to_owned(),
        hash: "64 bits".to_owned(),
        schema: Schema { version: Some(Version::new(5, 36, 0)), ..Schema::default() },
        users: Some([("gitlab".to_owned(), Users { active: 3, deactivated: 1 })].into()),
        tables: tables.iter().map(|(name, table)| ((*name).to_owned(), table.clone())).collect(),
    };
    Inventory { database: Some(database), ..Inventory::empty() }
}

fn change_database(inventory: &Inventory, change: impl FnOnce(&mut Database)) -> Inventory {
    let mut changed = inventory.clone();
    if let Some(database) = changed.database.as_mut() {
        change(database);
    }
    changed
}

#[test]
fn no_secret_is_in_an_inventory_wherever_it_stands() {
    let file = json!({
        "SqlSettings": {
            "DataSource": "postgres://mm:hush@h/mm", "DataSourceReplicas": ["mm:hush@tcp(h)/mm"],
            "AtRestEncryptKey": "hush-hush-hush-hush-hush-hush-hush"
        },
        "GitLabSettings": {"Secret": "hush"},
        "ImageProxySettings": {"RemoteImageProxyURL": "http://me:hush@h"},
        "PluginSettings": {"Plugins": {"com.example": {"token": "hush"}}},
        "NewSettings": {"Password": "hush", "List": ["hush"], "Deep": {"Inner": "hush"}, "On": true}
    });
    let env =
        [("MM_EMAILSETTINGS_SMTPPASSWORD", "hush"), ("MM_NEWSETTINGS_X", "hush"), ("HTTP_PROXY", "http://a:hush@h")];
    for key in [None, Some(KEY)] {
        let inventory = read("5.36.1", &env, file.clone(), key);
        let text = serde_json::to_string(&inventory).unwrap() + &format!("{inventory:?}");
        assert!(!text.contains("hush"), "{text}");
        let settings = inventory.settings.unwrap();
        assert_eq!(settings.unknown_keys["NewSettings.On"], Held::Value(Json::Bool(true)));
        assert!(settings.other_variables["MM_NEWSETTINGS_X"].is_set());
    }
    let refused = read("5.20.0", &[("MM_TEAMSETTINGS_MAXUSERSPERTEAM", "hush")], json!({}), None).settings.unwrap();
    assert!(refused.refused.is_some_and(|reason| !reason.contains("hush")));
}

#[test]
fn a_fingerprint_needs_a_key_and_differs_by_key_place_and_value() {
    let other_key = "f".repeat(64);
    let keys = [KEY, &other_key].map(|key| FingerprintKey::new(key.as_bytes()).unwrap());
    let of = |key, place, value| Secret::mask(key, place, value).fingerprint;
    let all = [
        of(Some(&keys[0]), "a", "x"),
        of(Some(&keys[0]), "b", "x"),
        of(Some(&keys[0]), "a", "y"),
        of(Some(&keys[1]), "a", "x"),
        of(Some(&keys[0]), "ax", ""),
        of(None, "a", "x"),
    ];
    assert_eq!(all[4..], [None, None]);
    let different: std::collections::BTreeSet<_> = all[..4].iter().flatten().collect();
    assert_eq!(different.len(), 4);
    assert_ne!(keys[0].id(), keys[1].id());
    assert_eq!(FingerprintKey::new(b" short \n").unwrap_err(), WeakKey { length: 5 });
}

#[test]
fn every_byte_of_a_random_key_counts_and_of_a_text_what_is_between_blanks() {
    let mut random = [0xa7; 32];
    random[0] = b' ';
    random[31] = b'\n';
    let id = |content: &[u8]| FingerprintKey::new(content).unwrap().id();
    assert_ne!(id(&random), id(&[random.as_slice(), b"\n"].concat()));
    assert_eq!(FingerprintKey::new(&random[..31]).unwrap_err(), WeakKey { length: 31 });
    assert_eq!(id(KEY.as_bytes()), id(format!("{KEY}\n").as_bytes()));
}

#[test]
fn an_inventory_is_read_back_as_it_was_written() {
    let mut inventory = read("5.36.1", &[("MM_GITLABSETTINGS_SECRET", "hush")], json!({}), Some(KEY));
    inventory.database = with_tables(&[("posts", table(2, &[("id", "1"), ("message", "2")]))]).database;
    inventory.folders.insert(
        "data".to_owned(),
        Folder { files: [("l".to_owned(), File::Link { link: "x".to_owned(), leads_to: None })].into() },
    );
    let text = serde_json::to_string(&inventory).unwrap();
    assert_eq!(serde_json::from_str::<Inventory>(&text).unwrap(), inventory);
}

#[test]
fn a_setting_tells_the_layer_that_gave_it() {
    let file = json!({"TeamSettings": {"SiteName": "file", "MaxUsersPerTeam": 7}});
    let env = [("MM_TEAMSETTINGS_SITENAME", "env"), ("MM_TEAMSETTINGS_MAXUSERSPERTEAM", "ten")];
    let entries = read("5.36.1", &env, file, None).settings.unwrap().entries;
    assert_eq!(entries["TeamSettings.SiteName"].layer, Layer::Environment);
    // A variable that does not parse gives nothing.
    assert_eq!(entries["TeamSettings.MaxUsersPerTeam"].layer, Layer::File);
    assert_eq!(entries["ServiceSettings.SiteURL"].layer, Layer::Default);
    assert!(entries["ServiceSettings.SiteURL"].at_default && !entries["TeamSettings.SiteName"].at_default);
}

#[test]
fn what_only_the_environment_held_is_lost_when_config_json_moves_alone() {
    let env = [
        ("MM_SERVICESETTINGS_SITEURL", "http://mattermost.example.com"),
        ("MM_GITLABSETTINGS_ENABLE", "true"),
        ("MM_GITLABSETTINGS_SECRET", "hush"),
        ("MM_FILESETTINGS_DIRECTORY", "/var/opt/gitlab/mattermost/data"),
        // About as long as the default.
        (
            "MM_SQLSETTINGS_DATASOURCE",
            "user=gitlab_mattermost host=/var/opt/gitlab/postgresql port=5432 dbname=mattermost_production",
        ),
    ];
    let before = read("5.36.1", &env, json!({}), None);
    let diff = diff(&before, &read("5.36.1", &[], json!({}), None));
    assert_eq!(diff.verdict, DiffVerdict::Lost);
    assert_eq!(
        rules(&diff),
        [
            (Judgement::Lost, "setting-reverted", "setting GitLabSettings.Enable"),
            (Judgement::Lost, "setting-reverted", "setting GitLabSettings.Secret"),
            (Judgement::Lost, "setting-reverted", "setting ServiceSettings.SiteURL"),
            (Judgement::Lost, "setting-reverted", "setting SqlSettings.DataSource"),
            (Judgement::Changed, "setting-reverted", "setting FileSettings.Directory"),
        ]
    );
}

#[test]
fn values_that_moved_into_the_file_are_no_difference() {
    let before = read("5.36.1", &[("MM_SERVICESETTINGS_SITEURL", "http://m.example.com")], json!({}), None);
    let file = json!({"ServiceSettings": {"SiteURL": "http://m.example.com"}});
    assert_eq!(diff(&before, &read("5.36.1", &[], file, None)).verdict, DiffVerdict::Identical);
}

#[test]
fn secrets_of_the_same_length_are_told_apart_with_one_key_and_only_then() {
    let with = |secret: &str, key| read("5.36.1", &[("MM_GITLABSETTINGS_SECRET", secret)], json!({}), key);
    let other_key = "f".repeat(64);
    let keyed = diff(&with("hush-1", Some(KEY)), &with("hush-2", Some(KEY)));
    assert_eq!(rules(&keyed), [(Judgement::Changed, "setting-changed", "setting GitLabSettings.Secret")]);
    for keys in [(None, None), (Some(KEY), None), (Some(KEY), Some(other_key.as_str()))] {
        let unkeyed = diff(&with("hush-1", keys.0), &with("hush-2", keys.1));
        assert_eq!(unkeyed.verdict, DiffVerdict::Identical);
        assert_eq!(unkeyed.loosely_compared, ["setting GitLabSettings.Secret"]);
    }
}

#[test]
fn a_setting_that_later_versions_lack_is_expected_to_go() {
    let file = json!({"WebrtcSettings": {"StunURI": "stun:s.example.com"}, "ServiceSettings": {"SiteURL": "http://m.example.com"}});
    let before = read("5.5.0", &[], file, None);
    let after = read("5.36.1", &[], json!({"ServiceSettings": {"SiteURL": "http://m.example.com"}}), None);
    let diff = diff(&before, &after);
    assert_eq!(diff.verdict, DiffVerdict::AsExpected, "{:?}", diff.changes);
    assert!(rules(&diff).contains(&(Judgement::Expected, "setting-removed", "setting WebrtcSettings.StunURI")));
}

#[test]
fn tables_rows_columns_and_indexes_that_are_gone_are_lost() {
    let posts = table(9, &[("id", "1"), ("message", "2"), ("props", "3")]);
    let before = with_tables(&[("posts", posts.clone()), ("teams", table(0, &[("id", "0")]))]);
    let after = change_database(&before, |database| {
        let posts = database.tables.get_mut("posts").unwrap();
        posts.rows = 8;
        posts.columns.remove("props");
        posts.indexes.clear();
        database.tables.remove("teams");
    });
    let expected = [
        (Judgement::Lost, "rows-lost", "table posts"),
        (Judgement::Lost, "column-missing", "column posts.props"),
        (Judgement::Lost, "index-missing", "index a_pkey of table posts"),
        (Judgement::Lost, "table-missing", "table teams"),
    ];
    assert_eq!(rules(&diff(&before, &after)), expected);
}

#[test]
fn users_who_changed_their_sign_in_method_are_lost_even_if_the_counts_are_equal() {
    let before = with_tables(&[("users", table(4, &[("id", "1"), ("authservice", "2"), ("authdata", "3")]))]);
    let swapped = change_database(&before, |database| {
        database.tables.get_mut("users").unwrap().columns.get_mut("authservice").unwrap().checksum = "9".to_owned();
    });
    assert_eq!(
        rules(&diff(&before, &swapped)),
        [(Judgement::Lost, "users-changed-method", "column users.authservice")]
    );
    let fewer = change_database(&before, |database| {
        let users = database.users.as_mut().unwrap();
        users.insert("gitlab".to_owned(), Users { active: 2, deactivated: 1 });
        users.insert("email".to_owned(), Users { active: 1, deactivated: 0 });
    });
    let expected = [
        (Judgement::Lost, "users-lost-method", "users who sign in by gitlab"),
        (Judgement::Changed, "users-gained-method", "users who sign in by email"),
    ];
    assert_eq!(rules(&diff(&before, &fewer)), expected);
}

#[test]
fn content_that_was_hashed_in_another_way_is_not_compared_and_not_called_unchanged() {
    let before = with_tables(&[("posts", table(2, &[("id", "1"), ("message", "2")]))]);
    let after = change_database(&before, |database| {
        database.hash = "other".to_owned();
        database.tables = [("posts".to_owned(), table(2, &[("id", "3"), ("message", "4")]))].into();
    });
    let diff = diff(&before, &after);
    assert_eq!((diff.verdict, diff.changes.len(), diff.not_compared.len()), (DiffVerdict::Incomplete, 0, 1));
}

#[test]
fn what_a_running_server_writes_is_expected_and_what_users_wrote_is_not() {
    let apart = apart("posts").unwrap().name("posts");
    let content = [("id", "1"), ("message", "2")];
    let before =
        with_tables(&[("posts", table(2, &content)), (&apart, table(1, &content)), ("sessions", table(5, &content))]);
    let server = change_database(&before, |database| {
        database.tables.get_mut(&apart).unwrap().rows = 2;
        database.tables.get_mut("sessions").unwrap().rows = 1;
    });
    assert_eq!(diff(&before, &server).verdict, DiffVerdict::AsExpected);
    let users = change_database(&before, |database| database.tables.get_mut("posts").unwrap().rows = 3);
    assert_eq!(diff(&before, &users).verdict, DiffVerdict::Changed);
}

#[test]
fn an_upgrade_explains_new_tables_columns_types_and_what_is_known_to_be_dropped() {
    let posts = table(9, &[("id", "1"), ("parentid", "2"), ("props", "3")]);
    let mut before = with_tables(&[("posts", posts)]);
    before.mattermost = Some(Mattermost { version: Version::new(5, 36, 1), origin: Origin::Given });
    let mut after = change_database(&before, |database| {
        let posts = database.tables.get_mut("posts").unwrap();
        posts.columns.remove("parentid");
        posts.columns.get_mut("props").unwrap().kind = "jsonb".to_owned();
        posts.columns.insert("remoteid".to_owned(), Column { kind: "text".to_owned(), checksum: "0".to_owned() });
        posts.indexes = ["b".to_owned()].into();
        database.tables.insert("threads".to_owned(), table(1, &[("id", "1")]));
    });
    after.mattermost = Some(Mattermost { version: Version::new(6, 2, 1), origin: Origin::Given });
    assert_eq!(diff(&before, &after).verdict, DiffVerdict::AsExpected);
    after.mattermost = before.mattermost;
    assert_eq!(diff(&before, &after).verdict, DiffVerdict::Lost);
}

#[test]
fn an_upgrade_does_not_explain_rows_that_are_gone_nor_a_step_back() {
    let mut before = with_tables(&[("posts", table(9, &[("id", "1")]))]);
    before.mattermost = Some(Mattermost { version: Version::new(5, 36, 1), origin: Origin::Given });
    let mut after = change_database(&before, |database| database.tables.get_mut("posts").unwrap().rows = 0);
    after.mattermost = Some(Mattermost { version: Version::new(6, 2, 1), origin: Origin::Given });
    assert_eq!(diff(&before, &after).verdict, DiffVerdict::Lost);
    let back = diff(&after, &before);
    assert!(rules(&back).contains(&(Judgement::Changed, "server-version", "Mattermost")), "{back:?}");
}

#[test]
fn a_link_is_judged_by_what_it_leads_to() {
    let content = |size: u64| (size, format!("{size:064}"));
    let plain = |number| {
        let (size, sha256) = content(number);
        File::Plain { size, sha256 }
    };
    let to_file = |number| {
        let (size, sha256) = content(number);
        Target::File { size, sha256 }
    };
    let link = |link: &str, leads_to| File::Link { link: link.to_owned(), leads_to: Some(leads_to) };
    let holding = |files: Vec<(&str, File)>| {
        let files = files.into_iter().map(|(name, file)| (name.to_owned(), file)).collect();
        Inventory { folders: [("data".to_owned(), Folder { files })].into(), ..Inventory::empty() }
    };
    let before = holding(vec![
        ("broken", link("/disk/a", to_file(1))),
        ("disk", link("/disk/b", Target::Folder)),
        ("disk/x", plain(3)),
        ("foreign", link("/disk/c", Target::NotFollowed)),
        ("moved", link("/disk/d", to_file(4))),
        ("other", link("/disk/e", to_file(5))),
        ("same", link("/disk/f", to_file(6))),
        ("taken", link("/disk/g", to_file(7))),
    ]);
    let after = holding(vec![
        ("broken", link("/disk/a", Target::Nothing)),
        ("disk/x", plain(3)),
        ("foreign", link("/disk/c", Target::NotFollowed)),
        ("moved", link("/srv/d", to_file(4))),
        ("other", link("/disk/e", to_file(50))),
        ("same", link("/disk/f", to_file(6))),
        ("taken", plain(7)),
    ]);
    let found = diff(&before, &after);
    let expected = [
        (Judgement::Lost, "link-broken", "file data/broken"),
        (Judgement::Changed, "link-changed", "file data/other"),
        (Judgement::Expected, "link-replaced", "file data/disk"),
        (Judgement::Expected, "link-elsewhere", "file data/moved"),
        (Judgement::Expected, "link-replaced", "file data/taken"),
    ];
    assert_eq!(rules(&found), expected);
    assert_eq!(found.not_compared, ["what file data/foreign leads to, /disk/c"]);
    // Earlier lists do not tell what links lead to.
    let earlier = holding(vec![("same", File::Link { link: "/disk/f".to_owned(), leads_to: None })]);
    assert_eq!(diff(&earlier, &holding(vec![("same", link("/disk/f", to_file(6)))])).verdict, DiffVerdict::Identical);
}

#[test]
fn files_of_posts_that_are_gone_are_lost_whatever_folders_say() {
    let holding = |missing: &[&str]| {
        let missing_paths: Vec<String> = missing.iter().map(|it| (*it).to_owned()).collect();
        let attachments = Attachments { rows: 3, missing: missing_paths.len() as u64, missing_paths };
        Inventory { attachments: Some(attachments), ..Inventory::empty() }
    };
    let found = diff(&holding(&["a"]), &holding(&["a", "b"]));
    assert_eq!(rules(&found), [(Judgement::Lost, "attachments-missing", "attachments")]);
    assert!(found.changes[0].why.ends_with("are gone: b"), "{found:?}");
    assert_eq!(diff(&holding(&["a"]), &holding(&["b"])).verdict, DiffVerdict::Lost);
    assert_eq!(diff(&holding(&["a"]), &holding(&["a"])).verdict, DiffVerdict::Identical);
    assert_eq!(
        rules(&diff(&holding(&["a"]), &holding(&[]))),
        [(Judgement::Expected, "attachments-found", "attachments")]
    );
    assert_eq!(diff(&holding(&[]), &Inventory::empty()).verdict, DiffVerdict::Incomplete);
}

#[test]
fn files_that_moved_inside_their_folder_are_told_with_their_new_place() {
    let file = |size: u64| File::Plain { size, sha256: format!("{size:064}") };
    let folder = |files: &[(&str, u64)]| Folder {
        files: files.iter().map(|(name, size)| ((*name).to_owned(), file(*size))).collect(),
    };
    let holding = |files: &[(&str, u64)]| Inventory {
        folders: [("data".to_owned(), folder(files))].into(),
        ..Inventory::empty()
    };
    let diff =
        diff(&holding(&[("a.png", 1), ("b.png", 2), ("c.png", 3)]), &holding(&[("data/a.png", 1), ("b.png", 4)]));
    let expected = [
        (Judgement::Lost, "file-elsewhere", "file data/a.png"),
        (Judgement::Lost, "file-missing", "file data/c.png"),
        (Judgement::Changed, "file-changed", "file data/b.png"),
        (Judgement::Changed, "file-added", "file data/data/a.png"),
    ];
    assert_eq!(rules(&diff), expected);
    assert_eq!(diff.changes[0].after.as_deref(), Some("data/data/a.png"));
}

#[test]
fn an_upgrade_renews_plugins_but_does_not_take_one_away() {
    let file = |size: u64| File::Plain { size, sha256: format!("{size:064}") };
    let holding = |version, files: &[(&str, u64)]| Inventory {
        mattermost: Some(Mattermost { version, origin: Origin::Given }),
        folders: [(
            "plugins".to_owned(),
            Folder { files: files.iter().map(|(n, s)| ((*n).to_owned(), file(*s))).collect() },
        )]
        .into(),
        ..Inventory::empty()
    };
    let before = holding(Version::new(5, 31, 7), &[("jira/plugin.json", 1), ("own/plugin.json", 2)]);
    let after = holding(Version::new(5, 36, 1), &[("jira/plugin.json", 3), ("jira/new", 4)]);
    let lost: Vec<_> = rules(&diff(&before, &after))
        .into_iter()
        .filter(|(it, ..)| *it == Judgement::Lost)
        .map(|it| it.2.to_owned())
        .collect();
    assert_eq!(lost, ["file plugins/own/plugin.json"]);
}

#[test]
fn a_part_that_the_second_inventory_lacks_is_never_called_unchanged() {
    let before = with_tables(&[]);
    let incomplete = diff(&before, &Inventory::empty());
    assert_eq!(
        (incomplete.verdict, incomplete.not_compared.as_slice()),
        (DiffVerdict::Incomplete, ["database".to_owned()].as_slice())
    );
    assert!(!incomplete.verdict.is_good());
}

#[test]
fn a_difference_that_was_accepted_by_name_stands_apart_and_no_other_does() {
    let before =
        read("5.36.1", &[("MM_TEAMSETTINGS_SITENAME", "a"), ("MM_GITLABSETTINGS_ENABLE", "true")], json!({}), None);
    let mut diff = diff(&before, &read("5.36.1", &[], json!({}), None));
    assert_eq!(diff.accept("TeamSettings.SiteName"), 0);
    assert_eq!(diff.accept("setting TeamSettings.SiteName"), 1);
    let expected = [
        (Judgement::Lost, "setting-reverted", "setting GitLabSettings.Enable"),
        (Judgement::Accepted, "setting-reverted", "setting TeamSettings.SiteName"),
    ];
    assert_eq!((diff.verdict, rules(&diff).as_slice()), (DiffVerdict::Lost, expected.as_slice()));
    assert_eq!((diff.accept("setting GitLabSettings.Enable"), diff.verdict), (1, DiffVerdict::AsExpected));
}
