//! The mock GitLab in a container of its own, made of this very program.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use gitlab_mattermost_core::gitlab::Fault;
use testcontainers::bollard::models::{HostConfig, PortBinding};
use testcontainers::core::{IntoContainerPort, WaitFor};
use testcontainers::runners::AsyncRunner;
use testcontainers::{ContainerAsync, GenericImage, ImageExt};

use crate::engine::Engine;
use crate::fault;
use crate::image;
use crate::owner::{OWNER_LABEL, Owner};

/// Where the mock listens inside its container.
const PORT: u16 = 80;
/// How long the container may take to start.
const START_LIMIT: Duration = Duration::from_secs(30);
/// Far more than the mock needs.
const MEMORY_BYTES: i64 = 256 << 20;

/// A mock that runs in a container; dropping it removes the container.
#[derive(Debug)]
pub(super) struct ContainedMock {
    container: ContainerAsync<GenericImage>,
    address: SocketAddr,
}

impl ContainedMock {
    /// Starts `program serve gitlab` in a container labelled with `owner`.
    pub(super) async fn start(program: &Path, owner: &Owner, faults: &[Fault]) -> Result<Self, String> {
        let engine = Engine::probe().await.map_err(|error| error.to_string())?;
        let name = image::own_executable(&engine, program)
            .await
            .map_err(|error| gitlab_mattermost_ground::error_chain::chain(&error))?;
        let host_ip = engine.published_address();
        let request = GenericImage::new(name.repository, name.tag)
            .with_exposed_port(PORT.tcp())
            .with_wait_for(WaitFor::message_on_stdout("http://"))
            .with_startup_timeout(START_LIMIT)
            .with_label(OWNER_LABEL, owner.to_string())
            .with_cmd(command(faults))
            .with_host_config_modifier(move |config| limit(config, host_ip));
        let container = request.start().await.map_err(|error| gitlab_mattermost_ground::error_chain::chain(&error))?;
        let port = container
            .get_host_port_ipv4(PORT.tcp())
            .await
            .map_err(|error| gitlab_mattermost_ground::error_chain::chain(&error))?;
        let host = container
            .get_host()
            .await
            .map_err(|error| gitlab_mattermost_ground::error_chain::chain(&error))?
            .to_string();
        // The port is published for IPv4 only, where "localhost" may also mean IPv6.
        let host = if host == "localhost" { "127.0.0.1".to_owned() } else { host };
        let mut found = tokio::net::lookup_host((host.as_str(), port)).await.map_err(|error| error.to_string())?;
        let address = found.next().ok_or_else(|| format!("`{host}` has no address"))?;
        Ok(Self { container, address })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Ends it at once, as a crash does.
    pub(super) async fn kill(self) -> Result<(), String> {
        self.container.rm().await.map_err(|error| gitlab_mattermost_ground::error_chain::chain(&error))
    }
}

/// The arguments of the program in the container.
fn command(faults: &[Fault]) -> Vec<String> {
    let listen = ["serve".to_owned(), "gitlab".to_owned(), format!("--listen=0.0.0.0:{PORT}")];
    listen.into_iter().chain(faults.iter().map(|fault| format!("--fault={}", fault::name(fault)))).collect()
}

fn limit(config: &mut HostConfig, host_ip: &str) {
    let binding = PortBinding { host_ip: Some(host_ip.to_owned()), host_port: Some("0".to_owned()) };
    config.port_bindings = Some([(format!("{PORT}/tcp"), Some(vec![binding]))].into());
    config.publish_all_ports = Some(false);
    config.init = Some(true);
    config.memory = Some(MEMORY_BYTES);
}
