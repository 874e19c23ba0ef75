//! What a reconfigure changes on a machine: the difference between a [`Deployment`] and what is there, as a [`StepList`].
//!
//! The plan of a machine that is as it should be is empty. The order is the package's: GitLab itself, then account,
//! directories, database, files and service of Mattermost, its virtual host, and last the restarts of what changed.
//!
//! Not here: deriving the deployment (`omnibus`), looking at a machine and carrying a plan out (the lab).

mod account;
mod certificates;
mod database;
mod files;
mod gitlab;
mod machine;
mod mattermost;
mod nginx;
mod paths;
mod places;
mod service;
mod shell;
mod undecided;

pub use machine::{FileState, Machine, UserState};
pub use paths::EXTERNAL_URL_FILE;
pub use places::{Places, places};
pub use undecided::Undecided;

use crate::omnibus::Deployment;
use crate::plan::{Effect, Step, StepList};

/// What comes before Mattermost: the services of this server and GitLab's own site.
///
/// # Errors
/// [`Undecided`].
pub fn plan_gitlab(deployment: &Deployment, machine: &Machine) -> Result<StepList, Undecided> {
    gitlab::plan(deployment, machine)
}

/// The registration of Mattermost with GitLab, if this server does it; the other plans come out otherwise after it.
///
/// ```
/// use gitlab_mattermost_core::installation::{DOCUMENTED, Installation, SettingsFile};
/// use gitlab_mattermost_core::plan::Effect;
/// use gitlab_mattermost_core::reconfigure::plan_registration;
///
/// let text = "external_url 'http://gitlab.example.com'\nmattermost_external_url 'http://chat.example.com'";
/// let file = SettingsFile::read("gitlab.rb", text, Default::default(), DOCUMENTED)?;
/// let installation = Installation { gitlab_rb: Some(&file), ..Installation::default() };
/// let deployment = installation.deployment().expect("a settings file")?;
/// let plan = plan_registration(&deployment);
/// assert!(matches!(plan.steps[0].effects[0], Effect::Register { .. }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn plan_registration(deployment: &Deployment) -> StepList {
    let mut plan = StepList::default();
    let application = &deployment.oauth_application;
    let due = deployment.enabled && application.registration.automatic == Some(true);
    if let Some(redirect_uris) = application.redirect_uris.clone().filter(|_| due) {
        let register = Effect::Register { name: application.name.clone(), redirect_uris };
        plan.push(Step::new("register-application", "register Mattermost with GitLab").with(register));
    }
    plan
}

/// Everything of Mattermost itself, or what takes it off the server where it is not enabled.
///
/// # Errors
/// [`Undecided`].
pub fn plan_mattermost(deployment: &Deployment, machine: &Machine) -> Result<StepList, Undecided> {
    if deployment.enabled {
        mattermost::plan(deployment, machine)
    } else {
        Ok(mattermost::removal(deployment, machine))
    }
}

#[cfg(test)]
mod tests;
