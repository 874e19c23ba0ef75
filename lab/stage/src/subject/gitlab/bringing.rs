//! All that it takes to bring up a GitLab.

use std::path::Path;

use gitlab_mattermost_core::gitlab::Fault;

use super::choice::GitLabChoice;
use crate::network::Network;
use crate::owner::Owner;
use crate::provider::Provider;
use crate::subject::HostChoice;

/// How to bring up a GitLab.
#[derive(Debug)]
pub struct Bringing<'a> {
    /// The GitLab that was chosen.
    pub choice: &'a GitLabChoice,
    /// The provider that was chosen, as it is described.
    pub provider: &'a Provider,
    /// Where the mock runs.
    pub host: &'a HostChoice,
    /// Its address in the scenario, for example `http://gitlab.example.com`.
    pub url: &'a str,
    /// An administrator's personal access token.
    pub admin_token: String,
    /// This program, which holds the mock.
    pub program: &'a Path,
    /// What it does wrong on purpose.
    pub faults: Vec<Fault>,
    /// The mark of the run.
    pub owner: &'a Owner,
    /// The scenario's network, which learns the address.
    pub network: &'a Network,
}
