//! A release in Mattermost's slot, as a folder and as an archive. The release here is made of the stand-in: a folder of
//! the same form whose `bin/mattermost` is a script that starts it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_mattermost-lab");
/// Settings that can only come from the file of the release.
const SHIPPED: &str = r#"{"TeamSettings": {"MaxUsersPerTeam": 1234}}"#;

/// A folder `mattermost` in a new folder, with this script as its server.
fn release(script: &str) -> TempDir {
    let parent = TempDir::new().unwrap();
    let binary = parent.path().join("mattermost/bin/mattermost");
    fs::create_dir_all(binary.parent().unwrap()).unwrap();
    fs::create_dir(parent.path().join("mattermost/config")).unwrap();
    fs::write(parent.path().join("mattermost/config/config.json"), SHIPPED).unwrap();
    fs::write(&binary, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&binary, fs::Permissions::from_mode(0o755)).unwrap();
    parent
}

fn of_stand_in() -> TempDir {
    release(&format!("test -d bin && test -d config && exec '{PROGRAM}' serve mattermost \"$@\""))
}

/// What a run with this Mattermost ends with: its exit code, stdout and stderr.
fn run(mattermost: &str, features: &Path) -> (Option<i32>, String, String) {
    let mut command = Command::new(PROGRAM);
    let output =
        command.arg("run").arg(features).args(["--mattermost", mattermost, "--no-durations"]).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// A feature that shows whether the server of the release runs, and on whose settings.
fn feature(folder: &Path) -> std::path::PathBuf {
    let path = folder.join("release.feature");
    let text = r#"Feature: A release
  @getting-started
  Scenario: It signs users in, on the settings that it ships
    Given GitLab and Mattermost run as documented
    When "alice" signs up for Mattermost through GitLab
    Then "alice" is signed in to Mattermost
    And the console shows "TeamSettings.MaxUsersPerTeam" = 1234
"#;
    fs::write(&path, text).unwrap();
    path
}

#[test]
fn a_release_is_started_as_the_package_starts_it_whether_unpacked_or_not() {
    let release = of_stand_in();
    let feature = feature(release.path());
    let tarball = release.path().join("mattermost.tar.gz");
    let mut archive = tar::Builder::new(GzEncoder::new(fs::File::create(&tarball).unwrap(), Compression::fast()));
    archive.append_dir_all("mattermost", release.path().join("mattermost")).unwrap();
    archive.into_inner().unwrap().finish().unwrap();
    let folder = release.path().join("mattermost");
    for choice in [format!("dir:{}", folder.display()), format!("tarball:{}", tarball.display())] {
        let (status, stdout, stderr) = run(&choice, &feature);
        assert_eq!(status, Some(0), "{choice}:\n{stdout}\n{stderr}");
        assert!(stdout.contains("1 scenario: 1 passed, 0 failed, 0 errored, 0 skipped, 0 not run"), "{stdout}");
        assert!(stderr.contains(&format!("Mattermost `{choice}` (version 6.2.1)")), "{stderr}");
    }
}

#[test]
fn a_folder_or_an_archive_without_a_server_ends_the_run_before_it_begins() {
    let folder = TempDir::new().unwrap();
    let feature = feature(folder.path());
    let (status, stdout, stderr) = run(&format!("dir:{}", folder.path().display()), &feature);
    assert_eq!((status, stdout.as_str()), (Some(3), ""));
    assert!(stderr.contains("is no unpacked release: it has no `bin/mattermost` that can be run"), "{stderr}");
    let (status, stdout, stderr) = run(&format!("tarball:{}", feature.display()), &feature);
    assert_eq!((status, stdout.as_str()), (Some(3), ""));
    assert!(stderr.contains("it must be a tar archive compressed with gzip"), "{stderr}");
}

#[test]
fn a_server_that_does_not_start_ends_the_run_with_what_it_said() {
    let release = release("echo 'Error: no such luck'; echo Usage:; echo '  mattermost [flags]'; exit 1");
    let feature = feature(release.path());
    let (status, stdout, stderr) = run(&format!("dir:{}", release.path().join("mattermost").display()), &feature);
    assert_eq!((status, stdout.as_str()), (Some(3), ""));
    assert!(stderr.contains("it ended with exit status: 1; its last lines:\n      Error: no such luck\n"), "{stderr}");
    assert!(!stderr.contains("[flags]"), "{stderr}");
}

/// A release of a version that nobody knows yet, with other settings and commands than the last known one.
fn of_tomorrow() -> TempDir {
    let release = release(&format!(
        "case $1 in\nversion) echo 'Version: 6.8.0'; echo 'Build Number: 6.8.0' ;;\nhelp) printf 'Available \
         Commands:\\n  help  Help\\n  tide  Tides\\n\\nFlags:\\n' ;;\n*) exec '{PROGRAM}' serve mattermost \"$@\" ;;\nesac"
    ));
    let shipped = r#"{"TeamSettings": {"MaxUsersPerTeam": 1234}, "TideSettings": {"Port": 7, "Token": "hush"}}"#;
    fs::write(release.path().join("mattermost/config/config.json"), shipped).unwrap();
    release
}

fn learn(words: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(PROGRAM).arg("learn").args(words).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn what_a_release_teaches_is_told_and_written_as_the_list_of_settings() {
    let release = of_tomorrow();
    let folder = format!("dir:{}", release.path().join("mattermost").display());
    let (status, table, told) = learn(&[&folder]);
    assert_eq!(status, Some(0), "{told}");
    for line in [
        "Mattermost 6.8.0: settings that this program does not know: TideSettings.Port, TideSettings.Token\n",
        "Mattermost 6.8.0: settings with another default: TeamSettings.MaxUsersPerTeam\n",
        "Mattermost 6.8.0: commands that this program does not know: tide\n",
    ] {
        assert!(told.contains(line), "{told}");
    }
    let rows: Vec<serde_json::Value> = serde_json::from_str(&table).unwrap();
    let row = |path: &str| rows.iter().find(|row| row["path"] == path).unwrap().to_string();
    assert_eq!(row("TideSettings.Port"), r#"{"path":"TideSettings.Port","type":"int","since":"6.8.0","default":7}"#);
    assert!(row("TeamSettings.MaxUsersPerTeam").contains(r#""6.8.0":1234"#));
    assert!(row("TeamSettings.SiteName").contains(r#""until":"6.7.0""#), "a release without it");
    assert!(!table.contains("hush") && !told.contains("hush"));
    let file = release.path().join("settings.json");
    let (status, stdout, _) = learn(&[&folder, "--output", file.to_str().unwrap()]);
    assert_eq!((status, stdout.as_str()), (Some(0), ""));
    assert_eq!(fs::read_to_string(file).unwrap(), table);
}

#[test]
fn what_is_no_release_teaches_nothing() {
    let folder = TempDir::new().unwrap();
    let missing = format!("dir:{}", folder.path().display());
    for (release, status, words) in [
        ("standin", 2, "`standin` is no release; name its folder (`dir:PATH`) or its archive"),
        (missing.as_str(), 2, "is no unpacked release"),
    ] {
        let (found, stdout, stderr) = learn(&[release]);
        assert_eq!((found, stdout.as_str()), (Some(status), ""), "{stderr}");
        assert!(stderr.contains(words), "{stderr}");
    }
    let release = release("exit 1");
    let (status, _, stderr) = learn(&[&format!("dir:{}", release.path().join("mattermost").display())]);
    assert_eq!(status, Some(3));
    assert!(stderr.contains("does not tell its version"), "{stderr}");
}

#[test]
fn a_run_begins_by_telling_what_is_not_known_of_the_release() {
    let release = of_tomorrow();
    let feature = feature(release.path());
    let (status, stdout, stderr) = run(&format!("dir:{}", release.path().join("mattermost").display()), &feature);
    assert_eq!(status, Some(0), "{stdout}\n{stderr}");
    assert!(stderr.contains("settings that this program does not know: TideSettings.Port"), "{stderr}");
    assert!(stderr.contains("`mattermost-lab learn dir:"), "{stderr}");
    assert!(!stderr.contains("hush"));
}
