//! Settings of GitLab 10.8 as the package rendered them, against `legacy`.

use std::collections::BTreeSet;

use gitlab_mattermost_core::gitlab_rb::print::print_env_block;
use gitlab_mattermost_core::gitlab_rb::{ReadOptions, Settings, ValueError, read};
use gitlab_mattermost_core::legacy::{
    LegacyKind, MATTERMOST_OF_11_0, Translation, documented, legacy_settings, translate, translate_as_documented,
};
use gitlab_mattermost_core::mattermost_config::Catalogue;
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
