//! The container that a machine is.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Duration;

use futures::{StreamExt, TryStreamExt};
use testcontainers::bollard::models::{
    ContainerCreateBody, EndpointSettings, HostConfig, NetworkingConfig, PortBinding,
};
use testcontainers::bollard::query_parameters::{
    CreateContainerOptions, InspectContainerOptions, LogsOptionsBuilder, RemoveContainerOptionsBuilder,
    StartContainerOptions,
};

use super::plan::HostPlan;
use crate::engine::Engine;
use crate::owner::{OWNER_LABEL, Owner};

/// How long the lab's own machine may take until it can be used.
const READY_WITHIN: Duration = Duration::from_secs(30);
/// More than the machine ever needs; a real package takes far more.
const MEMORY_BYTES: i64 = 8 << 30;
/// Kept in memory: disks are slow where many small files are made soon after many were removed.
const DATABASE_CLUSTER: &str = "/var/opt/gitlab/postgresql/data";
/// See [`MEMORY_BYTES`].
const PROCESSES: i64 = 4096;

/// A running container. It is removed by [`HostContainer::remove`]; if that is never called, by the end of the run.
#[derive(Debug)]
pub(super) struct HostContainer {
    engine: Engine,
    id: String,
    http: SocketAddr,
    https: SocketAddr,
}

impl HostContainer {
    /// Starts it, labelled with `owner`; its services may not answer yet. One of a `real` package has its own folders.
    pub(super) async fn start(image: &str, real: bool, owner: &Owner, plan: &HostPlan) -> Result<Self, String> {
        let engine = Engine::require().await.map_err(|error| error.to_string())?;
        let docker = engine.docker();
        let told = |error: testcontainers::bollard::errors::Error| gitlab_mattermost_ground::error_chain::chain(&error);
        let mut body = body(image, owner, plan, engine.published_address());
        if let (false, Some(config)) = (real, &mut body.host_config) {
            config.tmpfs = Some([(DATABASE_CLUSTER.to_owned(), String::new())].into());
        }
        let id = docker.create_container(None::<CreateContainerOptions>, body).await.map_err(told)?.id;
        let placed = async {
            docker.start_container(&id, None::<StartContainerOptions>).await.map_err(told)?;
            let state = docker.inspect_container(&id, None::<InspectContainerOptions>).await.map_err(told)?;
            let ports = state.network_settings.and_then(|settings| settings.ports).unwrap_or_default();
            let address = async |port: &str| -> Result<SocketAddr, String> {
                let bindings = ports.get(port).cloned().flatten().unwrap_or_default();
                let port = bindings.iter().find_map(|binding| binding.host_port.as_ref()?.parse().ok());
                let port: u16 = port.ok_or("the engine published no port of it")?;
                let mut found =
                    tokio::net::lookup_host((engine.host(), port)).await.map_err(|error| error.to_string())?;
                found.next().ok_or_else(|| format!("`{}` has no address", engine.host()))
            };
            Ok::<_, String>((address("80/tcp").await?, address("443/tcp").await?))
        };
        match placed.await {
            Ok((http, https)) => Ok(Self { id, http, https, engine }),
            Err(reason) => {
                remove(&engine, &id).await;
                Err(reason)
            }
        }
    }

    pub(super) fn engine(&self) -> &Engine {
        &self.engine
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn short_id(&self) -> &str {
        self.id.get(..12).unwrap_or(&self.id)
    }

    pub(super) fn http(&self) -> SocketAddr {
        self.http
    }

    pub(super) fn https(&self) -> SocketAddr {
        self.https
    }

    /// Waits until the container says `line`.
    pub(super) async fn wait_for_line(&self, line: &str) -> Result<(), String> {
        let options = LogsOptionsBuilder::new().stdout(true).stderr(true).follow(true).build();
        let mut logs = self.engine.docker().logs(&self.id, Some(options));
        let said = async {
            while let Some(piece) = logs.next().await {
                if piece
                    .map_err(|error| gitlab_mattermost_ground::error_chain::chain(&error))?
                    .to_string()
                    .contains(line)
                {
                    return Ok(());
                }
            }
            Err("it ended".to_owned())
        };
        let late = format!("it did not say `{line}` within {} s", READY_WITHIN.as_secs());
        tokio::time::timeout(READY_WITHIN, said).await.unwrap_or(Err(late))
    }

    /// The end of what it said.
    pub(super) async fn log(&self) -> String {
        let options = LogsOptionsBuilder::new().stdout(true).stderr(true).tail("20").build();
        let lines = self.engine.docker().logs(&self.id, Some(options)).map_ok(|line| line.to_string());
        let lines: Vec<_> = lines.map(|line| line.unwrap_or_else(|error| format!("(no log: {error})"))).collect().await;
        lines.concat().trim_end().to_owned()
    }

    pub(super) async fn remove(self) {
        remove(&self.engine, &self.id).await;
    }
}

async fn remove(engine: &Engine, id: &str) {
    let options = RemoveContainerOptionsBuilder::new().force(true).v(true).build();
    // What cannot be removed now is removed by the end of the run.
    let _ = engine.docker().remove_container(id, Some(options)).await;
}

fn body(image: &str, owner: &Owner, plan: &HostPlan, host_ip: &str) -> ContainerCreateBody {
    let ports = ["80/tcp", "443/tcp"];
    let binding = || PortBinding { host_ip: Some(host_ip.to_owned()), host_port: Some("0".to_owned()) };
    let bindings = ports.map(|port| (port.to_owned(), Some(vec![binding()])));
    let own = |name: &String| format!("{name}:127.0.0.1");
    let endpoint = EndpointSettings { aliases: Some(plan.names.clone()), ..EndpointSettings::default() };
    let endpoints = plan.network.iter().map(|network| (network.clone(), endpoint.clone())).collect();
    ContainerCreateBody {
        image: Some(image.to_owned()),
        hostname: plan.names.first().cloned(),
        exposed_ports: Some(ports.map(str::to_owned).to_vec()),
        labels: Some(HashMap::from([(OWNER_LABEL.to_owned(), owner.to_string())])),
        networking_config: plan.network.as_ref().map(|_| NetworkingConfig { endpoints_config: Some(endpoints) }),
        host_config: Some(HostConfig {
            port_bindings: Some(bindings.into()),
            publish_all_ports: Some(false),
            extra_hosts: Some(plan.names.iter().map(own).collect()),
            network_mode: plan.network.clone(),
            init: Some(true),
            memory: Some(MEMORY_BYTES),
            pids_limit: Some(PROCESSES),
            ..HostConfig::default()
        }),
        ..ContainerCreateBody::default()
    }
}
