//! `mattermost-lab serve`: one built-in part as a server of its own.

mod mattermost;

use clap::{Args, Subcommand};

use crate::exit::Exit;

/// Runs one built-in part as a server until it is told to stop.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    part: Part,
}

#[derive(Debug, Subcommand)]
enum Part {
    Mattermost(mattermost::Arguments),
}

/// Runs the part.
pub fn serve(arguments: Arguments) -> Exit {
    match arguments.part {
        Part::Mattermost(arguments) => arguments.run(),
    }
}
