//! What an upgrade does to settings and tables by itself, and the losses that look like it.

use serde_json::{Value as Json, json};

use super::*;

/// The inventory of an upgrade's start or end: the server, its settings and its tables.
fn stage(version: &str, file: Json, last_migration: i64, tables: &[(&str, Table)]) -> Inventory {
    let mut inventory = with_tables(tables);
    if let Some(database) = inventory.database.as_mut() {
        let migration = |number| Migration { number, name: format!("m{number}") };
        database.schema.migrations = (1..=last_migration).map(migration).collect();
    }
    Inventory { database: inventory.database, ..read(version, &[], file, None) }
}

/// What a server of 5.x has in its file that one of 6.x writes in another way.
fn of_5_x() -> Json {
    json!({
        "GitLabSettings": {"UserApiEndpoint": "http://gitlab.example.com/api/v4/user"},
        "PluginSettings": {"PluginStates": {"com.mattermost.nps": {"Enable": true}, "jira": {"Enable": true}}},
        "SupportSettings": {"AboutLink": "https://docs.mattermost.com/overview/product.html"},
        "TeamSettings": {"EnableTeamCreation": false}
    })
}

fn of_6_2() -> Json {
    json!({
        "GitLabSettings": {"UserAPIEndpoint": "http://gitlab.example.com/api/v4/user"},
        "PluginSettings": {"PluginStates": {
            "com.mattermost.nps": {"Enable": true}, "jira": {"Enable": true},
            "focalboard": {"Enable": true}, "playbooks": {"Enable": true}
        }},
        "SupportSettings": {"AboutLink": "https://docs.mattermost.com/overview/product.html"}
    })
}

fn worse_than_expected(diff: &Diff) -> Vec<(Judgement, &str, &str)> {
    rules(diff).into_iter().filter(|(judgement, ..)| *judgement != Judgement::Expected).collect()
}

#[test]
fn what_a_server_of_6_x_makes_of_the_settings_of_5_x_is_expected() {
    for version in ["5.31.7", "5.36.1", "5.39.3"] {
        let diff = diff(&read(version, &[], of_5_x(), None), &read("6.2.1", &[], of_6_2(), None));
        assert_eq!(worse_than_expected(&diff), [], "{version}");
        let told = rules(&diff);
        assert!(told.contains(&(Judgement::Expected, "plugins-enabled", "setting PluginSettings.PluginStates")));
        let gone = "setting TeamSettings.DEPRECATED_DO_NOT_USE_EnableTeamCreation";
        assert!(told.contains(&(Judgement::Expected, "setting-removed", gone)), "{told:?}");
        assert!(!told.iter().any(|it| it.2.contains("Endpoint") || it.2.contains("AboutLink")), "{told:?}");
    }
    let later = |version| read(version, &[], json!({}), None);
    for (old, new) in [("5.36.1", "6.2.1"), ("6.2.1", "6.7.0"), ("6.5.0", "6.6.1")] {
        assert_eq!(diff(&later(old), &later(new)).verdict, DiffVerdict::AsExpected, "{old} to {new}");
    }
}

#[test]
fn a_plugin_that_is_off_or_gone_after_an_upgrade_is_told() {
    let before = read("5.36.1", &[], of_5_x(), None);
    let what = "setting PluginSettings.PluginStates";
    for (plugin, state) in
        [("jira", Json::Null), ("jira", json!({"Enable": false})), ("other", json!({"Enable": true}))]
    {
        let mut file = of_6_2();
        let states = file["PluginSettings"]["PluginStates"].as_object_mut().unwrap();
        match state {
            Json::Null => drop(states.remove(plugin)),
            state => drop(states.insert(plugin.to_owned(), state)),
        }
        let diff = diff(&before, &read("6.2.1", &[], file, None));
        let [(judgement, _, told)] = worse_than_expected(&diff)[..] else { panic!("{plugin}: {:?}", diff.changes) };
        assert!(judgement < Judgement::Accepted && told == what, "{plugin}: {judgement:?} {told}");
    }
    // Without a later server nobody adds plugins.
    let file = |mut file: Json| {
        file["PluginSettings"]["PluginStates"]["playbooks"] = json!({"Enable": true});
        file
    };
    assert_eq!(diff(&before, &read("5.36.1", &[], file(of_5_x()), None)).verdict, DiffVerdict::Changed);
}

#[test]
fn a_value_that_is_lost_where_only_capitals_changed_is_told() {
    let mut file = of_6_2();
    file["GitLabSettings"] = json!({});
    let diff = diff(&read("5.36.1", &[], of_5_x(), None), &read("6.2.1", &[], file, None));
    let lost = (Judgement::Lost, "setting-reverted", "setting GitLabSettings.UserApiEndpoint");
    assert_eq!(worse_than_expected(&diff), [lost]);
}

#[test]
fn a_value_that_fell_to_a_default_that_changed_is_told() {
    let with = |version, link: &str| read(version, &[], json!({"SupportSettings": {"HelpLink": link}}), None);
    let before = with("5.36.1", "http://help.example.com");
    let lost = (Judgement::Lost, "setting-reverted", "setting SupportSettings.HelpLink");
    let default_of_6_6 = "https://mattermost.com/default-help/";
    assert_eq!(worse_than_expected(&diff(&before, &with("6.6.1", default_of_6_6))), [lost]);
    // The default of the earlier server, which somebody chose before, is kept as a value.
    let kept = "https://academy.mattermost.com/";
    assert_eq!(worse_than_expected(&diff(&with("5.36.1", kept), &with("6.6.1", kept))), []);
}

#[test]
fn columns_that_migrations_drop_are_expected_to_go_when_they_are_applied_and_only_then() {
    let dropped = [
        ("oauthaccessdata", "authcode"),
        ("status", "activechannel"),
        ("users", "lastpingat"),
        ("channels", "lastrootat"),
        ("commandwebhooks", "parentid"),
        ("users", "acceptedtermsofserviceid"),
        ("users", "acceptedservicetermsid"),
    ];
    for (name, column) in dropped {
        let (old, new) = (table(2, &[("id", "1"), (column, "2")]), table(2, &[("id", "1")]));
        let at = |version, last, table: &Table| stage(version, json!({}), last, &[(name, table.clone())]);
        let by_migration = diff(&at("6.3.3", 0, &old), &at("6.7.0", 82, &new));
        assert_eq!(worse_than_expected(&by_migration), [], "{name}.{column}");
        // They were applied long before, or are not applied yet.
        let what = format!("column {name}.{column}");
        let later = diff(&at("6.6.1", 82, &old), &at("6.7.0", 83, &new));
        assert_eq!(worse_than_expected(&later), [(Judgement::Changed, "column-missing", what.as_str())]);
        let earlier = diff(&at("6.1.0", 0, &old), &at("6.2.1", 0, &new));
        assert_eq!(worse_than_expected(&earlier), [(Judgement::Changed, "column-missing", what.as_str())]);
        let same = diff(&at("6.2.1", 0, &old), &at("6.2.1", 0, &new));
        assert_eq!(worse_than_expected(&same), [(Judgement::Lost, "column-missing", what.as_str())]);
    }
}

#[test]
fn texts_whose_column_became_longer_are_still_compared() {
    let of_length = |length: &str, checksum| {
        let mut table = table(2, &[("id", "1"), ("roles", checksum)]);
        table.columns.get_mut("roles").unwrap().kind = format!("character varying({length})");
        table
    };
    let at = |version, table: Table| stage(version, json!({}), 0, &[("teammembers", table)]);
    let before = at("6.0.4", of_length("64", "2"));
    assert_eq!(worse_than_expected(&diff(&before, &at("6.1.3", of_length("256", "2")))), []);
    assert_eq!(
        worse_than_expected(&diff(&before, &at("6.1.3", of_length("256", "3")))),
        [(Judgement::Changed, "content-changed", "column teammembers.roles")]
    );
}
