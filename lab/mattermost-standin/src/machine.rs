//! Time and randomness of this machine.

use std::time::SystemTime;

use gitlab_mattermost_core::random::TokenSource;
use gitlab_mattermost_core::time::UnixTime;

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
