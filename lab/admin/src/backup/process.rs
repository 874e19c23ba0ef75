//! Starting PostgreSQL's programs, and hearing what they complain of.

use std::collections::VecDeque;
use std::io;
use std::io::{BufRead as _, BufReader, Read};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::JoinHandle;

use gitlab_mattermost_core::backup::psql::PsqlVersion;
use gitlab_mattermost_core::backup::{Connection, Installation};
use gitlab_mattermost_database::programs;

use super::account;
use super::error::{BackupError, failed};

/// How much of what a program complains of is kept: the last lines, each cut.
const LINES: usize = 8;
const LINE: u64 = 400;

/// Variables of the environment that would change what the programs do.
const UNWANTED: [&str; 7] =
    ["PGOPTIONS", "PGSERVICE", "PGSERVICEFILE", "PGHOSTADDR", "PGDATABASE", "PGCLIENTENCODING", "PGDATESTYLE"];

/// What holds in every session of ours, whatever data source, role or database say: nothing ends what takes long, and SQL
/// is read as psql was told.
const OPTIONS: &str = "-c statement_timeout=0 -c lock_timeout=0 -c idle_in_transaction_session_timeout=0 \
    -c default_transaction_read_only=off -c standard_conforming_strings=on";

/// A program of PostgreSQL on `database`, with its own arguments before those of the connection.
pub(super) fn command(
    installation: &Installation,
    connection: &Connection,
    program: &'static str,
    own: &[&str],
    database: &str,
) -> Result<Command, BackupError> {
    let mut command = Command::new(installation.programs.join(program));
    command.args(own).args(connection.arguments(database));
    for name in UNWANTED {
        command.env_remove(name);
    }
    command.env("LC_ALL", "C").env("PGAPPNAME", "mattermost-lab");
    command.envs(connection.variables.iter().map(|(name, value)| (name, value)));
    command.env("PGOPTIONS", options(connection, ""));
    if let Some(password) = &connection.password {
        command.env("PGPASSWORD", password.expose());
    }
    if let Some(user) = &connection.system_user {
        let (uid, gid) = account::ids(user)?;
        if account::is_root() {
            // Root's own folder may be closed to that user.
            command.uid(uid).gid(gid).current_dir("/").env("HOME", "/").env("USER", user);
        }
    }
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    Ok(command)
}

/// The server's options: those of the data source, ours, and `more`, of which the last one counts.
pub(super) fn options(connection: &Connection, more: &str) -> String {
    let given = connection.variables.iter().find(|(name, _)| name == "PGOPTIONS").map_or("", |(_, given)| given);
    format!("{given} {OPTIONS} {more}").trim().to_owned()
}

/// A started program.
pub(super) struct Running {
    pub(super) child: Child,
    name: String,
    complaints: Option<JoinHandle<Vec<String>>>,
}

impl Running {
    /// Starts it.
    pub(super) fn start(command: &mut Command) -> Result<Self, BackupError> {
        let program = command.get_program().to_owned();
        let mut child = command.spawn().map_err(failed("run", program.as_ref()))?;
        let complaints = child.stderr.take().map(|stderr| std::thread::spawn(move || last_lines(stderr)));
        let name = program.to_string_lossy().into_owned();
        Ok(Self { child, name, complaints })
    }

    /// Waits until it has ended.
    ///
    /// # Errors
    /// It failed; the error has its last complaints.
    pub(super) fn finish(mut self) -> Result<(), BackupError> {
        drop(self.child.stdin.take());
        let status = self.child.wait().map_err(failed("wait for", self.name.as_ref()))?;
        if status.success() { Ok(()) } else { Err(self.failure(status)) }
    }

    /// Ends it, for whatever it was doing is of no use any more.
    pub(super) fn abandon(mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    fn failure(&mut self, status: ExitStatus) -> BackupError {
        let lines = self.complaints.take().and_then(|thread| thread.join().ok()).unwrap_or_default();
        let said = if lines.is_empty() { "it said nothing".to_owned() } else { lines.join("; ") };
        BackupError::Program { program: self.name.clone(), status: status.to_string(), said }
    }
}

/// Runs a command to its end.
pub(super) fn run(command: &mut Command) -> Result<(), BackupError> {
    Running::start(command)?.finish()
}

/// Runs a command line by the shell: how the server is stopped and started.
pub(super) fn shell(line: &str) -> Result<(), BackupError> {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", line]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    match run(&mut command) {
        Err(BackupError::Program { status, said, .. }) => {
            Err(BackupError::Program { program: line.to_owned(), status, said })
        }
        other => other,
    }
}

/// The whole output of a program.
pub(super) fn output(command: &mut Command) -> Result<String, BackupError> {
    let mut running = Running::start(command.stdout(Stdio::piped()))?;
    let mut text = String::new();
    let read = running.child.stdout.take().map_or(Ok(0), |mut stdout| stdout.read_to_string(&mut text));
    running.finish()?;
    read.map_err(failed("read the output of", command.get_program().as_ref()))?;
    Ok(text)
}

fn last_lines(from: impl Read) -> Vec<String> {
    let mut from = BufReader::new(from);
    let mut lines = VecDeque::new();
    let mut line = Vec::new();
    while matches!(from.by_ref().take(LINE).read_until(b'\n', &mut line), Ok(1..)) {
        let text: String = String::from_utf8_lossy(&line).trim().chars().filter(|c| !c.is_control()).collect();
        if !text.is_empty() {
            lines.push_back(text);
        }
        if lines.len() > LINES {
            lines.pop_front();
        }
        line.clear();
    }
    lines.into()
}

/// The folder with PostgreSQL's client programs.
pub(super) fn find_programs() -> Result<std::path::PathBuf, BackupError> {
    programs::client().map_err(|missing| BackupError::NoProgram { program: "pg_dump", looked_in: missing.looked_in })
}

/// What a program says of its version: `15.18 (Debian 15.18-0+deb12u1)`.
pub(super) fn version(installation: &Installation, program: &'static str) -> Result<String, BackupError> {
    let path = installation.programs.join(program);
    let text = output(Command::new(&path).arg("--version").stdin(Stdio::null()).stderr(Stdio::piped()))?;
    let version = text.trim().split_once(") ").map(|(_, version)| version.to_owned());
    version.ok_or_else(|| failed("understand the version of", &path)(io::Error::other(text)))
}

/// The first number of a program's version.
pub(super) fn major_version(program: &std::path::Path) -> Result<u32, BackupError> {
    let text = output(Command::new(program).arg("--version").stdin(Stdio::null()).stderr(Stdio::piped()))?;
    let version = text.split_once(") ").map(|(_, version)| PsqlVersion::new(version).major());
    version.filter(|it| *it > 0).ok_or_else(|| failed("understand the version of", program)(io::Error::other(text)))
}

/// The psql that loads dumps.
pub(super) fn psql_version(installation: &Installation) -> Result<PsqlVersion, BackupError> {
    version(installation, "psql").map(PsqlVersion::new)
}
