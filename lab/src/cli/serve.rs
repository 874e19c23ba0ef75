//! `serve`: one built-in part as a server of its own.

pub mod gitlab;

use clap::Subcommand;

use crate::exit::Exit;

/// Which part.
#[derive(Debug, Subcommand)]
pub enum Serve {
    /// Serves the mock GitLab until SIGTERM or SIGINT; prints its URL once it is ready.
    Gitlab(gitlab::Arguments),
}

/// Runs it.
pub fn run(part: Serve) -> Exit {
    match part {
        Serve::Gitlab(arguments) => gitlab::run(&arguments),
    }
}
