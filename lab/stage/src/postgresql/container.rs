//! A PostgreSQL server in a container of our own image.

use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use futures::{StreamExt, TryStreamExt};
use testcontainers::bollard::models::{HostConfig, PortBinding};
use testcontainers::bollard::query_parameters::{KillContainerOptionsBuilder, LogsOptionsBuilder};
use testcontainers::core::{IntoContainerPort, WaitFor};
use testcontainers::runners::AsyncRunner;
use testcontainers::{ContainerAsync, GenericImage, ImageExt, TestcontainersError};

use super::access::{Access, Password};
use super::{BackendError, PartDown};
use crate::engine::{Engine, NoEngine};
use crate::image;
use crate::owner::{OWNER_LABEL, Owner};

/// Folder of the image in `lab/stage/images`.
pub(crate) const IMAGE: &str = "postgresql";

/// Where the server listens inside the container.
const PORT: u16 = 5432;

/// How long the container may take to start.
const START_LIMIT: Duration = Duration::from_secs(60);

/// Where the image keeps its databases. They lie in memory: creating one on the engine's layered file system takes
/// ten times as long, a hundred times on a busy machine.
const DATA: &str = "/run/lab";

/// More than a run ever needs, its databases included; a server out of hand shall not take the machine with it.
const MEMORY_BYTES: i64 = 2 << 30;

/// See [`MEMORY_BYTES`].
const PROCESSES: i64 = 512;

/// The container and what is needed to get into its server.
#[derive(Debug)]
pub(super) struct ContainerServer {
    engine: Engine,
    /// Empty only while this is being dropped.
    container: Option<ContainerAsync<GenericImage>>,
    id: String,
    host: String,
    port: AtomicU16,
    password: Password,
    kept: bool,
}

impl ContainerServer {
    /// Whether starting one takes no build.
    pub(super) async fn image_at_hand() -> Result<bool, NoEngine> {
        let engine = Engine::probe().await?;
        // An engine that does not even say this will say why when it is asked to build.
        Ok(image::is_at_hand(&engine, IMAGE).await.unwrap_or(false))
    }

    /// Starts a container, after building its image if need be.
    pub(super) async fn start(owner: &Owner) -> Result<Self, BackendError> {
        let engine = Engine::require().await.map_err(BackendError::NoEngine)?;
        let name = image::ensure(&engine, IMAGE).await?;
        let password = Password::random();
        let host_ip = engine.published_address();
        let request = GenericImage::new(name.repository, name.tag)
            .with_exposed_port(PORT.tcp())
            .with_wait_for(WaitFor::message_on_stderr("database system is ready to accept connections"))
            .with_startup_timeout(START_LIMIT)
            .with_label(OWNER_LABEL, owner.to_string())
            .with_env_var("LAB_PASSWORD", password.expose())
            .with_host_config_modifier(move |config| limit(config, host_ip));
        let container = request.start().await.map_err(failed("start"))?;
        let host = container.get_host().await.map_err(failed("find"))?.to_string();
        let server = Self {
            id: container.id().to_owned(),
            container: Some(container),
            engine,
            // The port is published for IPv4 only, where "localhost" may also mean IPv6.
            host: if host == "localhost" { "127.0.0.1".to_owned() } else { host },
            port: AtomicU16::new(0),
            password,
            kept: owner.is_kept(),
        };
        server.find_port().await?;
        Ok(server)
    }

    pub(super) fn access(&self) -> Access {
        Access {
            superuser: super::SUPERUSER.to_owned(),
            owner: super::DATABASE_OWNER.to_owned(),
            password: Some(self.password.clone()),
            maintenance: super::MAINTENANCE.to_owned(),
            host: Some(self.host.clone()),
            socket: None,
            port: self.port.load(Ordering::Relaxed),
        }
    }

    pub(super) fn place(&self) -> String {
        let id = self.id.get(..12).unwrap_or(&self.id);
        format!("container {id}, {}:{}", self.host, self.port.load(Ordering::Relaxed))
    }

    pub(super) fn session_command(&self) -> String {
        let id = self.id.get(..12).unwrap_or(&self.id);
        format!("docker exec -it {id} psql -U {} {}", super::SUPERUSER, super::MAINTENANCE)
    }

    pub(super) async fn check(&self) -> Result<(), PartDown> {
        let state = match &self.container {
            Some(container) => container.is_running().await,
            None => Ok(false),
        };
        let log = match state {
            Ok(true) => return Ok(()),
            Ok(false) => self.log().await,
            Err(error) => error.to_string(),
        };
        Err(PartDown { part: format!("PostgreSQL ({})", self.place()), log })
    }

    pub(super) async fn restart(&self) -> Result<(), BackendError> {
        if let Some(container) = &self.container {
            container.start().await.map_err(failed("restart"))?;
        }
        self.find_port().await
    }

    pub(super) async fn kill(&self) -> Result<(), BackendError> {
        let options = KillContainerOptionsBuilder::new().signal("SIGKILL").build();
        let killed = self.engine.docker().kill_container(&self.id, Some(options)).await;
        killed.map_err(|source| BackendError::Container { action: "kill", source: Box::new(source) })
    }

    /// The end of the server's log.
    pub(super) async fn log(&self) -> String {
        let options = LogsOptionsBuilder::new().stdout(true).stderr(true).tail("20").build();
        let lines = self.engine.docker().logs(&self.id, Some(options)).map_ok(|line| line.to_string());
        let lines: Vec<_> = lines.map(|line| line.unwrap_or_else(|error| format!("(no log: {error})"))).collect().await;
        lines.concat().trim_end().to_owned()
    }

    /// The engine gives out another port at every start.
    async fn find_port(&self) -> Result<(), BackendError> {
        if let Some(container) = &self.container {
            let port = container.get_host_port_ipv4(PORT.tcp()).await.map_err(failed("find the port of"))?;
            self.port.store(port, Ordering::Relaxed);
        }
        Ok(())
    }
}

impl Drop for ContainerServer {
    fn drop(&mut self) {
        if self.kept || tokio::runtime::Handle::try_current().is_err() {
            // Dropping it would remove the container, which takes a runtime; without one the reaper does it.
            std::mem::forget(self.container.take());
        }
    }
}

fn limit(config: &mut HostConfig, host_ip: &str) {
    let binding = PortBinding { host_ip: Some(host_ip.to_owned()), host_port: Some("0".to_owned()) };
    config.port_bindings = Some([(format!("{PORT}/tcp"), Some(vec![binding]))].into());
    config.tmpfs = Some([(DATA.to_owned(), "mode=1777,size=1536m".to_owned())].into());
    config.publish_all_ports = Some(false);
    config.init = Some(true);
    config.memory = Some(MEMORY_BYTES);
    config.pids_limit = Some(PROCESSES);
}

fn failed(action: &'static str) -> impl Fn(TestcontainersError) -> BackendError {
    move |source| BackendError::Container { action, source: Box::new(source) }
}
