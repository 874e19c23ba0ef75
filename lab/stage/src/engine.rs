//! The container engine: whether one answers, and what of a run's it holds.
//!
//! Not its job: building images ([`image`](crate::image)) and starting containers.

use std::collections::HashMap;
use std::time::Duration;

use testcontainers::bollard::Docker;
use testcontainers::bollard::query_parameters::{
    ListContainersOptionsBuilder, ListNetworksOptionsBuilder, RemoveContainerOptionsBuilder,
};
use testcontainers::core::client::docker_client_instance;

use crate::owner::{OWNER_LABEL, Owner};

/// How long an engine may take to say that it is there if there is another way than using it.
const QUICK: Duration = Duration::from_millis(700);

/// How long it may take if there is none: a busy machine can be slow.
const PATIENT: Duration = Duration::from_secs(5);

/// Why no container engine can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no container engine answers at `{address}`: {reason}")]
pub struct NoEngine {
    /// Where one was looked for.
    pub address: String,
    /// What happened there.
    pub reason: String,
}

/// A container engine that answers.
#[derive(Debug, Clone)]
pub struct Engine {
    docker: Docker,
    address: String,
}

impl Engine {
    /// Looks for an engine where `DOCKER_HOST` says, else at the usual sockets, and does not wait long for an answer.
    ///
    /// # Errors
    /// None answers.
    pub async fn probe() -> Result<Self, NoEngine> {
        Self::answering_within(QUICK).await
    }

    /// The engine that answers, for callers that cannot do without: one that is slow to answer is waited for.
    ///
    /// # Errors
    /// None answers.
    pub async fn require() -> Result<Self, NoEngine> {
        Self::answering_within(PATIENT).await
    }

    async fn answering_within(limit: Duration) -> Result<Self, NoEngine> {
        let address = std::env::var("DOCKER_HOST").unwrap_or_else(|_| "/var/run/docker.sock".to_owned());
        let answer = tokio::time::timeout(limit, async {
            let docker = docker_client_instance()
                .await
                .map_err(|error| gitlab_mattermost_ground::error_chain::innermost(&error))?;
            docker.ping().await.map_err(|error| gitlab_mattermost_ground::error_chain::innermost(&error))?;
            Ok(docker)
        });
        match answer.await {
            Ok(Ok(docker)) => Ok(Self { docker, address }),
            Ok(Err(reason)) => Err(NoEngine { address, reason }),
            Err(_) => Err(NoEngine { address, reason: format!("no answer within {limit:?}") }),
        }
    }

    /// The client, for what this type does not offer.
    pub fn docker(&self) -> &Docker {
        &self.docker
    }

    /// Where it answers.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Where to publish ports: on the loopback address only, unless the engine is another machine's.
    pub fn published_address(&self) -> &'static str {
        let elsewhere = ["tcp://", "http://", "https://"].iter().any(|scheme| self.address.starts_with(scheme));
        if elsewhere { "0.0.0.0" } else { "127.0.0.1" }
    }

    /// Whether it runs on this machine.
    pub fn is_local(&self) -> bool {
        self.published_address() == "127.0.0.1"
    }

    /// The host on which published ports are reached.
    pub fn host(&self) -> String {
        let elsewhere = url::Url::parse(&self.address).ok().filter(|_| self.published_address() != "127.0.0.1");
        elsewhere.and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_else(|| "127.0.0.1".to_owned())
    }

    /// Removes all containers and networks whose owner `goes`; returns how many were found.
    ///
    /// # Errors
    /// The engine does not list them. Something that is being removed by somebody else is no error.
    pub async fn remove_owned(&self, goes: impl Fn(&Owner) -> bool) -> Result<usize, NoEngine> {
        let filter = HashMap::from([("label", vec![OWNER_LABEL])]);
        let goes = |labels: Option<HashMap<String, String>>| {
            labels.and_then(|labels| labels.get(OWNER_LABEL)?.parse().ok()).is_some_and(|owner| goes(&owner))
        };
        let list = ListContainersOptionsBuilder::new().all(true).filters(&filter).build();
        let containers = self.docker.list_containers(Some(list)).await.map_err(|error| self.lost(&error))?;
        let containers = containers.into_iter().filter(|container| goes(container.labels.clone()));
        let containers: Vec<_> = containers.filter_map(|container| container.id).collect();
        let removals = containers.iter().map(|id| {
            let force = RemoveContainerOptionsBuilder::new().force(true).v(true).build();
            self.docker.remove_container(id, Some(force))
        });
        // A failed removal shows in the next round, which finds the container again.
        futures::future::join_all(removals).await;

        let list = ListNetworksOptionsBuilder::new().filters(&filter).build();
        let networks = self.docker.list_networks(Some(list)).await.map_err(|error| self.lost(&error))?;
        let networks = networks.into_iter().filter(|network| goes(network.labels.clone()));
        let networks: Vec<_> = networks.filter_map(|network| network.id).collect();
        futures::future::join_all(networks.iter().map(|id| self.docker.remove_network(id))).await;
        Ok(containers.len() + networks.len())
    }

    fn lost(&self, error: &dyn std::error::Error) -> NoEngine {
        NoEngine { address: self.address.clone(), reason: gitlab_mattermost_ground::error_chain::innermost(error) }
    }
}
