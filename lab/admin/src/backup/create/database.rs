//! The dump: `pg_dump` of a snapshot, counted and compressed as it comes.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::fd::AsFd as _;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use gitlab_mattermost_core::backup::attachment::fingerprint;
use gitlab_mattermost_core::backup::check::listed;
use gitlab_mattermost_core::backup::verification::{judge_dump, row_differences};
use gitlab_mattermost_core::backup::{DumpScanner, DumpSummary, Installation, TableRows};

use crate::backup::error::{BackupError, failed};
use crate::backup::gzip::{FileFacts, GzipWriter};
use crate::backup::process::{Running, command};
use crate::backup::progress::Progress;

/// What `pg_dump` writes is read in pieces of this size.
const PIECE: usize = 256 * 1024;

/// A pipe holds 64 kB unless it is told otherwise; a larger one lets both sides work longer at a time.
const PIPE: i32 = 1 << 20;

/// A dump on its way.
pub(super) struct Dumping {
    thread: JoinHandle<Result<Dumped, BackupError>>,
    cancelled: Arc<AtomicBool>,
}

/// A dump that has ended.
pub(super) struct Dumped {
    pub(super) summary: DumpSummary,
    pub(super) file: FileFacts,
    /// What every attachment is found by.
    pub(super) attachments: Vec<(u64, u64)>,
}

impl Dumping {
    /// Starts to dump the snapshot into the file.
    pub(super) fn start(
        installation: &Installation,
        snapshot: &str,
        (file, path): (File, &Path),
        progress: &Progress,
    ) -> Result<Self, BackupError> {
        let reader = installation.reader();
        let snapshot = format!("--snapshot={snapshot}");
        let mut pg_dump = command(installation, reader, "pg_dump", &[&snapshot], &reader.database)?;
        let writer = GzipWriter::new(file);
        let running = Running::start(pg_dump.stdout(Stdio::piped()))?;
        let cancelled = Arc::new(AtomicBool::new(false));
        let (seen, path, progress) = (Arc::clone(&cancelled), path.to_owned(), progress.clone());
        let thread = std::thread::spawn(move || {
            let mut running = running;
            match pass_on(&mut running, writer, &path, &progress, &seen) {
                Ok(dumped) => running.finish().map(|()| dumped),
                Err(error) => {
                    running.abandon();
                    Err(error)
                }
            }
        });
        Ok(Self { thread, cancelled })
    }

    /// Waits until it has ended.
    pub(super) fn finish(self) -> Result<Dumped, BackupError> {
        self.thread.join().map_err(|_| BackupError::OurBug)?
    }

    /// Ends it soon; nobody waits for that.
    pub(super) fn cancel(self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }
}

fn pass_on(
    running: &mut Running,
    mut writer: GzipWriter,
    path: &Path,
    progress: &Progress,
    cancelled: &AtomicBool,
) -> Result<Dumped, BackupError> {
    let mut stdout = running.child.stdout.take().ok_or(BackupError::OurBug)?;
    // The system may allow no more; then it is slower.
    let _ = nix::fcntl::fcntl(stdout.as_fd(), nix::fcntl::FcntlArg::F_SETPIPE_SZ(PIPE));
    let mut scanner = DumpScanner::default();
    let mut attachments = Vec::new();
    let mut piece = vec![0; PIECE];
    while !cancelled.load(Ordering::Relaxed) {
        let count = stdout.read(&mut piece).map_err(failed("read from", "pg_dump".as_ref()))?;
        if count == 0 {
            break;
        }
        scanner.scan(&piece[..count], |attachment| attachments.push(fingerprint(&attachment)));
        writer.write_all(&piece[..count]).map_err(failed("write", path))?;
        progress.add(count as u64);
    }
    let file = writer.finish().map_err(failed("write", path))?;
    Ok(Dumped { summary: scanner.finish(), file, attachments })
}

/// Whether the dump is whole and has the rows that were counted.
pub(super) fn compare(summary: &DumpSummary, counted: &[TableRows]) -> Result<(), BackupError> {
    let checks = judge_dump(summary, None).into_iter();
    let failed = checks.filter(|check| check.outcome == gitlab_mattermost_core::backup::Outcome::Failed);
    let mut complaints: Vec<String> = failed.map(|check| check.detail).collect();
    complaints.extend(row_differences(counted, summary.tables()));
    if complaints.is_empty() { Ok(()) } else { Err(BackupError::DumpNotWhole { complaints: listed(&complaints) }) }
}
