//! The examples of tests with the mock GitLab, in Python and Node: whole files in `examples`, and what the page about it
//! shows.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const PROGRAM: &str = env!("CARGO_BIN_EXE_mattermost-lab");

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Runs a command that finds `mattermost-lab` and what stands in for pytest; gives its stdout.
fn run(program: &str, arguments: &[&str]) -> String {
    let folder = Path::new(PROGRAM).parent().unwrap().to_owned();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths([folder].into_iter().chain(std::env::split_paths(&path))).unwrap();
    let Output { status, stdout, stderr } = Command::new(program)
        .args(arguments)
        .current_dir(root())
        .env("PATH", path)
        .env("PYTHONPATH", root().join("lab/tests/data/pytest"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .unwrap_or_else(|error| panic!("`{program}` is needed (ci/prepare installs it): {error}"));
    let (stdout, stderr) = (String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap());
    assert!(status.success(), "{program} {arguments:?}: {status}\n{stdout}\n{stderr}");
    stdout
}

/// The block of the page in this language, as a file.
fn block(language: &str, name: &str) -> (tempfile::TempDir, String) {
    let page = std::fs::read_to_string(root().join("docs/gitlab-for-tests.md")).unwrap();
    let (_, block) = page.split_once(&format!("\n```{language}\n")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(name);
    std::fs::write(&file, block.split_once("\n```").unwrap().0).unwrap();
    let file = file.to_str().unwrap().to_owned();
    (folder, file)
}

#[test]
fn the_python_example_passes() {
    assert_eq!(run("python3", &["-m", "pytest", "examples/test_gitlab.py"]), "3 passed\n");
}

#[test]
fn the_node_example_passes() {
    let said = run("node", &["--test", "examples/gitlab.test.mjs"]);
    assert!(said.contains("pass 2") && said.contains("fail 0"), "{said}");
}

#[test]
fn what_the_page_shows_for_python_passes() {
    let (_folder, file) = block("python", "test_page.py");
    assert_eq!(run("python3", &["-m", "pytest", &file]), "1 passed\n");
}

#[test]
fn what_the_page_shows_for_node_prints_the_callback() {
    let (_folder, file) = block("js", "page.mjs");
    let said = run("node", &[&file]);
    assert!(said.starts_with("http://localhost:3000/callback?code=") && said.ends_with("&state=s1\n"), "{said}");
}
