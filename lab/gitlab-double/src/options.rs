//! How a GitLab is started, and why one is not.

use std::net::SocketAddr;

use gitlab_mattermost_core::gitlab::{Fault, ProviderSettings, Seed, SeedError};
use gitlab_mattermost_core::version::Version;

/// How a GitLab is started.
///
/// # Shape
/// Fields with defaults: a free port of the loopback address, the people of [`Seed::default`], GitLab 14.7, no control
/// listener, no faults.
///
/// ```
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// use gitlab_double::{GitLab, Options, Version};
///
/// let options = Options { version: Version::new(15, 1, 0), ..Options::default() };
/// let gitlab = GitLab::start_with(options).await?;
/// # drop(gitlab);
/// # Ok::<(), gitlab_double::StartError>(())
/// # }).unwrap();
/// ```
#[derive(Debug, Clone)]
pub struct Options {
    /// Where it listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Scheme, host and port it writes into absolute URLs, `https://gitlab.example.com`; those of each request if
    /// `None`.
    pub external_url: Option<String>,
    /// Users, tokens and applications it starts with.
    pub seed: Seed,
    /// Where it takes orders from tests; nowhere if `None`. Port 0 takes a free one.
    pub control: Option<SocketAddr>,
    /// Names by which the control listener may be called, besides `localhost` and addresses: those of a container's
    /// neighbours, for example.
    pub control_hosts: Vec<String>,
    /// The version of GitLab it behaves like.
    pub version: Version,
    /// What it does wrong on purpose.
    pub faults: Vec<Fault>,
}

impl Default for Options {
    fn default() -> Self {
        let ProviderSettings { version, external_url } = ProviderSettings::default();
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            external_url,
            seed: Seed::default(),
            control: None,
            control_hosts: Vec::new(),
            version,
            faults: Vec::new(),
        }
    }
}

/// Why a GitLab did not start.
///
/// # Shape
/// One variant per cause; `source` gives the cause below it.
///
/// ```
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// use gitlab_double::{GitLab, Options, StartError};
///
/// let first = GitLab::start().await;
/// let second = GitLab::start_with(Options { listen: first.address(), ..Options::default() }).await;
/// assert!(matches!(second, Err(StartError::Listen { address, .. }) if address == first.address()));
/// # });
/// ```
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
    /// The seed contradicts itself, or GitLab would not take what it says.
    #[error("the seed of the mock GitLab makes no sense")]
    Seed {
        /// The contradiction.
        #[from]
        source: SeedError,
    },
}
