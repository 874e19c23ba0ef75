//! Mattermost's system user and group.

use super::machine::Machine;
use super::shell::command;
use super::undecided::{Undecided, known};
use crate::omnibus::Account;
use crate::plan::{Step, StepList};

/// Group first, then user, as the package does; nothing where it does not manage accounts.
///
/// An id is changed by the system's own `groupmod` and `usermod`, with their own limits: `usermod` refuses to change the
/// id of a user who has processes, and changes the owner of files in the home directory alone, and no file's group.
pub(super) fn plan(account: &Account, machine: &Machine, plan: &mut StepList) -> Result<(), Undecided> {
    if account.managed == Some(false) {
        return Ok(());
    }
    let user = known(account.user.as_ref(), "`mattermost['username']`")?;
    let group = known(account.group.as_ref(), "`mattermost['group']`")?;
    let home = known(account.home.as_ref(), "`mattermost['home']`")?;
    match (machine.groups.get(group), &account.gid) {
        (None, gid) => {
            let gid = gid.iter().flat_map(|gid| ["--gid", gid]);
            let words: Vec<_> = ["groupadd", "--system"].into_iter().chain(gid).chain([group]).collect();
            plan.push(Step::new("make-group", format!("make the group `{group}`")).command(command(&words)));
        }
        (Some(found), Some(gid)) if found.to_string() != *gid => {
            let what = format!("change the id of the group `{group}` from {found} to {gid}");
            plan.push(Step::new("change-group", what).command(command(&["groupmod", "--gid", gid, group])));
        }
        _ => {}
    }
    match (machine.users.get(user), &account.uid) {
        (None, uid) => {
            let uid = uid.iter().flat_map(|uid| ["--uid", uid]);
            let rest = ["--gid", group, "--shell", &account.shell, "--home-dir", home, user];
            let words: Vec<_> = ["useradd", "--system"].into_iter().chain(uid).chain(rest).collect();
            plan.push(Step::new("make-user", format!("make the user `{user}`")).command(command(&words)));
        }
        (Some(found), uid) => {
            let mut words = vec!["usermod"];
            if let Some(uid) = uid.as_ref().filter(|uid| found.uid.to_string() != **uid) {
                words.extend(["--uid", uid]);
            }
            if found.shell != account.shell {
                words.extend(["--shell", &account.shell]);
            }
            if found.home != home {
                words.extend(["--home", home]);
            }
            if words.len() > 1 {
                words.push(user);
                plan.push(Step::new("change-user", format!("change the user `{user}`")).command(command(&words)));
            }
        }
    }
    Ok(())
}
