use serde_json::json;

use super::*;

fn file(text: &str, gitlab: &str) -> SettingsFile {
    SettingsFile::read("gitlab.rb", text, Default::default(), gitlab.parse().unwrap()).unwrap()
}

fn of<'a>(file: &'a SettingsFile, gitlab: &str) -> Installation<'a> {
    let versions = Versions { gitlab: Some(gitlab.parse().unwrap()), mattermost: None };
    Installation { versions, gitlab_rb: Some(file), ..Installation::default() }
}

#[test]
fn enabled_is_what_reconfigure_makes_of_it_and_by_the_same_truth_where_it_makes_nothing() {
    for (text, enabled) in [
        ("", Some(false)),
        ("mattermost['enable'] = true", Some(true)),
        ("mattermost['enable'] = 'true'", Some(true)),
        ("mattermost['enable'] = 'false'", Some(true)),
        ("mattermost['enable'] = false\nmattermost_external_url 'http://chat.example.com'", Some(false)),
        ("mattermost_external_url 'http://chat.example.com'", Some(true)),
        ("mattermost_external_url false", Some(false)),
        ("mattermost_external_url nil", Some(false)),
        ("mattermost['enable'] = nil\nmattermost_external_url 'http://chat.example.com'", Some(true)),
        ("mattermost_external_url `hostname`", None),
        ("mattermost['enable'] = `hostname`", None),
    ] {
        // Of GitLab 10.8 no reconfigure is known.
        for gitlab in ["14.7.0", "10.8.7"] {
            let file = file(text, gitlab);
            assert_eq!(of(&file, gitlab).enabled(), enabled, "GitLab {gitlab}: {text}");
        }
    }
    assert_eq!(Installation::default().enabled(), None);
}

#[test]
fn enabled_is_told_of_settings_that_reconfigure_stops_at() {
    let file = file("mattermost['enable'] = true\nmattermost['env'] = 1", "14.7.0");
    let installation = of(&file, "14.7.0");
    assert!(installation.deployment().unwrap().is_err());
    assert_eq!(installation.enabled(), Some(true));
}

#[test]
fn the_env_directory_counts_before_the_settings_file() {
    let file = file("mattermost_external_url 'http://chat.example.com'", "14.7.0");
    let derived = of(&file, "14.7.0");
    assert_eq!(derived.variables()["MM_SERVICESETTINGS_SITEURL"], "http://chat.example.com");
    let directory = EnvDirectory { name: "env".to_owned(), files: [("MM_A".to_owned(), "1".to_owned())].into() };
    let found = Installation { environment: Some(&directory), ..derived };
    assert_eq!(found.variables(), [("MM_A".to_owned(), "1".to_owned())].into());
}

#[test]
fn places_are_those_of_the_package_and_of_the_settings_with_which_the_server_runs() {
    let file = file("mattermost_external_url 'http://chat.example.com'", "14.7.0");
    let config_json = json!({"FileSettings": {"Directory": "/elsewhere/"}});
    let places = Installation { config_json: Some(&config_json), ..of(&file, "14.7.0") }.places();
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(
        places,
        InstalledPlaces {
            home: text("/var/opt/gitlab/mattermost"),
            config_json: text("/var/opt/gitlab/mattermost/config.json"),
            env_directory: text("/opt/gitlab/etc/mattermost/env"),
            // The variable hides the file, and the server ends the folder in a slash.
            file_store: text("/var/opt/gitlab/mattermost/data/"),
            plugins: text("/var/opt/gitlab/mattermost/plugins"),
            client_plugins: text("/var/opt/gitlab/mattermost/client-plugins"),
            database: Some(DatabasePlace {
                host: text("/var/opt/gitlab/postgresql"),
                port: text("5432"),
                name: text("mattermost_production"),
                role: text("gitlab_mattermost"),
            }),
            own_database: None,
        }
    );
    assert_eq!(Installation::default().places(), InstalledPlaces::default());
}

#[test]
fn a_database_of_its_own_and_a_file_store_elsewhere_are_no_places_of_the_package() {
    let text = "mattermost_external_url 'http://chat.example.com'\n\
                mattermost['sql_data_source'] = 'postgres://db.example.com/mm'\n\
                mattermost['env'] = { 'MM_FILESETTINGS_DRIVERNAME' => 'amazons3' }";
    let file = file(text, "14.7.0");
    let places = of(&file, "14.7.0").places();
    assert_eq!((places.database, places.file_store), (None, None));
    let own = places.own_database.unwrap();
    assert_eq!((own.source.unwrap().database.as_str(), own.line), ("mm", Some(2)));
}

#[test]
fn a_value_that_is_not_known_hides_no_other_place_and_an_unknown_data_source_is_no_bundled_one() {
    let text = "mattermost_external_url 'http://chat.example.com'\nmattermost['home'] = '/srv/mm'\n\
                mattermost['team_site_name'] = ENV['NAME']\n";
    let known = file(text, "14.7.0");
    let places = of(&known, "14.7.0").places();
    assert_eq!(places.home.as_deref(), Some("/srv/mm"));
    assert_eq!(places.database.unwrap().name.as_deref(), Some("mattermost_production"));
    let open = file(&format!("{text}mattermost['sql_data_source'] = ENV['SOURCE']\n"), "14.7.0");
    let places = of(&open, "14.7.0").places();
    assert_eq!((places.database, places.own_database), (None, None));
    let mysql = file(&format!("{text}mattermost['sql_driver_name'] = 'mysql'\n"), "14.7.0");
    let places = of(&mysql, "14.7.0").places();
    assert_eq!((places.database, places.own_database.map(|it| it.is_postgresql())), (None, Some(false)));
}

#[test]
fn code_that_cannot_be_seen_sets_nothing_where_the_file_decides_by_itself() {
    let urls = "external_url 'http://gitlab.example.com'\nmattermost_external_url 'http://chat.example.com'\n";
    let behind = file(&format!("from_file '/x.rb'\n{urls}"), "14.7.0");
    let deployment = of(&behind, "14.7.0").deployment().unwrap().unwrap();
    assert_eq!(deployment.env["MM_SERVICESETTINGS_SITEURL"].value, "http://chat.example.com");
    assert_eq!(deployment.warnings[0].code, "unseen_code");
    let before = file(&format!("{urls}from_file '/x.rb'\n"), "14.7.0");
    assert!(of(&before, "14.7.0").deployment().unwrap().is_err());
    assert_eq!(of(&before, "14.7.0").known_deployment().unwrap().unwrap().not_known, []);
}
