//! `gitlab-ctl reconfigure`: reads the settings, plans, carries out, says what it did.

use std::collections::BTreeSet;
use std::path::Path;

use gitlab_mattermost_core::gitlab_rb::Surroundings;
use gitlab_mattermost_core::installation::{Installation, SettingsFile, Versions};
use gitlab_mattermost_core::omnibus::{Deployment, DeriveError, Secrets};
use gitlab_mattermost_core::plan::{Step, StepList};
use gitlab_mattermost_core::reconfigure::{self, places};
use gitlab_mattermost_core::version::Version;

use super::carry_out::carry_out;
use super::look::look;
use super::whole_file::write;
use super::{GITLAB_VERSION_FILE, HostError, SECRETS_FILE, SETTINGS_FILE, failed, read_if_there};
use crate::settings_fault::{SettingsFault, Source};

/// Why a reconfigure did not come to its end.
#[derive(Debug)]
pub(super) enum Stopped {
    /// The settings make the package abort.
    Refused(SettingsFault, Source),
    /// Something on the machine.
    Failed(HostError),
}

impl<E: Into<HostError>> From<E> for Stopped {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// Brings the machine to what its settings file says; `tell` hears of every step before it is done.
///
/// # Errors
/// [`Stopped`]; what was done before stays done.
pub(super) fn reconfigure(mut tell: impl FnMut(&Step)) -> Result<(), Stopped> {
    let (mut deployment, secrets) = derive(kept_secrets()?)?;
    keep(&deployment, secrets)?;
    let mut act = |plan: StepList| -> Result<(), HostError> {
        for step in &plan.steps {
            tell(step);
            step.effects.iter().try_for_each(carry_out)?;
        }
        Ok(())
    };
    act(reconfigure::plan_gitlab(&deployment, &look(&places(&deployment))?)?)?;
    let registration = reconfigure::plan_registration(&deployment);
    if !registration.is_empty() {
        act(registration)?;
        let (registered, secrets) = derive(kept_secrets()?)?;
        keep(&registered, secrets)?;
        deployment = registered;
    }
    act(reconfigure::plan_mattermost(&deployment, &look(&places(&deployment))?)?)?;
    Ok(())
}

/// What [`reconfigure`] would do, as far as that can be known: what follows a registration depends on its outcome.
///
/// # Errors
/// [`Stopped`].
pub(super) fn plan() -> Result<StepList, Stopped> {
    let (deployment, _) = derive(kept_secrets()?)?;
    let machine = look(&places(&deployment))?;
    let mut plan = reconfigure::plan_gitlab(&deployment, &machine)?;
    plan.steps.extend(reconfigure::plan_registration(&deployment).steps);
    plan.steps.extend(reconfigure::plan_mattermost(&deployment, &machine)?.steps);
    Ok(plan)
}

/// The version of GitLab that the machine has.
fn gitlab_version() -> Result<Version, HostError> {
    let text = std::fs::read_to_string(GITLAB_VERSION_FILE).map_err(failed("read", GITLAB_VERSION_FILE))?;
    Ok(text.trim().parse()?)
}

fn kept_secrets() -> Result<Secrets, HostError> {
    let secrets = Secrets::read(read_if_there(SECRETS_FILE)?.as_deref().unwrap_or("{}"))?;
    Ok(secrets.completed(|| format!("{:032x}", rand::random::<u128>())))
}

fn derive(secrets: Secrets) -> Result<(Deployment, Secrets), Stopped> {
    let gitlab_version = gitlab_version()?;
    let text = std::fs::read_to_string(SETTINGS_FILE).map_err(failed("read", SETTINGS_FILE))?;
    let source = |text| Source { name: SETTINGS_FILE.to_owned(), text };
    let file = match SettingsFile::read(SETTINGS_FILE, text.as_str(), surroundings()?, gitlab_version) {
        Ok(file) => file,
        Err(error) => return Err(Stopped::Refused(SettingsFault::Reading(Box::new(error)), source(text))),
    };
    let kept = secrets.to_json();
    let installation = Installation {
        versions: Versions { gitlab: Some(gitlab_version), mattermost: None },
        gitlab_rb: Some(&file),
        secrets: Some(&kept),
        ..Installation::default()
    };
    let unsupported = Err(DeriveError::UnsupportedVersion { version: gitlab_version });
    match installation.certain_deployment(&format!("{:032x}", rand::random::<u128>())).unwrap_or(unsupported) {
        Ok(deployment) => Ok((deployment, secrets)),
        Err(error) => Err(Stopped::Refused(SettingsFault::Deriving(Box::new(error)), source(text))),
    }
}

/// What the settings file may ask of this machine: its environment is this program's, and certificates count if they are
/// there.
fn surroundings() -> Result<Surroundings, HostError> {
    let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
        Some((name.into_string().ok()?, Some(value.into_string().ok()?)))
    };
    Ok(Surroundings {
        variables: std::env::vars_os().filter_map(text).collect(),
        all_variables: true,
        existing_files: certificates()?,
        ..Surroundings::default()
    })
}

/// The files of `/etc/gitlab/ssl`, on whose presence the settings depend.
fn certificates() -> Result<BTreeSet<String>, HostError> {
    let folder = Path::new("/etc/gitlab/ssl");
    if !folder.is_dir() {
        return Ok(BTreeSet::new());
    }
    let entries = std::fs::read_dir(folder).map_err(failed("read", folder))?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path().to_string_lossy().into_owned()));
    paths.collect::<Result<_, _>>().map_err(failed("read", folder))
}

/// Keeps what was generated, so that the next run finds it.
fn keep(deployment: &Deployment, secrets: Secrets) -> Result<(), HostError> {
    let text = secrets.with(&deployment.kept_secrets.0).to_text();
    if read_if_there(SECRETS_FILE)?.as_deref() == Some(&text) {
        return Ok(());
    }
    write(SECRETS_FILE.as_ref(), &text, "root:root", "0600")
}
