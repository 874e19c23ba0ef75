//! Removes what dead runs left because their reapers died with them.

use crate::engine::Engine;

use super::RunDirectory;

/// What a sweep found.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Containers and networks removed.
    pub containers: usize,
    /// Folders removed, each with the processes of its run.
    pub folders: usize,
    /// What could not be removed, and why.
    pub left: Vec<String>,
}

/// Removes what belongs to runs of this machine that have ended; what was kept on purpose only if `kept_too`.
/// What a living run owns is never touched, nor what belongs to a run that cannot be seen from here.
pub async fn sweep(kept_too: bool) -> Swept {
    let mut swept = tokio::task::spawn_blocking(move || sweep_folders(kept_too)).await.unwrap_or_default();
    if let Ok(engine) = Engine::probe().await {
        match engine.remove_owned(|owner| owner.is_abandoned(kept_too, engine.is_local())).await {
            Ok(count) => swept.containers = count,
            Err(error) => swept.left.push(error.to_string()),
        }
    }
    swept
}

fn sweep_folders(kept_too: bool) -> Swept {
    let mut swept = Swept::default();
    for directory in RunDirectory::all().iter().filter(|directory| directory.is_abandoned(kept_too)) {
        match directory.remove() {
            Ok(()) => swept.folders += 1,
            Err(error) => swept.left.push(format!("`{}`: {error}", directory.path().display())),
        }
    }
    swept
}
