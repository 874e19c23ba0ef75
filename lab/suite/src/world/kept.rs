//! What is left standing of a scenario.

use gitlab_mattermost_stage::mail::MailServer;
use gitlab_mattermost_stage::network::Network;
use gitlab_mattermost_stage::postgresql::Database;
use gitlab_mattermost_stage::subject::host::{Host, HostNetwork};
use gitlab_mattermost_stage::subject::{GitLab, Mattermost};
use serde_json::Value;
use tempfile::TempDir;

/// Everything that a scenario started, as its last step left it. It stands until this is dropped.
#[derive(Debug)]
pub struct Kept {
    /// The scenario's id.
    pub scenario: String,
    /// GitLab, if it runs.
    pub gitlab: Option<GitLab>,
    /// Mattermost, if it runs.
    pub mattermost: Option<Mattermost>,
    /// Where people open Mattermost.
    pub mattermost_url: String,
    /// Every variable of Mattermost's with where it comes from, if there are settings.
    pub explained: Option<Value>,
    /// The names, the proxies, and the exchanges.
    pub network: Option<Network>,
    /// Mattermost's database.
    pub database: Option<Database>,
    /// The mail server.
    pub mail: Option<MailServer>,
    /// Machines with the Linux package.
    pub hosts: Vec<Host>,
    /// What joins them.
    pub host_network: Option<HostNetwork>,
    /// The scenario's folder.
    pub folder: Option<TempDir>,
}
