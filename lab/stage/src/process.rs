//! The identity of a process: its number and its start time, as a number alone may be given out again.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{fs, io, thread};

use nix::sys::signal::{self, Signal};
use nix::unistd::Pid;

/// How long processes get to end by themselves once they were asked to.
const GRACE: Duration = Duration::from_secs(1);

/// One process of this host, now or in the past.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ProcessId {
    /// Its number.
    pub pid: i32,
    /// When it started, in the kernel's ticks since boot.
    pub start: u64,
}

impl ProcessId {
    /// The process that has this number now.
    ///
    /// # Errors
    /// There is none, or it has ended and only waits to be collected.
    pub fn of(pid: i32) -> io::Result<Self> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
        let (start, _) = start_and_parent_of_living(&stat)
            .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, format!("process {pid} has ended")))?;
        Ok(Self { pid, start })
    }

    /// Whether this very process still runs.
    pub fn is_alive(self) -> bool {
        Self::of(self.pid).is_ok_and(|now| now == self)
    }
}

/// Fields 22 and 4 of `/proc/PID/stat`, start and parent, unless field 3 says the process is dead. The name, field 2, may
/// hold anything.
fn start_and_parent_of_living(stat: &str) -> Option<(u64, i32)> {
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut fields = after_name.split_ascii_whitespace();
    let state = fields.next()?;
    if matches!(state, "Z" | "X" | "x") {
        return None;
    }
    let parent = fields.next()?.parse().ok()?;
    Some((fields.nth(17)?.parse().ok()?, parent))
}

/// The variable that every process bears which a run starts, with the folder it was started for as its value. It tells
/// them from those of a person who looks into the folder.
pub const MARK: &str = "MATTERMOST_LAB_RUN";

/// Every process that was started for `folder` or one in it, by its [`MARK`], or is one of `listed`; their descendants, too. This
/// process and those it descends from are never among them.
pub fn started_for(folder: &Path, listed: &[ProcessId]) -> Vec<ProcessId> {
    let living = living();
    let mut found: BTreeMap<i32, ProcessId> = BTreeMap::new();
    for process in living.keys().filter_map(|pid| living.get(pid)).map(|(process, _)| *process) {
        if listed.contains(&process) || mark_of(process.pid).is_some_and(|mark| mark.starts_with(folder)) {
            found.insert(process.pid, process);
        }
    }
    let parent = |pid: i32| living.get(&pid).map(|(_, parent)| *parent);
    let descends =
        |pid: i32| std::iter::successors(parent(pid), |pid| parent(*pid)).any(|pid| found.contains_key(&pid));
    let descendants: Vec<ProcessId> =
        living.iter().filter(|(pid, _)| descends(**pid)).map(|(_, (process, _))| *process).collect();
    found.extend(descendants.into_iter().map(|process| (process.pid, process)));
    let own = i32::try_from(std::process::id()).ok();
    for pid in std::iter::successors(own, |pid| parent(*pid)) {
        found.remove(&pid);
    }
    found.into_values().collect()
}

/// Every process that lives, by its number, with its parent's.
fn living() -> BTreeMap<i32, (ProcessId, i32)> {
    let Ok(entries) = fs::read_dir("/proc") else { return BTreeMap::new() };
    let numbers = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    let process = |pid: i32| {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let (start, parent) = start_and_parent_of_living(&stat)?;
        Some((pid, (ProcessId { pid, start }, parent)))
    };
    numbers.filter_map(process).collect()
}

fn mark_of(pid: i32) -> Option<PathBuf> {
    let environment = fs::read(format!("/proc/{pid}/environ")).ok()?;
    let mark = environment
        .split(|byte| *byte == 0)
        .find_map(|entry| entry.strip_prefix(MARK.as_bytes())?.strip_prefix(b"="))?;
    Some(PathBuf::from(OsStr::from_bytes(mark)))
}

/// Ends the process groups led by `leaders`, first politely, and returns once they are gone or cannot be ended.
///
/// Politely is SIGINT: to PostgreSQL it means "disconnect everybody and stop", where SIGTERM waits for the clients to go.
pub fn end_groups(leaders: &[ProcessId]) {
    let signal_all = |signal| {
        for leader in leaders.iter().filter(|leader| leader.is_alive()) {
            // The group or the process may end at any moment: nothing is left to be signalled then.
            let _ = signal::killpg(Pid::from_raw(leader.pid), signal);
            let _ = signal::kill(Pid::from_raw(leader.pid), signal);
        }
    };
    signal_all(Signal::SIGINT);
    if !wait_until_gone(leaders) {
        signal_all(Signal::SIGKILL);
        wait_until_gone(leaders);
    }
}

fn wait_until_gone(processes: &[ProcessId]) -> bool {
    let deadline = Instant::now() + GRACE;
    while processes.iter().any(|process| process.is_alive()) {
        if Instant::now() > deadline {
            return false;
        }
        thread::sleep(Duration::from_millis(5));
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_brackets_and_spaces_does_not_shift_the_fields() {
        let stat = "42 (a) b (c) S 1 42 42 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 7711 0 0";
        assert_eq!(start_and_parent_of_living(stat), Some((7711, 1)));
    }

    #[test]
    fn an_ended_process_that_waits_to_be_collected_is_not_alive() {
        let stat = "42 (sh) Z 1 42 42 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 7711 0 0";
        assert_eq!(start_and_parent_of_living(stat), None);
    }

    #[test]
    fn this_process_is_alive_and_started_for_nobody() {
        let me = ProcessId::of(std::process::id() as i32).unwrap();
        assert!(me.is_alive());
        assert!(!ProcessId { start: me.start + 1, ..me }.is_alive());
        assert!(!started_for(Path::new("/"), &[me]).contains(&me));
    }

    #[test]
    fn a_marked_process_and_its_children_are_found_and_nobody_who_only_stands_in_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let sleeper = |marked: bool| {
            let mut command = std::process::Command::new("sh");
            command.args(["-c", "sleep 600 & wait"]).current_dir(folder.path());
            if marked {
                command.env(MARK, folder.path().join("server"));
            }
            command.spawn().unwrap()
        };
        let (mut marked, mut stranger) = (sleeper(true), sleeper(false));
        let found = || started_for(folder.path(), &[]);
        while found().len() < 2 {
            thread::sleep(Duration::from_millis(5));
        }
        let numbers: Vec<i32> = found().iter().map(|process| process.pid).collect();
        assert!(numbers.contains(&(marked.id() as i32)) && !numbers.contains(&(stranger.id() as i32)), "{numbers:?}");
        let listed = ProcessId::of(stranger.id() as i32).unwrap();
        assert!(started_for(Path::new("/nowhere"), &[listed]).len() >= 2, "the listed one, and its child");
        for child in [&mut marked, &mut stranger] {
            let processes = started_for(Path::new("/nowhere"), &[ProcessId::of(child.id() as i32).unwrap()]);
            for process in processes {
                signal::kill(Pid::from_raw(process.pid), Signal::SIGKILL).unwrap();
            }
            child.wait().unwrap();
        }
    }
}
