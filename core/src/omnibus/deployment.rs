//! The whole result, as data.

use indexmap::IndexMap;
use serde::Serialize;

use super::application::OauthApplication;
use super::env::{EnvDirectory, EnvEntry};
use super::kept_secrets::KeptSecrets;
use super::machine::{Account, ConfigJson, Database, Directory, RunScript, VersionFile};
use super::nginx::VirtualHost;
use super::origin::Origin;
use super::services::Services;
use super::warning::Warning;
use crate::version::Version;

/// What reconfigure makes of the settings for Mattermost. With `enabled` false nothing of it is done, the env is empty
/// and there is no virtual host; the other parts tell what would be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Deployment {
    /// The GitLab version.
    pub gitlab_version: Version,
    /// Whether Mattermost is enabled on this server.
    pub enabled: bool,
    /// The env directory's files by name, in order of name.
    pub env: IndexMap<String, EnvEntry>,
    /// The env directory.
    pub env_directory: EnvDirectory,
    /// The system account.
    pub account: Account,
    /// Directories made, in order.
    pub directories: Vec<Directory>,
    /// The bundled database.
    pub database: Database,
    /// `config.json`.
    pub config_json: ConfigJson,
    /// The `VERSION` file, from GitLab 12.0.
    pub version_file: Option<VersionFile>,
    /// The run script.
    pub run_script: RunScript,
    /// The OAuth application in GitLab.
    pub oauth_application: OauthApplication,
    /// The nginx virtual host.
    pub nginx: Option<VirtualHost>,
    /// Where the secrets come from that reconfigure keeps in its secrets file, by setting.
    pub secrets: IndexMap<String, Origin>,
    /// What GitLab's own `gitlab.yml` says of Mattermost.
    pub gitlab_yml: GitlabYml,
    /// Which of the package's other services run on this server.
    pub services: Services,
    /// GitLab's own site, if this server has one.
    pub gitlab_site: Option<GitlabSite>,
    /// What is worth knowing although it stops nothing.
    pub warnings: Vec<Warning>,
    /// What reconfigure writes into the `mattermost` section of its secrets file.
    #[serde(skip)]
    pub kept_secrets: KeptSecrets,
}

impl Deployment {
    /// The same with every secret value masked, to be shown to people.
    pub fn masked(&self) -> Self {
        let mut masked = self.clone();
        for entry in masked.env.values_mut().filter(|entry| entry.secret) {
            "********".clone_into(&mut entry.value);
        }
        masked
    }
}

/// The `mattermost` section of `gitlab.yml`, by which GitLab offers Mattermost's slash commands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GitlabYml {
    /// Whether GitLab counts Mattermost as there.
    pub enabled: bool,
    /// Its URL; the setting is called `host`.
    pub host: Option<String>,
}

/// GitLab's own site: its URL, and what nginx needs to serve it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GitlabSite {
    /// `external_url` as written.
    pub url: String,
    /// Its virtual host, where the bundled nginx runs.
    pub nginx: Option<VirtualHost>,
}
