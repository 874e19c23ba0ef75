//! Accounts of this machine, by name and by number.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use gitlab_mattermost_core::backup::Account;
use nix::unistd::{Gid, Group, Uid, User, geteuid};

use super::error::{BackupError, failed};

/// Whether this process may give files to others.
pub(super) fn is_root() -> bool {
    geteuid().is_root()
}

/// Whom a file belongs to.
pub(super) fn of_file(path: &Path) -> Result<Account, BackupError> {
    let metadata = fs::metadata(path).map_err(failed("look at", path))?;
    let (uid, gid) = (metadata.uid(), metadata.gid());
    Ok(Account { user: user_name(uid), group: group_name(gid), uid, gid })
}

/// The name of a user id; the number where it has none.
pub(super) fn user_name(uid: u32) -> String {
    User::from_uid(Uid::from_raw(uid)).ok().flatten().map_or_else(|| uid.to_string(), |user| user.name)
}

/// The name of a group id; the number where it has none.
pub(super) fn group_name(gid: u32) -> String {
    Group::from_gid(Gid::from_raw(gid)).ok().flatten().map_or_else(|| gid.to_string(), |group| group.name)
}

/// The ids of a system user.
pub(super) fn ids(name: &str) -> Result<(u32, u32), BackupError> {
    let user = User::from_name(name).ok().flatten();
    let user = user.ok_or_else(|| BackupError::NoAccount { name: name.to_owned() })?;
    Ok((user.uid.as_raw(), user.gid.as_raw()))
}

/// The account `USER[:GROUP]`, each a name or a number.
pub(super) fn named(text: &str) -> Result<Account, BackupError> {
    let unknown = || BackupError::NoAccount { name: text.to_owned() };
    let (user, group) = text.split_once(':').map_or((text, None), |(user, group)| (user, Some(group)));
    let (uid, own_gid) = match user.parse::<u32>() {
        Ok(uid) => (uid, User::from_uid(Uid::from_raw(uid)).ok().flatten().map(|user| user.gid.as_raw())),
        Err(_) => ids(user).map(|(uid, gid)| (uid, Some(gid)))?,
    };
    let gid = match group {
        None => own_gid.ok_or_else(unknown)?,
        Some(group) => match group.parse::<u32>() {
            Ok(gid) => gid,
            Err(_) => Group::from_name(group).ok().flatten().ok_or_else(unknown)?.gid.as_raw(),
        },
    };
    Ok(Account { user: user_name(uid), group: group_name(gid), uid, gid })
}
