//! Mattermost's database and role in the bundled PostgreSQL, and the map by which its user becomes that role.

use super::machine::Machine;
use super::paths::IDENT_FILE;
use super::shell::command;
use super::undecided::{Undecided, known};
use crate::omnibus::Deployment;
use crate::plan::{Content, Effect, Step, StepList};

/// The superuser of the bundled PostgreSQL, a system user of the same name.
const SUPERUSER: &str = "gitlab-psql";

/// Role first, then database, each only if missing; nothing where the server or the settings have another database.
pub(super) fn plan(deployment: &Deployment, machine: &Machine, plan: &mut StepList) -> Result<(), Undecided> {
    let database = &deployment.database;
    let Some(roles) = machine.roles.as_ref().filter(|_| database.created_if_missing == Some(true)) else {
        return Ok(());
    };
    let owner = known(database.owner.as_ref(), "`postgresql['sql_mattermost_user']`")?;
    let name = known(database.name.as_ref(), "`mattermost['database_name']`")?;
    let socket = known(database.socket_directory.as_ref(), "`postgresql['unix_socket_directory']`")?;
    let port = known(database.port.as_ref(), "`postgresql['port']`")?;
    let user = known(deployment.account.user.as_ref(), "`mattermost['username']`")?;
    let map = format!("gitlab git gitlab\ngitlab {user} {owner}\ngitlab /^(.*)$ \\1\n");
    if machine.text(IDENT_FILE) != Some(&map) {
        let write = Effect::Write {
            path: IDENT_FILE.to_owned(),
            content: Content::plain(map),
            owner: format!("{SUPERUSER}:{SUPERUSER}"),
            mode: "0600".to_owned(),
        };
        let step = Step::new("map-user", format!("let the user `{user}` be the role `{owner}`")).with(write);
        plan.push(step.command(command(&["/opt/gitlab/embedded/bin/sv", "hup", "/opt/gitlab/service/postgresql"])));
    }
    let as_superuser = |program: &str, rest: &[&str]| {
        let program = format!("/opt/gitlab/embedded/bin/{program}");
        let account = format!("{SUPERUSER}:{SUPERUSER}");
        let words = ["/opt/gitlab/embedded/bin/chpst", "-u", &account, &program, "-h", socket, "-p", port];
        command(&[&words, rest].concat())
    };
    if !roles.contains(owner) {
        let step = Step::new("make-role", format!("make the role `{owner}`"));
        plan.push(step.command(as_superuser("createuser", &[owner])));
    }
    if !machine.databases.contains(name) {
        let step = Step::new("make-database", format!("make the database `{name}`, owned by `{owner}`"));
        plan.push(step.command(as_superuser("createdb", &["-O", owner, name])));
    }
    Ok(())
}
