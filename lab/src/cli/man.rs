//! `mattermost-lab man`: a man page for the program and for each of its commands.

use std::io;
use std::path::PathBuf;

use super::complain;
use gitlab_mattermost_ground::exit::Exit;

/// Write a man page for the program and for each of its commands
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mattermost-lab man /usr/local/share/man/man1
  mattermost-lab man man && man ./man/mattermost-lab-run.1")]
pub struct Arguments {
    /// The folder to write to; it is created if missing
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// Runs the command; `program` is the whole command line.
pub fn run(arguments: &Arguments, program: clap::Command) -> Exit {
    match write(arguments, program) {
        Ok(()) => Exit::AsExpected,
        Err(error) => {
            complain(&error);
            Exit::Usage
        }
    }
}

fn write(arguments: &Arguments, program: clap::Command) -> io::Result<()> {
    let failed = |error: io::Error| {
        io::Error::new(error.kind(), format!("cannot write man pages to `{}`: {error}", arguments.folder.display()))
    };
    std::fs::create_dir_all(&arguments.folder).map_err(failed)?;
    clap_mangen::generate_to(program, &arguments.folder).map_err(failed)
}
