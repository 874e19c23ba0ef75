//! `mattermost-lab doctor` from outside: real files of every kind, its three formats, its exit codes.

use std::process::Command;

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::program::program;
use flate2::Compression;
use flate2::write::GzEncoder;
use quick_junit::{Report, TestCaseStatus};
use serde_json::Value;
use tempfile::TempDir;

const DUMP: &str = "--\n-- PostgreSQL database dump\n--\n\nALTER TABLE public.users OWNER TO gitlab_mattermost;\n\n-- PostgreSQL database dump complete\n";

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/tests/data/diagnosis")
}

/// The options that give the files of a fixture's folder.
fn options(folder: &Path) -> Vec<String> {
    let files = [
        ("gitlab.rb", "--gitlab-rb"),
        ("env", "--env-dir"),
        ("config.json", "--config-json"),
        ("mattermost.log", "--log"),
        ("dump.sql", "--dump"),
        ("gitlab-secrets.json", "--secrets"),
        ("node.json", "--node-json"),
        ("migrations.csv", "--migrations"),
        ("script.sh", "--script"),
        ("document.md", "--document"),
    ];
    let there = files.iter().map(|(file, option)| (folder.join(file), *option)).filter(|(path, _)| path.exists());
    let mut options: Vec<String> =
        there.flat_map(|(path, option)| [option.to_owned(), path.display().to_string()]).collect();
    let versions = fs::read_to_string(folder.join("versions.json")).unwrap_or_else(|_| "{}".to_owned());
    let versions: Value = serde_json::from_str(&versions).unwrap();
    for (name, version) in versions.as_object().unwrap() {
        options.push(format!("--{}-version", name.replace('_', "-")));
        options.push(version.as_str().unwrap().to_owned());
    }
    options
}

/// Runs the program for JSON and checks it against the schema.
fn diagnosis(options: &[String], status: i32) -> Value {
    let arguments: Vec<&str> =
        ["doctor", "--format", "json"].into_iter().chain(options.iter().map(String::as_str)).collect();
    let diagnosis = serde_json::from_str(&program(&arguments).status(status).output()).unwrap();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/doctor.schema.json");
    let schema: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let faults: Vec<String> =
        validator.iter_errors(&diagnosis).map(|fault| format!("{}: {fault}", fault.instance_path)).collect();
    assert!(faults.is_empty(), "{arguments:?}: {}", faults.join("\n"));
    diagnosis
}

fn found(diagnosis: &Value) -> Vec<&str> {
    diagnosis["findings"].as_array().unwrap().iter().map(|finding| finding["rule"].as_str().unwrap()).collect()
}

fn strings(options: &[&str]) -> Vec<String> {
    options.iter().map(|option| (*option).to_owned()).collect()
}

fn in_folder(folder: &TempDir, name: &str, content: &[u8]) -> String {
    let path = folder.path().join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, content).unwrap();
    path.display().to_string()
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(content).unwrap();
    packer.finish().unwrap()
}

#[test]
fn what_the_rules_find_in_fixtures_is_found_in_the_files_too() {
    let mut rules = 0;
    for rule in fs::read_dir(fixtures()).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        let number = rule.file_name().unwrap().to_str().unwrap().to_owned();
        let mut cases: Vec<PathBuf> = fs::read_dir(&rule).unwrap().map(|entry| entry.unwrap().path()).collect();
        cases.sort();
        // A backup folder is a table in the fixtures; real ones are further down.
        let case = cases.into_iter().find(|case| !case.join("backup.csv").exists() || number == "clean").unwrap();
        let diagnosis = diagnosis(&options(&case), i32::from(number != "clean"));
        assert_eq!(found(&diagnosis).contains(&number.as_str()), number != "clean", "{}", case.display());
        rules += 1;
    }
    assert_eq!(rules, 57);
}

#[test]
fn a_finding_is_told_with_its_place_cause_and_fix() {
    let folder = TempDir::new().unwrap();
    let log = in_folder(&folder, "x.log", b"[2018/03/26 12:10:13 CEST] [EROR] Invalid state\n");
    let next =
        format!("mattermost-lab doctor --log {log} --gitlab-rb /etc/gitlab/gitlab.rb --config-json {CONFIG} {VERSION}");
    program(&["doctor", "--log", &log])
        .status(1)
        .stdout(&format!(
            "1 error, 0 warnings, 8 of 56 rules not checked; judged as GitLab 14.7.0 (assumed, as --gitlab-version was not given) with Mattermost 6.2.1 (assumed from that)
errors    P08 invalid-state
next      {next}

P08 invalid-state (error)
    seen    the log says \"Invalid state\"
    at      {log}:1: at 2018/03/26 12:10:13
    cause   the cookie set at the start of the sign-in does not come back with the callback: another host name, http instead of https, a second attempt in between, or more than half an hour
    fix     choose one host name and scheme, make it the site URL, and redirect all others to it before the sign-in
    source  Crivaledaz/Mattermost-LDAP#12, #36, #79; the server's source and runs of 5.36.1

not checked, because their inputs are missing (see --list-rules): P12 P13 P14 P22 P50 P51 E06 E09
next: {next}
"
        ))
        .check();
}

#[test]
fn junit_has_a_case_for_each_rule_and_skips_what_was_not_checked() {
    let folder = TempDir::new().unwrap();
    let log = in_folder(&folder, "x.log", b"Invalid state\n");
    let document = program(&["doctor", "--format", "junit", "--log", &log]).status(1).output();
    let report = Report::deserialize_from_str(&document).unwrap();
    assert_eq!((report.tests, report.failures, report.errors, report.skipped), (56, 1, 0, 8));
    for case in &report.test_suites[0].test_cases {
        match &case.status {
            TestCaseStatus::Skipped { message, .. } => assert!(message.as_ref().unwrap().contains("not checked")),
            TestCaseStatus::NonSuccess { .. } => assert!(case.name.as_str().starts_with("P08 ")),
            TestCaseStatus::Success { .. } => {}
        }
    }
}

#[test]
fn packed_logs_and_dumps_are_read_like_others() {
    let folder = TempDir::new().unwrap();
    let mut packed = gzip(b"{\"level\":\"info\",\"msg\":\"fine\"}\r\n");
    // Log rotation may put members one after the other.
    packed.extend(gzip(b"{\"level\":\"error\",\"msg\":\"address forbidden\"}"));
    let log = in_folder(&folder, "mattermost.log.gz", &packed);
    let dump = in_folder(&folder, "dump.sql.gz", &gzip(DUMP.as_bytes()));
    let found_in = diagnosis(&strings(&["--log", &log, "--dump", &dump]), 1);
    assert_eq!(found(&found_in), ["P18"]);
    assert_eq!(found_in["findings"][0]["places"][0]["line"], 2);
}

#[test]
fn dumps_that_are_empty_cut_off_or_damaged_are_findings() {
    let folder = TempDir::new().unwrap();
    let whole = gzip(DUMP.repeat(500).as_bytes());
    for (name, content) in [
        ("empty.sql", Vec::new()),
        ("empty.sql.gz", gzip(b"")),
        ("cut.sql.gz", whole[..whole.len() / 2].to_vec()),
        ("cut.sql", DUMP.as_bytes()[..60].to_vec()),
        ("text.sql", b"pg_dump: error: connection to server failed\n".to_vec()),
    ] {
        let dump = in_folder(&folder, name, &content);
        assert_eq!(found(&diagnosis(&strings(&["--dump", &dump]), 1)), ["P24"], "{name}");
    }
}

#[test]
fn a_script_that_loads_into_a_database_which_was_not_dropped_is_told() {
    let folder = TempDir::new().unwrap();
    let told = |script: &str| {
        let script = in_folder(&folder, "restore.sh", format!("set -eo pipefail\n{script}\n").as_bytes());
        let program =
            Command::new(env!("CARGO_BIN_EXE_mattermost-lab")).args(["doctor", "--script", &script]).output().unwrap();
        String::from_utf8(program.stdout).unwrap().contains("neither dropped nor made anew")
    };
    let load = "zcat dump.sql.gz | psql -v ON_ERROR_STOP=1 mattermost";
    for script in [load.to_owned(), "pg_restore -d mattermost dump".to_owned()] {
        assert!(told(&script), "{script}");
    }
    for script in [
        format!("dropdb mattermost\ncreatedb -O gitlab_mattermost mattermost\n{load}"),
        format!("psql -c 'DROP DATABASE mattermost'\n{load}"),
        format!("pg_dump -c mattermost | gzip > dump.sql.gz\n{load}"),
        "pg_restore --clean -d mattermost dump".to_owned(),
        "pg_restore -f - dump | grep -c COPY".to_owned(),
    ] {
        assert!(!told(&script), "{script}");
    }
}

#[test]
fn a_backup_folder_is_looked_through_with_its_archives() {
    let folder = TempDir::new().unwrap();
    in_folder(&folder, "backup/dump.sql.gz", &gzip(DUMP.as_bytes()));
    let mut archive = tar::Builder::new(File::create(folder.path().join("backup/mattermost_data.gz")).unwrap());
    for path in ["data/20200101/a.png", "config.json"] {
        let mut header = tar::Header::new_gnu();
        header.set_size(1);
        archive.append_data(&mut header, path, &b"x"[..]).unwrap();
    }
    archive.finish().unwrap();
    let plain = fs::read(folder.path().join("backup/mattermost_data.gz")).unwrap();
    in_folder(&folder, "backup/mattermost_data.gz", &gzip(&plain));
    let backup = folder.path().join("backup").display().to_string();
    let diagnosis = diagnosis(&strings(&["--backup-dir", &backup]), 1);
    assert_eq!(found(&diagnosis), ["P22"]);
    let finding = &diagnosis["findings"][0];
    assert_eq!(finding["erratum"], 19);
    assert_eq!(
        finding["evidence"],
        "the backup lacks the folder plugins, the folder client-plugins, the env directory, gitlab.rb, gitlab-secrets.json"
    );
}

#[test]
fn nothing_found_exits_with_0() {
    let folder = TempDir::new().unwrap();
    let log = in_folder(&folder, "x.log", b"{\"level\":\"info\",\"msg\":\"Server is listening\"}\n");
    diagnosis(&strings(&["--log", &log]), 0);
}

#[test]
fn inputs_that_cannot_be_read_exit_with_2_and_show_nothing_of_themselves() {
    let folder = TempDir::new().unwrap();
    let file = |name: &str, content: &[u8]| in_folder(&folder, name, content);
    let (json, list) = (file("a.json", b"{\"Secret\": \"hidden-one\""), file("b.json", b"[\"hidden-one\"]"));
    let settings = file("gitlab.rb", b"external_url 'x'\nmattermost['gitlab_secret'] = hidden_one('\n");
    let bytes = file("bytes.md", b"\xff\xfe");
    for (option, given, expected) in [
        ("--config-json", &json, format!("`{json}` is not JSON: the fault is in line 1, column 23")),
        ("--secrets", &list, format!("`{list}` is not a JSON object, as gitlab-secrets.json is")),
        (
            "--gitlab-rb",
            &settings,
            format!(
                "cannot read the settings in `{settings}`: syntax error in line 2, column 42; `mattermost-lab env {settings}` shows the place"
            ),
        ),
        ("--document", &bytes, format!("`{bytes}` is not UTF-8 text: the fault is at byte 0")),
        (
            "--migrations",
            &json,
            format!(
                "`{json}` has no line with a number and a name; make the list with `SELECT version, name FROM db_migrations`"
            ),
        ),
        (
            "--log",
            &"no-such-file".to_owned(),
            "cannot read `no-such-file`: No such file or directory (os error 2)".to_owned(),
        ),
    ] {
        program(&["doctor", option, given]).status(2).stderr(&format!("error: {expected}\n")).check();
    }
    program(&["doctor"])
        .status(2)
        .stderr("error: no input given; give at least one, for example `--gitlab-rb /etc/gitlab/gitlab.rb`\n")
        .check();
}

#[test]
fn a_dump_that_another_program_has_to_read_is_called_what_it_is() {
    let folder = TempDir::new().unwrap();
    for (name, content, expected) in [
        ("custom.dump", &b"PGDMP\x01\x0e"[..], "is a custom-format dump, which `pg_restore` has to read"),
        ("dump.lz4", b"\x04\x22\x4d\x18", "is packed with lz4, which is not unpacked here; give what `lz4 -dc`"),
    ] {
        let dump = in_folder(&folder, name, content);
        let doctor =
            Command::new(env!("CARGO_BIN_EXE_mattermost-lab")).args(["doctor", "--dump", &dump]).output().unwrap();
        let said = String::from_utf8_lossy(&doctor.stderr);
        assert!(doctor.status.code() == Some(2) && said.contains(expected), "{said}");
    }
}

#[test]
fn logs_in_utf_16_are_read_and_those_packed_otherwise_are_refused() {
    let folder = TempDir::new().unwrap();
    let text = "\u{feff}[2018/03/26 12:10:13 CEST] [EROR] Invalid state\r\n";
    for (name, order) in [("le.log", u16::to_le_bytes as fn(u16) -> [u8; 2]), ("be.log", u16::to_be_bytes)] {
        let log = in_folder(&folder, name, &text.encode_utf16().flat_map(order).collect::<Vec<u8>>());
        assert_eq!(found(&diagnosis(&strings(&["--log", &log]), 1)), ["P08"], "{name}");
    }
    let line = "[2018/03/26 12:10:13 CEST] [EROR] Invalid state";
    for command in ["gzip -c", "xz -c", "bzip2 -c", "zstd -q -c"] {
        let script = format!("cd '{}' && {{ {command} plain; {command} plain; }} > packed", folder.path().display());
        in_folder(&folder, "plain", format!("{line}\n").as_bytes());
        assert!(Command::new("sh").args(["-c", &script]).status().unwrap().success(), "{command}");
        let packed = folder.path().join("packed");
        let seen = diagnosis(&strings(&["--log", packed.to_str().unwrap()]), 1);
        assert_eq!(found(&seen), ["P08"], "{command}");
        assert_eq!(seen["findings"][0]["count"], 2, "{command}");
        let whole = fs::read(&packed).unwrap();
        let cut = in_folder(&folder, "cut", &whole[..whole.len() / 2 + 9]);
        let shown = program(&["doctor", "--log", &cut]).status(1).any_stderr().output();
        assert!(shown.contains("P08"), "{command}: {shown}");
    }
    for (start, what, command) in
        [(&b"\x04\x22\x4d\x18"[..], "packed with lz4", "lz4 -dc"), (b"PK\x03\x04\x14", "a ZIP archive", "unzip -p")]
    {
        let log = in_folder(&folder, "packed", start);
        let expected = format!(
            "error: `{log}` is {what}, which is not unpacked here; give what `{command} {log}` prints, as a file or through `-`\n"
        );
        program(&["doctor", "--log", &log]).status(2).stderr(&expected).check();
    }
}

/// Where the package keeps Mattermost's configuration, and how its version is told on the spot.
const CONFIG: &str = "/var/opt/gitlab/mattermost/config.json";
const VERSION: &str = "--gitlab-version \"$(cat /opt/gitlab/embedded/service/gitlab-rails/VERSION)\"";

#[test]
fn the_next_command_has_the_values_of_the_installation() {
    let folder = TempDir::new().unwrap();
    let settings = in_folder(
        &folder,
        "gitlab.rb",
        b"external_url 'https://u:not-to-be-shown@git.example.org'\nmattermost_external_url 'https://chat.example.org'\n",
    );
    let log = in_folder(&folder, "x.log", b"[2018/03/26 12:10:13 CEST] [EROR] Invalid state\n");
    let shown = program(&["doctor", "--gitlab-rb", &settings, "--log", &log]).status(1).output();
    let trace = "mattermost-lab trace --mattermost https://chat.example.org --gitlab https://git.example.org";
    assert_eq!(shown.lines().last(), Some(format!("next: {trace}").as_str()), "{shown}");
    assert!(!shown.contains("not-to-be-shown"), "{shown}");
    let log = in_folder(
        &folder,
        "y.log",
        b"pq: cannot drop index teams_name_key because constraint teams_name_key requires it\n",
    );
    let arguments = [
        "doctor",
        "--gitlab-rb",
        &settings,
        "--log",
        &log,
        "--gitlab-version",
        "15.3.0",
        "--target-gitlab-version",
        "15.4.0",
    ];
    let shown = program(&arguments).status(1).output();
    let upgrade = format!("next: mattermost-lab upgrade --from 15.3.0 --to 15.4.0 --gitlab-rb {settings}");
    assert_eq!(shown.lines().last(), Some(upgrade.as_str()), "{shown}");
    let asks = in_folder(
        &folder,
        "asks.rb",
        b"mattermost_external_url ENV['CHAT']\nexternal_url \"https://#{`hostname -f`.strip}\"\n",
    );
    let shown = program(&["doctor", "--gitlab-rb", &asks, "--gitlab-version", "14.7.0"]).output();
    let last = shown.lines().last().unwrap();
    assert!(
        last.contains(" --env-var CHAT=\"$CHAT\"") && last.contains(" --command 'hostname -f'=\"$(hostname -f)\""),
        "{last}"
    );
}

#[test]
fn a_checklist_in_markdown_has_each_finding_to_tick() {
    let folder = TempDir::new().unwrap();
    let log = in_folder(&folder, "x.log", b"[2018/03/26 12:10:13 CEST] [EROR] Invalid state\n");
    let shown = program(&["doctor", "--log", &log, "--format", "markdown"]).status(1).output();
    assert!(shown.starts_with("# Diagnosis\n\n- **verdict**: 1 error, "), "{shown}");
    for line in [
        "- [ ] **P08 invalid-state** (error): ",
        "  - fix: choose one host name",
        "- [ ] P22 backup-lacks-mattermost: needs --backup-dir, or --script",
    ] {
        assert!(shown.contains(&format!("\n{line}")), "{line}: {shown}");
    }
}

#[test]
fn nothing_found_ends_with_what_was_not_looked_at() {
    let folder = TempDir::new().unwrap();
    let log = in_folder(&folder, "x.log", b"{\"level\":\"info\",\"msg\":\"Server is listening\"}\n");
    let shown = program(&["doctor", "--log", &log]).output();
    assert!(shown.starts_with("0 errors, 0 warnings, 8 of 56 rules not checked; "), "{shown}");
    let next = format!(
        "next: mattermost-lab doctor --log {log} --gitlab-rb /etc/gitlab/gitlab.rb --config-json {CONFIG} {VERSION}"
    );
    assert_eq!(shown.lines().last(), Some(next.as_str()), "{shown}");
}

#[test]
fn the_list_of_rules_names_what_each_needs() {
    let list = program(&["doctor", "--list-rules"]).output();
    assert_eq!(list.lines().filter(|line| !line.starts_with(' ')).count(), 56);
    let place = list.find("P13 setting-locked-or-reverted\n    cause  ").unwrap();
    assert!(list[place..].contains("\n    needs  (--env-dir or --gitlab-rb) and --config-json\nP14 "), "{list}");
}
