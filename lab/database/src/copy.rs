//! Where the lab keeps what it needs again of PostgreSQL: programs that it brought along for itself, on a machine that has none
//! installed, and new clusters.

use std::env;
use std::path::PathBuf;

/// The folder of what this account keeps between runs: readable by everybody if it is root's, because PostgreSQL does not
/// run as root.
fn kept() -> Option<PathBuf> {
    let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(folder) = set("LAB_CACHE") {
        return Some(folder);
    }
    if nix::unistd::geteuid().is_root() {
        return Some(PathBuf::from("/var/cache/mattermost-lab"));
    }
    let cache = set("XDG_CACHE_HOME").filter(|folder| folder.is_absolute());
    Some(cache.or_else(|| Some(set("HOME")?.join(".cache")))?.join("mattermost-lab"))
}

/// The folder of the copy; none for an account without a home.
pub fn folder() -> Option<PathBuf> {
    Some(kept()?.join("postgresql"))
}

/// The folder with its programs, whether or not they are there.
pub fn programs() -> Option<PathBuf> {
    Some(folder()?.join("bin"))
}

/// Where new clusters are kept between runs, ready to be unpacked; none for an account without a home.
pub fn clusters() -> Option<PathBuf> {
    Some(kept()?.join("clusters"))
}
