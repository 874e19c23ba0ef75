//! Who listens on a port, and to whom a server is connected, as Linux tells it in `/proc`.
//!
//! A server that is told its port may find it taken, and then the other one answers in its place. One that does not answer at
//! all mostly waits for somebody else.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

/// The states of sockets in `/proc/net/tcp`: one that takes connections, one that is connected, one that tries to.
const LISTENING: &str = "0A";
const CONNECTED: &str = "01";
const CONNECTING: &str = "02";

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

/// What the processes of the process group `group` are at with sockets: whether they have opened `port`, and to whom they are
/// connected or try to be. `names` tells what stands at a port of another.
///
/// # Errors
/// `/proc` is not there or cannot be read.
pub(super) fn told_of_group(group: u32, port: u16, names: &[(u16, &str)]) -> io::Result<String> {
    let mut told = vec![match is_of_group(group, port)? {
        true => format!("it has opened port {port}, but does not answer there"),
        false => format!("it has not opened port {port} yet"),
    }];
    for (state, words) in [(CONNECTED, "it is connected to"), (CONNECTING, "it tries to reach")] {
        let mut peers: BTreeMap<u16, BTreeSet<String>> = BTreeMap::new();
        for socket in sockets()?.into_iter().filter(|socket| socket.state == state && socket.port != port) {
            peers.entry(socket.peer_port).or_default().insert(socket.inode);
        }
        for (peer, inodes) in peers {
            let mut own = false;
            for process in fs::read_dir("/proc")? {
                let process = process?.path();
                own |= group_of(&process) == Some(group) && has_one_of(&process, &inodes);
            }
            let name = names.iter().find(|(known, _)| *known == peer).map_or("somebody", |(_, name)| *name);
            told.extend(own.then(|| format!("{words} {name} at port {peer}")));
        }
    }
    Ok(told.join(", "))
}

/// A line of the kernel's table.
struct Socket {
    port: u16,
    peer_port: u16,
    state: String,
    /// As a link to it in `/proc/PROCESS/fd` has it.
    inode: String,
}

fn sockets() -> io::Result<Vec<Socket>> {
    let mut table = fs::read_to_string("/proc/net/tcp")?;
    // A machine without IPv6 has no such file.
    table.push_str(&fs::read_to_string("/proc/net/tcp6").unwrap_or_default());
    let port = |address: &str| u16::from_str_radix(address.rsplit_once(':')?.1, 16).ok();
    let socket = |line: &str| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [_, local, peer, state, _, _, _, _, _, inode, ..] = fields.as_slice() else { return None };
        let (state, inode) = ((*state).to_owned(), format!("socket:[{inode}]"));
        Some(Socket { port: port(local)?, peer_port: port(peer)?, state, inode })
    };
    Ok(table.lines().filter_map(socket).collect())
}

/// The inodes of the sockets that listen on `port`.
fn listening_on(port: u16) -> io::Result<BTreeSet<String>> {
    let listening = sockets()?.into_iter().filter(|socket| socket.state == LISTENING && socket.port == port);
    Ok(listening.map(|socket| socket.inode).collect())
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

    use super::{is_of_group, told_of_group};

    #[test]
    fn a_server_that_has_not_opened_its_port_is_told_with_whom_it_is_connected() {
        let database = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = database.local_addr().unwrap().port();
        let _connected = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
        let own = u32::try_from(nix::unistd::getpgrp().as_raw()).unwrap();
        let told = told_of_group(own, 1, &[(port, "the database")]).unwrap();
        assert!(told.starts_with("it has not opened port 1 yet"), "{told}");
        assert!(told.contains(&format!("it is connected to the database at port {port}")), "{told}");
    }

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
