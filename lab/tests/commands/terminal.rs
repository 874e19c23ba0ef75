//! What strangers wrote controls nobody's terminal, and what is secret in an argument is not repeated.

use std::fs;
use std::process::{Command, Output, Stdio};

use std::io::Write as _;

use tempfile::TempDir;

/// A sequence that clears the screen, one that sets the window's title by a character of eight bits, and one that turns the
/// direction of what follows.
const HOSTILE: &str = "\u{1b}[2J\u{9b}2J\u{202e}";

fn run(words: &[&str], stdin: &str, variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mattermost-lab"));
    command.args(words).envs(variables.iter().copied());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // Who ends before it has read all has said why.
    let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
    child.wait_with_output().unwrap()
}

fn said(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|stream| String::from_utf8_lossy(stream).into_owned()).concat()
}

/// The text without the colours that are our own.
fn without_colours(text: &str) -> String {
    ["[0m", "[1m", "[4m", "[31m", "[32m", "[33m", "[1m[31m", "[1m[4m"]
        .iter()
        .fold(text.to_owned(), |text, colour| text.replace(&format!("\u{1b}{colour}"), ""))
}

/// Files whose names and contents are meant for a terminal.
fn hostile_files() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    };
    let mut archive = tar::Builder::new(Vec::new());
    for name in [format!("data/{HOSTILE}"), format!("{HOSTILE}/x"), "data/a".to_owned(), "data/a".to_owned()] {
        let mut header = tar::Header::new_gnu();
        header.set_size(1);
        header.set_mode(0o644);
        archive.append_data(&mut header, name, &b"x"[..]).unwrap();
    }
    put("archive.tar", &archive.into_inner().unwrap());
    let dump = format!(
        "--\n-- PostgreSQL database dump\n--\n\nSELECT '{HOSTILE}' FROM {HOSTILE};\nCOPY public.\"{HOSTILE}\" (a) FROM stdin;\n{HOSTILE}\n\\.\n\
         \\connect \"{HOSTILE}\"\n"
    );
    put("dump.sql", dump.as_bytes());
    put(&format!("data/{HOSTILE}/{HOSTILE}.sql"), b"x");
    put("lab.toml", format!("\"{HOSTILE}\" = \"{HOSTILE}\"\n").as_bytes());
    let feature = format!(
        "Feature: {HOSTILE}\n  @getting-started @must\n  Scenario: {HOSTILE}\n    Given nothing that is known {HOSTILE}\n"
    );
    put("a.feature", feature.as_bytes());
    let case = serde_json::json!([{"case": HOSTILE, "category": HOSTILE, "setup": {}, "steps": [{
        "request": {"method": "GET", "path": format!("/{HOSTILE}")},
        "response": {"status": 299, "headers": {"X": HOSTILE}, "body": HOSTILE}}]}]);
    put("cases.json", case.to_string().as_bytes());
    put("a.jsonl", format!("{{\"event\": \"{HOSTILE}\"}}\n").as_bytes());
    folder
}

#[test]
fn nothing_that_a_stranger_wrote_controls_the_terminal() {
    let urls = "external_url 'http://gitlab.example.com'\nmattermost_external_url 'http://chat.example.com'\n";
    let settings =
        format!("{urls}mattermost['env'] = {{ 'MM_TEAMSETTINGS_SITENAME' => '{HOSTILE}', 'MM_{HOSTILE}' => 'x' }}\n");
    let broken = format!("external_url 'http://a'\nmattermost['{HOSTILE}'] = (\n");
    let page = format!("# GitLab Mattermost\n\n## {HOSTILE}\n\nSet `mattermost['{HOSTILE}']` and `MM_{HOSTILE}`.\n");
    let log = format!("{{\"level\":\"error\",\"msg\":\"x509: {HOSTILE}\",\"caller\":\"a\"}}\n");
    let name = format!("/nowhere/{HOSTILE}");
    let folder = hostile_files();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (archive, dump, data) = (path("archive.tar"), path("dump.sql"), path("data"));
    let (feature, config, transcript, jsonl) =
        (path("a.feature"), path("lab.toml"), path("cases.json"), path("a.jsonl"));
    let old =
        format!("{urls}mattermost['{HOSTILE}'] = 'x'\nmattermost['webhook_username'] = \"#{{'{HOSTILE}'.foo}}\"\n");
    let named = format!("{HOSTILE}\nerror: nothing");
    let cases: &[(&[&str], &str)] = &[
        (&["env", "-", "--explain"], &settings),
        (&["env", "-"], &broken),
        (&["translate", "-"], &broken),
        (&["doctor", "--gitlab-rb", "-"], &settings),
        (&["doctor", "--gitlab-rb", "-"], &broken),
        (&["doctor", "--log", "-"], &log),
        (&["upgrade", "--from", "14.7", "--to", "15.0", "--gitlab-rb", "-"], &settings),
        (&["doc", "-"], &page),
        (&["env", &name], ""),
        (&["verify", &name], ""),
        (&["translate", "-", "--format", "ruby"], &old),
        (&["translate", "-", "--format", "json"], &old),
        (&["env", "-", "--explain", "--format", "json"], &settings),
        (&["doctor", "--gitlab-rb", "-", "--format", "json"], &settings),
        (&["doctor", "--backup-dir", &data], ""),
        (&["doctor", "--dump", &dump], ""),
        (&["verify", "--dump", &dump, "--files", &archive], ""),
        (&["verify", "--dump", &dump, "--files", &archive, "--format", "json"], ""),
        (&["inventory", "--data-dir", &data, "--format", "pretty"], ""),
        (&["inventory", "--data-dir", &data], ""),
        (&["replay", &transcript, "--fail-on", "any"], ""),
        (&["replay", &transcript, "--fail-on", "any", "--format", "json"], ""),
        (&["list", &feature], ""),
        (&["run", &feature, "--postgres", "local"], ""),
        (&["run", "--only", HOSTILE], ""),
        (&["list", "--config", &config], ""),
        (&["report", "diff", &jsonl, &jsonl], ""),
        (&["schema", HOSTILE], ""),
        (&["provider", "profiles", HOSTILE], ""),
        (&["provider", "needs", &name], ""),
        (&["vectors", "lint", &name], ""),
        (&[HOSTILE], ""),
        (&["env", "-", &named], ""),
        (&["env", "-", "--format", HOSTILE], ""),
        (&["env", "-", "--gitlab-version", HOSTILE], ""),
        (&["list", "--gitlab", HOSTILE], ""),
        (&["doctor", "--database", HOSTILE], ""),
        (&[&format!("--{HOSTILE}")], ""),
    ];
    for (words, stdin) in cases {
        // As on a terminal: without it, what looks like a colour would be taken out wherever it comes from.
        let said = said(&run(&[&["--color", "always"][..], *words].concat(), stdin, &[]));
        let said = without_colours(&said);
        assert!(!said.is_empty(), "{words:?}");
        let control = said.chars().find(|c| (c.is_control() && !"\n\t".contains(*c)) || *c == '\u{202e}');
        assert_eq!(control, None, "{words:?}: {said}");
    }
}

/// A command line, and variables of its environment.
type Given<'a> = (&'a [&'a str], &'a [(&'a str, &'a str)]);

#[test]
fn an_address_that_does_not_fit_is_repeated_without_its_password() {
    let address = "postgres://mmuser:hunter2@db.example.com:port/mattermost";
    let words = "user=mmuser password=hunter2 host=db port=port dbname=mattermost";
    for address in [address, words] {
        let given: [Given<'_>; 5] = [
            (&["doctor", "--database", address], &[]),
            (&["inventory", "--database", address], &[]),
            (&["run", "--postgres", &format!("url:{address}")], &[]),
            (&["list"], &[("LAB_POSTGRES", &format!("url:{address}"))]),
            (&["backup", "--to", "/nowhere", "--programs", "/usr/bin"], &[("MATTERMOST_LAB_DATA_SOURCE", address)]),
        ];
        for (words, variables) in given {
            let output = run(words, "", variables);
            let said = said(&output);
            assert!(!output.status.success() && !said.is_empty(), "{words:?}");
            assert!(!said.contains("hunter2"), "{words:?} {variables:?}: {said}");
        }
    }
}
