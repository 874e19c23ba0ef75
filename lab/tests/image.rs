//! Images built by the lab itself.

use std::path::Path;
use std::process::Command;

use crate::trials::{Test, block_on, tests, with_containers};
use gitlab_mattermost_stage::cleanup::{Keep, Run};
use gitlab_mattermost_stage::engine::Engine;
use gitlab_mattermost_stage::image;
use gitlab_mattermost_stage::owner::OWNER_LABEL;
use libtest_mimic::Completion;
use testcontainers::core::WaitFor;
use testcontainers::core::wait::ExitWaitStrategy;
use testcontainers::runners::AsyncRunner;
use testcontainers::{GenericImage, ImageExt};

const PROGRAM: &str = env!("CARGO_BIN_EXE_mattermost-lab");

/// The tests of this module.
pub fn all() -> Vec<Test> {
    tests![the_program_runs_in_an_image_that_holds_nothing_but_it_and_its_libraries]
}

fn the_program_runs_in_an_image_that_holds_nothing_but_it_and_its_libraries() -> Completion {
    with_containers(|| block_on(runs_in_an_image()))
}

async fn runs_in_an_image() {
    let engine = Engine::probe().await.unwrap();
    let run = Run::start(Path::new(PROGRAM), Keep::Nothing).await.unwrap();
    let name = image::own_executable(&engine, Path::new(PROGRAM)).await.unwrap();
    assert_eq!(image::own_executable(&engine, Path::new(PROGRAM)).await.unwrap(), name, "the second time it is there");

    let container = GenericImage::new(name.repository, name.tag)
        .with_wait_for(WaitFor::Exit(ExitWaitStrategy::new().with_exit_code(0)))
        .with_cmd(["--version"])
        .with_network("none")
        .with_label(OWNER_LABEL, run.owner().to_string())
        .start()
        .await
        .unwrap();
    let inside = String::from_utf8(container.stdout_to_vec().await.unwrap()).unwrap();
    let outside = Command::new(PROGRAM).arg("--version").output().unwrap();
    assert_eq!(inside, String::from_utf8(outside.stdout).unwrap());
}
