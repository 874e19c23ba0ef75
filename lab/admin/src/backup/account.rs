//! Accounts of this machine, by name and by number.

use gitlab_mattermost_core::backup::Account;
use nix::unistd::{Gid, Group, Uid, User, geteuid, setfsgid, setfsuid};

use super::error::BackupError;
use super::folder::Found;

/// Whether this process may give files to others.
pub(super) fn is_root() -> bool {
    geteuid().is_root()
}

/// Whom something belongs to.
pub(super) fn of(found: &Found) -> Account {
    let Found { uid, gid, .. } = *found;
    Account { user: user_name(uid), group: group_name(gid), uid, gid }
}

/// Whether an account may read a file, as far as owner, group and others go.
pub(super) fn may_read(account: &Account, found: &Found) -> bool {
    let bit = match found {
        _ if found.uid == account.uid => return true,
        _ if found.gid == account.gid => 0o040,
        _ => 0o004,
    };
    found.mode & bit != 0
}

/// While it lives, this thread has no more rights to files than an account: what it makes is that account's, and what that
/// account may not touch it cannot. Only root can step down; for others nothing changes.
pub(super) struct SteppedDown {
    before: Option<(Uid, Gid)>,
}

impl SteppedDown {
    /// Steps down to the account.
    pub(super) fn to(account: Option<&Account>) -> Self {
        let account = account.filter(|_| is_root());
        let before = account.map(|it| switch(Uid::from_raw(it.uid), Gid::from_raw(it.gid)));
        Self { before }
    }

    /// Does something with root's rights while the thread has stepped down to the account.
    pub(super) fn paused<T>(account: Option<&Account>, work: impl FnOnce() -> T) -> T {
        let root = account.filter(|_| is_root()).map(|_| switch(Uid::from_raw(0), Gid::from_raw(0)));
        let done = work();
        if let Some((uid, gid)) = root {
            switch(uid, gid);
        }
        done
    }
}

impl Drop for SteppedDown {
    fn drop(&mut self) {
        if let Some((uid, gid)) = self.before {
            switch(uid, gid);
        }
    }
}

/// Has the thread deal with files as that user and group; gives those before.
fn switch(uid: Uid, gid: Gid) -> (Uid, Gid) {
    let before = setfsgid(gid);
    (setfsuid(uid), before)
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

/// Whom files are handed over to so that they are this account's: nobody, if what we make is its own.
pub(super) fn receiver(known: Account) -> Result<Option<Account>, BackupError> {
    if is_root() {
        return Ok(Some(known));
    }
    if known.uid == geteuid().as_raw() {
        return Ok(None);
    }
    Err(BackupError::Target { why: format!("files of `{}` can be made by that user or by root alone", known.user) })
}
