//! A machine as a reconfigure finds it.

use std::collections::{BTreeMap, BTreeSet};

use super::{EXTERNAL_URL_FILE, certificates, database, gitlab, service};
use crate::omnibus::Deployment;

/// What is on the machine, as far as a plan depends on it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Machine {
    /// Files and directories by path; what is not listed is not there.
    pub files: BTreeMap<String, FileState>,
    /// Users by name.
    pub users: BTreeMap<String, UserState>,
    /// Groups by name, with their ids.
    pub groups: BTreeMap<String, u32>,
    /// Roles of the bundled PostgreSQL; `None` if it does not run, as on a server without.
    pub roles: Option<BTreeSet<String>>,
    /// Databases of the bundled PostgreSQL.
    pub databases: BTreeSet<String>,
    /// The services that runit supervises.
    pub services: BTreeSet<String>,
}

/// A file or directory.
#[derive(Clone, PartialEq, Eq)]
pub struct FileState {
    /// Its owner's name, or number if it has none.
    pub owner: String,
    /// Its group's name, or number.
    pub group: String,
    /// Its permission bits.
    pub mode: u32,
    /// Its text; `None` for a directory, and for a file that is no text.
    pub text: Option<String>,
}

/// The text may hold secrets.
impl std::fmt::Debug for FileState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { owner, group, mode, text } = self;
        let length = text.as_ref().map(String::len);
        f.debug_struct("FileState")
            .field("owner", owner)
            .field("group", group)
            .field("mode", mode)
            .field("length", &length)
            .finish()
    }
}

/// A system user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserState {
    /// User id.
    pub uid: u32,
    /// Id of the primary group.
    pub gid: u32,
    /// Login shell.
    pub shell: String,
    /// Home directory.
    pub home: String,
}

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
pub fn places(deployment: &Deployment) -> Places {
    let mut files: BTreeSet<String> = deployment.directories.iter().map(|directory| directory.path.clone()).collect();
    files.extend(deployment.config_json.path.clone());
    files.extend(
        deployment.version_file.iter().flat_map(|file| [file.path.clone(), Some(file.copied_from.clone())]).flatten(),
    );
    let hosts = [deployment.nginx.as_ref(), deployment.gitlab_site.as_ref().and_then(|site| site.nginx.as_ref())];
    files.extend(hosts.into_iter().flatten().map(|host| host.file.clone()));
    let gitlabs = [gitlab::VIRTUAL_HOST, gitlab::MATTERMOST_VIRTUAL_HOST, EXTERNAL_URL_FILE, gitlab::SETTINGS_FILE];
    files.extend(gitlabs.map(str::to_owned));
    files.extend(service::FILES.map(str::to_owned));
    files.insert(database::IDENT_FILE.to_owned());
    let database = &deployment.database;
    let postgresql = deployment.services.postgresql != Some(false);
    let server = || Some((database.socket_directory.clone()?, database.port.clone()?));
    let mut folders: BTreeSet<String> = [certificates::GIVEN, certificates::READ].map(str::to_owned).into();
    folders.extend(deployment.env_directory.path.clone());
    Places { files, folders, postgresql: server().filter(|_| postgresql) }
}

impl Machine {
    /// The text of a file that is there.
    pub(super) fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path)?.text.as_deref()
    }
}
