//! What every request works with.

use std::sync::Arc;
use std::time::SystemTime;

use gitlab_mattermost_core::mattermost_config::Effective;
use gitlab_mattermost_core::oauth::mattermost::Settings;
use gitlab_mattermost_core::oauth::{TokenSource, UnixTime};
use gitlab_mattermost_core::version::Version;

use super::log::Log;
use super::outgoing::Outgoing;
use super::store::Store;

/// A running server, as its request handlers see it.
#[derive(Debug)]
pub(super) struct App {
    pub(super) version: Version,
    pub(super) configuration: Effective,
    pub(super) settings: Arc<Settings>,
    pub(super) store: Store,
    pub(super) outgoing: Outgoing,
    pub(super) log: Log,
}

/// The time of this machine.
pub(super) fn now() -> UnixTime {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    UnixTime { millis: u64::try_from(since.as_millis()).unwrap_or(u64::MAX) }
}

/// Randomness of the operating system.
#[derive(Debug, Clone, Copy)]
pub(super) struct SystemRandom;

impl TokenSource for SystemRandom {
    fn fill(&mut self, bytes: &mut [u8]) {
        rand::fill(bytes);
    }
}
