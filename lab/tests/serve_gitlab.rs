//! `serve gitlab` and `replay` as programs.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Output, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

const PROGRAM: &str = env!("CARGO_BIN_EXE_mattermost-lab");

fn run(arguments: &[&str]) -> Output {
    Command::new(PROGRAM).args(arguments).output().unwrap()
}

/// `serve gitlab` with these flags, what it said first on stdout, and all that it said on stderr until SIGTERM ended it.
fn served(flags: &[&str], lines: usize) -> (Vec<String>, String) {
    let mut child = Command::new(PROGRAM)
        .args(["serve", "gitlab"])
        .args(flags)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap()).lines();
    let said = stdout.by_ref().take(lines).map(Result::unwrap).collect();
    kill(Pid::from_raw(child.id().cast_signed()), Signal::SIGTERM).unwrap();
    assert!(stdout.next().is_none());
    let output = child.wait_with_output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{told}");
    (said, told)
}

#[test]
fn it_prints_its_urls_and_ends_on_sigterm() {
    let (said, _) = served(&["--control", "127.0.0.1:0"], 2);
    assert!(said[0].starts_with("http://127.0.0.1:") && said[1].starts_with("control http://127.0.0.1:"), "{said:?}");
}

#[test]
fn it_tells_people_who_can_sign_in_and_what_can_be_ordered() {
    let (said, told) = served(&["--control", "127.0.0.1:0", "--app", "notes,http://localhost:3000/callback"], 2);
    let control = said[1].strip_prefix("control ").unwrap();
    for line in [
        "  alice        alice@example.com        correct horse",
        "  dave         dave@example.com         correct horse            blocked",
        "  root         glpat-rootrootrootrootroo api",
        "  notes        redirect URI             http://localhost:3000/callback",
        &format!("orders to {control}, in JSON; `/` is their reference"),
        "  DELETE /exchanges                forgets them",
    ] {
        assert!(told.lines().any(|it| it == line), "{line} in\n{told}");
    }
    let (_, told) = served(&[], 1);
    assert!(told.ends_with("--control ADDR adds a listener that takes orders from tests\n"), "{told}");
}

#[test]
fn it_tells_programs_the_same_in_one_line() {
    let flags =
        ["--control=127.0.0.1:0", "--format=json", "--app=a,http://a.example.com/cb", "--app=b,http://b.example.com"];
    let (said, told) = served(&flags, 1);
    assert_eq!(told, "");
    let said: serde_json::Value = serde_json::from_str(&said[0]).unwrap();
    let schema = serde_json::from_str(include_str!("../schemas/serve-gitlab.schema.json")).unwrap();
    jsonschema::validate(&schema, &said).unwrap();
    let applications = &said["applications"];
    assert_eq!((&applications[0]["name"], &applications[1]["name"]), (&"a".into(), &"b".into()));
    assert_eq!(applications[1]["redirect_uris"], serde_json::json!(["http://b.example.com"]));
    for secret in [&applications[0]["client_id"], &applications[1]["client_secret"]] {
        assert_eq!(secret.as_str().unwrap().len(), 64);
    }
    assert_eq!((&said["users"][1]["password"], &said["users"][4]["blocked"]), (&"correct horse".into(), &true.into()));
}

#[test]
fn secrets_of_a_seed_are_not_repeated() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let seed = r#"{"users": [{"id": 1, "username": "erin\u001b[2J", "name": "E", "email": "e@example.com", "password": "5ecre7"}],
        "personal_access_tokens": [{"user": "e@example.com", "token": "5ecre7", "scopes": "api"}],
        "applications": [{"name": "A", "redirect_uris": ["http://a.example.com"], "client_secret": "5ecre7"}]}"#;
    file.write_all(seed.as_bytes()).unwrap();
    let path = file.path().to_str().unwrap();
    let (_, told) = served(&["--seed", path], 1);
    assert!(told.contains("(of the seed)") && !told.contains("5ecre7") && !told.contains('\u{1b}'), "{told}");
    let (said, _) = served(&["--seed", path, "--format", "json"], 1);
    assert!(said[0].contains(r#""password":null"#) && !said[0].contains("5ecre7"), "{said:?}");
}

#[test]
fn an_application_that_gitlab_would_refuse_is_refused_in_its_words() {
    for (asked, why) in [
        ("notes", "`NAME,REDIRECT_URI`"),
        (
            "notes,/callback",
            "application `notes`: GitLab's form would refuse it: Redirect URI must be an absolute URI.",
        ),
    ] {
        let output = run(&["serve", "gitlab", "--app", asked]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && said.contains(why), "{said}");
    }
}

#[test]
fn a_seed_that_is_none_is_named() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(br#"{"user": []}"#).unwrap();
    let path = file.path().to_str().unwrap();
    let output = run(&["serve", "gitlab", "--seed", path]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(2) && said.contains(path) && said.contains("`user`"), "{said}");
}

#[test]
fn an_address_that_is_taken_is_named() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let output = run(&["serve", "gitlab", "--listen", &address]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(3) && said.contains(&address), "{said}");
}

#[test]
fn a_replay_says_what_differs_and_counts() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let case = |name: &str, status: u16| {
        format!(
            r#"{{"case": "{name}", "category": "c", "setup": {{"applications": []}}, "steps": [
            {{"request": {{"method": "GET", "path": "/nothing"}}, "response": {{"status": {status}, "headers": {{
                "Location": "{{{{gitlab}}}}/users/sign_in", "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-cache",
                "Set-Cookie": "_gitlab_session={{{{session}}}}; path=/; expires={{{{date}}}}; HttpOnly; SameSite=Lax"}},
                "body": {{"html": {{}}}}}}}}]}}"#
        )
    };
    write!(file, "[{},{}]", case("good", 302), case("bad", 200)).unwrap();
    let path = file.path().to_str().unwrap();
    // What Mattermost does not need fails only where that is asked for.
    let output = run(&["replay", path]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && said.starts_with("2 cases: 2 passed"), "{said}");
    let output = run(&["replay", path, "--fail-on", "any"]);
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "differs c/bad\n  step 1, GET /nothing: status\n    recorded: 200\n    observed: 302\n\
         2 cases: 1 passed, 1 differed, 0 errored, 0 skipped\n"
    );
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(1), &b""[..]));
}

#[test]
fn a_file_without_cases_selects_nothing() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(b"[]").unwrap();
    assert_eq!(run(&["replay", file.path().to_str().unwrap()]).status.code(), Some(4));
}
