//! A psql that is asked one thing after another.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::process::{ChildStdin, ChildStdout, Command, Stdio};

use super::error::{BackupError, failed};
use super::process::Running;

/// Ends an answer; no JSON is spelt so.
const END: &str = "== end of answer ==";

/// A running psql. Dropping it ends it, whatever it is doing.
pub(super) struct Session {
    running: Option<Running>,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

impl Session {
    /// Starts `psql`, which has to stop at errors and to print answers alone.
    pub(super) fn start(psql: &mut Command) -> Result<Self, BackupError> {
        let mut running = Running::start(psql.stdin(Stdio::piped()).stdout(Stdio::piped()))?;
        let (Some(stdin), Some(stdout)) = (running.child.stdin.take(), running.child.stdout.take()) else {
            return Err(BackupError::OurBug);
        };
        Ok(Self { running: Some(running), stdin, stdout: BufReader::new(stdout) })
    }

    /// Sends what needs no answer; errors show with the next question.
    pub(super) fn tell(&mut self, text: &str) -> Result<(), BackupError> {
        self.stdin.write_all(text.as_bytes()).map_err(|error| self.gone(error))
    }

    /// The lines of the answer, once all of the question is done.
    pub(super) fn ask(&mut self, question: &str) -> Result<Vec<String>, BackupError> {
        // By a statement: a restricted psql knows no `\echo`.
        self.tell(&format!("{question}\nSELECT '{END}';\n"))?;
        if let Err(error) = self.stdin.flush() {
            return Err(self.gone(error));
        }
        let mut answer = Vec::new();
        loop {
            let mut line = String::new();
            match self.stdout.read_line(&mut line) {
                Ok(1..) if line.trim_end() == END => return Ok(answer),
                Ok(1..) => answer.push(line.trim_end().to_owned()),
                Ok(0) => return Err(self.gone(io::ErrorKind::UnexpectedEof.into())),
                Err(error) => return Err(self.gone(error)),
            }
        }
    }

    /// psql ended: it knows why.
    fn gone(&mut self, error: io::Error) -> BackupError {
        let ended = self.running.take().map(Running::finish);
        match ended {
            Some(Err(said)) => said,
            _ => failed("talk to", "psql".as_ref())(error),
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            running.abandon();
        }
    }
}
