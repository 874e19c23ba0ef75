//! The mock GitLab: the provider of the core behind an HTTP server.
//!
//! Everything it answers is decided in `gitlab_mattermost_core::gitlab`; here are only sockets, the clock, randomness and
//! HTML.
#![forbid(unsafe_code)]

mod clock;
mod control;
mod mask;
mod page;
mod randomness;
mod recorder;
mod server;
mod signing;
mod state;

use std::net::SocketAddr;
use std::time::Duration;

use gitlab_mattermost_core::gitlab::{Fault, Faults, ProviderSettings, Seed, SeedError};
use gitlab_mattermost_core::version::Version;

use server::Server;
use state::State;

/// How a mock GitLab is started.
#[derive(Debug, Clone)]
pub struct MockGitLabOptions {
    /// Where it listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Scheme, host and port it writes into absolute URLs; those of each request if nothing is said.
    pub external_url: Option<String>,
    /// Users, tokens and applications it starts with.
    pub seed: Seed,
    /// Where it takes orders from tests; nowhere if nothing is said.
    pub control: Option<SocketAddr>,
    /// The version of GitLab it behaves like.
    pub version: Version,
    /// What it does wrong on purpose.
    pub faults: Vec<Fault>,
}

/// A free port of the loopback address, the default seed, GitLab 14.7, no control.
impl Default for MockGitLabOptions {
    fn default() -> Self {
        let ProviderSettings { version, external_url } = ProviderSettings::default();
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            external_url,
            seed: Seed::default(),
            control: None,
            version,
            faults: Vec::new(),
        }
    }
}

/// Why a mock GitLab did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address is taken or not this machine's.
    #[error("the mock GitLab cannot listen on `{address}`")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// The seed contradicts itself.
    #[error("the seed of the mock GitLab makes no sense")]
    Seed {
        /// How.
        #[from]
        source: SeedError,
    },
}

/// A running mock GitLab. Dropping it ends it abruptly.
#[derive(Debug)]
pub struct MockGitLab {
    server: Server,
    control: Option<Server>,
    state: State,
}

impl MockGitLab {
    /// Starts it on the caller's runtime; it answers as soon as this returns.
    ///
    /// # Errors
    /// [`StartError`] if it cannot listen or the seed contradicts itself.
    pub async fn start(options: MockGitLabOptions) -> Result<Self, StartError> {
        let settings = ProviderSettings { version: options.version, external_url: options.external_url };
        let state = State::new(settings, options.seed)?;
        state.set_faults(options.faults.into_iter().collect());
        let server = Server::start(options.listen, server::public(state.clone())).await?;
        let control = match options.control {
            Some(address) => Some(Server::start(address, control::control(state.clone())).await?),
            None => None,
        };
        Ok(Self { server, control, state })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// Where it takes orders, if it does.
    pub fn control_address(&self) -> Option<SocketAddr> {
        self.control.as_ref().map(Server::address)
    }

    /// Puts its clock forward.
    pub fn advance_clock(&self, by: Duration) {
        self.state.lock().clock.advance(by);
    }

    /// Makes it show `faults` from now on and no others.
    pub fn set_faults(&self, faults: Faults) {
        self.state.set_faults(faults);
    }

    /// Ends it after the requests under way are answered.
    pub async fn stop(self) {
        self.server.stop().await;
        if let Some(control) = self.control {
            control.stop().await;
        }
    }

    /// Ends it at once, as a crash would: connections break off.
    pub fn kill(self) {}
}

#[cfg(test)]
mod tests;
