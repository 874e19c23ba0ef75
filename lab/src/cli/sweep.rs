//! `mattermost-lab sweep`: removes what dead runs left behind.

use clap::Args;

use super::output::{remark, told};
use gitlab_mattermost_ground::exit::Exit;
use gitlab_mattermost_stage::cleanup::sweep::sweep;

/// Remove containers, networks and folders that ended runs left
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  mattermost-lab sweep
  mattermost-lab sweep --all")]
pub struct Sweep {
    /// Also remove what a run of an earlier version left standing on purpose
    #[arg(long)]
    all: bool,
}

impl Sweep {
    /// Runs the command.
    pub fn run(self) -> Exit {
        let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => {
                remark(&format!("error: failed to start: {error}"));
                return Exit::NotStarted;
            }
        };
        let swept = runtime.block_on(sweep(self.all));
        told(&format!("{} containers and networks, {} folders removed\n", swept.containers, swept.folders));
        for left in &swept.left {
            remark(&format!("warning: not removed: {left}"));
        }
        if swept.left.is_empty() { Exit::AsExpected } else { Exit::Deviations }
    }
}
