//! Settings files that ask Ruby or their machine, in every command that reads one: what is told decides, what is not told is
//! not known, and nothing is taken for healthy that was not looked at.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::program::program;
use quick_junit::{Report, TestCaseStatus};
use serde_json::Value;

fn file(name: &str) -> String {
    let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/settings");
    folder.join(name).display().to_string()
}

/// What `env` prints for a file, or the kind of its error.
fn env(name: &str, options: &[&str]) -> Result<Value, String> {
    let path = file(name);
    let output =
        Command::new(env!("CARGO_BIN_EXE_mattermost-lab")).arg("env").arg(path).args(options).output().unwrap();
    let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
    match printed.pointer("/error/detail").and_then(Value::as_str) {
        Some(detail) => Err(detail.to_owned()),
        None => Ok(printed),
    }
}

fn site_url(name: &str, options: &[&str]) -> Result<String, String> {
    env(name, options).map(|env| env["MM_SERVICESETTINGS_SITEURL"].as_str().unwrap().to_owned())
}

/// What `doctor` says of a file, as JSON.
fn doctor(name: &str, options: &[&str], status: i32) -> Value {
    let path = file(name);
    let mut arguments = vec!["doctor", "--format", "json", "--gitlab-rb", &path];
    arguments.extend(options);
    let diagnosis: Value = serde_json::from_str(&program(&arguments).status(status).output()).unwrap();
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/doctor.schema.json");
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(schema).unwrap()).unwrap();
    let faults: Vec<String> = jsonschema::draft202012::new(&schema)
        .unwrap()
        .iter_errors(&diagnosis)
        .map(|fault| format!("{}: {fault}", fault.instance_path))
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    diagnosis
}

fn found(diagnosis: &Value) -> Vec<&str> {
    diagnosis["findings"].as_array().unwrap().iter().map(|finding| finding["rule"].as_str().unwrap()).collect()
}

#[test]
fn a_value_that_is_not_known_hides_no_finding_and_is_told_with_the_rules_that_depend_on_it() {
    assert!(found(&doctor("literal.rb", &[], 1)).contains(&"P10"));
    for (name, line, what) in [
        ("one-variable.rb", 4, "mattermost['team_site_name']"),
        ("includes.rb", 4, "any setting"),
        ("omnibus-config.rb", 4, "any setting"),
    ] {
        let diagnosis = doctor(name, &[], 1);
        assert!(found(&diagnosis).contains(&"P10"), "{name}");
        let doubt = &diagnosis["not_known"][0];
        assert_eq!(
            (&doubt["place"]["line"], &doubt["place"]["what"]),
            (&Value::from(line), &Value::from(what)),
            "{name}"
        );
        let rules: Vec<&str> = doubt["rules"].as_array().unwrap().iter().map(|rule| rule.as_str().unwrap()).collect();
        assert!(rules.contains(&"P12"), "{name}: {rules:?}");
        for rule in diagnosis["rules"].as_array().unwrap() {
            let is_open = rule["not_known"].is_array();
            assert_eq!(rules.contains(&rule["rule"].as_str().unwrap()), is_open, "{name}: {rule}");
            assert!(!is_open || rule["outcome"] == "not_checked", "{name}: {rule}");
        }
    }
    // One value leaves the rules that do not look at it alone.
    let outcome = |diagnosis: &Value, rule: &str| {
        let rules = diagnosis["rules"].as_array().unwrap();
        rules.iter().find(|it| it["rule"] == rule).unwrap()["outcome"].clone()
    };
    assert_eq!(outcome(&doctor("one-variable.rb", &[], 1), "P03"), "not_seen");
    assert_eq!(outcome(&doctor("includes.rb", &[], 1), "P03"), "not_checked");
}

#[test]
fn what_is_not_known_is_a_fault_if_asked_for_and_never_passes_in_ci() {
    let path = file("roles.rb");
    program(&["doctor", "--gitlab-rb", &path]).status(0).any_stdout().check();
    let text = program(&["doctor", "--gitlab-rb", &path, "--strict"]).status(1).output();
    assert!(text.contains("of them because settings are unknown"), "{text}");
    assert!(text.contains("the environment variable `ROLES` is not given"), "{text}");
    program(&["doctor", "--gitlab-rb", &path, "--strict", "--unset-env-var", "ROLES"]).status(0).any_stdout().check();
    let one = file("includes-first.rb");
    let junit = program(&["doctor", "--gitlab-rb", &one, "--format", "junit"]).status(0).output();
    let report = Report::deserialize_from_str(&junit).unwrap();
    let cases = &report.test_suites[0].test_cases;
    let case = cases.iter().find(|case| case.name.as_str().starts_with("P10 ")).unwrap();
    let TestCaseStatus::Skipped { message, .. } = &case.status else { panic!("{:?}", case.status) };
    assert!(message.as_ref().unwrap().as_str().contains("not checked, as this is not known"), "{message:?}");
}

#[test]
fn what_is_told_makes_it_known_in_every_command() {
    let mail = format!("/etc/gitlab/mail.rb={}", file("mail.rb"));
    for (name, options) in [
        ("one-variable.rb", vec!["--env-var", "SITE_NAME=Chat"]),
        ("omnibus-config.rb", vec!["--unset-env-var", "GITLAB_OMNIBUS_CONFIG"]),
        ("omnibus-config.rb", vec!["--env-var", "GITLAB_OMNIBUS_CONFIG=gitlab_rails['x'] = 1"]),
        ("omnibus-config.rb", vec!["--env-file", "/dev/null"]),
        ("includes-first.rb", vec!["--file", mail.as_str()]),
        ("hostname.rb", vec!["--command", "hostname=gitlab.example.com"]),
        ("certificate.rb", vec!["--missing-file", "/etc/letsencrypt/live/chat.example.com/fullchain.pem"]),
    ] {
        let path = file(name);
        let run = |arguments: &[&str]| {
            let mut arguments = arguments.to_vec();
            arguments.extend(&options);
            let output = Command::new(env!("CARGO_BIN_EXE_mattermost-lab")).args(&arguments).output().unwrap();
            (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
        };
        let (env, told) = run(&["env", &path]);
        assert!(env.contains("MM_SERVICESETTINGS_SITEURL") && told.is_empty(), "{name}: {env}{told}");
        let (diagnosis, _) = run(&["doctor", "--gitlab-rb", &path, "--format", "json"]);
        assert_eq!(serde_json::from_str::<Value>(&diagnosis).unwrap()["not_known"], serde_json::json!([]), "{name}");
        let (plan, _) = run(&["upgrade", "--from", "14.7.0", "--to", "14.7.7", "--gitlab-rb", &path]);
        assert!(plan.contains("Steps") && !plan.contains("settings-not-known"), "{name}: {plan}");
        let (inventory, told) = run(&["inventory", "--gitlab-rb", &path, "--gitlab-version", "14.7.0"]);
        assert!(inventory.contains("ServiceSettings.SiteURL") && told.is_empty(), "{name}: {inventory}{told}");
        let (translation, told) = run(&["translate", &path]);
        assert!(translation.contains("\"env\"") && told.is_empty(), "{name}: {translation}{told}");
    }
}

#[test]
fn a_plan_says_what_it_does_not_know() {
    let path = file("one-variable.rb");
    let text = program(&["upgrade", "--from", "14.7.0", "--to", "14.7.7", "--gitlab-rb", &path]).status(1).output();
    assert!(text.contains("settings-not-known: `mattermost['team_site_name']` is not known"), "{text}");
    assert!(text.contains("one-variable.rb:4"), "{text}");
}

#[test]
fn the_environment_decides_between_two_addresses() {
    for (options, expected) in [
        (
            vec!["--env-var", "DOMAIN=example.com", "--env-var", "CHAT_DOMAIN=talk.example.com"],
            Ok("https://talk.example.com"),
        ),
        (vec!["--env-var", "DOMAIN=example.com", "--unset-env-var", "CHAT_DOMAIN"], Ok("https://chat.example.com")),
        (vec!["--env-var", "DOMAIN=example.com"], Err("mattermost_external_url")),
    ] {
        let found = site_url("has-key.rb", &options);
        assert_eq!(found.as_deref().map_err(String::as_str), expected, "{options:?}");
    }
    let unset = ["--unset-env-var", "GITLAB_URL", "--unset-env-var", "CHAT_URL"];
    assert_eq!(site_url("defaults.rb", &unset).as_deref(), Ok("http://chat.example.com"));
    assert_eq!(site_url("defaults.rb", &["--env-file", "/dev/null"]).as_deref(), Ok("http://chat.example.com"));
    assert!(site_url("defaults.rb", &[]).is_err());
}

#[test]
fn a_file_and_a_command_are_what_was_told_of_them() {
    let certificate = "/etc/letsencrypt/live/chat.example.com/fullchain.pem";
    assert_eq!(
        site_url("certificate.rb", &["--existing-file", certificate]).as_deref(),
        Ok("https://chat.example.com")
    );
    assert_eq!(site_url("certificate.rb", &["--missing-file", certificate]).as_deref(), Ok("http://chat.example.com"));
    assert!(site_url("certificate.rb", &[]).is_err());
    let env = env("hostname.rb", &["--command", "hostname=gitlab.example.com"]).unwrap();
    assert_eq!(env["MM_GITLABSETTINGS_TOKENENDPOINT"], "http://gitlab.example.com/oauth/token");
}

#[test]
fn an_included_file_is_read_or_left_out_with_a_warning_and_refuses_only_what_it_decides() {
    let mail = format!("/etc/gitlab/mail.rb={}", file("mail.rb"));
    let read = env("includes-first.rb", &["--file", &mail]).unwrap();
    assert_eq!(read["MM_EMAILSETTINGS_SMTPSERVER"], "mail.example.com");
    let path = file("includes-first.rb");
    let output = Command::new(env!("CARGO_BIN_EXE_mattermost-lab")).args(["env", &path]).output().unwrap();
    assert!(output.status.success());
    let (env, told) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(env.contains("https://chat.example.com"), "{env}");
    assert!(
        told.contains("includes-first.rb:1:1: what is set here cannot be seen") && told.contains("/etc/gitlab/mail.rb"),
        "{told}"
    );
    // What stands before it, it may have changed.
    assert_eq!(site_url("includes.rb", &[]), Err("mattermost_external_url".to_owned()));
    // Roles decide which services run, and this file needs none of them.
    assert_eq!(site_url("roles.rb", &[]).as_deref(), Ok("https://chat.example.com"));
}

/// The plan's text, and its commands alone.
fn plan(arguments: &[&str]) -> (String, String) {
    let mut all = vec!["upgrade"];
    all.extend(arguments);
    let output = Command::new(env!("CARGO_BIN_EXE_mattermost-lab")).args(&all).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(!text.contains("not-to-be-shown"), "{text}");
    let commands: Vec<&str> = text.lines().filter_map(|line| line.trim_start().strip_prefix("$ ")).collect();
    let commands = commands.join("\n") + "\n";
    (text, commands)
}

#[test]
fn a_plan_backs_up_what_this_installation_has() {
    let elsewhere = file("elsewhere.rb");
    for to in [&["--from", "13.12.0", "--to", "14.7"][..], &["--from", "18.11.9"]] {
        let (text, commands) = plan(&[to, &["--gitlab-rb", &elsewhere]].concat());
        assert!(commands.contains("pg_dump --no-password -h db.example.com -p 5432 -U mm -d chat"), "{commands}");
        assert!(commands.contains("PGSSLMODE=require"), "{commands}");
        assert!(commands.contains("-C /srv/mm data -C /srv/mattermost config.json"), "{commands}");
        assert!(
            !commands.contains("mattermost_production") && !commands.contains("/var/opt/gitlab/postgresql"),
            "{commands}"
        );
        assert!(text.contains("set in line 5 of the settings file"), "{text}");
    }
    let (_, commands) = plan(&["--from", "13.12.0", "--to", "14.7", "--gitlab-rb", &file("other-names.rb")]);
    assert!(commands.contains("-h /srv/postgresql -p 5433 -U gitlab-psql -d chat"), "{commands}");
    let (leaving, commands) = plan(&["--from", "18.11.9", "--gitlab-rb", &file("other-names.rb")]);
    assert!(commands.contains("createdb -O chat_owner chat"), "{commands}");
    assert!(leaving.contains("MM_SQLSETTINGS_DATASOURCE by the package"), "{leaving}");
    let (leaving, _) = plan(&["--from", "18.11.9", "--gitlab-rb", &elsewhere]);
    assert!(leaving.contains(&format!("MM_SQLSETTINGS_DATASOURCE by {elsewhere}:5: keep it")), "{leaving}");
}

#[test]
fn a_database_that_pg_dump_does_not_know_is_not_dumped_by_it() {
    let (text, commands) = plan(&["--from", "18.11.9", "--gitlab-rb", &file("mysql.rb")]);
    assert!(!commands.contains("pg_dump") && !commands.contains("mattermost-lab backup"), "{commands}");
    assert!(text.contains("BLOCKER") && text.contains("database-not-postgresql"), "{text}");
    assert!(text.contains("MM_SQLSETTINGS_DRIVERNAME by") && text.contains("mysql.rb:3"), "{text}");
    // Nor is one that is not known.
    let path = std::env::temp_dir().join(format!("open-{}.rb", std::process::id()));
    std::fs::write(
        &path,
        "mattermost_external_url 'http://chat.example.com'\nmattermost['sql_data_source'] = ENV['SOURCE']\n",
    )
    .unwrap();
    let (text, commands) = plan(&["--from", "14.7.0", "--to", "14.7.7", "--gitlab-rb", path.to_str().unwrap()]);
    std::fs::remove_file(&path).unwrap();
    assert!(!commands.contains("pg_dump") && text.contains("which database it has is not known"), "{text}");
}

#[test]
fn the_doctor_has_nothing_against_the_commands_of_a_plan() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("plan.sh");
    for settings in [None, Some("elsewhere.rb"), Some("other-names.rb"), Some("mysql.rb")] {
        let settings = settings.map(file);
        for to in [
            &["--from", "14.7.0", "--to", "14.7.7"][..],
            &["--from", "13.12.0", "--to", "15.11"],
            &["--from", "18.11.9"],
        ] {
            let mut arguments = to.to_vec();
            arguments.extend(settings.iter().flat_map(|path| ["--gitlab-rb", path.as_str()]));
            let (text, commands) = plan(&arguments);
            for (what, script_text) in [("commands", commands), ("text", text)] {
                std::fs::write(&script, &script_text).unwrap();
                let path = script.to_str().unwrap();
                let version = to[1];
                let output = Command::new(env!("CARGO_BIN_EXE_mattermost-lab"))
                    .args(["doctor", "--script", path, "--gitlab-version", version])
                    .output()
                    .unwrap();
                let said = String::from_utf8(output.stdout).unwrap();
                assert_eq!(output.status.code(), Some(0), "{what} of {arguments:?}:\n{script_text}\n{said}");
            }
        }
    }
}

#[test]
fn a_plan_names_the_programs_own_commands() {
    let (_, commands) = plan(&["--from", "14.7.0", "--to", "14.7.7", "--gitlab-rb", &file("elsewhere.rb")]);
    for command in [
        "mattermost-lab backup --to /var/backups",
        "mattermost-lab verify",
        "mattermost-lab inventory --gitlab-version 14.7.0 --config-json /srv/mattermost/config.json",
        "mattermost-lab inventory diff before.json after.json",
        "mattermost-lab trace --mattermost https://chat.example.com --gitlab https://gitlab.example.com",
    ] {
        assert!(commands.contains(command), "{command}: {commands}");
    }
}

#[test]
fn inputs_without_an_end_are_refused_and_pipes_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe").display().to_string();
    nix::unistd::mkfifo(pipe.as_str(), nix::sys::stat::Mode::S_IRWXU).unwrap();
    for arguments in [
        vec!["doctor", "--gitlab-rb"],
        vec!["doctor", "--config-json"],
        vec!["doctor", "--log"],
        vec!["doctor", "--dump"],
        vec!["doctor", "--script"],
        vec!["upgrade", "--from", "14.7", "--gitlab-rb"],
        vec!["upgrade", "--from", "14.7", "--config-json"],
        vec!["inventory", "--mattermost-version", "6.2.1", "--config-json"],
        vec!["inventory", "diff"],
        vec!["env"],
        vec!["translate"],
        vec!["doc"],
        vec!["env", "--env-file"],
    ] {
        for (input, what) in [(pipe.as_str(), "nobody opened it to write"), ("/dev/zero", "it is a device")] {
            let mut command = Command::new(env!("CARGO_BIN_EXE_mattermost-lab"));
            command.args(&arguments).arg(input);
            if arguments == ["env", "--env-file"] || arguments == ["inventory", "diff"] {
                command.arg(file("literal.rb"));
            }
            let begun = Instant::now();
            let output = command.stdin(Stdio::null()).output().unwrap();
            let told = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(2), "{arguments:?} {input}: {told}");
            assert!(told.contains(what), "{arguments:?} {input}: {told}");
            assert!(begun.elapsed() < Duration::from_secs(20), "{arguments:?} {input}");
        }
    }
    let script = format!("{} env <(cat {})", env!("CARGO_BIN_EXE_mattermost-lab"), file("literal.rb"));
    let output = Command::new("bash").args(["-c", &script]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let script = format!("{} doctor --log - < /dev/zero", env!("CARGO_BIN_EXE_mattermost-lab"));
    let output = Command::new("bash").args(["-c", &script]).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
}
