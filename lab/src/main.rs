//! The command line program `mattermost-lab`; everything it does is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    gitlab_mattermost_lab::cli::main().into()
}
