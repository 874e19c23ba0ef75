//! A run as a guard: while it lives things may be started in its name, when it goes they go.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use super::reaper::Reaper;
use super::{CleanupError, RunDirectory, sweep};
use crate::owner::Owner;

/// What happens to the lab at the end of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Keep {
    /// Everything is removed.
    #[default]
    Nothing,
    /// Everything stays until `mattermost-lab sweep --all`.
    Everything,
}

/// One run of the lab as far as cleaning up is concerned. Start it first and drop it last.
#[derive(Debug)]
pub struct Run {
    directory: RunDirectory,
    /// Nobody if the run is kept or has ended.
    cleaner: Mutex<Option<Cleaner>>,
}

/// Who removes everything at the end.
#[derive(Debug)]
enum Cleaner {
    Reaper(Reaper),
    /// This process, if it lives to do it; else the next run's sweep.
    Itself,
}

impl Run {
    /// Sweeps what dead runs left, makes the run's folder and starts its reaper, which is `program`: this program's own
    /// executable. A signal that ends this process needs no attention: the reaper sees it and does its work.
    ///
    /// # Errors
    /// The folder cannot be made or the reaper not be started.
    pub async fn start(program: &Path, keep: Keep) -> Result<Self, CleanupError> {
        let directory = Self::folder_of_a_new_run(keep).await?;
        let cleaner = match keep {
            Keep::Everything => None,
            Keep::Nothing => Some(Cleaner::Reaper(Reaper::spawn(program, &directory).inspect_err(|_| {
                // The error about the reaper is the one to report.
                let _ = directory.remove();
            })?)),
        };
        Ok(Self { directory, cleaner: Mutex::new(cleaner) })
    }

    /// Starts a run from a process that is another program and has no reaper: if a signal ends it, the next run's sweep cleans up.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub async fn without_reaper() -> Result<Self, CleanupError> {
        let directory = Self::folder_of_a_new_run(Keep::Nothing).await?;
        Ok(Self { directory, cleaner: Mutex::new(Some(Cleaner::Itself)) })
    }

    async fn folder_of_a_new_run(keep: Keep) -> Result<RunDirectory, CleanupError> {
        let swept = sweep::sweep(false).await;
        for left in &swept.left {
            tracing::warn!("an earlier run left something that cannot be removed: {left}");
        }
        RunDirectory::create(Owner::new_run(keep == Keep::Everything).map_err(CleanupError::Identity)?)
    }

    /// The folder of the run.
    pub fn directory(&self) -> &RunDirectory {
        &self.directory
    }

    /// The mark of the run.
    pub fn owner(&self) -> &Owner {
        self.directory.owner()
    }

    /// Removes everything now and waits until it is gone; a second call does nothing.
    pub fn end(&self) {
        let ended = match self.cleaner.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(Cleaner::Reaper(reaper)) => reaper.finish(),
            Some(Cleaner::Itself) => self.directory.remove(),
            None => Ok(()),
        };
        if let Err(error) = ended {
            tracing::warn!(
                "something of this run may be left; the next run or `mattermost-lab sweep` removes it: {error}"
            );
        }
    }

    /// What to tell the user at the end of a run that is kept: what is left and how to remove it.
    pub fn kept_note(&self) -> Option<String> {
        let folder = self.directory.path().display();
        let note = format!("kept: `{folder}` and what it belongs to; `mattermost-lab sweep --all` removes it");
        self.owner().is_kept().then_some(note)
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.end();
    }
}
