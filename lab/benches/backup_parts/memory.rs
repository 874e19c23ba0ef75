//! How long a command takes, how long it and the database server compute, and how much memory it and what it starts have
//! at most.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

/// Pause between two looks at the memory; what is kept is the kernel's own high mark, so little is missed.
const PAUSE: Duration = Duration::from_millis(25);

/// What a command took.
pub struct Measured {
    pub time: Duration,
    /// What processors spent on it, the server's sessions included: the machine's other work counts little.
    pub computed: Duration,
    /// In bytes: the sum of the high marks of all its processes.
    pub memory: u64,
}

/// Runs a command to its end; it has to succeed. It begins with a disk that has nothing left to write for others.
pub fn measure(command: &mut Command, postmaster: u32) -> Measured {
    assert!(Command::new("sync").status().unwrap().success());
    let computed = || of_ended_children("self") + of_ended_children(&postmaster.to_string());
    let before = computed();
    let begun = Instant::now();
    let mut child = command.spawn().unwrap();
    let mut marks = std::collections::BTreeMap::new();
    let status = loop {
        for pid in family(child.id()) {
            if let Some(mark) = high_mark(pid) {
                marks.insert(pid, mark);
            }
        }
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        std::thread::sleep(PAUSE);
    };
    let time = begun.elapsed();
    assert!(status.success(), "{command:?}: {status}");
    // The server hears a little later that its sessions are over.
    std::thread::sleep(Duration::from_millis(300));
    Measured { time, computed: computed() - before, memory: marks.values().sum() }
}

/// What the ended children of a process, and theirs, have computed.
fn of_ended_children(process: &str) -> Duration {
    /// Per second, on every Linux.
    const TICKS: u64 = 100;
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks: u64 = [13, 14].into_iter().map(|index| fields[index].parse::<u64>().unwrap()).sum();
    Duration::from_millis(ticks * 1000 / TICKS)
}

/// A process and all that come from it.
fn family(root: u32) -> Vec<u32> {
    let mut members = vec![root];
    let mut parents = Vec::new();
    for entry in fs::read_dir("/proc").unwrap().flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        let Ok(stat) = fs::read_to_string(entry.path().join("stat")) else { continue };
        let after_name = stat.rsplit(')').next().unwrap_or_default();
        if let Some(parent) = after_name.split_whitespace().nth(1).and_then(|it| it.parse::<u32>().ok()) {
            parents.push((pid, parent));
        }
    }
    let mut next = 0;
    while let Some(&parent) = members.get(next) {
        members.extend(parents.iter().filter(|(_, of)| *of == parent).map(|(pid, _)| *pid));
        next += 1;
    }
    members
}

fn high_mark(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1024)
}
