//! One lab of built-in parts for all trials of a test program, started by the first that plays.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use gitlab_mattermost_database::programs::installed_versions;
use gitlab_mattermost_ground::error_chain;
use gitlab_mattermost_stage::cleanup::Keep;
use gitlab_mattermost_stage::lab::Lab;
use gitlab_mattermost_stage::postgresql::PostgresChoice;
use gitlab_mattermost_stage::subject::{Choices, GitLabChoice, HostChoice, MattermostChoice, ProviderFlags};
use gitlab_mattermost_suite::runner::Player;
use libtest_mimic::Failed;
use tokio::runtime::Runtime;
use tokio::sync::watch;

const TIME_LIMIT: Duration = Duration::from_secs(60);

/// The lab, and the runtime that it lives in.
pub struct SharedLab {
    /// Where everything runs.
    pub runtime: Runtime,
    choices: Choices,
    player: OnceLock<Result<Arc<Player>, String>>,
}

impl SharedLab {
    /// A lab that is not started yet.
    pub fn new(choices: Choices) -> Result<Self, std::io::Error> {
        Ok(Self { runtime: Runtime::new()?, choices, player: OnceLock::new() })
    }

    /// Who plays in it; the first call starts it.
    pub fn player(&self) -> Result<&Arc<Player>, Failed> {
        let player = self.player.get_or_init(|| self.start()).as_ref();
        player.map_err(|error| Failed::from(error.as_str()))
    }

    fn start(&self) -> Result<Arc<Player>, String> {
        let program = PathBuf::from(env!("CARGO_BIN_EXE_mattermost-lab"));
        let lab = self.runtime.block_on(Lab::start(self.choices.clone(), &program, Keep::Nothing));
        let lab = Arc::new(lab.map_err(|error| error_chain::chain(&error))?);
        let (_, never) = watch::channel(false);
        Ok(Arc::new(Player::new(lab, program, TIME_LIMIT, never)))
    }

    /// Stops it, if it was started.
    pub fn stop(&self) {
        if let Some(Ok(player)) = self.player.get() {
            player.lab().stop();
        }
    }
}

/// The built-in parts, whatever the environment names, and the quickest of equal databases: a server of this machine, with
/// the hundreds of files of each scenario's database in memory.
pub fn built_in_parts() -> Result<Choices, Box<dyn Error>> {
    let mut choices = Choices::from_env()?;
    (choices.gitlab, choices.mattermost) = (GitLabChoice::default(), MattermostChoice::default());
    choices.host = HostChoice::default();
    (choices.gitlab_seed, choices.gitlab_admin_token_file) = (None, None);
    choices.provider_flags = ProviderFlags::default();
    choices.faults.clear();
    let memory = Path::new("/dev/shm");
    if memory.is_dir() {
        tempfile::env::override_temp_dir(memory).map_err(|already| format!("temporary files are in {already:?}"))?;
    }
    if !installed_versions().is_empty() {
        choices.postgres = PostgresChoice::Local;
    }
    Ok(choices)
}
