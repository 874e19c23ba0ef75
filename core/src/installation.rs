//! What is known of one installation: its versions and files, given once, and asked by everybody.
//!
//! Any part may be missing; nothing is concluded from absence, and an answer that depends on what is not there is `None`.
//!
//! Not here: reading the files (the lab), and judging any of it (`upgrade`, `diagnosis`).

mod data_source;
mod explanation;
mod files;
mod places;
mod settings_file;
mod traces;
mod versions;

pub use data_source::DataSource;
pub use explanation::{Explanation, Reading, explain};
pub use files::{EnvDirectory, JsonFile};
pub use places::{DatabasePlace, InstalledPlaces, OwnDatabase};
pub use settings_file::SettingsFile;
pub use versions::{DOCUMENTED, Versions};

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::gitlab_rb::{Settings, Value};
use crate::mattermost_config::{Effective, StartRefused, effective};
use crate::omnibus::{
    Deployment, DeriveError, DeriveOptions, KnownDeployment, Secrets, UNGENERATED, chpst_value, derive, derive_known,
    supports,
};
use crate::version::Version;

/// An installation's versions and files, as far as they were given.
///
/// # Shape
/// `secrets` and `node` are the JSON of `gitlab-secrets.json` and of the package's cached node file
/// `/opt/gitlab/embedded/nodes/*.json`. With nothing given, every answer is `None` or empty.
///
/// # Source
/// The package's cookbooks, GitLab 11.0 to 18.11, where it comes to what reconfigure makes of the files.
///
/// ```
/// use gitlab_mattermost_core::installation::{Installation, SettingsFile, Versions};
///
/// let gitlab = "14.7.0".parse()?;
/// let text = "mattermost_external_url 'https://chat.example.com'";
/// let file = SettingsFile::read("gitlab.rb", text, Default::default(), gitlab)?;
/// let versions = Versions { gitlab: Some(gitlab), mattermost: None };
/// let installation = Installation { versions, gitlab_rb: Some(&file), ..Installation::default() };
/// assert_eq!(installation.enabled(), Some(true));
/// assert_eq!(installation.mattermost(), Some("6.2.1".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct Installation<'a> {
    /// What is installed.
    pub versions: Versions,
    /// `/etc/gitlab/gitlab.rb`.
    pub gitlab_rb: Option<&'a SettingsFile>,
    /// The env directory of Mattermost's service, if it was looked at.
    pub environment: Option<&'a EnvDirectory>,
    /// Mattermost's `config.json`.
    pub config_json: Option<&'a Json>,
    /// `/etc/gitlab/gitlab-secrets.json`.
    pub secrets: Option<&'a Json>,
    /// The package's cached node file.
    pub node: Option<&'a Json>,
}

impl Installation<'_> {
    /// The installed Mattermost: the given one, or the one that the installed GitLab bundles.
    ///
    /// ```
    /// use gitlab_mattermost_core::installation::Installation;
    /// assert_eq!(Installation::default().mattermost(), None);
    /// ```
    pub fn mattermost(&self) -> Option<Version> {
        self.versions.mattermost_or_bundled()
    }

    /// What reconfigure makes of the settings file; `None` without one, and for a GitLab outside 11.0 to 18.11.
    ///
    /// Secrets that do not fit are left aside, those that the package would generate are zeros, and only certificates of
    /// which that was told count as there. Code that cannot be seen is taken to set nothing, with a warning, where the file
    /// decides by itself whether Mattermost is on.
    ///
    /// ```
    /// use gitlab_mattermost_core::installation::Installation;
    /// assert!(Installation::default().deployment().is_none());
    /// ```
    pub fn deployment(&self) -> Option<Result<Deployment, DeriveError>> {
        self.deployment_with(UNGENERATED)
    }

    /// What [`Installation::deployment`] answers, with `generated` for each secret that the package would generate.
    ///
    /// ```
    /// use gitlab_mattermost_core::installation::Installation;
    /// assert!(Installation::default().deployment_with("").is_none());
    /// ```
    pub fn deployment_with(&self, generated: &str) -> Option<Result<Deployment, DeriveError>> {
        let settings = &self.gitlab_rb?.settings;
        match self.certain_deployment(generated)? {
            Err(DeriveError::UnknownValue { .. }) if decides_by_itself(settings) => {
                Some(derive(settings.as_seen(), &self.context(generated)?))
            }
            derived => Some(derived),
        }
    }

    /// What reconfigure makes of the settings file if code that cannot be seen may set anything: what is carried out on a
    /// machine must not rest on a guess. `None` as in [`Installation::deployment`].
    ///
    /// ```
    /// use gitlab_mattermost_core::installation::{DOCUMENTED, Installation, SettingsFile};
    ///
    /// let text = "from_file '/etc/gitlab/more.rb'\nmattermost_external_url 'https://chat.example.com'";
    /// let file = SettingsFile::read("gitlab.rb", text, Default::default(), DOCUMENTED)?;
    /// let installation = Installation { gitlab_rb: Some(&file), ..Installation::default() };
    /// assert!(installation.certain_deployment("").is_some_and(|it| it.is_err()));
    /// assert!(installation.deployment().is_some_and(|it| it.is_ok()));
    /// # Ok::<(), gitlab_mattermost_core::gitlab_rb::ReadError>(())
    /// ```
    pub fn certain_deployment(&self, generated: &str) -> Option<Result<Deployment, DeriveError>> {
        Some(derive(&self.gitlab_rb?.settings, &self.context(generated)?))
    }

    /// What of the deployment is known, where some of the settings are not; code that cannot be seen is taken to set
    /// nothing.
    ///
    /// ```
    /// use gitlab_mattermost_core::installation::Installation;
    /// assert!(Installation::default().known_deployment().is_none());
    /// ```
    pub fn known_deployment(&self) -> Option<Result<KnownDeployment, DeriveError>> {
        let context = self.context(UNGENERATED)?;
        Some(derive_known(self.gitlab_rb?.settings.as_seen(), &context))
    }

    fn context(&self, generated: &str) -> Option<DeriveOptions> {
        let gitlab_version = self.versions.gitlab_or_documented();
        let existing = self.gitlab_rb.map(|file| file.settings.existing_files.iter().cloned().collect());
        supports(gitlab_version).then(|| DeriveOptions {
            gitlab_version,
            secrets: self.secrets.and_then(|secrets| Secrets::of(secrets.clone()).ok()),
            generated_secret: generated.to_owned(),
            existing_files: existing.unwrap_or_default(),
        })
    }

    /// Whether the settings switch Mattermost on, as reconfigure understands them; `None` without a settings file, or
    /// where only Ruby could tell.
    ///
    /// Where reconfigure would stop, or the GitLab is one that it is not known for, `mattermost['enable']` counts by
    /// Ruby's truth, and failing that the external URL.
    ///
    /// ```
    /// use gitlab_mattermost_core::installation::{Installation, SettingsFile, DOCUMENTED};
    ///
    /// let file = SettingsFile::read("gitlab.rb", "mattermost['enable'] = 'true'", Default::default(), DOCUMENTED)?;
    /// let installation = Installation { gitlab_rb: Some(&file), ..Installation::default() };
    /// assert_eq!(installation.enabled(), Some(true));
    /// # Ok::<(), gitlab_mattermost_core::gitlab_rb::ReadError>(())
    /// ```
    pub fn enabled(&self) -> Option<bool> {
        let settings = &self.gitlab_rb?.settings;
        if let Some(Ok(deployment)) = self.deployment() {
            return Some(deployment.enabled);
        }
        match settings.value("mattermost", "enable") {
            None | Some(Value::Nil) => {}
            Some(value) => return value.truthy(),
        }
        settings.call("mattermost_external_url").map_or(Some(false), |call| call.value.truthy())
    }

    /// Mattermost's variables as its process gets them: those of the env directory, or else those that the settings
    /// file comes to.
    ///
    /// ```
    /// use gitlab_mattermost_core::installation::{EnvDirectory, Installation};
    ///
    /// let files = [("MM_A".to_owned(), "1 \nrest".to_owned()), ("MM_B".to_owned(), String::new())].into();
    /// let directory = EnvDirectory { name: "env".to_owned(), files };
    /// let installation = Installation { environment: Some(&directory), ..Installation::default() };
    /// assert_eq!(installation.variables().into_iter().collect::<Vec<_>>(), [("MM_A".to_owned(), "1".to_owned())]);
    /// ```
    pub fn variables(&self) -> BTreeMap<String, String> {
        if let Some(directory) = self.environment {
            return directory.variables();
        }
        let Some(Ok(deployment)) = self.deployment() else { return BTreeMap::new() };
        values(&deployment)
    }

    /// The settings with which the server runs; `None` if its version is not known.
    ///
    /// # Errors
    /// [`StartRefused`] where the server ends instead of starting.
    ///
    /// ```
    /// use gitlab_mattermost_core::installation::{Installation, Versions};
    ///
    /// let versions = Versions { gitlab: None, mattermost: Some("6.2.1".parse()?) };
    /// let config = serde_json::json!({"TeamSettings": {"SiteName": "Chat"}});
    /// let installation = Installation { versions, config_json: Some(&config), ..Installation::default() };
    /// assert_eq!(installation.effective().transpose()?.unwrap().text("TeamSettings.SiteName"), "Chat");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn effective(&self) -> Option<Result<Effective, StartRefused>> {
        Some(effective(self.mattermost()?, &self.variables(), self.config_json))
    }
}

/// The variables of a deployment as the process gets them.
fn values(deployment: &Deployment) -> BTreeMap<String, String> {
    let entries = deployment.env.iter().filter_map(|(name, entry)| Some((name.clone(), chpst_value(&entry.value)?)));
    entries.collect()
}

/// Whether the URLs, and whether Mattermost is on, stand behind the code that cannot be seen.
fn decides_by_itself(settings: &Settings) -> bool {
    let is_known = |name: &str| settings.call(name).is_some_and(|call| !matches!(call.value, Value::Unknown(_)));
    let switched = !matches!(settings.value("mattermost", "enable"), None | Some(Value::Unknown(_) | Value::Nil));
    let gitlab = settings.as_seen().call("external_url").is_none() || is_known("external_url");
    !settings.unseen.is_empty() && gitlab && (switched || is_known("mattermost_external_url"))
}

#[cfg(test)]
mod tests;
