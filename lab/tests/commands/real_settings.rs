//! Settings files as people really write them: what the commands make of them, and what they show.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use tempfile::TempDir;

use crate::program::program;

const URLS: &str =
    "external_url 'https://gitlab.example.com'\nmattermost_external_url 'https://mattermost.example.com'\n";

/// A settings file in a folder of its own.
fn file(content: impl AsRef<[u8]>) -> (TempDir, String) {
    let folder = TempDir::new().unwrap();
    let path: PathBuf = folder.path().join("gitlab.rb");
    fs::write(&path, content).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (folder, path)
}

fn env_of(arguments: &[&str], settings: &str) -> Value {
    let arguments = [&["env", "-"], arguments].concat();
    serde_json::from_str(&program(&arguments).stdin(settings).any_stderr().output()).unwrap()
}

/// The numbers of the rules that the doctor finds something by.
fn found(arguments: &[&str], settings: &str, status: i32) -> Vec<String> {
    let (_folder, path) = file(settings);
    let arguments = [&["doctor", "--format", "json", "--gitlab-rb", path.as_str()], arguments].concat();
    let diagnosis: Value = serde_json::from_str(&program(&arguments).status(status).output()).unwrap();
    let findings = diagnosis["findings"].as_array().unwrap().clone();
    findings.iter().map(|it| it["rule"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn no_command_shows_a_planted_secret_and_every_one_shows_names_and_places() {
    let settings = format!(
        "{URLS}smtp_pass = 'hunter2-a'\ngitlab_rails['smtp_password'] = smtp_pass\n\
         mattermost['gitlab_secret'] = 'hunter2-b'\n\
         mattermost['sql_data_source'] = 'postgres://mm:hunter2-c@db.example.com/mm'\n\
         # the old token was hunter2-d\n\
         mattermost['env'] = {{ 'SMTP_PASS' => 'hunter2-e', 'LDAP_BIND_PW' => 'hunter2-f', 'DB_PWD' => 'hunter2-g',\n  \
         'HOOK' => 'https://mattermost.example.com/hooks/hunter2-h', 'SITE' => 'https://me:hunter2-i@site.example.com/x',\n  \
         'MM_PLUGINSETTINGS_PLUGINS' => '{{\"a.b\":{{\"gitlabtoken\":\"hunter2-j\",\"gitlaburl\":\"https://git.example.com\"}}}}' }}\n\
         mattermost['service_adress'] = '0.0.0.0'\n"
    );
    let (before, _) = settings.split_once("mattermost['service_adress']").unwrap();
    let broken = format!("{before}unknown_setting_x 'v'\n");
    let (_folder, path) = file(&settings);
    let (_other, broken) = file(&broken);
    let old = "mattermost['email_smtp_password'] = 'hunter2-k'\nmattermost['service_mode'] = 'dev'\n";
    let (_third, old) =
        file(format!("{old}mattermost['sql_data_source_replicas'] = 'postgres://mm:hunter2-l@db/mm'\n"));
    for (arguments, status, names) in [
        (vec!["env", &path, "--explain"], 0, vec!["SMTP_PASS", "DB_PWD", "HOOK", "db.example.com", "site.example.com"]),
        (vec!["env", &path, "--format", "deployment"], 0, vec!["SMTP_PASS", "db.example.com"]),
        (vec!["env", &broken], 1, vec!["unknown_setting_x", "MM_PLUGINSETTINGS_PLUGINS", "gitlab.rb:11"]),
        (vec!["translate", &old], 1, vec!["sql_data_source_replicas"]),
        (vec!["doctor", "--gitlab-rb", &path, "--gitlab-version", "14.7"], 1, vec!["service_adress", "gitlab.rb:11"]),
        (vec!["upgrade", "--from", "14.5", "--to", "14.7", "--gitlab-rb", &broken], 2, vec!["unknown_setting_x"]),
        (vec!["upgrade", "--from", "14.5", "--to", "14.7", "--gitlab-rb", &path], 1, vec!["14.7"]),
    ] {
        let output =
            std::process::Command::new(env!("CARGO_BIN_EXE_mattermost-lab")).args(&arguments).output().unwrap();
        let shown = [output.stdout, output.stderr].map(|it| String::from_utf8(it).unwrap()).concat();
        assert_eq!(output.status.code(), Some(status), "{arguments:?}\n{shown}");
        assert!(!shown.contains("hunter2"), "{arguments:?}\n{shown}");
        for name in names {
            assert!(shown.contains(name), "{arguments:?} lacks {name}\n{shown}");
        }
    }
}

#[test]
fn a_comment_of_the_packages_template_hides_nothing() {
    let settings = "external_url 'https://gitlab.example.com'\n# the address including the `%{key}` placeholder\n";
    program(&["env", "-"])
        .stdin(&format!("{settings}matermost['enable'] = true\n"))
        .status(1)
        .stdout("{\"error\":{\"kind\":\"unknown_setting\",\"stage\":\"reading\",\"detail\":\"matermost\"}}\n")
        .stderr_has("matermost['enable'] = true")
        .check();
    program(&["env", "-"])
        .stdin(&format!("{settings}mattermost_external_url ENV['MATTERMOST_URL']\n"))
        .status(1)
        .any_stdout()
        .stderr_has("mattermost_external_url ENV['MATTERMOST_URL']")
        .check();
}

#[test]
fn nil_keeps_a_default_before_gitlab_13_2_and_takes_its_place_from_then_on() {
    let settings = format!(
        "{URLS}mattermost['team_site_name'] = nil\nmattermost['service_port'] = nil\nmattermost['env'] = {{ 'SSL_CERT_DIR' => nil, 'X' => nil }}\n"
    );
    for version in ["11.7", "12.10", "13.1"] {
        let env = env_of(&["--gitlab-version", version], &settings);
        assert_eq!(env["MM_TEAMSETTINGS_SITENAME"], "GitLab Mattermost", "{version}");
        assert_eq!(env["MM_SERVICESETTINGS_LISTENADDRESS"], "127.0.0.1:8065", "{version}");
        assert_eq!(
            (&env["SSL_CERT_DIR"], &env["X"]),
            (&"/opt/gitlab/embedded/ssl/certs/".into(), &"".into()),
            "{version}"
        );
    }
    for version in ["13.2", "14.7"] {
        let env = env_of(&["--gitlab-version", version], &settings);
        assert_eq!(env["MM_TEAMSETTINGS_SITENAME"], "", "{version}");
        assert_eq!(env["MM_SERVICESETTINGS_LISTENADDRESS"], "127.0.0.1:", "{version}");
        assert_eq!(env["SSL_CERT_DIR"], "", "{version}");
    }
}

#[test]
fn functions_of_loaded_libraries_are_left_to_ruby() {
    for line in [
        "gitlab_rails['gitlab_ssh_host'] = URI(external_url).host",
        "gitlab_rails['x'] = JSON('{}')",
        "gitlab_rails['x'] = Pathname('/a').join('b').to_s",
        "gitlab_rails['x'] = { 'a' => 1 }.to_json",
        "gitlab_rails['x'] = 'a b'.shellescape",
    ] {
        let env = env_of(&[], &format!("{URLS}{line}\n"));
        assert_eq!(env["MM_SERVICESETTINGS_SITEURL"], "https://mattermost.example.com", "{line}");
    }
}

#[test]
fn booleans_of_other_languages_stop_the_reading() {
    for (word, meant) in [("False", "false"), ("True", "true"), ("None", "nil")] {
        program(&["env", "-"])
            .stdin(&format!("{URLS}registry['enable'] = {word}\n"))
            .status(1)
            .stdout(&format!(
                "{{\"error\":{{\"kind\":\"unknown_constant\",\"stage\":\"reading\",\"detail\":\"{word}\"}}}}\n"
            ))
            .stderr_has(&format!("write `{meant}`"))
            .check();
    }
}

#[test]
fn a_file_in_latin_1_is_read_as_ruby_reads_it() {
    let (_folder, path) = file([b"# Einstellungen f\xfcr GitLab\n", URLS.as_bytes()].concat());
    for arguments in [vec!["env", &path], vec!["doctor", "--gitlab-rb", &path]] {
        program(&arguments).any_stdout().any_stderr().check();
    }
    let (_folder, path) = file([URLS.as_bytes(), b"mattermost['team_site_name'] = 'B\xfcro'\n"].concat());
    program(&["env", &path]).status(2).stderr_has("line 3 has a byte that is not UTF-8").check();
    let (_folder, path) =
        file([b"# coding: iso-8859-1\n", URLS.as_bytes(), b"mattermost['team_site_name'] = 'B\xfcro'\n"].concat());
    let env: Value = serde_json::from_str(&program(&["env", &path]).output()).unwrap();
    assert_eq!(env["MM_TEAMSETTINGS_SITENAME"], "Büro");
}

#[test]
fn an_equal_sign_is_told() {
    let settings =
        "external_url = 'https://gitlab.example.com'\nmattermost_external_url = 'https://mattermost.example.com'\n";
    program(&["env", "-"])
        .stdin(settings)
        .stdout("null\n")
        .stderr_has("`mattermost_external_url = …` sets a local variable and not the setting")
        .check();
    assert_eq!(found(&[], settings, 1), ["P50", "P50"]);
}

#[test]
fn keys_that_nothing_reads_are_told_with_the_nearest() {
    let settings = format!(
        "{URLS}mattermost['service_adress'] = '0.0.0.0'\nmattermost['envv'] = {{ 'MM_X' => '1' }}\nmattermost_nginx['listen_prot'] = 80\n"
    );
    for nearest in ["service_address", "env", "listen_port"] {
        program(&["env", "-"]).stdin(&settings).any_stdout().stderr_has(&format!("did you mean `{nearest}`?")).check();
    }
    assert_eq!(found(&["--gitlab-version", "14.7"], &settings, 1), ["P12", "P12", "P12"]);
}

#[test]
fn clashes_and_missing_credentials_are_found() {
    for (settings, rule) in [
        ("external_url 'http://192.168.3.23'\nmattermost_external_url 'http://192.168.3.23'\n", "P51"),
        ("external_url 'http://gitlab.example.com'\nmattermost_external_url 'http://gitlab.example.com:8065'\n", "P52"),
        (
            "external_url 'http://gitlab.example.com'\nmattermost_external_url 'http://m.example.com'\nmattermost['service_port'] = 8080\n",
            "P52",
        ),
        (&format!("{URLS}mattermost['gitlab_enable'] = true\n"), "P53"),
    ] {
        let rules = found(&["--gitlab-version", "14.7"], settings, 1);
        assert!(rules.contains(&rule.to_owned()), "{settings}: {rules:?}");
    }
}

#[test]
fn releases_before_11_and_after_18_are_judged_as_what_they_are() {
    let (_folder, path) = file(format!("{URLS}mattermost['email_enable_batching'] = true\n"));
    let judged = |arguments: &[&str], status| -> Value {
        let arguments = [&["doctor", "--format", "json", "--gitlab-rb", path.as_str()], arguments].concat();
        serde_json::from_str(&program(&arguments).status(status).output()).unwrap()
    };
    let diagnosis = judged(&["--gitlab-version", "10.8.7", "--target-gitlab-version", "11.0"], 1);
    assert_eq!(diagnosis["judged_as"]["mattermost"], "4.9.1");
    let rules: Vec<&str> =
        diagnosis["findings"].as_array().unwrap().iter().map(|it| it["rule"].as_str().unwrap()).collect();
    assert_eq!(rules, ["P30"]);
    assert_eq!(diagnosis["findings"][0]["places"][0]["line"], 3);
    let later = judged(&["--gitlab-version", "19.3"], 1);
    assert_eq!(later["judged_as"].get("mattermost"), None);
}

#[test]
fn releases_that_never_were_are_refused_with_the_nearest() {
    for arguments in [
        ["env", "-", "--gitlab-version", "14.77"],
        ["doctor", "--gitlab-rb=x", "--gitlab-version", "14.77"],
        ["doctor", "--gitlab-rb=x", "--target-gitlab-version", "14.77"],
    ] {
        program(&arguments).status(2).stderr_has("there is no GitLab 14.77; the nearest is 14.10").check();
    }
}

#[test]
fn names_in_small_letters_are_settings_from_mattermost_5_30_on() {
    let settings = format!("{URLS}mattermost['env'] = {{ 'mm_emailsettings_smtpport' => '25' }}\n");
    let reading = |version: &str| {
        let explained = env_of(&["--explain", "--format", "json", "--gitlab-version", version], &settings);
        let all = explained.as_array().unwrap().clone();
        all.into_iter().find(|it| it["variable"] == "mm_emailsettings_smtpport").unwrap()["reading"].clone()
    };
    assert_eq!(reading("14.0")["path"], "EmailSettings.SMTPPort");
    assert_eq!(reading("13.0")["kind"], "process");
}

#[test]
fn keys_older_than_10_8_are_translated_or_told_with_their_last_release() {
    let settings = "mattermost['team_enable_team_creation'] = false\nmattermost['team_restrict_team_names'] = true\nmattermost['service_site_name'] = 'Chat'\nmattermost['unheard_of'] = 1\n";
    let translation: Value = serde_json::from_str(&program(&["translate", "-"]).stdin(settings).output()).unwrap();
    assert_eq!(translation["env"]["MM_TEAMSETTINGS_ENABLETEAMCREATION"], "false");
    assert_eq!(translation["notes"][0]["key"], "team_enable_team_creation");
    let why = |key: &str| {
        let all = translation["untranslatable"].as_array().unwrap();
        all.iter().find(|it| it["key"] == key).unwrap()["why"].as_str().unwrap().to_owned()
    };
    assert_eq!(why("team_restrict_team_names"), "key until GitLab 10.7, and Mattermost 4.10 has no such field");
    assert!(
        why("service_site_name")
            .ends_with("until GitLab 8.0, and Mattermost 4.10 has no such field; `team_site_name` took its place")
    );
    assert_eq!(why("unheard_of"), "unknown key");
}
