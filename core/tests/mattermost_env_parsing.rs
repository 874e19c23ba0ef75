//! What real servers made of variables, one at a time, against `mattermost_config`.

use std::collections::BTreeMap;

use gitlab_mattermost_core::mattermost_config::{Catalogue, EnvEffect, effective};
use gitlab_mattermost_core::vectors;
use gitlab_mattermost_core::version::Version;
use serde_json::{Map, Value, json};

fn measured() -> Value {
    serde_json::from_str(include_str!("data/mattermost-measured-settings.json")).unwrap()
}

/// Every vector of a family with each version and what that server did.
fn rows(family: &str) -> Vec<(Map<String, Value>, Version, Value)> {
    let vectors = vectors::family(family).unwrap().vectors.into_iter();
    vectors
        .flat_map(|vector| {
            let versions = vector.expected["by_version"].as_object().unwrap().clone();
            versions.into_iter().map(move |(version, seen)| (vector.input.clone(), version.parse().unwrap(), seen))
        })
        .collect()
}

#[test]
fn every_measured_value_of_a_variable_does_what_the_server_did() {
    let rows = rows("env-over-file");
    assert_eq!(rows.len(), 49 * 6);
    for (row, version, seen) in rows {
        let path = row["setting"].as_str().unwrap();
        let (section, key) = path.split_once('.').unwrap();
        let file = json!({ section: { key: row["value_in_config_json"] } });
        let variable = row["variable"].as_str().unwrap().to_owned();
        let env = BTreeMap::from([(variable, row["env_value"].as_str().unwrap().to_owned())]);
        let case = format!("{version} {env:?}");
        match effective(version, &env, Some(&file)) {
            Err(refused) => {
                assert_eq!(seen["starts"], false, "{case}: {refused}");
                assert_eq!(seen["reason"], refused.to_string(), "{case}");
                assert_eq!(seen["exit_code"], refused.exit_code(), "{case}");
            }
            Ok(config) => {
                assert_eq!(seen["starts"], true, "{case}: {}", seen["reason"]);
                assert_eq!(seen["effective"], *config.get(path), "{case}");
                assert_eq!(seen["shown_as_env_override"], config.overridden().contains(path), "{case}");
                assert_eq!(seen["shown_as_env_override"], config.environment()[section][key] == true, "{case}");
                if let Some(written) = seen.get("written_to_config_json_at_boot") {
                    assert_eq!(*written, config.config_written_by_start().unwrap()[section][key], "{case}");
                }
            }
        }
    }
}

#[test]
fn the_names_of_the_document_exist_exactly_where_they_took_effect() {
    for (row, version, seen) in rows("documented-variables") {
        let variable = row["variable"].as_str().unwrap();
        let exists = Catalogue::of(version).setting_of_variable(variable).is_some();
        assert_eq!(exists, seen == "takes effect", "{version} {variable}: {seen}");
    }
}

#[test]
fn the_table_of_settings_agrees_with_every_measured_server() {
    for (version, server) in measured().as_object().unwrap() {
        let catalogue = Catalogue::of(version.parse().unwrap());
        let defaults = server["defaults"].as_object().unwrap();
        let paths: Vec<&str> = catalogue.settings().map(|s| s.path()).collect();
        assert_eq!(paths, defaults.keys().map(String::as_str).collect::<Vec<_>>(), "{version}");
        for setting in catalogue.settings() {
            assert_eq!(
                *setting.default_in(catalogue.version()),
                defaults[setting.path()],
                "{version} {}",
                setting.path()
            );
        }
        let count =
            |kind: &str| catalogue.settings().filter(|s| format!("{:?}", s.kind()).eq_ignore_ascii_case(kind)).count();
        for (kind, number) in server["kinds"].as_object().unwrap() {
            assert_eq!(*number, count(kind), "{version} {kind}");
        }
    }
}

#[test]
fn the_variables_without_effect_are_those_of_the_measured_servers() {
    for version in ["5.31.0", "5.36.1"] {
        let catalogue = Catalogue::of(version.parse().unwrap());
        let with = |effect: EnvEffect| -> Vec<&'static str> {
            let settings = catalogue.settings().filter(|s| catalogue.env_effect(s) == effect);
            settings.map(|s| s.conventional_variable()).collect()
        };
        assert_eq!(measured()[version]["no_effect"], json!(with(EnvEffect::Never)), "{version}");
        assert_eq!(measured()[version]["crash"], json!(with(EnvEffect::StopsTheStart)), "{version}");
    }
}

#[test]
fn every_measured_server_starts_without_variables_and_without_a_file() {
    for version in measured().as_object().unwrap().keys() {
        let config = effective(version.parse().unwrap(), &BTreeMap::new(), None).unwrap();
        assert!(config.overridden().is_empty(), "{version}");
        assert!(config.config_written_by_start().is_some(), "{version}");
    }
}
