//! The command line: a file per subcommand.

pub mod replay;
pub mod serve;

use clap::{Parser, Subcommand};

use crate::exit::Exit;

/// Proves that GitLab and Mattermost work together.
#[derive(Debug, Parser)]
#[command(name = "mattermost-lab", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Plays recorded exchanges with GitLab's provider against any provider and reports every difference.
    Replay(replay::Arguments),
    /// Serves one built-in part.
    #[command(subcommand)]
    Serve(serve::Serve),
}

/// Runs the program with the arguments of this process.
pub fn main() -> Exit {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let exit = if error.use_stderr() { Exit::Usage } else { Exit::AsExpected };
            // A closed stdout or stderr leaves nobody to tell.
            let _ = error.print();
            return exit;
        }
    };
    match arguments.command {
        Command::Replay(arguments) => replay::run(&arguments),
        Command::Serve(part) => serve::run(part),
    }
}
