//! `mattermost-lab host`: the programs of an Omnibus-shaped machine, called by the small scripts in its image.

use clap::Subcommand;

use crate::package_programs::{gitlab_ctl, mattermost};
use gitlab_mattermost_ground::exit::Exit;

/// Which program.
#[derive(Debug, Subcommand)]
pub enum Host {
    /// The package's `gitlab-ctl`.
    GitlabCtl(gitlab_ctl::GitlabCtl),
    /// The server's own command line.
    Mattermost(mattermost::Mattermost),
}

/// Runs it.
pub fn run(program: Host) -> Exit {
    match program {
        Host::GitlabCtl(program) => program.run(),
        Host::Mattermost(program) => program.run(),
    }
}
