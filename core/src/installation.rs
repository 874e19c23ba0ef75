//! What is known of one installation: its versions and files, given once, and asked by everybody.
//!
//! Any part may be missing; nothing is concluded from absence, and an answer that depends on what is not there is `None`.
//!
//! Not here: reading the files (the lab), and judging any of it (`upgrade`, `diagnosis`).

mod files;
mod places;
mod settings_file;
mod traces;
mod versions;

pub use files::{EnvDirectory, JsonFile};
pub use places::{DatabasePlace, InstalledPlaces};
pub use settings_file::SettingsFile;
pub use versions::{DOCUMENTED, Versions};

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::gitlab_rb::Value;
use crate::mattermost_config::{Effective, StartRefused, effective};
use crate::omnibus::{Context, Deployment, DeriveError, Secrets, chpst_value, derive, supports};
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
    /// Secrets that do not fit are left aside, those that the package would generate are zeros, and no certificate
    /// counts as there.
    ///
    /// ```
    /// use gitlab_mattermost_core::installation::Installation;
    /// assert!(Installation::default().deployment().is_none());
    /// ```
    pub fn deployment(&self) -> Option<Result<Deployment, DeriveError>> {
        let file = self.gitlab_rb?;
        let gitlab_version = self.versions.gitlab_or_documented();
        if !supports(gitlab_version) {
            return None;
        }
        let context = Context {
            secrets: self.secrets.and_then(|secrets| Secrets::of(secrets.clone()).ok()),
            ..Context::of(gitlab_version)
        };
        Some(derive(&file.settings, &context))
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
        let entries =
            deployment.env.iter().filter_map(|(name, entry)| Some((name.clone(), chpst_value(&entry.value)?)));
        entries.collect()
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

#[cfg(test)]
mod tests;
