//! A run as a guard: while it lives things may be started in its name, when it goes they go.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::{io, process, thread};

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::reaper::Reaper;
use super::{CleanupError, Owner, RunDirectory, sweep};

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
    reaper: SharedReaper,
}

/// Taken by whoever ends the run: the owner of [`Run`] or a signal.
type SharedReaper = Arc<Mutex<Option<Reaper>>>;

impl Run {
    /// Sweeps what dead runs left, makes the run's folder and starts its reaper, which is `program`: this program's own
    /// executable. From then on SIGINT, SIGTERM and SIGHUP end this process once everything is removed.
    ///
    /// # Errors
    /// The folder cannot be made or the reaper not be started.
    pub async fn start(program: &Path, keep: Keep) -> Result<Self, CleanupError> {
        let swept = sweep::sweep(false).await;
        for left in &swept.left {
            tracing::warn!("an earlier run left something that cannot be removed: {left}");
        }
        let directory = RunDirectory::create(Owner::new_run(keep == Keep::Everything)?)?;
        let reaper = match keep {
            Keep::Everything => None,
            Keep::Nothing => Some(Reaper::spawn(program, &directory).inspect_err(|_| {
                // The error about the reaper is the one to report.
                let _ = directory.remove();
            })?),
        };
        let run = Self { directory, reaper: Arc::new(Mutex::new(reaper)) };
        run.end_on_signals().map_err(CleanupError::Identity)?;
        Ok(run)
    }

    /// The folder of the run.
    pub fn directory(&self) -> &RunDirectory {
        &self.directory
    }

    /// The mark of the run.
    pub fn owner(&self) -> &Owner {
        self.directory.owner()
    }

    /// A thread of its own, because the scenarios may keep all others busy.
    fn end_on_signals(&self) -> io::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let signals = {
            let _guard = runtime.enter();
            [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()]
                .map(|kind| signal(kind).map(|signal| (kind, signal)))
        };
        let mut signals = signals.into_iter().collect::<io::Result<Vec<_>>>()?;
        let reaper = Arc::clone(&self.reaper);
        thread::Builder::new().name("signals".to_owned()).spawn(move || {
            let kind = runtime.block_on(first_of(&mut signals));
            finish(&reaper, false);
            process::exit(128 + kind.as_raw_value());
        })?;
        Ok(())
    }
}

async fn first_of(signals: &mut [(SignalKind, Signal)]) -> SignalKind {
    let received = signals.iter_mut().map(|(kind, signal)| {
        Box::pin(async {
            signal.recv().await;
            *kind
        })
    });
    futures::future::select_all(received).await.0
}

impl Drop for Run {
    fn drop(&mut self) {
        finish(&self.reaper, true);
    }
}

/// The lock is held until all is removed, so that whoever comes second waits for the first.
fn finish(reaper: &SharedReaper, farewell: bool) {
    let mut reaper = reaper.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(Err(error)) = reaper.take().map(|reaper| reaper.finish(farewell)) {
        tracing::warn!("something of this run may be left; the next run or `mattermost-lab sweep` removes it: {error}");
    }
}
