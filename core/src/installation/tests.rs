use serde_json::json;

use super::*;

fn file(text: &str, gitlab: &str) -> SettingsFile {
    SettingsFile::read("gitlab.rb", text, BTreeMap::new(), gitlab.parse().unwrap()).unwrap()
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
}
