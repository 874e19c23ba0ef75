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
        assert!(stderr.contains(&format!("Mattermost `{choice}` (version 5.36.1)")), "{stderr}");
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
