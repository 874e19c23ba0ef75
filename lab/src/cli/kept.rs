//! What `run --keep` and `run --step` leave standing, with a page for each scenario.

use std::sync::Arc;

use gitlab_mattermost_dashboard::{Dashboard, Lab, Scene};
use gitlab_mattermost_ground::error_chain::chain;
use gitlab_mattermost_stage::lab::Lab as Stage;
use gitlab_mattermost_stage::subject::host::{Host, HostNetwork};
use gitlab_mattermost_suite::world::Kept;
use tempfile::TempDir;

/// A scenario that stands, until this is dropped.
#[derive(Debug)]
pub struct StandingScenario {
    scenario: String,
    /// Why there is none, if there is none.
    page: Result<(Dashboard, Arc<Lab>), String>,
    hosts: Vec<Host>,
    folder: Option<TempDir>,
    _host_network: Option<HostNetwork>,
}

/// Opens a page for each of these scenarios.
pub async fn stand(stage: &Arc<Stage>, kept: Vec<Kept>) -> Vec<StandingScenario> {
    let mut standing = Vec::new();
    for kept in kept {
        let Kept { scenario, hosts, folder, host_network, .. } = kept;
        let scene = Scene {
            gitlab: kept.gitlab,
            mattermost: kept.mattermost,
            mattermost_url: kept.mattermost_url,
            network: kept.network,
            database: kept.database,
            mail: kept.mail,
            explained: kept.explained,
        };
        let page = match Lab::of(Arc::clone(stage), scene).await.map(Arc::new) {
            Ok(standing) => {
                let dashboard = Dashboard::start(Arc::clone(&standing)).await;
                dashboard.map(|dashboard| (dashboard, standing)).map_err(|error| chain(&error))
            }
            Err(error) => Err(chain(&error)),
        };
        standing.push(StandingScenario { scenario, page, hosts, folder, _host_network: host_network });
    }
    standing
}

impl StandingScenario {
    /// How it is reached, one line per part.
    pub fn told(&self) -> Vec<String> {
        let mut lines = vec![format!("{} stands:", self.scenario)];
        let mut tell = |what: &str, where_: &str| lines.push(format!("  {what:10}  {where_}"));
        match &self.page {
            Ok((dashboard, standing)) => {
                tell("dashboard", dashboard.url());
                if let Some(proxy) = standing.proxy() {
                    tell("proxy", &format!("http://{proxy}   (chromium --proxy-server=http://{proxy})"));
                }
                if let Some(command) = standing.session_command() {
                    tell("PostgreSQL", &command);
                }
            }
            Err(reason) => tell("no page", reason),
        }
        for host in &self.hosts {
            tell("host", &format!("{}: {}", host.name(), host.session_command()));
        }
        if let Some(folder) = &self.folder {
            tell("files", &folder.path().display().to_string());
        }
        lines
    }
}
