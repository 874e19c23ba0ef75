//! A machine as a reconfigure finds it.

use std::collections::{BTreeMap, BTreeSet};

/// What is on the machine, as far as a plan depends on it.
///
/// ```
/// use gitlab_mattermost_core::installation::{DOCUMENTED, Installation, SettingsFile};
/// use gitlab_mattermost_core::reconfigure::{FileState, Machine, plan_mattermost};
///
/// let text = "mattermost_external_url 'https://chat.example.com'";
/// let file = SettingsFile::read("gitlab.rb", text, Default::default(), DOCUMENTED)?;
/// let installation = Installation { gitlab_rb: Some(&file), ..Installation::default() };
/// let deployment = installation.deployment().expect("a settings file")?;
/// let makes_env = |machine: &Machine| -> Result<bool, Box<dyn std::error::Error>> {
///     let steps = serde_json::to_string(&plan_mattermost(&deployment, machine)?)?;
///     Ok(steps.contains("mkdir -p /opt/gitlab/etc/mattermost/env"))
/// };
/// let empty = Machine::default();
/// let directory = FileState { owner: "root".to_owned(), group: "root".to_owned(), mode: 0o755, text: None };
/// let files = [("/opt/gitlab/etc/mattermost/env".to_owned(), directory)].into();
/// assert!(makes_env(&empty)?);
/// assert!(!makes_env(&Machine { files, ..empty })?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
///
/// # Shape
/// `mode` has the permission bits alone: `0o755`. `Debug` prints the length of the text, not the text.
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
///
/// ```
/// use gitlab_mattermost_core::installation::{DOCUMENTED, Installation, SettingsFile};
/// use gitlab_mattermost_core::reconfigure::{Machine, UserState, plan_mattermost};
///
/// let text = "mattermost_external_url 'https://chat.example.com'";
/// let file = SettingsFile::read("gitlab.rb", text, Default::default(), DOCUMENTED)?;
/// let installation = Installation { gitlab_rb: Some(&file), ..Installation::default() };
/// let deployment = installation.deployment().expect("a settings file")?;
/// let (shell, home) = ("/bin/sh".to_owned(), "/home/mattermost".to_owned());
/// let users = [("mattermost".to_owned(), UserState { uid: 994, gid: 994, shell, home })].into();
/// let steps = plan_mattermost(&deployment, &Machine { users, ..Machine::default() })?.steps;
/// assert!(steps.iter().any(|step| step.id == "change-user"), "its home is another");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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

impl Machine {
    /// The text of a file that is there.
    pub(super) fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path)?.text.as_deref()
    }
}
