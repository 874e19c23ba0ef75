//! Carrying out the effects of a plan on this machine. Nothing is decided here.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, symlink};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use gitlab_mattermost_core::plan::Effect;
use nix::fcntl::OFlag;

use super::whole_file::write;
use super::{HostError, SERVICES, SV_WAIT, failed, registration};

/// How long runit may take to take up a service and start it: its scanner looks every five seconds unless woken.
const TAKEN_UP_WITHIN: Duration = Duration::from_secs(10);

/// How long a service is watched closely before `sv` watches it, which looks less than three times a second.
const HASTE: Duration = Duration::from_millis(500);

/// By now a change of a folder is none of this second.
const AGE: Duration = Duration::from_secs(2);

/// Pause between two looks.
const PAUSE: Duration = Duration::from_millis(20);

/// Carries out one effect.
///
/// # Errors
/// The first thing that fails; what was done before it stays.
pub(super) fn carry_out(effect: &Effect) -> Result<(), HostError> {
    match effect {
        Effect::Command { command } => run(command),
        Effect::Write { path, content, owner, mode } => write(Path::new(path), content.expose(), owner, mode),
        Effect::Supervise { service } => supervise(service),
        Effect::Register { name, redirect_uris } => registration::register(name, redirect_uris),
        Effect::Install { gitlab } => {
            let command = format!("install GitLab {gitlab}");
            let stderr = "no reconfigure installs a package".to_owned();
            Err(HostError::Command { command, status: "no attempt".to_owned(), stderr })
        }
    }
}

/// Runs a command of the plan by the shell, from a folder that everybody may enter.
pub(super) fn run(command: &str) -> Result<(), HostError> {
    let output = Command::new("/bin/sh")
        .args(["-c", command])
        .current_dir("/")
        .envs([SV_WAIT])
        .stdin(Stdio::null())
        .output()
        .map_err(failed("run", "/bin/sh"))?;
    if output.status.success() {
        return Ok(());
    }
    // sv tells what went wrong on stdout.
    let said = if output.stderr.is_empty() { output.stdout } else { output.stderr };
    let stderr = String::from_utf8_lossy(&said).into_owned();
    Err(HostError::Command { command: command.to_owned(), status: output.status.to_string(), stderr })
}

/// Links the service into runit's folder, wakes its scanner and waits until the service is up.
fn supervise(service: &str) -> Result<(), HostError> {
    let link = Path::new(SERVICES).join(service);
    let target = Path::new("/opt/gitlab/sv").join(service);
    symlink(&target, &link).map_err(failed("link", &link))?;
    let begun = Instant::now();
    while !is_in_state(service, "run") {
        if begun.elapsed() > TAKEN_UP_WITHIN {
            let what = format!("runit has not taken up the service `{service}`");
            return Err(HostError::Late { what, seconds: TAKEN_UP_WITHIN.as_secs() });
        }
        if !is_taken_up(&target) {
            age_services();
            wake_scanner();
        }
        std::thread::sleep(PAUSE);
    }
    Ok(())
}

/// Makes runit's folder look as if it had changed a while ago: runsvdir waits a second with one that changed just now, and
/// passes over one whose time it saw before, to the second, as that of another service that was linked a moment ago. So this is
/// done until the service is taken up. If it fails runsvdir waits.
fn age_services() {
    let _ = File::open(SERVICES).and_then(|folder| folder.set_modified(SystemTime::now() - AGE));
}

/// Tells a service's supervisor what to do (`u`: up, `d`: down) and waits a little until it is so. Whether it is, and what
/// is said of it, is left to `sv`, which has to look only once then.
pub(super) fn hasten(service: &str, order: &str, state: &str) {
    let control = Path::new(SERVICES).join(service).join("supervise/control");
    let told = OpenOptions::new().write(true).custom_flags(OFlag::O_NONBLOCK.bits()).open(control);
    if told.and_then(|mut control| control.write_all(order.as_bytes())).is_err() {
        return;
    }
    let begun = Instant::now();
    while !is_in_state(service, state) && begun.elapsed() < HASTE {
        std::thread::sleep(PAUSE);
    }
}

/// Whether runit says that the service is `run` or `down`.
fn is_in_state(service: &str, state: &str) -> bool {
    let told = fs::read_to_string(Path::new(SERVICES).join(service).join("supervise/stat"));
    told.is_ok_and(|told| told.split([',', '\n']).next().is_some_and(|word| word.trim() == state))
}

/// Whether a runsv listens there, asked as `sv` asks: the pipe is there a moment before somebody reads from it.
fn is_taken_up(service: &Path) -> bool {
    let mut pipe = OpenOptions::new();
    pipe.write(true).custom_flags(OFlag::O_NONBLOCK.bits()).open(service.join("supervise/ok")).is_ok()
}

/// runsvdir sleeps up to five seconds unless one of its runsv says something into the log that they share.
fn wake_scanner() {
    let Ok(processes) = fs::read_dir("/proc") else { return };
    for process in processes.flatten() {
        let path = process.path();
        let is_runsv = fs::read_to_string(path.join("comm")).is_ok_and(|name| name.trim() == "runsv");
        if is_runsv {
            // If it cannot be written to, runsvdir looks by itself a little later.
            let _ = OpenOptions::new().write(true).open(path.join("fd/2")).and_then(|mut log| log.write_all(b"."));
            return;
        }
    }
}
