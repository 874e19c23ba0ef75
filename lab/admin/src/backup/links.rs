//! Links to the parts of an installation: followed are those that nobody but root and the caller could have made, and those
//! that lead where the caller said.
//!
//! A place is resolved once; everything after that goes by a path without links (`folder`).

use std::collections::VecDeque;
use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};

use super::account;
use super::error::{BackupError, failed};
use super::folder::{Folder, Found, Kind};

/// A chain of more links than this is a circle; the kernel's own limit.
const MOST: u32 = 40;

/// The path with its links resolved; what is not there yet keeps its name.
///
/// # Errors
/// A link that belongs to another account leads outside of the folders `follow`, or something on the way is no folder.
pub(crate) fn resolve(path: &Path, follow: &[PathBuf]) -> Result<PathBuf, BackupError> {
    let absolute = std::path::absolute(path).map_err(failed("find", path))?;
    let mut waiting: VecDeque<OsString> = names(&absolute);
    let (mut resolved, mut followed) = (PathBuf::from("/"), 0);
    while let Some(name) = waiting.pop_front() {
        if name == ".." {
            resolved.pop();
            continue;
        }
        let folder = Folder::open(&resolved)?;
        match folder.look(&name)? {
            Some(Found { kind: Kind::Link, uid, names: other_names, .. }) => {
                let target = folder.target(&name)?;
                let link = resolved.join(&name);
                followed += 1;
                // A link of root's that lies elsewhere can be given a second name here.
                let is_roots = is_trusted(uid) && other_names == 1;
                if followed > MOST || !(is_roots || is_named(&resolved.join(&target), follow)) {
                    return Err(BackupError::ForeignLink { path: link, target, owner: account::user_name(uid) });
                }
                if target.is_absolute() {
                    resolved = PathBuf::from("/");
                }
                let mut first = names(&target);
                first.append(&mut waiting);
                waiting = first;
            }
            Some(Found { kind: Kind::Folder, .. }) => resolved.push(name),
            Some(_) if waiting.is_empty() => resolved.push(name),
            Some(_) => return Err(BackupError::NotAFolder { path: resolved.join(name) }),
            None => {
                resolved.push(name);
                resolved.extend(waiting.drain(..));
            }
        }
    }
    Ok(resolved)
}

/// Whether what this account made may be relied on: it is root's, or the caller's own.
pub(crate) fn is_trusted(uid: u32) -> bool {
    uid == 0 || uid == nix::unistd::geteuid().as_raw()
}

/// Whether a target, as far as it is written, lies in one of the folders that were named.
fn is_named(target: &Path, follow: &[PathBuf]) -> bool {
    let mut plain = PathBuf::new();
    for component in target.components() {
        match component {
            Component::ParentDir => drop(plain.pop()),
            Component::CurDir => {}
            other => plain.push(other),
        }
    }
    follow.iter().any(|folder| plain.starts_with(folder))
}

fn names(path: &Path) -> VecDeque<OsString> {
    let names = path.components().filter_map(|component| match component {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some("..".into()),
        _ => None,
    });
    names.collect()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn own_links_lead_on_and_what_is_missing_keeps_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let real = folder.path().canonicalize().unwrap();
        std::fs::create_dir_all(real.join("disk/data")).unwrap();
        std::fs::create_dir(real.join("home")).unwrap();
        symlink("../disk/data", real.join("home/data")).unwrap();
        symlink("circle", real.join("circle")).unwrap();
        assert_eq!(resolve(&real.join("home/data/new/er"), &[]).unwrap(), real.join("disk/data/new/er"));
        assert!(matches!(resolve(&real.join("circle"), &[]), Err(BackupError::ForeignLink { .. })));
    }

    #[test]
    fn a_target_is_named_by_the_folder_that_it_is_in_after_its_dots() {
        let follow = [PathBuf::from("/mnt/disk")];
        assert!(is_named(Path::new("/mnt/disk/data"), &follow) && is_named(Path::new("/srv/../mnt/disk"), &follow));
        assert!(!is_named(Path::new("/mnt/disk/../etc"), &follow) && !is_named(Path::new("/mnt/disks"), &follow));
    }
}
