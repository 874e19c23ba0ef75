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
use crate::masking::{shown, shown_text};
use crate::version::Version;

/// What reconfigure makes of the settings for Mattermost. With `enabled` false nothing of it is done, the env is empty
/// and there is no virtual host; the other parts tell what would be.
///
/// # Shape
/// `lab/schemas/deployment.schema.json`.
///
/// ```
/// use gitlab_mattermost_core::gitlab_rb::{ReadOptions, read};
/// use gitlab_mattermost_core::omnibus::{DeriveOptions, derive};
///
/// let text = "mattermost_external_url 'https://chat.example.com'\nmattermost['gitlab_secret'] = 'hunter2'";
/// let settings = read(text, &ReadOptions::default())?;
/// let deployment = derive(&settings, &DeriveOptions::of("14.7.0".parse()?))?;
/// let masked = deployment.masked();
/// assert_eq!(deployment.env["MM_GITLABSETTINGS_SECRET"].value, "hunter2");
/// assert_ne!(masked.env["MM_GITLABSETTINGS_SECRET"].value, "hunter2");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
    /// How `config.json` comes to be.
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
    /// The package's other services, as far as they run on this server.
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
    /// A copy with every secret masked, to be shown to people.
    pub fn masked(&self) -> Self {
        let mut masked = self.clone();
        for (name, entry) in &mut masked.env {
            entry.value = shown(name, &entry.value);
        }
        let mut site = masked.gitlab_site.as_mut();
        let hosts = [masked.nginx.as_mut(), site.as_mut().and_then(|site| site.nginx.as_mut())];
        for (name, value) in hosts.into_iter().flatten().flat_map(|host| &mut host.proxy_headers) {
            *value = shown(name, value);
        }
        let texts = [
            site.map(|site| &mut site.url),
            masked.gitlab_yml.host.as_mut(),
            masked.oauth_application.redirect_uris.as_mut(),
        ];
        let messages = masked.warnings.iter_mut().map(|warning| &mut warning.message);
        for text in texts.into_iter().flatten().chain(messages) {
            *text = shown_text(text);
        }
        masked
    }
}

/// The `mattermost` section of `gitlab.yml`, by which GitLab offers Mattermost's slash commands.
///
/// # Shape
/// A JSON object with these fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GitlabYml {
    /// Whether GitLab counts Mattermost as there.
    pub enabled: bool,
    /// Its URL; the setting is called `host`.
    pub host: Option<String>,
}

/// GitLab's own site: its URL, and what nginx needs to serve it.
///
/// # Shape
/// A JSON object with these fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GitlabSite {
    /// `external_url` as written.
    pub url: String,
    /// Its virtual host, where the bundled nginx runs.
    pub nginx: Option<VirtualHost>,
}
