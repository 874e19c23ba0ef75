//! `mattermost-lab reap FOLDER`: the clean-up process of a run; hidden, started by the run itself.

use std::path::PathBuf;

use clap::Args;

use super::output::remark;
use gitlab_mattermost_ground::exit::Exit;
use gitlab_mattermost_stage::cleanup::{RunDirectory, reaper};

/// Waits until standard input ends, then removes what the run left.
#[derive(Debug, Args)]
pub struct Reap {
    /// The folder of the run.
    folder: PathBuf,
}

impl Reap {
    /// Runs the command.
    pub fn run(self) -> Exit {
        let Some(directory) = RunDirectory::existing(&self.folder) else {
            remark(&format!("error: `{}` is no folder of a run of this user", self.folder.display()));
            return Exit::Usage;
        };
        let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => {
                remark(&format!("error: failed to start the clean-up process: {error}"));
                return Exit::NotStarted;
            }
        };
        match runtime.block_on(reaper::reap(directory)) {
            Ok(()) => Exit::AsExpected,
            Err(error) => {
                remark(&format!("warning: something of a run is left, the next run removes it: {error}"));
                Exit::NotStarted
            }
        }
    }
}
