//! What of Mattermost is left in an installation's files, by which GitLab 19 decides whether it may be installed.

use serde_json::Value as Json;

use super::Installation;
use crate::gitlab_rb::Value;

impl Installation<'_> {
    /// Whether the settings file has any `mattermost['…']`.
    pub(crate) fn has_settings(&self) -> Option<bool> {
        let settings = &self.gitlab_rb?.settings;
        let Some(section) = settings.sections.get("mattermost") else { return Some(false) };
        let section = section.borrow();
        if section.is_empty() && section.unknown.is_some() { None } else { Some(!section.is_empty()) }
    }

    /// Whether `mattermost['enable']` is exactly true in the settings file, whatever the external URL says.
    pub(crate) fn enable_is_true(&self) -> Option<bool> {
        match self.gitlab_rb?.settings.value("mattermost", "enable") {
            Some(Value::Unknown(_)) => None,
            value => Some(value == Some(Value::Bool(true))),
        }
    }

    /// Whether the secrets file has anything for Mattermost.
    pub(crate) fn has_secrets(&self) -> Option<bool> {
        self.secrets.map(|secrets| filled(secrets.get("mattermost")))
    }

    /// Whether the cached node file lacks what the check reads: a reconfigure that broke off leaves it so.
    pub(crate) fn node_is_malformed(&self) -> bool {
        self.node.is_some_and(|node| node.get("normal").is_none())
    }

    /// Whether the cached node file has anything for Mattermost.
    pub(crate) fn has_node_section(&self) -> Option<bool> {
        self.node.map(|node| filled(node.pointer("/normal/mattermost")))
    }

    /// Whether the cached node file says that Mattermost is on.
    pub(crate) fn node_enabled(&self) -> Option<bool> {
        self.node.map(|node| node.pointer("/normal/mattermost/enable") == Some(&Json::Bool(true)))
    }
}

fn filled(section: Option<&Json>) -> bool {
    section.and_then(Json::as_object).is_some_and(|section| !section.is_empty())
}
