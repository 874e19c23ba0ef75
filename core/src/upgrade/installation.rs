//! What is known of the installation that is to be upgraded.

use serde_json::Value as Json;

use crate::gitlab_rb::{Settings, Value};

/// A settings file with its text, so that places in it can be told.
#[derive(Debug, Clone, Copy)]
pub struct GitlabRb<'a> {
    /// The name to call it by.
    pub name: &'a str,
    /// Its text.
    pub source: &'a str,
    /// What it says.
    pub settings: &'a Settings,
}

/// The installation's files, as far as they were given.
#[derive(Debug, Clone, Copy, Default)]
pub struct Installation<'a> {
    /// `/etc/gitlab/gitlab.rb`.
    pub gitlab_rb: Option<GitlabRb<'a>>,
    /// Mattermost's `config.json`.
    pub config_json: Option<&'a Json>,
    /// `/etc/gitlab/gitlab-secrets.json`.
    pub secrets: Option<&'a Json>,
    /// The package's cached node file, `/opt/gitlab/embedded/nodes/*.json`.
    pub node: Option<&'a Json>,
}

impl Installation<'_> {
    /// Whether the settings switch Mattermost on, by `mattermost['enable']` or, failing that, by its external URL; `None`
    /// without a settings file, or where only Ruby could tell.
    pub(super) fn enabled(&self) -> Option<bool> {
        let settings = self.gitlab_rb?.settings;
        match settings.value("mattermost", "enable") {
            None | Some(Value::Nil) => {}
            Some(Value::Unknown(_)) => return None,
            Some(value) => return Some(value == Value::Bool(true)),
        }
        match settings.call("mattermost_external_url").map(|call| &call.value) {
            None | Some(Value::Nil) => Some(false),
            Some(Value::Unknown(_)) => None,
            Some(_) => Some(true),
        }
    }

    /// Whether the settings file has any `mattermost['…']`.
    pub(super) fn has_settings(&self) -> Option<bool> {
        let settings = self.gitlab_rb?.settings;
        let Some(section) = settings.sections.get("mattermost") else { return Some(false) };
        let section = section.borrow();
        if section.is_empty() && section.unknown.is_some() { None } else { Some(!section.is_empty()) }
    }

    /// Whether `mattermost['enable']` is exactly true in the settings file, whatever the external URL says.
    pub(super) fn enable_is_true(&self) -> Option<bool> {
        match self.gitlab_rb?.settings.value("mattermost", "enable") {
            Some(Value::Unknown(_)) => None,
            value => Some(value == Some(Value::Bool(true))),
        }
    }

    /// Whether the secrets file has anything for Mattermost.
    pub(super) fn has_secrets(&self) -> Option<bool> {
        self.secrets.map(|secrets| filled(secrets.get("mattermost")))
    }

    /// Whether the cached node file lacks what the check reads: a reconfigure that broke off leaves it so.
    pub(super) fn node_is_malformed(&self) -> bool {
        self.node.is_some_and(|node| node.get("normal").is_none())
    }

    /// Whether the cached node file has anything for Mattermost.
    pub(super) fn has_node_section(&self) -> Option<bool> {
        self.node.map(|node| filled(node.pointer("/normal/mattermost")))
    }

    /// Whether the cached node file says that Mattermost is on.
    pub(super) fn node_enabled(&self) -> Option<bool> {
        self.node.map(|node| node.pointer("/normal/mattermost/enable") == Some(&Json::Bool(true)))
    }
}

fn filled(section: Option<&Json>) -> bool {
    section.and_then(Json::as_object).is_some_and(|section| !section.is_empty())
}
