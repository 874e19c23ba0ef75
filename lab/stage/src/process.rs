//! Which process is which: a process number alone may be given out again, together with the start time it is unique.

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
        let start = start_of_living(&stat)
            .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, format!("process {pid} has ended")))?;
        Ok(Self { pid, start })
    }

    /// Whether this very process still runs.
    pub fn is_alive(self) -> bool {
        Self::of(self.pid).is_ok_and(|now| now == self)
    }
}

/// Field 22 of `/proc/PID/stat`, unless field 3 says the process is dead. The name, field 2, may hold anything.
fn start_of_living(stat: &str) -> Option<u64> {
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut fields = after_name.split_ascii_whitespace();
    let state = fields.next()?;
    if matches!(state, "Z" | "X" | "x") {
        return None;
    }
    fields.nth(18)?.parse().ok()
}

/// Every process whose working directory is `folder` or lies in it.
pub fn working_in(folder: &Path) -> Vec<ProcessId> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok())
        .filter(|pid| working_directory(*pid).is_some_and(|directory| directory.starts_with(folder)))
        .filter_map(|pid| ProcessId::of(pid).ok())
        .collect()
}

fn working_directory(pid: i32) -> Option<PathBuf> {
    fs::read_link(format!("/proc/{pid}/cwd")).ok()
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
        assert_eq!(start_of_living(stat), Some(7711));
    }

    #[test]
    fn an_ended_process_that_waits_to_be_collected_is_not_alive() {
        let stat = "42 (sh) Z 1 42 42 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 7711 0 0";
        assert_eq!(start_of_living(stat), None);
    }

    #[test]
    fn this_process_is_alive_and_works_where_it_says() {
        let me = ProcessId::of(std::process::id() as i32).unwrap();
        assert!(me.is_alive());
        assert!(working_in(&std::env::current_dir().unwrap()).contains(&me));
        assert!(!ProcessId { start: me.start + 1, ..me }.is_alive());
    }
}
