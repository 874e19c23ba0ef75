//! Loading a dump: its rows by one session, as they come; then keys and indexes by as many as there are processors.
//!
//! The statements are the dump's own. What is not its job: deciding where a dump may be cut (`core::backup::dump::ending`).

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{BufWriter, Write as _};
use std::num::NonZero;
use std::path::Path;
use std::process::{ChildStdin, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread;

use gitlab_mattermost_core::backup::dump::ending::{EndStatement, pieces};
use gitlab_mattermost_core::backup::{Connection, DumpFilter, DumpSummary, Installation, Piece};

use super::loader::Loader;
use super::server::Server;
use crate::backup::content::read_dump;
use crate::backup::error::{BackupError, failed};
use crate::backup::gzip::FileFacts;
use crate::backup::process::{self, Running, command};
use crate::backup::progress::Progress;
use crate::backup::session::Session;
use crate::backup::sql::QUIET;

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

/// Small statements are sent together, up to this many bytes.
const PIPE: usize = 64 << 10;

/// A dump and the empty database that it is loaded into.
pub(in crate::backup) struct Loading<'a> {
    pub(in crate::backup) installation: &'a Installation,
    pub(in crate::backup) database: &'a str,
    pub(in crate::backup) dump: &'a Path,
    /// The server.
    pub(in crate::backup) server: &'a Server,
    /// What the dump was found to be when it was checked.
    pub(in crate::backup) known: &'a (DumpSummary, FileFacts),
}

impl Loading<'_> {
    /// Loads it, up to the first error. Only what is known of dumps gets to psql, and of that what this
    /// server takes.
    pub(in crate::backup) fn carry_out(&self, progress: &Progress) -> Result<(), BackupError> {
        let loader = Loader::new(self.installation, self.server, self.database)?;
        Load { loading: self, connection: &loader.connection }.carry_out(progress)?;
        loader.hand_over()
    }
}

/// A load on its way, as one role.
struct Load<'a> {
    loading: &'a Loading<'a>,
    connection: &'a Connection,
}

impl Load<'_> {
    fn carry_out(&self, progress: &Progress) -> Result<(), BackupError> {
        let restrict = if self.loading.server.psql.knows_restrict() {
            // Until it is told this word again, psql takes nothing but SQL: no dump can make it run programs.
            format!("\\restrict lab{:032x}\n", rand::random::<u128>())
        } else {
            String::new()
        };
        for piece in pieces(&self.stream(&restrict, progress)?) {
            match piece {
                Piece::Alone(text) => self.alone(&restrict, &text)?,
                Piece::Together(texts) => self.together(&restrict, texts)?,
            }
        }
        Ok(())
    }

    /// Loads what comes before the end as it is decompressed; gives the end.
    fn stream(&self, restrict: &str, progress: &Progress) -> Result<Vec<EndStatement>, BackupError> {
        let (summary, known) = self.loading.known;
        let (running, stdin) = self.start()?;
        let stdin = RefCell::new((BufWriter::with_capacity(PIPE, stdin), Ok(())));
        let write = |part: &[u8]| {
            let (stdin, sent) = &mut *stdin.borrow_mut();
            if sent.is_ok() {
                *sent = stdin.write_all(part);
            }
        };
        write(restrict.as_bytes());
        let keeps_end = summary.section.ending.is_some_and(|(_, bytes)| bytes <= LARGEST_END);
        let mut filter = DumpFilter::new(summary, self.loading.server.policy.clone(), keeps_end, write);
        let read = read_dump(self.loading.dump, Some(&self.loading.installation.programs), |piece| {
            progress.add(piece.len() as u64);
            filter.pass(piece).map_err(|refusal| BackupError::Hostile { refusal })?;
            if stdin.borrow().1.is_err() { Err(BackupError::OurBug) } else { Ok(()) }
        });
        let end = filter.finish();
        let (mut stdin, sent) = stdin.into_inner();
        let sent = sent.and_then(|()| stdin.flush());
        let found = match read {
            Ok(found) => Some(found),
            // psql that stopped early knows why.
            Err(_) if sent.is_err() => None,
            Err(error) => {
                running.abandon();
                return Err(error);
            }
        };
        drop(stdin);
        running.finish()?;
        sent.map_err(failed("write to", "psql".as_ref()))?;
        if found.as_ref() != Some(known) {
            let complaints = format!("`{}` changed since it was checked", self.loading.dump.display());
            return Err(BackupError::NotWhole { complaints });
        }
        end.map_err(|refusal| BackupError::Hostile { refusal })
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
        let mut psql = command(self.loading.installation, self.connection, "psql", own, self.loading.database)?;
        psql.env("PGOPTIONS", process::options(self.connection, &format!("{OPTIONS} {options}")));
        Ok(psql)
    }
}
