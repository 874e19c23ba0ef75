//! Mattermost's directories and files: env directory, `config.json`, `VERSION`.

use super::machine::Machine;
use super::shell::command;
use super::undecided::{Undecided, known};
use crate::omnibus::{Deployment, Directory, EnvEntry, StaleFiles};
use crate::plan::{Content, Effect, Step, StepList};

/// The directories, with the owner and, where one is set, the mode.
pub(super) fn directories(deployment: &Deployment, machine: &Machine, plan: &mut StepList) {
    for Directory { path, owner, group, mode } in &deployment.directories {
        let mut commands = Vec::new();
        let found = machine.files.get(path);
        if found.is_none() {
            commands.push(command(&["mkdir", "-p", path]));
        }
        let new_owner = owner.as_ref().filter(|owner| found.is_none_or(|found| found.owner != **owner));
        if let Some(owner) = new_owner.filter(|owner| found.is_some() || *owner != "root") {
            commands.push(command(&["chown", owner, path]));
        }
        if let Some(group) = group.as_ref().filter(|group| found.is_none_or(|found| found.group != **group)) {
            commands.push(command(&["chgrp", group, path]));
        }
        if let Some(mode) =
            mode.as_ref().filter(|mode| found.is_none_or(|found| format!("{:04o}", found.mode) != **mode))
        {
            commands.push(command(&["chmod", mode, path]));
        }
        if !commands.is_empty() {
            let verb = if found.is_none() { "make" } else { "correct" };
            let step = Step::new(format!("directory-{path}"), format!("{verb} the directory {path}"));
            plan.push(commands.into_iter().fold(step, Step::command));
        }
    }
}

/// The env directory's files, new or changed ones written and leftovers deleted; tells whether any was.
pub(super) fn env(deployment: &Deployment, machine: &Machine, plan: &mut StepList) -> Result<bool, Undecided> {
    let folder = known(deployment.env_directory.path.as_ref(), "`mattermost['env_directory']`")?;
    let steps = plan.steps.len();
    for (name, EnvEntry { value, secret, .. }) in &deployment.env {
        let path = format!("{folder}/{name}");
        if machine.text(&path) == Some(value) {
            continue;
        }
        let content = if *secret { Content::secret(value) } else { Content::plain(value) };
        let write = Effect::Write { path, content, owner: "root:root".to_owned(), mode: "0644".to_owned() };
        plan.push(Step::new(format!("env-{name}"), format!("write the variable {name}")).with(write));
    }
    if deployment.env_directory.stale_files == StaleFiles::Deleted {
        let prefix = format!("{folder}/");
        let found = machine.files.keys().filter_map(|path| Some((path, path.strip_prefix(&prefix)?)));
        for (path, name) in found.filter(|(_, name)| !name.contains('/') && !deployment.env.contains_key(*name)) {
            let step = Step::new(format!("env-{name}"), format!("delete the variable {name}"));
            plan.push(step.command(command(&["rm", "-f", path])));
        }
    }
    Ok(plan.steps.len() > steps)
}

/// `config.json`, copied only if it is missing.
pub(super) fn config_json(deployment: &Deployment, machine: &Machine, plan: &mut StepList) -> Result<(), Undecided> {
    let config = &deployment.config_json;
    let path = known(config.path.as_ref(), "`mattermost['home']`")?;
    let owner = known(config.owner.as_ref(), "`mattermost['username']`")?;
    if !machine.files.contains_key(path) {
        let copy = command(&["install", "-o", owner, "-m", &config.mode, &config.copied_from, path]);
        plan.push(Step::new("config-json", format!("make {path} from the bundled one")).command(copy));
    }
    Ok(())
}

/// The `VERSION` file; tells whether it changed.
pub(super) fn version(deployment: &Deployment, machine: &Machine, plan: &mut StepList) -> Result<bool, Undecided> {
    let Some(version) = &deployment.version_file else { return Ok(false) };
    let path = known(version.path.as_ref(), "`mattermost['home']`")?;
    let bundled = machine.text(&version.copied_from);
    let changed = bundled.is_some() && machine.text(path) != bundled;
    if changed {
        let copy = command(&["install", "-m", "0644", &version.copied_from, path]);
        plan.push(Step::new("version-file", format!("note the version in {path}")).command(copy));
    }
    Ok(changed)
}
