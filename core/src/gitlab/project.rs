//! Projects, as far as a slash command of Mattermost needs one: a number, a name, and the token of the command.

use super::user::UserId;
use crate::secret::Secret;

/// The number of a project.
pub(super) type ProjectId = u64;

/// A project.
#[derive(Debug)]
pub(super) struct Project {
    pub id: ProjectId,
    pub path: String,
    pub owner: UserId,
    /// The token by which Mattermost's slash command is known; nothing while the integration is off.
    pub slash_commands: Option<Secret>,
}

/// All projects, by number.
#[derive(Debug, Default)]
pub(super) struct Projects {
    all: Vec<Project>,
    last: ProjectId,
}

impl Projects {
    /// Adds a project; `None` if its owner has one of this path.
    pub fn add(&mut self, path: &str, owner: UserId) -> Option<&Project> {
        if self.all.iter().any(|project| project.owner == owner && project.path == path) {
            return None;
        }
        self.last += 1;
        self.all.push(Project { id: self.last, path: path.to_owned(), owner, slash_commands: None });
        self.all.last()
    }

    /// Every project.
    pub fn iter(&self) -> impl Iterator<Item = &Project> {
        self.all.iter()
    }

    /// The project of this number.
    pub fn get(&self, id: ProjectId) -> Option<&Project> {
        self.all.iter().find(|project| project.id == id)
    }

    /// The project of this number, to be changed.
    pub fn get_mut(&mut self, id: ProjectId) -> Option<&mut Project> {
        self.all.iter_mut().find(|project| project.id == id)
    }

    /// Removes a project; returns whether there was one.
    pub fn remove(&mut self, id: ProjectId) -> bool {
        let before = self.all.len();
        self.all.retain(|project| project.id != id);
        self.all.len() != before
    }
}
