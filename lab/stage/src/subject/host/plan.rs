//! The machine that a scenario asks for.

use gitlab_mattermost_core::version::Version;

/// The machine to start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostPlan {
    /// The names under which it is reached, its host name first.
    pub names: Vec<String>,
    /// A network of the container engine that it joins, to reach others by their names.
    pub network: Option<String>,
    /// The version of GitLab, unless it is that of the image.
    pub gitlab_version: Option<Version>,
    /// The version of the stand-in as its Mattermost, unless it is that of the image or of the chosen GitLab.
    pub mattermost_version: Option<Version>,
    /// Whether every role may create in the schema public, as in PostgreSQL up to 14. The server itself stays as it is.
    pub rules_before_postgresql_15: bool,
}

impl HostPlan {
    /// One machine for both, as in the document's *Getting started*.
    pub fn both() -> Self {
        Self::of(&["gitlab.example.com", "mattermost.example.com"])
    }

    /// One machine with these names.
    pub fn of(names: &[&str]) -> Self {
        let names = names.iter().map(|&name| name.to_owned()).collect();
        Self { names, network: None, gitlab_version: None, mattermost_version: None, rules_before_postgresql_15: false }
    }
}
