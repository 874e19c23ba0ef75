//! Mattermost's part of a reconfigure, in the package's order.

use super::machine::Machine;
use super::paths::MATTERMOST_VIRTUAL_HOST;
use super::undecided::Undecided;
use super::{account, database, files, nginx, service};
use crate::omnibus::Deployment;
use crate::plan::StepList;

/// See [`super::plan_mattermost`]. A changed env or run script restarts the service; a changed version hangs it up.
pub(super) fn plan(deployment: &Deployment, machine: &Machine) -> Result<StepList, Undecided> {
    let mut plan = StepList::default();
    account::plan(&deployment.account, machine, &mut plan)?;
    files::directories(deployment, machine, &mut plan);
    database::plan(deployment, machine, &mut plan)?;
    let env_changed = files::env(deployment, machine, &mut plan)?;
    files::config_json(deployment, machine, &mut plan)?;
    let version_changed = files::version(deployment, machine, &mut plan)?;
    let run_changed = service::files(&deployment.run_script, machine, &mut plan);
    let runs = machine.services.contains("mattermost");
    service::switch("mattermost", true, machine, &mut plan);
    if runs && (env_changed || run_changed) {
        service::tell("mattermost", "restart", &mut plan);
    } else if runs && version_changed {
        service::tell("mattermost", "hup", &mut plan);
    }
    site(deployment, machine, &mut plan);
    Ok(plan)
}

/// What takes Mattermost off a server where it is not enabled; its files and its database stay.
pub(super) fn removal(deployment: &Deployment, machine: &Machine) -> StepList {
    let mut plan = StepList::default();
    service::switch("mattermost", false, machine, &mut plan);
    site(deployment, machine, &mut plan);
    plan
}

fn site(deployment: &Deployment, machine: &Machine, plan: &mut StepList) {
    let changed = nginx::plan("Mattermost", MATTERMOST_VIRTUAL_HOST, deployment.nginx.as_ref(), machine, plan);
    if changed && machine.services.contains("nginx") {
        service::tell("nginx", "hup", plan);
    }
}
