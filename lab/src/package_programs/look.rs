//! Looking at the machine before a plan is made.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::Command;

use gitlab_mattermost_core::reconfigure::{FileState, Machine, Places, UserState};
use nix::unistd::{Gid, Group, Uid, User};

use super::{HostError, SERVICES, failed};

/// Larger files are none that a plan looks into.
const LARGEST: u64 = 1 << 20;

/// The machine as it is, as far as `places` ask for it.
pub(super) fn look(places: &Places) -> Result<Machine, HostError> {
    let mut machine = Machine { services: services()?, ..Machine::default() };
    let mut add = |path: &str| -> Result<(), HostError> {
        if let Some(state) = file(Path::new(path))? {
            machine.files.insert(path.to_owned(), state);
        }
        Ok(())
    };
    for path in &places.files {
        add(path)?;
    }
    for folder in &places.folders {
        for name in names(folder)? {
            add(&format!("{folder}/{name}"))?;
        }
    }
    (machine.users, machine.groups) = (users()?, groups()?);
    if let Some((socket, port)) = &places.postgresql {
        // A server that does not run has no roles to tell; the plan then leaves the database alone.
        machine.roles = query(socket, port, "SELECT rolname FROM pg_roles").ok();
        machine.databases = query(socket, port, "SELECT datname FROM pg_database").unwrap_or_default();
    }
    Ok(machine)
}

/// The names of a folder's files, in order; none if there is no such folder.
fn names(folder: &str) -> Result<Vec<String>, HostError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed("read", folder)(error)),
    };
    let names = entries.map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned()));
    let mut names: Vec<_> = names.collect::<Result<_, _>>().map_err(failed("read", folder))?;
    names.sort();
    Ok(names)
}

/// The services that runit is told to supervise.
pub(super) fn services() -> Result<BTreeSet<String>, HostError> {
    Ok(names(SERVICES)?.into_iter().filter(|name| !name.starts_with('.')).collect())
}

fn file(path: &Path) -> Result<Option<FileState>, HostError> {
    let state = match fs::metadata(path) {
        Ok(state) => state,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed("look at", path)(error)),
    };
    let owner = User::from_uid(Uid::from_raw(state.uid())).ok().flatten().map(|user| user.name);
    let group = Group::from_gid(Gid::from_raw(state.gid())).ok().flatten().map(|group| group.name);
    let text = if state.is_file() && state.len() <= LARGEST {
        // What is no text is never what a plan would write.
        String::from_utf8(fs::read(path).map_err(failed("read", path))?).ok()
    } else {
        None
    };
    Ok(Some(FileState {
        owner: owner.unwrap_or_else(|| state.uid().to_string()),
        group: group.unwrap_or_else(|| state.gid().to_string()),
        mode: state.mode() & 0o7777,
        text,
    }))
}

/// The users of `/etc/passwd`, which is where the tools that the plans use put them.
fn users() -> Result<std::collections::BTreeMap<String, UserState>, HostError> {
    let text = fs::read_to_string("/etc/passwd").map_err(failed("read", "/etc/passwd"))?;
    let users = text.lines().filter_map(|line| {
        let mut fields = line.split(':');
        let (name, _) = (fields.next()?, fields.next()?);
        let (uid, gid) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
        let (_, home, shell) = (fields.next()?, fields.next()?, fields.next()?);
        Some((name.to_owned(), UserState { uid, gid, shell: shell.to_owned(), home: home.to_owned() }))
    });
    Ok(users.collect())
}

fn groups() -> Result<std::collections::BTreeMap<String, u32>, HostError> {
    let text = fs::read_to_string("/etc/group").map_err(failed("read", "/etc/group"))?;
    let groups = text.lines().filter_map(|line| {
        let mut fields = line.split(':');
        Some((fields.next()?.to_owned(), fields.nth(1)?.parse().ok()?))
    });
    Ok(groups.collect())
}

/// The first column of a query's rows, asked as the superuser.
fn query(socket: &str, port: &str, sql: &str) -> Result<BTreeSet<String>, HostError> {
    let psql = ["-u", "gitlab-psql:gitlab-psql", "/opt/gitlab/embedded/bin/psql", "-h", socket, "-p", port];
    let output = Command::new("/opt/gitlab/embedded/bin/chpst")
        .args(psql)
        .args(["-X", "-A", "-t", "-d", "postgres", "-c", sql])
        .current_dir("/tmp")
        .output()
        .map_err(failed("run", "/opt/gitlab/embedded/bin/psql"))?;
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(HostError::Command {
            command: format!("psql -c '{sql}'"),
            status: output.status.to_string(),
            stderr,
        });
    }
    Ok(String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect())
}
