//! The program that is under test here: this very file, told to play `mattermost-lab` with a few steps more.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::program::Expected;

/// The program with these arguments, run in the folder `tests` of the package, in an environment without settings.
pub fn program(arguments: &[&str]) -> Expected {
    Expected::of(command(arguments)).without_lines(IS_OF_THE_MACHINE)
}

/// The command that [`program`] runs, for a test that watches it.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(arguments).env(super::PLAYS_THE_PROGRAM, "1");
    command.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")).stdin(Stdio::null());
    for variable in
        ["DOCKER_HOST", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "LAB_CONFIG", "LAB_EXPECTATIONS", "LAB_SEED"]
    {
        command.env_remove(variable);
    }
    // What CI demands of its own run is not demanded of the runs of these tests.
    for demand in ["LAB_REQUIRE_CONTAINERS", "LAB_REQUIRE_BROWSER", "LAB_REQUIRE_POSTGRESQL"] {
        command.env_remove(demand);
    }
    command
}

/// What is said where `DOCKER_HOST` is `unix:///nowhere`.
pub const NO_ENGINE: &str = "no container engine answers at `unix:///nowhere`: failed to initialize a docker client: \
     Socket not found: /nowhere; `apt install docker.io` brings one; `DOCKER_HOST` names one elsewhere";

/// How the line of stderr begins that says which parts the lab has, which differs from machine to machine.
const IS_OF_THE_MACHINE: &str = "lab: ";

/// Stderr without that line.
pub fn diagnostics(bytes: Vec<u8>) -> String {
    let text = String::from_utf8(bytes).unwrap();
    text.split_inclusive('\n').filter(|line| !line.starts_with(IS_OF_THE_MACHINE)).collect()
}
