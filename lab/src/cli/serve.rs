//! `serve`: one built-in part as a server of its own.

mod gitlab;

use clap::Subcommand;

use crate::standin;
use gitlab_mattermost_ground::exit::Exit;

/// Which part.
#[derive(Debug, Subcommand)]
pub enum Serve {
    /// Serves the mock GitLab until SIGTERM or SIGINT; prints its URL once it is ready.
    Gitlab(gitlab::Arguments),
    /// Serves the stand-in Mattermost server until SIGTERM or SIGINT; prints its URL once it is ready.
    Mattermost(standin::Arguments),
}

/// Runs it.
pub fn run(part: Serve) -> Exit {
    match part {
        Serve::Gitlab(arguments) => gitlab::run(&arguments),
        Serve::Mattermost(arguments) => standin::run(&arguments),
    }
}
