//! The mark of a run on everything it starts.

use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::process::ProcessId;

/// Label of containers and networks; its value is the [`Owner`].
pub const OWNER_LABEL: &str = "mattermost-lab.owner";

/// How many runs this process has had: in tests several live at once.
static RUNS: AtomicU32 = AtomicU32::new(0);

/// The process a run belongs to, which of its runs it is, and whether what the run made shall outlive it.
///
/// # Shape
/// `[kept-]PID-START-RUN-BOOT-SPACE-RANDOM`: process number, its start time in kernel ticks and the number of the run in it,
/// all decimal; then in hexadecimal the beginning of the kernel's boot id, the inode of the process's pid namespace, and a random
/// number. Accepted: `4711-90210-0-1f0c22ab-f0000034-9a3c07`; rejected: `4711-90210-0-build7`.
///
/// Process numbers mean something within one boot and one pid namespace. A second job on the same container engine has the
/// same boot and another namespace; another machine has another boot.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Owner {
    process: ProcessId,
    run: u32,
    space: Space,
    random: u32,
    kept: bool,
}

/// Where process numbers mean something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Space {
    boot: u32,
    namespace: u64,
}

/// What can be said of a run from here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Its process runs.
    Living,
    /// Its process has ended.
    Ended,
    /// It belongs to another pid namespace or another machine, whose processes cannot be seen from here.
    Unseen,
    /// It belongs to another boot: of this machine, which has ended it, or of another machine.
    OtherBoot,
}

impl Owner {
    /// The mark of a new run of this process.
    ///
    /// # Errors
    /// The system does not say which process this is.
    pub fn new_run(kept: bool) -> std::io::Result<Self> {
        let process = ProcessId::of(nix::unistd::getpid().as_raw())?;
        let random = rand::random::<u32>() >> 8;
        Ok(Self { process, run: RUNS.fetch_add(1, Ordering::Relaxed), space: Space::here()?, random, kept })
    }

    /// Whether what it made shall outlive it.
    pub fn is_kept(&self) -> bool {
        self.kept
    }

    /// Whether its process runs.
    pub fn standing(&self) -> Standing {
        let Ok(here) = Space::here() else { return Standing::Unseen };
        if here.boot != self.space.boot {
            Standing::OtherBoot
        } else if here.namespace != self.space.namespace {
            Standing::Unseen
        } else if self.process.is_alive() {
            Standing::Living
        } else {
            Standing::Ended
        }
    }

    /// Whether a sweep from here may remove what bears this mark on a server that `is_local`, on this machine. What cannot be seen
    /// from here is never ours to remove; what was kept goes only if `kept_too`.
    pub fn is_abandoned(&self, kept_too: bool, is_local: bool) -> bool {
        let has_ended = match self.standing() {
            Standing::Ended => true,
            Standing::OtherBoot => is_local,
            Standing::Living | Standing::Unseen => false,
        };
        has_ended && (kept_too || !self.kept)
    }
}

impl Space {
    fn here() -> std::io::Result<Self> {
        use std::os::unix::fs::MetadataExt as _;
        let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id")?;
        let boot = boot.get(..8).and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let boot = boot.ok_or_else(|| std::io::Error::other("the kernel's boot id is none"))?;
        Ok(Self { boot, namespace: std::fs::metadata("/proc/self/ns/pid")?.ino() })
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kept = if self.kept { "kept-" } else { "" };
        let Self { process: ProcessId { pid, start }, run, space: Space { boot, namespace }, random, .. } = self;
        write!(f, "{kept}{pid}-{start}-{run}-{boot:08x}-{namespace:x}-{random:06x}")
    }
}

/// The text is no mark of a run.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no owner: expected `[kept-]PID-START-RUN-BOOT-SPACE-RANDOM`")]
pub struct NotAnOwner(String);

impl FromStr for Owner {
    type Err = NotAnOwner;

    fn from_str(text: &str) -> Result<Self, NotAnOwner> {
        parse(text).ok_or_else(|| NotAnOwner(text.to_owned()))
    }
}

fn parse(text: &str) -> Option<Owner> {
    let (rest, kept) = text.strip_prefix("kept-").map_or((text, false), |rest| (rest, true));
    let [pid, start, run, boot, namespace, random] = rest.split('-').collect::<Vec<_>>().try_into().ok()?;
    let is_plain = |text: &str| text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'a'..=b'f'));
    if ![boot, namespace, random].into_iter().all(is_plain) {
        return None;
    }
    let process = ProcessId { pid: pid.parse().ok()?, start: start.parse().ok()? };
    let space =
        Space { boot: u32::from_str_radix(boot, 16).ok()?, namespace: u64::from_str_radix(namespace, 16).ok()? };
    let (run, random) = (run.parse().ok()?, u32::from_str_radix(random, 16).ok()?);
    (process.pid > 0).then_some(Owner { process, run, space, random, kept })
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
        let bad = [
            "",
            "4711-build7",
            "1-1-0-host",
            "x-1-0-a-a-a",
            "0-1-0-a-a-a",
            "1-1-0-a/b-a-a",
            "1-1-0-+a-a-a",
            "1-1-0-a-a-a-a",
        ];
        for text in bad {
            assert!(text.parse::<Owner>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_living_the_unseen_and_the_kept_are_not_abandoned() {
        let living = Owner::new_run(false).unwrap();
        assert!(!living.is_abandoned(true, true));
        let process = ProcessId { start: living.process.start + 1, ..living.process };
        let dead = Owner { process, ..living };
        assert!(dead.is_abandoned(false, true));
        // A job of the same number in another container of the same machine, which may well live.
        let neighbour = Space { namespace: dead.space.namespace + 1, ..dead.space };
        assert!(!Owner { space: neighbour, ..dead.clone() }.is_abandoned(true, true));
        let elsewhere = Owner { space: Space { boot: !dead.space.boot, ..dead.space }, ..dead.clone() };
        assert!(elsewhere.is_abandoned(true, true) && !elsewhere.is_abandoned(true, false));
        let kept = Owner { kept: true, ..dead };
        assert!(!kept.is_abandoned(false, true));
        assert!(kept.is_abandoned(true, true));
    }
}
