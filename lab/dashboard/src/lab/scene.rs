//! A scenario as it was left.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use gitlab_mattermost_ground::exchange::Party;
use gitlab_mattermost_stage::lab::Lab as Stage;
use gitlab_mattermost_stage::mail::MailServer;
use gitlab_mattermost_stage::network::{Front, Network, Place, Recorder, asker_of_gitlab};
use gitlab_mattermost_stage::postgresql::Database;
use gitlab_mattermost_stage::subject::{GitLab, Mattermost};
use serde_json::Value;
use tokio::net::TcpListener;

use super::Lab;
use super::error::{NotStanding, system};
use super::server::Server;
use crate::sign_in::Tickets;

/// What a scenario has started, as far as it came.
#[derive(Debug)]
pub struct Scene {
    /// Its GitLab.
    pub gitlab: Option<GitLab>,
    /// Its Mattermost.
    pub mattermost: Option<Mattermost>,
    /// Where people open Mattermost.
    pub mattermost_url: String,
    /// Its names, its proxies, and the exchanges.
    pub network: Option<Network>,
    /// Mattermost's database.
    pub database: Option<Database>,
    /// Its mail server.
    pub mail: Option<MailServer>,
    /// Every variable of Mattermost's with where it comes from.
    pub explained: Option<Value>,
}

impl Lab {
    /// Stands around a scenario: what it has said so far is shown, and a browser goes on through its proxy.
    ///
    /// # Errors
    /// [`NotStanding::NotTheMock`], if its GitLab cannot be looked into.
    pub async fn of(stage: Arc<Stage>, scene: Scene) -> Result<Self, NotStanding> {
        let gitlab = scene.gitlab.and_then(GitLab::into_double).ok_or(NotStanding::NotTheMock)?;
        let network = scene.network.ok_or(NotStanding::NotTheMock)?;
        let names = network.names().of(Party::GitLab);
        let gitlab_url = names.first().map_or_else(|| gitlab.url().to_owned(), |name| format!("http://{name}"));
        // The links of `Tickets` are GitLab's to a browser, so something has to stand in front of it. The proxy records already.
        let tickets = Arc::new(Tickets::default());
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(system("listen on a loopback address"))?;
        let address = listener.local_addr().map_err(system("listen on a loopback address"))?;
        let behind = Place { party: Party::GitLab, address: gitlab.address() };
        let own = Tickets::router(&tickets, &scene.mattermost_url);
        let front = Front::start(listener, behind, asker_of_gitlab, Arc::new(Recorder::default()), own);
        for name in names {
            network.names().set(&name, Place { party: Party::GitLab, address });
        }
        let recorder = network.shared_recorder();
        Ok(Self {
            gitlab,
            gitlab_url,
            mattermost: scene.mattermost.map(Server::Process),
            mattermost_url: scene.mattermost_url,
            recorder,
            mark: AtomicUsize::new(0),
            tickets,
            explained: scene.explained.unwrap_or_default(),
            mail: scene.mail,
            proxy: network.proxy_of(Party::Browser),
            database: scene.database,
            _network: network,
            _fronts: vec![front],
            stage,
        })
    }
}
