//! Who listens on a port, as Linux tells it in `/proc`.
//!
//! A server that is told its port may find it taken, and then the other one answers in its place.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

/// The state of a socket that takes connections, in `/proc/net/tcp`.
const LISTENING: &str = "0A";

/// Whether a process of the process group `group` listens on `port`.
///
/// # Errors
/// `/proc` is not there or cannot be read.
pub(super) fn is_of_group(group: u32, port: u16) -> io::Result<bool> {
    let sockets = listening_on(port)?;
    for process in fs::read_dir("/proc")? {
        let process = process?.path();
        // One that has ended meanwhile has no files any more.
        if group_of(&process) == Some(group) && has_one_of(&process, &sockets) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The inodes of the sockets that listen on `port`.
fn listening_on(port: u16) -> io::Result<BTreeSet<String>> {
    let suffix = format!(":{port:04X}");
    let mut table = fs::read_to_string("/proc/net/tcp")?;
    // A machine without IPv6 has no such file.
    table.push_str(&fs::read_to_string("/proc/net/tcp6").unwrap_or_default());
    let inode = |line: &str| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [_, local, _, state, _, _, _, _, _, inode, ..] = fields.as_slice() else { return None };
        (*state == LISTENING && local.ends_with(&suffix)).then(|| format!("socket:[{inode}]"))
    };
    Ok(table.lines().filter_map(inode).collect())
}

fn group_of(process: &Path) -> Option<u32> {
    let stat = fs::read_to_string(process.join("stat")).ok()?;
    // The name before may hold anything, brackets too; state, parent and group follow it.
    let (_, after) = stat.rsplit_once(')')?;
    after.split_whitespace().nth(2)?.parse().ok()
}

fn has_one_of(process: &Path, sockets: &BTreeSet<String>) -> bool {
    let files = fs::read_dir(process.join("fd")).into_iter().flatten().flatten();
    files.filter_map(|file| fs::read_link(file.path()).ok()).any(|target| sockets.contains(&*target.to_string_lossy()))
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::os::unix::process::CommandExt as _;
    use std::process::Command;

    use super::is_of_group;

    #[test]
    fn a_listener_belongs_to_its_own_process_group_and_to_no_other() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let own = u32::try_from(nix::unistd::getpgrp().as_raw()).unwrap();
        let mut other = Command::new("sleep").arg("60").process_group(0).spawn().unwrap();
        let found = (is_of_group(own, port).unwrap(), is_of_group(other.id(), port).unwrap());
        other.kill().unwrap();
        other.wait().unwrap();
        assert_eq!(found, (true, false));
        drop(listener);
        assert!(!is_of_group(own, port).unwrap());
    }
}
