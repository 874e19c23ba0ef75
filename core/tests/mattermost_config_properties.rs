//! What holds for every setting, every version and every text.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use gitlab_mattermost_core::mattermost_config::{Catalogue, EnvEffect, Setting, SettingKind, StartRefused, effective};
use gitlab_mattermost_core::version::Version;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

const VERSIONS: [Version; 10] = [
    Version::new(4, 10, 1),
    Version::new(5, 0, 0),
    Version::new(5, 9, 0),
    Version::new(5, 10, 0),
    Version::new(5, 20, 0),
    Version::new(5, 31, 0),
    Version::new(5, 36, 1),
    Version::new(6, 2, 1),
    Version::new(6, 7, 0),
    Version::new(10, 11, 0),
];

/// Two values of the setting that differ, of which the first is its default, each with the text that gives it.
fn two_values(setting: &Setting, version: Version) -> Option<[(Value, String); 2]> {
    let default = setting.default_in(version).clone();
    let other = match (setting.kind(), &default) {
        (SettingKind::Bool, Value::Bool(on)) => json!(!on),
        (SettingKind::Int, Value::Number(number)) => json!(number.as_i64()? + 1),
        (SettingKind::String, Value::String(text)) if setting.path().contains("Locale") => {
            json!(if text == "de" { "fr" } else { "de" })
        }
        (SettingKind::String, Value::String(_)) => json!("other"),
        (SettingKind::List, _) => json!(["other"]),
        _ => return None,
    };
    let separator = if version < Version::new(5, 30, 0) { "," } else { " " };
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(separator),
        Value::Null => String::new(),
        other => other.to_string(),
    };
    Some([default.clone(), other].map(|value| (value.clone(), text(&value))))
}

fn file_with(setting: &Setting, version: Version, value: &Value) -> Value {
    let keys: Vec<&str> = setting.json_path(version).collect();
    keys.iter().rev().fold(value.clone(), |inner, key| Value::Object(Map::from_iter([((*key).to_owned(), inner)])))
}

#[test]
fn a_variable_wins_over_the_file_for_every_setting_of_every_version() {
    for version in VERSIONS {
        let catalogue = Catalogue::of(version);
        let mut compared = 0;
        for setting in catalogue.settings().filter(|s| catalogue.env_effect(s) == EnvEffect::Effective) {
            let Some([default, other]) = two_values(setting, version) else { continue };
            // A file and a variable that exchange their values: at least the default must be accepted.
            for ((wins, text), (loses, _)) in [(&default, &other), (&other, &default)] {
                if text.is_empty() {
                    continue;
                }
                let env = BTreeMap::from([(setting.variable(version).to_owned(), text.clone())]);
                match effective(version, &env, Some(&file_with(setting, version, loses))) {
                    Ok(config) => {
                        compared += 1;
                        let value = config.get(setting.path());
                        let repaired =
                            value.as_str().is_some_and(|v| v.trim_end_matches('/') == text.trim_end_matches('/'))
                                || setting.path() == "LocalizationSettings.AvailableLocales";
                        assert!(value == wins || repaired, "{version} {}: {value}, not {wins}", setting.path());
                        let shown = config.overridden().contains(setting.path());
                        assert!(shown || setting.is_nested(), "{version} {}", setting.path());
                    }
                    Err(StartRefused::Invalid { .. }) => assert_ne!(wins, &default.0, "{version} {}", setting.path()),
                    Err(refused) => panic!("{version} {}: {refused}", setting.path()),
                }
            }
        }
        assert!(compared > 400, "{version}: only {compared} comparisons");
    }
}

#[test]
fn a_file_with_every_default_changes_nothing() {
    for version in VERSIONS {
        let empty = effective(version, &BTreeMap::new(), None).unwrap();
        let full = effective(version, &BTreeMap::new(), Some(&empty.config())).unwrap();
        assert_eq!(empty.config(), full.config(), "{version}");
        assert!(full.findings().is_empty(), "{version}: {:?}", full.findings());
    }
}

fn any_version() -> impl Strategy<Value = Version> {
    prop::sample::select(VERSIONS.as_slice())
}

fn any_variable() -> impl Strategy<Value = String> {
    let names: Vec<&str> = VERSIONS
        .iter()
        .flat_map(|v| Catalogue::of(*v).settings().map(Setting::conventional_variable).collect::<Vec<_>>())
        .collect();
    prop_oneof![4 => prop::sample::select(names).prop_map(str::to_owned), 1 => "MM_[A-Za-z_]{0,30}", 1 => "\\PC{0,20}"]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_environment_makes_the_reading_panic(
        version in any_version(),
        env in prop::collection::btree_map(any_variable(), prop_oneof!["\\PC{0,40}", "-?[0-9_]{0,22}", "[a-z:/.%]{0,20}"], 0..6),
    ) {
        drop(effective(version, &env, None).map(|config| (config.environment(), config.config_written_by_start())));
    }

    #[test]
    fn any_decimal_number_of_64_bits_is_taken_by_every_version(version in any_version(), number in 1..i64::MAX) {
        let env = BTreeMap::from([("MM_FILESETTINGS_MAXFILESIZE".to_owned(), number.to_string())]);
        prop_assert_eq!(effective(version, &env, None).unwrap().number("FileSettings.MaxFileSize"), number);
    }

    #[test]
    fn a_list_reads_back_as_it_was_joined(elements in prop::collection::vec("[^ ,]{1,8}", 1..5)) {
        for (version, separator) in [(Version::new(5, 20, 0), ","), (Version::new(5, 31, 0), " ")] {
            let env = BTreeMap::from([("MM_THEMESETTINGS_ALLOWEDTHEMES".to_owned(), elements.join(separator))]);
            let config = effective(version, &env, None).unwrap();
            prop_assert_eq!(config.list("ThemeSettings.AllowedThemes"), elements.clone());
        }
    }
}
