//! Loading a dump: its rows by one session, as they come; then keys and indexes by as many as there are processors.
//!
//! The statements are the dump's own. What is not its job: deciding where a dump may be cut (`core::backup::dump::ending`).

use std::collections::VecDeque;
use std::io::Write as _;
use std::num::NonZero;
use std::path::Path;
use std::process::{ChildStdin, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread;

use gitlab_mattermost_core::backup::dump::ending::pieces;
use gitlab_mattermost_core::backup::{DumpSummary, Installation, Piece};

use crate::backup::error::{BackupError, failed};
use crate::backup::gzip::{FileFacts, GzipReader};
use crate::backup::process::{Running, command, knows_restrict};
use crate::backup::progress::Progress;
use crate::backup::session::Session;
use crate::backup::sql::QUIET;
use gitlab_mattermost_ground::named_file;

/// How the loading sessions work: nothing of it counts before the databases change names, and that transaction forces
/// all that came before it to the disk. The memory for an index is as the server has it: an index of words is made more
/// slowly with more.
const OPTIONS: &str = "-c synchronous_commit=off -c client_min_messages=warning";

/// What a session works with that is one of several: the processors are busy with the others, and one that helped with
/// small indexes would be missing where one index takes longer than all others.
const AMONG_OTHERS: &str = "-c max_parallel_maintenance_workers=0";

/// Sessions that make indexes at the same time, at most: each takes the memory that the server has for that.
const SESSIONS: usize = 4;

/// The end of a dump, keys and indexes, is kept in memory; one that is larger than this, in bytes, is loaded as it comes.
const LARGEST_END: u64 = 16 << 20;

/// A dump and the empty database that it is loaded into.
pub(in crate::backup) struct Loading<'a> {
    pub(in crate::backup) installation: &'a Installation,
    pub(in crate::backup) database: &'a str,
    pub(in crate::backup) dump: &'a Path,
    /// What the dump was found to be when it was checked.
    pub(in crate::backup) known: &'a (DumpSummary, FileFacts),
}

impl Loading<'_> {
    /// Loads it as Mattermost's role, up to the first error.
    pub(in crate::backup) fn carry_out(&self, progress: &Progress) -> Result<(), BackupError> {
        let (summary, _) = self.known;
        let restrict = if knows_restrict(self.installation)? {
            // Until it is told this word again, psql takes nothing but SQL: no dump can make it run programs.
            format!("\\restrict lab{:032x}\n", rand::random::<u128>())
        } else {
            String::new()
        };
        let offset = summary.ending.offset.filter(|offset| summary.bytes - offset <= LARGEST_END);
        let end = self.stream(&restrict, offset.unwrap_or(u64::MAX), progress)?;
        let end = String::from_utf8(end).map_err(|error| failed("read", self.dump)(std::io::Error::other(error)))?;
        for piece in pieces(&end, summary.ending.settings.clone()) {
            match piece {
                Piece::Alone(text) => self.alone(&restrict, &text)?,
                Piece::Together(texts) => self.together(&restrict, texts)?,
            }
        }
        Ok(())
    }

    /// Loads the first `count` bytes as they are decompressed; gives the rest.
    fn stream(&self, restrict: &str, count: u64, progress: &Progress) -> Result<Vec<u8>, BackupError> {
        let mut reader = GzipReader::new(named_file::open(self.dump).map_err(failed("open", self.dump))?);
        let (running, mut stdin) = self.start()?;
        let (mut sent, mut offset, mut rest) = (stdin.write_all(restrict.as_bytes()), 0, Vec::new());
        while sent.is_ok() {
            let piece = match reader.next_piece() {
                Ok(piece) => piece,
                Err(error) => {
                    running.abandon();
                    return Err(failed("read", self.dump)(error));
                }
            };
            if piece.is_empty() {
                break;
            }
            progress.add(piece.len() as u64);
            let left = usize::try_from(count.saturating_sub(offset)).unwrap_or(usize::MAX);
            let (now, later) = piece.split_at(left.min(piece.len()));
            let told = |offset, piece| self.known.0.without_restrictions(offset, piece);
            sent = told(offset, now).into_iter().try_for_each(|part| stdin.write_all(part));
            told(offset + now.len() as u64, later).into_iter().for_each(|part| rest.extend_from_slice(part));
            offset += piece.len() as u64;
        }
        drop(stdin);
        // psql that stopped early knows why.
        running.finish()?;
        sent.map_err(failed("write to", "psql".as_ref()))?;
        let found = reader.finish().map_err(failed("read", self.dump))?;
        if found == self.known.1 {
            return Ok(rest);
        }
        let complaints = format!("`{}` changed since it was checked", self.dump.display());
        Err(BackupError::NotWhole { complaints })
    }

    fn alone(&self, restrict: &str, text: &str) -> Result<(), BackupError> {
        let (running, mut stdin) = self.start()?;
        let sent = stdin.write_all(restrict.as_bytes()).and_then(|()| stdin.write_all(text.as_bytes()));
        drop(stdin);
        running.finish()?;
        sent.map_err(failed("write to", "psql".as_ref()))
    }

    /// Has every text done by whichever session is free.
    fn together(&self, restrict: &str, texts: Vec<String>) -> Result<(), BackupError> {
        let processors = thread::available_parallelism().map_or(2, NonZero::get);
        let sessions = processors.min(SESSIONS).min(texts.len());
        let waiting = Mutex::new(VecDeque::from(texts));
        let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        let work = || -> Result<(), BackupError> {
            let options = if sessions > 1 { AMONG_OTHERS } else { "" };
            let mut session = Session::start(&mut self.psql(&QUIET, options)?)?;
            session.tell(restrict)?;
            while let Some(text) = next() {
                if let Err(error) = session.ask(&text) {
                    // The others end what they are doing and begin nothing new.
                    waiting.lock().unwrap_or_else(PoisonError::into_inner).clear();
                    return Err(error);
                }
            }
            Ok(())
        };
        thread::scope(|scope| {
            let working: Vec<_> = (0..sessions).map(|_| scope.spawn(work)).collect();
            let ended = working.into_iter().map(|it| it.join().unwrap_or(Err(BackupError::OurBug)));
            ended.collect::<Vec<_>>().into_iter().collect()
        })
    }

    fn start(&self) -> Result<(Running, ChildStdin), BackupError> {
        let mut psql = self.psql(&["-XAtq", "-v", "ON_ERROR_STOP=1", "-o", "/dev/null"], "")?;
        let mut running = Running::start(psql.stdin(Stdio::piped()))?;
        let stdin = running.child.stdin.take().ok_or(BackupError::OurBug)?;
        Ok((running, stdin))
    }

    fn psql(&self, own: &[&str], options: &str) -> Result<Command, BackupError> {
        let owner = &self.installation.owner;
        let mut psql = command(self.installation, owner, "psql", own, self.database)?;
        let given = owner.variables.iter().find(|(name, _)| name == "PGOPTIONS");
        let given = given.map_or("", |(_, given)| given);
        psql.env("PGOPTIONS", format!("{given} {OPTIONS} {options}"));
        Ok(psql)
    }
}
