//! The main job with PostgreSQL and GitLab in containers.

use std::process::Command;

use crate::trials::{Test, tests, with_containers};
use libtest_mimic::Completion;

/// The tests of this module.
pub fn all() -> Vec<Test> {
    tests![a_user_signs_in_with_postgresql_and_gitlab_in_containers]
}

fn a_user_signs_in_with_postgresql_and_gitlab_in_containers() -> Completion {
    with_containers(signs_in)
}

fn signs_in() {
    let output = Command::new(env!("CARGO_BIN_EXE_mattermost-lab"))
        .args(["run", "--only", "17_oauth2_sequence", "--host", "container", "--postgres", "container"])
        .output()
        .unwrap();
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{stdout}\n{stderr}");
    assert!(stderr.contains("(container "), "{stderr}");
    assert!(stdout.contains(" 0 failed, 0 errored, 0 skipped, 0 not run"), "{stdout}");
}
