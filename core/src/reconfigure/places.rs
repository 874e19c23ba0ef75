//! Where to look on a machine.

use std::collections::BTreeSet;

use super::paths;
use crate::omnibus::Deployment;

/// Where to look on a machine before a plan is made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    /// Files and directories.
    pub files: BTreeSet<String>,
    /// Directories of which every file counts: the env directory and those of trusted certificates.
    pub folders: BTreeSet<String>,
    /// Socket directory and port of the bundled PostgreSQL.
    pub postgresql: Option<(String, String)>,
}

/// Where to look before planning `deployment`.
///
/// ```
/// use gitlab_mattermost_core::installation::{DOCUMENTED, Installation, SettingsFile};
/// use gitlab_mattermost_core::reconfigure::places;
///
/// let text = "mattermost_external_url 'https://chat.example.com'";
/// let file = SettingsFile::read("gitlab.rb", text, Default::default(), DOCUMENTED)?;
/// let installation = Installation { gitlab_rb: Some(&file), ..Installation::default() };
/// let places = places(&installation.deployment().expect("a settings file")?);
/// assert!(places.files.contains("/var/opt/gitlab/mattermost/config.json"));
/// assert!(places.folders.contains("/opt/gitlab/etc/mattermost/env"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn places(deployment: &Deployment) -> Places {
    let mut files: BTreeSet<String> = deployment.directories.iter().map(|directory| directory.path.clone()).collect();
    files.extend(deployment.config_json.path.clone());
    files.extend(
        deployment.version_file.iter().flat_map(|file| [file.path.clone(), Some(file.copied_from.clone())]).flatten(),
    );
    let hosts = [deployment.nginx.as_ref(), deployment.gitlab_site.as_ref().and_then(|site| site.nginx.as_ref())];
    files.extend(hosts.into_iter().flatten().map(|host| host.file.clone()));
    let gitlabs =
        [paths::GITLAB_VIRTUAL_HOST, paths::MATTERMOST_VIRTUAL_HOST, paths::EXTERNAL_URL_FILE, paths::GITLAB_YML];
    files.extend(gitlabs.map(str::to_owned));
    files.extend(paths::SERVICE_FILES.map(str::to_owned));
    files.insert(paths::IDENT_FILE.to_owned());
    let database = &deployment.database;
    let postgresql = deployment.services.postgresql != Some(false);
    let server = || Some((database.socket_directory.clone()?, database.port.clone()?));
    let mut folders: BTreeSet<String> = [paths::GIVEN_CERTIFICATES, paths::READ_CERTIFICATES].map(str::to_owned).into();
    folders.extend(deployment.env_directory.path.clone());
    Places { files, folders, postgresql: server().filter(|_| postgresql) }
}
