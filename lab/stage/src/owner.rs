//! The mark of a run on everything it starts.

use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::process::ProcessId;

/// Label of containers and networks; its value is the [`Owner`].
pub const OWNER_LABEL: &str = "mattermost-lab.owner";

/// Longest part of the host's name in a mark: marks are part of socket paths, which the system limits to 107 bytes.
const HOST_LENGTH: usize = 16;

/// How many runs this process has had: in tests several live at once.
static RUNS: AtomicU32 = AtomicU32::new(0);

/// The process a run belongs to, which of its runs it is, and whether what the run made shall outlive it.
///
/// # Shape
/// `[kept-]PID-START-RUN-HOST`: process number, its start time in kernel ticks and the number of the run in it, all
/// decimal, then the first sixteen letters and digits of the host's name in lower case. Accepted: `4711-90210-0-build7`,
/// `kept-4711-90210-0-build7`; rejected: `4711-build7`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Owner {
    process: ProcessId,
    run: u32,
    host: String,
    kept: bool,
}

impl Owner {
    /// The mark of a new run of this process.
    ///
    /// # Errors
    /// The system does not say which process or host this is.
    pub fn new_run(kept: bool) -> std::io::Result<Self> {
        let process = ProcessId::of(nix::unistd::getpid().as_raw())?;
        let host = this_host()?;
        Ok(Self { process, run: RUNS.fetch_add(1, Ordering::Relaxed), host, kept })
    }

    /// Whether what it made shall outlive it.
    pub fn is_kept(&self) -> bool {
        self.kept
    }

    /// Whether a sweep on this host may remove what bears this mark.
    ///
    /// What belongs to another host is never ours to remove; what was kept goes only if `kept_too`.
    pub fn is_abandoned(&self, kept_too: bool) -> bool {
        let here = this_host().is_ok_and(|host| host == self.host);
        here && (kept_too || !self.kept) && !self.process.is_alive()
    }
}

fn this_host() -> std::io::Result<String> {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname")?;
    let letters = name.chars().filter(char::is_ascii_alphanumeric).take(HOST_LENGTH);
    Ok(letters.collect::<String>().to_ascii_lowercase())
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kept = if self.kept { "kept-" } else { "" };
        let Self { process: ProcessId { pid, start }, run, host, .. } = self;
        write!(f, "{kept}{pid}-{start}-{run}-{host}")
    }
}

/// The text is no mark of a run.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no owner: expected `[kept-]PID-START-RUN-HOST`")]
pub struct NotAnOwner(String);

impl FromStr for Owner {
    type Err = NotAnOwner;

    fn from_str(text: &str) -> Result<Self, NotAnOwner> {
        parse(text).ok_or_else(|| NotAnOwner(text.to_owned()))
    }
}

fn parse(text: &str) -> Option<Owner> {
    let (rest, kept) = text.strip_prefix("kept-").map_or((text, false), |rest| (rest, true));
    let (pid, rest) = rest.split_once('-')?;
    let (start, rest) = rest.split_once('-')?;
    let (run, host) = rest.split_once('-')?;
    let process = ProcessId { pid: pid.parse().ok()?, start: start.parse().ok()? };
    let run = run.parse().ok()?;
    let host_is_plain = host.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    (process.pid > 0 && host_is_plain).then(|| Owner { process, run, host: host.to_owned(), kept })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_form_is_read_back() {
        for kept in [false, true] {
            let owner = Owner::new_run(kept).unwrap();
            assert_eq!(owner.to_string().parse(), Ok(owner));
        }
    }

    #[test]
    fn what_is_no_mark_is_refused() {
        for text in
            ["", "4711-build7", "1-1-h", "x-1-0-h", "0-1-0-h", "-5-1-0-h", "1-1-0-a/b", "1-1-0-a.b", "o-1-1-0-h"]
        {
            assert!(text.parse::<Owner>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_living_other_hosts_and_kept_things_are_not_abandoned() {
        let living = Owner::new_run(false).unwrap();
        assert!(!living.is_abandoned(true));
        let process = ProcessId { start: living.process.start + 1, ..living.process };
        let dead = Owner { process, ..living };
        assert!(dead.is_abandoned(false));
        assert!(!Owner { host: "elsewhere".into(), ..dead.clone() }.is_abandoned(true));
        let kept = Owner { kept: true, ..dead };
        assert!(!kept.is_abandoned(false));
        assert!(kept.is_abandoned(true));
    }
}
