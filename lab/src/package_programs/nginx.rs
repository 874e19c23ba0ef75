//! nginx's workers: told to read its files again, it starts new ones, and the old ones answer for a moment longer.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long old workers are waited for. One that still serves somebody may take longer, and so may nginx where its new files
/// are no good: then the old workers stay.
const GONE_WITHIN: Duration = Duration::from_secs(2);

/// The workers of the moment, as folders of `/proc`.
pub(super) fn workers() -> Vec<PathBuf> {
    let Ok(processes) = fs::read_dir("/proc") else { return Vec::new() };
    let is_worker = |path: &Path| fs::read(path.join("cmdline")).is_ok_and(|line| line.starts_with(b"nginx: worker"));
    processes.flatten().map(|process| process.path()).filter(|path| is_worker(path)).collect()
}

/// Waits until none of `workers` is there any more, but not for ever.
pub(super) fn wait_until_gone(workers: &[PathBuf]) {
    let begun = Instant::now();
    while workers.iter().any(|worker| worker.exists()) && begun.elapsed() < GONE_WITHIN {
        std::thread::sleep(Duration::from_millis(10));
    }
}
