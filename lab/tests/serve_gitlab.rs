//! `serve gitlab` and `replay` as programs.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Output, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

const PROGRAM: &str = env!("CARGO_BIN_EXE_mattermost-lab");

fn run(arguments: &[&str]) -> Output {
    Command::new(PROGRAM).args(arguments).output().unwrap()
}

#[test]
fn it_prints_its_urls_and_ends_on_sigterm() {
    let mut child = Command::new(PROGRAM)
        .args(["serve", "gitlab", "--control", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.next().unwrap().unwrap().starts_with("http://127.0.0.1:"));
    assert!(lines.next().unwrap().unwrap().starts_with("control http://127.0.0.1:"));
    kill(Pid::from_raw(child.id().cast_signed()), Signal::SIGTERM).unwrap();
    assert!(child.wait().unwrap().success());
    assert!(lines.next().is_none());
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
    let output = run(&["replay", file.path().to_str().unwrap()]);
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
