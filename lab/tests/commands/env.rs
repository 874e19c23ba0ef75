//! `mattermost-lab env` from outside: status, stdout and stderr exactly, and the real `chpst` on what it writes.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use crate::program::program;
use gitlab_mattermost_core::gitlab_rb::print;
use gitlab_mattermost_core::omnibus::chpst_value;
use indexmap::IndexMap;
use proptest::prelude::*;
use serde_json::{Value, json};

const URLS: &str =
    "external_url 'http://gitlab.example.com'\nmattermost_external_url 'http://mattermost.example.com'\n";

fn stdout(arguments: &[&str], settings: &str) -> String {
    program(arguments).stdin(settings).output()
}

fn parsed(arguments: &[&str], settings: &str) -> Value {
    serde_json::from_str(&stdout(arguments, settings)).unwrap()
}

fn assert_schema(name: &str, document: &Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("schemas/{name}.schema.json"));
    let schema: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let faults: Vec<String> =
        validator.iter_errors(document).map(|fault| format!("{}: {fault}", fault.instance_path)).collect();
    assert!(faults.is_empty(), "{name}: {}", faults.join("\n"));
}

#[test]
fn prints_the_env_as_an_object_of_texts() {
    let secrets = tempfile::NamedTempFile::new().unwrap();
    fs::write(secrets.path(), r#"{"mattermost": {"sql_at_rest_encrypt_key": "stored"}}"#).unwrap();
    let secrets = secrets.path().to_str().unwrap();
    let env = parsed(&["env", "-", "--secrets", secrets, "--format", "json"], URLS);
    assert_eq!(env["MM_SQLSETTINGS_ATRESTENCRYPTKEY"], "stored");
    assert_eq!(env["MM_SERVICESETTINGS_SITEURL"], "http://mattermost.example.com");
    assert_eq!(env["MM_GITLABSETTINGS_ID"], "");
    assert_eq!(env.as_object().unwrap().len(), 21);
    assert_schema("env", &env);
}

#[test]
fn prints_null_where_mattermost_is_not_enabled() {
    program(&["env", "-", "--format", "json"])
        .stdin("external_url 'http://gitlab.example.com'\n")
        .stdout("null\n")
        .check();
}

#[test]
fn prints_an_error_of_deriving_for_programs_and_for_people() {
    program(&["env", "-"])
        .stdin("external_url 'https://gitlab.example.com'\n\nmattermost_external_url 'https://example.com/chat'\n")
        .status(1)
        .stdout(
            r#"{"error":{"kind":"mattermost_url_path","stage":"deriving","detail":"/chat"}}
"#,
        )
        .stderr(
            "
omnibus::mattermost_url_path

  × standard input:3:1: `mattermost_external_url` has the path `/chat`, and Mattermost cannot be served below a path
   ╭─[standard input:3:1]
 2 │ 
 3 │ mattermost_external_url 'https://example.com/chat'
   · ─────────────────────────┬────────────────────────
   ·                          ╰── here
 4 │ 
   ╰────
  help: give Mattermost a host name of its own, without a path
",
        )
        .check();
}

#[test]
fn prints_an_error_of_reading_in_the_same_shape() {
    let found = program(&["env", "-"]).stdin("matermost['x'] = 1\n").status(1).any_stderr().output();
    let expected = json!({"error": {"kind": "unknown_setting", "stage": "reading", "detail": "matermost"}});
    let found: Value = serde_json::from_str(&found).unwrap();
    assert_eq!(found, expected);
    assert_schema("env", &found);
}

#[test]
fn warns_of_what_mattermost_does_not_get() {
    program(&["env", "-", "--format", "dotenv"])
        .stdin("mattermost['enable'] = false\nmattermost['env'] = { 'A' => File.read('/etc/passwd') }\n")
        .any_stderr()
        .stdout("# Mattermost is not enabled\n")
        .check();
    let settings = format!("{URLS}mattermost['env'] = {{ 'A' => \"one\\ntwo\" }}\n");
    program(&["env", "-", "--format", "dotenv"])
        .stdin(&settings)
        .stderr("warning: standard input:3:23: `A` has several lines, of which Mattermost gets the first only\n")
        .any_stdout()
        .check();
}

#[test]
fn refuses_wrong_usage_with_status_2() {
    for arguments in [
        &["env", "-", "--gitlab-version", "latest"][..],
        &["env", "-", "--gitlab-version", "19.0"],
        &["env", "-", "--gitlab-version", "10.8"],
        &["env", "-", "--format", "yaml"],
        &["env", "-", "--format", "dir:"],
        &["env", "-", "--env-var", "X"],
        &["env", "-", "--generated-secret", "xyz"],
        &["env", "-", "--no-such-flag"],
        &["env", "-", "--explain", "--format", "dotenv"],
        &["env", "/no/such/file"],
        &["env", "-", "--secrets", "/no/such/file"],
        &["env", "-", "--secrets", "/dev/null"],
        &["env"],
    ] {
        program(arguments).stdin(URLS).status(2).any_stderr().check();
    }
}

#[test]
fn says_which_file_it_cannot_read() {
    program(&["env", "/no/such/file"])
        .status(2)
        .stderr("error: cannot read `/no/such/file`: No such file or directory (os error 2)\n")
        .check();
}

#[test]
fn prints_what_the_process_gets_as_dotenv() {
    let settings = format!("{URLS}mattermost['env'] = {{ 'A' => \"it's\", 'B' => '' }}\n");
    let lines = stdout(&["env", "-", "--format", "dotenv"], &settings);
    assert!(lines.starts_with("A='it'\\''s'\n# B is not set: its file is empty\n"), "{lines}");
}

#[test]
fn explains_where_each_value_comes_from_and_whether_mattermost_reads_it() {
    let settings = format!(
        "{URLS}mattermost['service_port'] = 8066\nmattermost['gitlab_secret'] = 'topsecret'\nmattermost['env'] = {{\n  'MM_LOGSETTINGS_FILELEVE' => 'DEBUG',\n}}\n"
    );
    let explained = parsed(&["env", "-", "--explain", "--format", "json"], &settings);
    assert_schema("env-explanation", &explained);
    let of = |name: &str| explained.as_array().unwrap().iter().find(|it| it["variable"] == name).unwrap().clone();
    assert_eq!(
        of("MM_SERVICESETTINGS_LISTENADDRESS"),
        json!({
            "variable": "MM_SERVICESETTINGS_LISTENADDRESS",
            "value": "127.0.0.1:8066",
            "origin": "mattermost['service_port']",
            "lines": [3],
            "reading": {"kind": "setting", "path": "ServiceSettings.ListenAddress"},
        })
    );
    assert_eq!(of("MM_GITLABSETTINGS_SECRET")["value"], "********");
    assert_eq!(of("MM_SQLSETTINGS_ATRESTENCRYPTKEY")["origin"], "generated (a placeholder here)");
    assert_eq!(
        of("MM_LOGSETTINGS_FILELEVE"),
        json!({
            "variable": "MM_LOGSETTINGS_FILELEVE",
            "value": "DEBUG",
            "origin": "mattermost['env']",
            "lines": [6],
            "reading": {"kind": "unknown", "nearest": "MM_LOGSETTINGS_FILELEVEL"},
        })
    );
    let table = stdout(&["env", "-", "--explain"], &settings);
    assert!(table.contains("no such setting; did you mean MM_LOGSETTINGS_FILELEVEL?"), "{table}");
    assert!(!table.contains("topsecret"), "{table}");
    assert!(stdout(&["env", "-", "--explain", "--show-secrets"], &settings).contains("topsecret"));
}

#[test]
fn what_later_servers_may_have_is_not_known_and_what_the_process_reads_is_no_setting() {
    let settings = format!(
        "{URLS}mattermost['env'] = {{\n  'MM_SERVICESETTINGS_ENABLECUSTOMGROUPS' => 'false',\n  'MM_SERVICESETTINGS_POSTPRIORITY' => 'true',\n  'MM_LICENSE' => 'x', 'MM_CONFIG' => 'x', 'MM_CUSTOM_DEFAULTS_PATH' => '/x'\n}}\n"
    );
    for (gitlab, priority) in [
        ("18.11", json!({"kind": "not_known_here", "up_to": "6.7.0"})),
        ("15.1", json!({"kind": "unknown", "nearest": null})),
    ] {
        let explained = parsed(&["env", "-", "--gitlab-version", gitlab, "--explain", "--format", "json"], &settings);
        assert_schema("env-explanation", &explained);
        let of = |name: &str| explained.as_array().unwrap().iter().find(|it| it["variable"] == name).unwrap();
        assert_eq!(of("MM_SERVICESETTINGS_POSTPRIORITY")["reading"], priority, "{gitlab}");
        assert_eq!(of("MM_SERVICESETTINGS_ENABLECUSTOMGROUPS")["reading"]["kind"], "setting", "{gitlab}");
        for name in ["MM_LICENSE", "MM_CONFIG", "MM_CUSTOM_DEFAULTS_PATH"] {
            assert_eq!(of(name)["reading"]["kind"], "process", "{gitlab}: {name}");
        }
    }
}

#[test]
fn prints_the_whole_deployment_by_its_schema_with_secrets_masked() {
    let https = "external_url 'https://gitlab.example.com'\nmattermost_external_url 'https://chat.example.com'\n";
    let own =
        "mattermost['gitlab_enable'] = true\nmattermost['gitlab_secret'] = 'topsecret'\nmattermost['uid'] = 1234\n";
    let off = "mattermost['enable'] = false\n";
    for settings in [URLS.to_owned(), format!("{https}{own}"), off.to_owned(), "mattermost['enable'] = true".to_owned()]
    {
        for version in ["11.0", "14.7", "16.0", "18.11"] {
            let run = program(&["env", "-", "--format", "deployment", "--gitlab-version", version]);
            let text = run.stdin(&settings).any_stderr().output();
            assert!(!text.contains("topsecret"));
            assert_schema("deployment", &serde_json::from_str(&text).unwrap());
        }
    }
}

#[test]
fn takes_environment_variables_of_the_settings_from_the_command_line() {
    let settings = "mattermost_external_url \"https://#{ENV['CHAT']}\"\n";
    let env = parsed(&["env", "-", "--env-var", "CHAT=chat.example.com"], settings);
    assert_eq!(env["MM_SERVICESETTINGS_SITEURL"], "https://chat.example.com");
    let found = program(&["env", "-"]).stdin(settings).status(1).any_stderr().output();
    assert!(found.contains(r#""kind":"unknown_value""#), "{found}");
}

/// What a process started under the real `chpst -e` finds in its environment.
fn environment_under_chpst(directory: &Path) -> BTreeMap<String, String> {
    let output = Command::new("chpst")
        .arg("-e")
        .arg(directory)
        .args(["/usr/bin/env", "-0"])
        .env_clear()
        .output()
        .expect("`chpst` of runit is needed for this test");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let pairs = text.split('\0').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

#[test]
fn writes_an_env_directory_and_deletes_what_is_stale_in_it() {
    let parent = tempfile::tempdir().unwrap();
    let directory = parent.path().join("deep/env");
    let format = format!("dir:{}", directory.display());
    let settings = format!("{URLS}mattermost['env'] = {{ 'OLD_ONE' => 'x' }}\n");
    program(&["env", "-", "--format", &format]).stdin(&settings).check();
    assert_eq!(fs::read_to_string(directory.join("OLD_ONE")).unwrap(), "x");
    assert_eq!(fs::metadata(directory.join("OLD_ONE")).unwrap().permissions().mode() & 0o777, 0o600);
    program(&["env", "-", "--format", &format]).stdin(URLS).check();
    assert!(!directory.join("OLD_ONE").exists());
    assert_eq!(fs::read_dir(&directory).unwrap().count(), 21);
}

#[test]
fn leaves_a_directory_alone_that_holds_anything_else() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("notes.txt"), "mine").unwrap();
    let format = format!("dir:{}", directory.path().display());
    program(&["env", "-", "--format", &format]).stdin(URLS).status(2).any_stderr().check();
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    let off = "mattermost['enable'] = false\n";
    program(&["env", "-", "--format", &format]).stdin(off).status(1).any_stderr().check();
    let slash = format!("{URLS}mattermost['env'] = {{ 'A/B' => '1' }}\n");
    program(&["env", "-", "--format", &format]).stdin(&slash).status(1).any_stderr().check();
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn prop_chpst_reads_the_directory_back_to_the_same_variables(
        own in prop::collection::btree_map("[A-Z][A-Z0-9_]{0,12}", r"(?s)[ \t\n\x00a-zA-Z=#'\x22\\é]{0,12}", 0..5)
    ) {
        let block: IndexMap<String, String> = own.into_iter().collect();
        let settings = format!("{URLS}{}", print::print_env_block(&block));
        let printed = program(&["env", "-"]).stdin(&settings).any_stderr().output();
        let printed: BTreeMap<String, String> = serde_json::from_str(&printed).unwrap();
        let expected: BTreeMap<String, String> =
            printed.into_iter().filter_map(|(name, value)| Some((name, chpst_value(&value)?))).collect();
        let directory = tempfile::tempdir().unwrap();
        let format = format!("dir:{}", directory.path().display());
        program(&["env", "-", "--format", &format]).stdin(&settings).any_stderr().check();
        prop_assert_eq!(environment_under_chpst(directory.path()), expected);
    }
}

#[test]
fn a_secret_without_quotes_is_not_shown_whatever_is_wrong_with_it() {
    for broken in ["= hunter2'", "= hunter2", "= Hunter2", "= 'hunter2", "hunter2", "= <<~X\n hunter2", "= [hunter2"] {
        let file = format!("{URLS}mattermost['gitlab_secret'] {broken}\nmattermost['team_site_name'] = 'Our chat'\n");
        for format in ["json", "dotenv"] {
            let mut command = Command::new(env!("CARGO_BIN_EXE_mattermost-lab"));
            command.args(["env", "-", "--format", format]).stdin(std::process::Stdio::piped());
            let mut child =
                command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap();
            std::io::Write::write_all(&mut child.stdin.take().unwrap(), file.as_bytes()).unwrap();
            let output = child.wait_with_output().unwrap();
            let told = [output.stdout, output.stderr].concat();
            let told = String::from_utf8_lossy(&told).to_lowercase();
            assert!(matches!(output.status.code(), Some(1 | 2)), "{broken}: {:?} {told}", output.status);
            assert!(told.contains("gitlab_secret") && !told.contains("hunter2"), "{broken}: {told}");
        }
    }
}
