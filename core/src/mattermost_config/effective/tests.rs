use serde_json::json;

use super::*;

fn run(version: &str, env: &[(&str, &str)], file: Option<Value>) -> Result<Effective, StartRefused> {
    let env = env.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    effective(version.parse().unwrap(), &env, file.as_ref())
}

fn refusal(version: &str, env: &[(&str, &str)]) -> String {
    run(version, env, None).expect_err("the start must be refused").to_string()
}

#[test]
fn a_variable_wins_over_the_file_and_the_file_over_the_default() {
    let file = json!({"TeamSettings": {"SiteName": "file", "MaxUsersPerTeam": 7}});
    let config = run("5.36.1", &[("MM_TEAMSETTINGS_SITENAME", "env")], Some(file)).unwrap();
    assert_eq!(config.text("TeamSettings.SiteName"), "env");
    assert_eq!(config.number("TeamSettings.MaxUsersPerTeam"), 7);
    assert!(config.flag("TeamSettings.EnableUserCreation"));
    assert_eq!(config.environment(), json!({"TeamSettings": {"SiteName": true}}));
}

#[test]
fn a_file_of_the_wrong_shape_stops_the_start() {
    for (file, reason) in [
        (json!([]), "`` in `config.json` must be an object, found an array"),
        (
            json!({"TeamSettings": {"MaxUsersPerTeam": "7"}}),
            "`TeamSettings.MaxUsersPerTeam` in `config.json` must be a whole number, found a string",
        ),
    ] {
        assert_eq!(run("5.36.1", &[], Some(file)).unwrap_err().to_string(), reason);
    }
}

#[test]
fn a_key_that_an_older_servers_file_lacks_keeps_what_the_older_server_did() {
    let days = |version, file| run(version, &[], file).unwrap().number("ServiceSettings.SessionLengthWebInDays");
    let (empty, with_site_url) = (json!({}), json!({"ServiceSettings": {"SiteURL": ""}}));
    assert_eq!([days("5.31.7", None), days("5.36.1", None)], [30, 30]);
    assert_eq!([days("5.31.7", Some(empty.clone())), days("5.36.1", Some(empty))], [30, 180]);
    assert_eq!([days("5.31.7", Some(with_site_url.clone())), days("5.36.1", Some(with_site_url))], [180, 180]);
    let given = json!({"ServiceSettings": {"SiteURL": "", "SessionLengthWebInDays": 7}});
    assert_eq!(days("5.36.1", Some(given)), 7);
}

#[test]
fn up_to_5_29_the_file_may_hold_numbers_as_text() {
    let file = json!({"TeamSettings": {"MaxUsersPerTeam": "7", "EnableOpenServer": "true", "SiteName": 5}});
    let config = run("5.20.0", &[], Some(file)).unwrap();
    assert_eq!(config.number("TeamSettings.MaxUsersPerTeam"), 7);
    assert!(config.flag("TeamSettings.EnableOpenServer"));
    assert_eq!(config.text("TeamSettings.SiteName"), "5");
}

#[test]
fn keys_of_the_file_are_compared_without_case_and_unknown_ones_are_told_and_dropped() {
    let file = json!({"teamsettings": {"sitename": "file"}, "NativeAppSetting": {"AppDownloadLink": "x"}});
    let config = run("5.36.1", &[], Some(file)).unwrap();
    assert_eq!(config.text("TeamSettings.SiteName"), "file");
    let [Finding::UnknownKey { path, nearest }] = config.findings() else { panic!("{:?}", config.findings()) };
    assert_eq!(path, "NativeAppSetting.AppDownloadLink");
    assert_eq!(*nearest, Some("NativeAppSettings.AppDownloadLink"));
    assert!(config.config_written_by_start().unwrap().get("NativeAppSetting").is_none());
}

#[test]
fn a_name_that_goes_on_after_the_key_takes_effect_unseen_from_5_30_on() {
    let name = ("MM_TEAMSETTINGS_SITENAME_OLD", "long");
    assert_eq!(run("5.29.0", &[name], None).unwrap().text("TeamSettings.SiteName"), "Mattermost");
    let config = run("5.36.1", &[name], None).unwrap();
    assert_eq!(config.text("TeamSettings.SiteName"), "long");
    assert!(config.overridden().is_empty());
    assert!(matches!(config.findings(), [Finding::LongName { .. }]));
    let both = run("5.36.1", &[name, ("MM_TEAMSETTINGS_SITENAME", "exact")], None).unwrap();
    assert_eq!(both.text("TeamSettings.SiteName"), "exact");
}

#[test]
fn a_variable_that_names_an_inner_section_or_a_list_of_objects_crashes_the_server() {
    for name in ["MM_MESSAGEEXPORTSETTINGS_GLOBALRELAYSETTINGS", "MM_SQLSETTINGS_REPLICALAGSETTINGS"] {
        let crash = run("5.36.1", &[(name, "x")], None).unwrap_err();
        assert_eq!(crash.exit_code(), 2, "{crash}");
    }
    assert!(run("5.20.0", &[("MM_MESSAGEEXPORTSETTINGS_GLOBALRELAYSETTINGS", "x")], None).is_ok());
}

#[test]
fn keys_of_an_inner_section_are_set_but_not_listed() {
    let name = ("MM_MESSAGEEXPORTSETTINGS_GLOBALRELAYSETTINGS_SMTPUSERNAME", "relay");
    let path = "MessageExportSettings.GlobalRelaySettings.SmtpUsername";
    for (version, listed) in
        [("5.20.0", json!({"MessageExportSettings": {"GlobalRelaySettings": null}})), ("5.36.1", json!({}))]
    {
        let config = run(version, &[name], None).unwrap();
        assert_eq!(config.text(path), "relay", "{version}");
        assert_eq!(config.environment(), listed, "{version}");
        let written = config.config_written_by_start().unwrap();
        assert_eq!(written["MessageExportSettings"]["GlobalRelaySettings"]["SmtpUsername"], "relay", "{version}");
    }
}

#[test]
fn secrets_of_the_environment_stay_out_of_the_file_from_5_12_on() {
    let secret = [("MM_GITLABSETTINGS_SECRET", "from the environment")];
    let written = |version| run(version, &secret, None).unwrap().config_written_by_start().unwrap();
    assert_eq!(written("5.11.0")["GitLabSettings"]["Secret"], "from the environment");
    assert_eq!(written("5.12.0")["GitLabSettings"]["Secret"], "");
}

#[test]
fn before_5_10_only_a_start_that_fills_in_salts_writes_the_file() {
    let salt = "0123456789abcdef0123456789abcdef";
    let full = json!({"SqlSettings": {"AtRestEncryptKey": salt}, "FileSettings": {"PublicLinkSalt": salt},
        "EmailSettings": {"InviteSalt": salt}});
    assert!(run("5.0.0", &[], Some(full.clone())).unwrap().config_written_by_start().is_none());
    assert!(run("5.10.0", &[], Some(full)).unwrap().config_written_by_start().is_some());
    let empty = run("5.0.0", &[], None).unwrap();
    let paths: Vec<&str> = empty.to_generate().map(Setting::path).collect();
    assert_eq!(paths, ["EmailSettings.InviteSalt", "FileSettings.PublicLinkSalt", "SqlSettings.AtRestEncryptKey"]);
}

#[test]
fn rules_over_several_settings_refuse_the_merged_result() {
    let batching = ("MM_EMAILSETTINGS_ENABLEEMAILBATCHING", "true");
    let key = |key: &str| format!("Config.IsValid: model.config.is_valid.{key}.app_error");
    assert_eq!(refusal("5.36.1", &[batching]), key("site_url_email_batching"));
    assert!(run("5.36.1", &[batching, ("MM_SERVICESETTINGS_SITEURL", "https://chat.example.com")], None).is_ok());
    for (variable, text, message) in [
        ("MM_SQLSETTINGS_ATRESTENCRYPTKEY", "short", "encrypt_sql"),
        ("MM_EMAILSETTINGS_EMAILBATCHINGINTERVAL", "29", "email_batching_interval"),
        ("MM_SERVICESETTINGS_LISTENADDRESS", "127.0.0.1:", "listen_address"),
        ("MM_SERVICESETTINGS_SITEURL", "chat.example.com", "site_url"),
        ("MM_SERVICESETTINGS_TLSOVERWRITECIPHERS", "", "tls_overwrite_cipher"),
        ("MM_TEAMSETTINGS_SITENAME", "a name of more than thirty bytes", "sitename_length"),
        ("MM_DATARETENTIONSETTINGS_DELETIONJOBSTARTTIME", "24:00", "data_retention.deletion_job_start_time"),
        ("MM_SAMLSETTINGS_ENABLE", "true", "saml_idp_url"),
        ("MM_DISPLAYSETTINGS_CUSTOMURLSCHEMES", "git 9p", "display.custom_url_schemes"),
    ] {
        assert_eq!(refusal("5.36.1", &[(variable, text)]), key(message), "{variable}={text}");
    }
}

#[test]
fn the_address_to_listen_on_needs_a_port_from_5_2_on() {
    let start = |version, address| run(version, &[("MM_SERVICESETTINGS_LISTENADDRESS", address)], None).is_ok();
    assert!(start("5.1.0", "127.0.0.1:") && !start("5.2.0", "127.0.0.1:"));
    for address in [":8065", "127.0.0.1:80", "[::1]:8065", "localhost:0", "chat.example.com:65535"] {
        assert!(start("5.36.1", address), "{address}");
    }
    for address in ["", "8065", "::1:8065", "a b:80", "-x:80", "127.0.0.1:65536", "127.0.0.1:http", "1.2.3:80"] {
        assert!(!start("5.36.1", address), "{address}");
    }
}

#[test]
fn a_site_url_loses_its_trailing_slashes_from_5_10_on() {
    let url = |version| {
        let config = run(version, &[("MM_SERVICESETTINGS_SITEURL", "https://chat.example.com//")], None).unwrap();
        config.text("ServiceSettings.SiteURL").to_owned()
    };
    assert_eq!((url("5.0.0"), url("5.10.0")), ("https://chat.example.com//".into(), "https://chat.example.com".into()));
}

#[test]
fn unknown_locales_are_replaced_by_the_default() {
    let config = run(
        "5.36.1",
        &[("MM_LOCALIZATIONSETTINGS_DEFAULTCLIENTLOCALE", "xx"), ("MM_LOCALIZATIONSETTINGS_AVAILABLELOCALES", "de,fr")],
        None,
    )
    .unwrap();
    assert_eq!(config.text("LocalizationSettings.DefaultClientLocale"), "en");
    assert_eq!(config.text("LocalizationSettings.AvailableLocales"), "de,fr,en");
    assert!(matches!(config.findings(), [Finding::UnknownLocale { .. }]));
}

#[test]
fn a_list_with_the_other_parsers_separator_is_told() {
    for (version, text, separator) in [("5.20.0", "a b", "commas"), ("5.36.1", "a,b", "single spaces")] {
        let config = run(version, &[("MM_THEMESETTINGS_ALLOWEDTHEMES", text)], None).unwrap();
        assert_eq!(config.list("ThemeSettings.AllowedThemes"), [text], "{version}");
        assert_eq!(
            config.findings().iter().map(ToString::to_string).collect::<Vec<_>>(),
            [format!("`MM_THEMESETTINGS_ALLOWEDTHEMES` is one element; this version splits lists at {separator}")]
        );
    }
}

#[test]
fn names_without_a_setting_are_told_with_what_they_were_meant_to_be_where_the_list_is_whole() {
    let findings = |version| {
        let env = [
            ("MM_CUSTOM_DEFAULTS_PATH", "/x"),
            ("MM_EMAILSETTINGS_BATCHINGINTERVAL", "30"),
            ("MM_SERVICESETTINGS_SESSIONLENGTHWEBINDAYS", "30"),
            ("MM_INSTALL_TYPE", "gitlab_omnibus"),
            ("HOME", "/root"),
        ];
        run(version, &env, None).unwrap().findings().iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(
        findings("6.7.1"),
        ["`MM_EMAILSETTINGS_BATCHINGINTERVAL` names no setting; `MM_EMAILSETTINGS_EMAILBATCHINGINTERVAL` does"]
    );
    assert_eq!(
        findings("7.1.0"),
        [
            "`MM_EMAILSETTINGS_BATCHINGINTERVAL` names no setting known up to 6.7.0",
            "`MM_SERVICESETTINGS_SESSIONLENGTHWEBINDAYS` names `ServiceSettings.SessionLengthWebInDays`, which is gone \
             since 7.0.0; `ServiceSettings.SessionLengthWebInHours` took its place (config.json is migrated, a variable \
             is not: rename it and multiply the value by 24)",
        ]
    );
}

#[test]
fn from_6_0_on_some_keys_have_other_capitals_and_keep_their_values() {
    let (old, path) =
        (json!({"GitLabSettings": {"UserApiEndpoint": "http://g/api"}}), "GitLabSettings.UserApiEndpoint");
    for (version, key) in [("5.39.3", "UserApiEndpoint"), ("6.0.4", "UserAPIEndpoint"), ("10.11.0", "UserAPIEndpoint")]
    {
        let name = "MM_GITLABSETTINGS_USERAPIENDPOINT";
        let config = run(version, &[(name, "http://g/api")], Some(old.clone())).unwrap();
        assert!(config.findings().is_empty() && config.overridden().contains(path), "{version}");
        assert_eq!(config.environment(), json!({"GitLabSettings": {key: true}}), "{version}");
        assert_eq!(config.config_written_by_start().unwrap()["GitLabSettings"][key], "http://g/api", "{version}");
    }
}
