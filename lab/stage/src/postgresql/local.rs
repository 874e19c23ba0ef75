//! A PostgreSQL server from the programs installed on this machine, in a folder of the run.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::net::TcpListener;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Mutex, PoisonError};

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, User};

use gitlab_mattermost_database::programs;

use super::access::{Access, Password};
use super::kept_cluster::KeptCluster;
use super::{BackendError, PartDown, copy};
use crate::cleanup::RunDirectory;
use crate::process::{MARK, ProcessId, end_groups};

/// How much of the end of the log is quoted.
const QUOTED_LOG: u64 = 2000;

/// Nothing here outlives the run, so nothing is forced to disk; shared memory lies in the folder, where it is removed.
const SETTINGS: [&str; 8] = [
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=200",
    "password_encryption=scram-sha-256",
    "dynamic_shared_memory_type=mmap",
    "logging_collector=off",
    "log_min_error_statement=panic",
];

/// The server process and where it lives.
#[derive(Debug)]
pub(super) struct LocalServer {
    programs: PathBuf,
    directory: RunDirectory,
    home: PathBuf,
    user: Option<Unprivileged>,
    port: AtomicU16,
    password: Password,
    process: Mutex<Child>,
}

/// Whom the server runs as if we are root.
#[derive(Debug, Clone, Copy)]
struct Unprivileged {
    uid: u32,
    gid: u32,
}

impl LocalServer {
    /// Initialises a cluster and starts its server; whether it accepts connections yet is for the caller to see.
    pub(super) fn start(directory: &RunDirectory) -> Result<Self, BackendError> {
        let programs = match programs::server() {
            Ok(programs) => programs,
            // The caller that asked for a server reports what keeps the copy from being made.
            Err(missing) => copy::make().ok().and_then(|()| programs::server().ok()).ok_or(missing)?,
        };
        let user = unprivileged_user()?;
        let home = directory.folder("postgresql")?;
        if let Some(user) = user {
            chown(&home, Some(user.uid), Some(user.gid)).map_err(failed("hand over", &home))?;
        }
        let kept = KeptCluster::of(&programs);
        let unpacked = kept.as_ref().is_some_and(|kept| kept.unpack(command(Path::new(""), "tar", &home, user)));
        if !unpacked {
            initialise(&programs, &home, user)?;
            if let Some(kept) = kept {
                kept.pack(command(Path::new(""), "tar", &home, user));
            }
        }
        let port = free_port().map_err(failed("find a free port for", &home))?;
        let process = Mutex::new(start_server(&programs, directory, &home, user, port)?);
        let (directory, port, password) = (directory.clone(), AtomicU16::new(port), Password::random());
        Ok(Self { programs, directory, home, user, port, password, process })
    }

    pub(super) fn access(&self) -> Access {
        Access {
            superuser: super::SUPERUSER.to_owned(),
            owner: super::DATABASE_OWNER.to_owned(),
            password: Some(self.password.clone()),
            maintenance: super::MAINTENANCE.to_owned(),
            host: Some("127.0.0.1".to_owned()),
            socket: Some(self.home.clone()),
            port: self.port.load(Ordering::Relaxed),
        }
    }

    pub(super) fn place(&self) -> String {
        let pid = self.process.lock().unwrap_or_else(PoisonError::into_inner).id();
        format!("local, {}, pid {pid}", self.programs.display())
    }

    pub(super) fn session_command(&self) -> String {
        let (socket, port) = (self.home.display(), self.port.load(Ordering::Relaxed));
        format!("psql -h {socket} -p {port} -U {} {}", super::SUPERUSER, super::MAINTENANCE)
    }

    pub(super) fn check(&self) -> Result<(), PartDown> {
        let state = self.process.lock().unwrap_or_else(PoisonError::into_inner).try_wait();
        match state {
            Ok(None) => Ok(()),
            _ => Err(PartDown { part: format!("PostgreSQL ({})", self.place()), log: self.log() }),
        }
    }

    pub(super) fn restart(&self) -> Result<(), BackendError> {
        let mut port = self.port.load(Ordering::Relaxed);
        if TcpListener::bind(("127.0.0.1", port)).is_err() {
            port = free_port().map_err(failed("find a free port for", &self.home))?;
            self.port.store(port, Ordering::Relaxed);
        }
        let new = start_server(&self.programs, &self.directory, &self.home, self.user, port)?;
        *self.process.lock().unwrap_or_else(PoisonError::into_inner) = new;
        Ok(())
    }

    pub(super) fn kill(&self) -> Result<(), BackendError> {
        let mut process = self.process.lock().unwrap_or_else(PoisonError::into_inner);
        let sessions = children_of(process.id());
        let killed =
            process.kill().and_then(|()| process.wait()).map(drop).map_err(failed("kill the server in", &self.home));
        for session in sessions {
            // It may have seen the server's death by itself.
            let _ = kill(session, Signal::SIGKILL);
        }
        killed
    }

    /// The end of the server's log.
    pub(super) fn log(&self) -> String {
        end_of(&log_file(&self.home)).unwrap_or_else(|error| format!("(no log: {error})"))
    }
}

impl Drop for LocalServer {
    fn drop(&mut self) {
        let process = self.process.get_mut().unwrap_or_else(PoisonError::into_inner);
        if self.directory.owner().is_kept() {
            return;
        }
        if let Some(id) = i32::try_from(process.id()).ok().and_then(|pid| ProcessId::of(pid).ok()) {
            end_groups(&[id]);
        }
        // Collects it; an error says that it was collected before.
        let _ = process.try_wait();
    }
}

/// The processes that serve the sessions; each would go on for as long as it does not look whether its server lives.
fn children_of(server: u32) -> Vec<Pid> {
    let children = fs::read_to_string(format!("/proc/{server}/task/{server}/children")).unwrap_or_default();
    children.split_ascii_whitespace().filter_map(|id| id.parse().ok()).map(Pid::from_raw).collect()
}

fn unprivileged_user() -> Result<Option<Unprivileged>, BackendError> {
    if !nix::unistd::geteuid().is_root() {
        return Ok(None);
    }
    let known = ["postgres", "nobody"].into_iter().find_map(|name| User::from_name(name).ok().flatten());
    let user = known.ok_or(BackendError::NoUnprivilegedUser)?;
    Ok(Some(Unprivileged { uid: user.uid.as_raw(), gid: user.gid.as_raw() }))
}

/// A program of the server, as the right user, marked as the run's, deaf to settings for clients.
fn command(programs: &Path, name: &str, home: &Path, user: Option<Unprivileged>) -> Command {
    let mut command = Command::new(programs.join(name));
    command.current_dir(home).env(MARK, home).env("LC_ALL", "C").process_group(0).stdin(Stdio::null());
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PG")) {
        command.env_remove(name);
    }
    if let Some(user) = user {
        command.uid(user.uid).gid(user.gid);
    }
    command
}

fn initialise(programs: &Path, home: &Path, user: Option<Unprivileged>) -> Result<(), BackendError> {
    let mut command = command(programs, "initdb", home, user);
    command.args(["--no-sync", "--encoding=UTF8", "--locale=C", "--auth-local=trust", "--auth-host=scram-sha-256"]);
    command.args(["-U", super::SUPERUSER, "-D"]).arg(home.join("data"));
    let program = programs.join("initdb");
    let output = command.output().map_err(|source| match user {
        Some(_) if source.kind() == io::ErrorKind::PermissionDenied => BackendError::Closed { path: home.to_owned() },
        _ => failed("run", &program)(source),
    })?;
    if output.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(BackendError::Program { program, status: output.status.to_string(), output: text })
}

fn start_server(
    programs: &Path,
    directory: &RunDirectory,
    home: &Path,
    user: Option<Unprivileged>,
    port: u16,
) -> Result<Child, BackendError> {
    let path = log_file(home);
    let log = OpenOptions::new().create(true).append(true).open(&path).map_err(failed("open", &path))?;
    let mut command = command(programs, "postgres", home, user);
    command.arg("-D").arg(home.join("data")).arg("-k").arg(home);
    command.args(["-h", "127.0.0.1", "-p", &port.to_string()]);
    command.args(SETTINGS.iter().flat_map(|setting| ["-c", setting]));
    command.stdout(log.try_clone().map_err(failed("open", &path))?).stderr(log);
    let program = programs.join("postgres");
    let child = command.spawn().map_err(failed("run", &program))?;
    match directory.register_process(child.id()) {
        // It ended at once: the caller sees that when it looks.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(child),
        Err(source) => Err(BackendError::System { action: "list as a process of the run", path: program, source }),
        Ok(()) => Ok(child),
    }
}

/// Nobody holds the port from here until the server takes it; should somebody be faster, the server says so and ends.
fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

fn log_file(home: &Path) -> PathBuf {
    home.join("log")
}

fn end_of(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let skipped = fs::metadata(path)?.len().saturating_sub(QUOTED_LOG);
    file.seek(SeekFrom::Start(skipped))?;
    let mut end = Vec::new();
    file.read_to_end(&mut end)?;
    let text = String::from_utf8_lossy(&end).trim_end().to_owned();
    // Where the cut is, a line may begin in the middle.
    let whole_lines = if skipped == 0 { 0 } else { text.find('\n').map_or(0, |end| end + 1) };
    Ok(text[whole_lines..].to_owned())
}

fn failed(action: &'static str, path: &Path) -> impl Fn(io::Error) -> BackendError {
    let path = path.to_owned();
    move |source| BackendError::System { action, path: path.clone(), source }
}
