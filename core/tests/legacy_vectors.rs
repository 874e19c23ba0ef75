//! Settings of GitLab 10.8 as the package rendered them, against `legacy`.

use std::collections::BTreeSet;

use gitlab_mattermost_core::gitlab_rb::print::print_env_block;
use gitlab_mattermost_core::gitlab_rb::{ReadOptions, Settings, ValueError, read};
use gitlab_mattermost_core::legacy::{
    LegacyKind, MATTERMOST_OF_11_0, Translation, documented, legacy_settings, translate, translate_as_documented,
};
use gitlab_mattermost_core::mattermost_config::{Catalogue, SettingKind};
use gitlab_mattermost_core::vectors;
use gitlab_mattermost_core::version::Version;
use serde_json::json;

fn settings(gitlab_rb: &str) -> Settings {
    let options = ReadOptions {
        file_name: "gitlab.rb".into(),
        surroundings: Default::default(),
        gitlab_version: Version::new(10, 8, 0),
    };
    read(gitlab_rb, &options).unwrap()
}

fn translated(gitlab_rb: &str) -> Translation {
    translate(&settings(gitlab_rb)).unwrap()
}

#[test]
fn every_vector_is_translated_as_the_package_rendered_it() {
    let vectors = vectors::family("legacy-translation").unwrap().vectors;
    assert_eq!(vectors.len(), 20);
    for vector in vectors {
        let translation = json!(translated(vector.input["gitlab_rb"].as_str().unwrap()));
        for part in ["env", "keep", "keep_env", "untranslatable"] {
            // Texts are compared, so that the order counts.
            assert_eq!(translation[part].to_string(), vector.expected[part].to_string(), "{}: {part}", vector.id);
        }
        for (key, landing) in vector.expected["landing"].as_object().unwrap() {
            assert_eq!(legacy_settings()[key].path(), landing.as_str(), "{}", vector.id);
        }
    }
}

#[test]
fn the_example_read_as_documented_is_the_documents_own_block_and_differs_in_erratum_5_alone() {
    let example: String =
        documented().example.iter().map(|row| format!("mattermost['{}'] = {}\n", row.key, row.literal)).collect();
    let as_documented = translate_as_documented(&settings(&example)).unwrap().env;
    for row in &documented().example {
        assert_eq!(as_documented[&row.variable], row.text);
    }
    assert_eq!(as_documented.len(), 11);
    let translation = translated(&example);
    let differing: Vec<&String> = as_documented.keys().filter(|name| !translation.env.contains_key(*name)).collect();
    assert_eq!(differing, ["MM_EMAILSETTINGS_BATCHINGINTERVAL"]);
    let [difference] = translation.differences.as_slice() else { panic!("{:?}", translation.differences) };
    assert_eq!((difference.key.as_str(), difference.erratum), ("email_batching_interval", Some(5)));
}

/// A value that every type of setting takes in its own way.
fn literal(key: &str) -> String {
    let catalogue = Catalogue::of(MATTERMOST_OF_11_0);
    let variable = legacy_settings()[key].variable();
    match variable.and_then(|name| catalogue.setting_of_variable(name)).map(|setting| format!("{:?}", setting.kind())) {
        Some(kind) if kind == "Bool" => "true".into(),
        Some(kind) if kind == "Int" => "35".into(),
        Some(kind) if kind == "List" => "['a', 'b']".into(),
        Some(kind) if kind == "Map" => "{ 'a' => {} }".into(),
        _ => "'text'".into(),
    }
}

#[test]
fn every_known_setting_has_exactly_one_fate_and_every_variable_a_setting_of_the_target() {
    let catalogue = Catalogue::of(MATTERMOST_OF_11_0);
    assert_eq!(legacy_settings().len(), 181);
    let mut variables = BTreeSet::new();
    for key in legacy_settings().keys() {
        let value = if key == "env" { "{}".into() } else { literal(key) };
        let translation = translated(&format!("mattermost['{key}'] = {value}\n"));
        let fates = translation.env.len() + translation.keep.len() + translation.untranslatable.len();
        assert_eq!(fates, 1, "{key}: {translation:?}");
        for name in translation.env.keys().chain(translation.keep_env.keys()) {
            assert!(catalogue.setting_of_variable(name).is_some(), "{key}: {name}");
        }
        for name in translation.env.into_keys() {
            assert!(variables.insert(name.clone()), "{key}: `{name}` is another setting's too");
        }
    }
}

/// A value of the setting that no other has, and the text with which it must arrive.
fn own_value(key: &str, number: usize) -> (String, String) {
    let quoted = |text: &str| (format!("'{text}'"), text.to_owned());
    let variable = legacy_settings()[key].variable();
    match variable.and_then(|name| Catalogue::of(MATTERMOST_OF_11_0).setting_of_variable(name)).map(|it| it.kind()) {
        Some(SettingKind::Bool) => (number.is_multiple_of(2).to_string(), number.is_multiple_of(2).to_string()),
        Some(SettingKind::Int) => ((1_000 + number).to_string(), (1_000 + number).to_string()),
        Some(SettingKind::List) => (format!("['one-{key}', 'two-{key}']"), format!("one-{key} two-{key}")),
        _ => quoted(&format!("text of {key}")),
    }
}

#[test]
fn the_value_of_every_setting_arrives_in_the_variable_of_its_own_field_or_a_sentence_says_why_not() {
    let catalogue = Catalogue::of(MATTERMOST_OF_11_0);
    let (mut arrived, mut told, mut misspelt) = (0, 0, Vec::new());
    for (number, (key, setting)) in legacy_settings().iter().enumerate().filter(|(_, (key, _))| *key != "env") {
        let (literal, text) = own_value(key, number);
        let translation = translated(&format!("mattermost['{key}'] = {literal}\n"));
        if let [left] = translation.untranslatable.as_slice() {
            let sentences = ["reaches nothing in 10.8", "a map cannot be given as", "has no field in Mattermost 4.10"];
            assert!(sentences.iter().any(|sentence| left.why.starts_with(sentence)), "{key}: {}", left.why);
            told += 1;
            continue;
        }
        if setting.kind() == LegacyKind::Omnibus {
            assert_eq!((translation.keep.as_slice(), translation.keep_env.len()), (&[key.clone()][..], 0), "{key}");
            continue;
        }
        let variables = if setting.is_kept() { &translation.keep_env } else { &translation.env };
        let [(name, value)] = variables.iter().collect::<Vec<_>>()[..] else { panic!("{key}: {variables:?}") };
        // The field is the one that 10.8 wrote into `config.json`.
        let field = catalogue.setting_of_variable(name).unwrap().spelt_in(MATTERMOST_OF_11_0);
        let both = matches!(key.as_str(), "service_address" | "service_port");
        if !both && setting.path() != Some(field) {
            misspelt.push(key.as_str());
        }
        assert!(if both { value.contains(&text) } else { *value == text }, "{key}: {name} is `{value}`, not `{text}`");
        arrived += 1;
    }
    assert_eq!((arrived, told), (ARRIVED, TOLD));
    // 10.8 wrote these under names that Mattermost does not read; a variable sets the field that was meant.
    assert_eq!(
        misspelt,
        [
            "email_notification_content_type",
            "native_app_android_app_download_link",
            "native_app_app_download_link",
            "native_app_ios_app_download_link"
        ]
    );
}

/// How many of the settings of 10.8 a variable carries on, and of how many is told why none does.
const ARRIVED: usize = 162;
const TOLD: usize = 8;

#[test]
fn every_setting_from_before_10_8_arrives_or_is_told_with_its_last_release_and_what_took_its_place() {
    let rows = include_str!("../data/legacy-settings-before-10.8.csv").lines().skip(1);
    let rows: Vec<Vec<&str>> = rows.map(|row| row.split(',').collect()).collect();
    assert_eq!(rows.len(), 56);
    for row in rows {
        let [key, _since, until, variable, successor] = row[..] else { panic!("{row:?}") };
        for switch in ["true", "false"] {
            let translation = translated(&format!("mattermost['{key}'] = {switch}\n"));
            if variable.is_empty() {
                let [left] = translation.untranslatable.as_slice() else { panic!("{key}: {translation:?}") };
                assert!(left.why.contains(&format!("until GitLab {until}")), "{key}: {}", left.why);
                assert!(successor.is_empty() || left.why.contains(&format!("`{successor}`")), "{key}: {}", left.why);
            } else {
                assert_eq!(json!(translation.env), json!({ variable: switch }), "{key}");
                assert_eq!(translation.notes.len(), 1, "{key}");
            }
        }
    }
}

#[test]
fn a_setting_differs_from_the_document_exactly_where_the_documents_variable_does_not_work() {
    for (key, setting) in legacy_settings() {
        let value = if key == "env" { "{}".into() } else { literal(key) };
        let gitlab_rb = format!("mattermost['{key}'] = {value}\n");
        let translation = translated(&gitlab_rb);
        let named = translate_as_documented(&settings(&gitlab_rb)).unwrap();
        if setting.is_kept() || setting.kind() == LegacyKind::Dead {
            assert!(translation.env.is_empty());
        } else {
            assert_eq!(translation.env == named.env, translation.differences.is_empty() || setting.is_map(), "{key}");
        }
    }
}

#[test]
fn an_existing_env_wins_and_becomes_part_of_the_block() {
    let translation = translated(
        "mattermost['env'] = { 'MM_TEAMSETTINGS_MAXUSERSPERTEAM' => '7' }\n\
         mattermost['team_max_users_per_team'] = 150\nmattermost['email_smtp_port'] = 25\n",
    );
    assert_eq!(json!(translation.env), json!({"MM_EMAILSETTINGS_SMTPPORT": "25"}));
    assert_eq!(translation.keep, ["env"]);
    assert_eq!(json!(translation.keep_env), json!({"MM_TEAMSETTINGS_MAXUSERSPERTEAM": "7"}));
    let block = print_env_block(&translation.env_block());
    assert_eq!(translated(&block).keep_env, translation.env_block(), "{block}");
}

#[test]
fn the_allowed_connections_get_gitlabs_host_once_both_addresses_are_known() {
    let connections = "mattermost['service_allowed_untrusted_internal_connections'] = '10.0.0.1'\n";
    let both = "external_url 'https://gitlab.example.com:8443/x'\nmattermost_external_url 'https://chat.example.com'\n";
    let name = "MM_SERVICESETTINGS_ALLOWEDUNTRUSTEDINTERNALCONNECTIONS";
    assert_eq!(translated(connections).keep_env[name], "10.0.0.1");
    assert_eq!(translated(&format!("{both}{connections}")).keep_env[name], "10.0.0.1 gitlab.example.com");
}

#[test]
fn what_only_ruby_could_tell_is_an_error_only_if_the_translation_depends_on_it() {
    let unknown = "mattermost['KEY'] = File.read('/x')\n";
    let result = |key: &str| translate(&settings(&unknown.replace("KEY", key)));
    let error = result("email_smtp_password").unwrap_err();
    assert_eq!((error.kind(), error.detail()), ("unknown_value", Some("mattermost['email_smtp_password']")));
    assert!(error.span().is_some());
    assert!(result("team_allow_public_link").is_ok());
    let error = translate(&settings("mattermost['sql_data_source_replicas'] = 'one'\n")).unwrap_err();
    assert_eq!(error.kind(), "no_method");
}
