//! The clock of the mock: that of the system, which tests may advance.

use std::time::{Duration, SystemTime};

use gitlab_mattermost_core::time::UnixTime;

/// The system's clock plus what tests added.
#[derive(Debug, Default)]
pub(super) struct Clock {
    ahead: Duration,
}

impl Clock {
    /// The time now.
    pub fn now(&self) -> UnixTime {
        let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        UnixTime::default() + since_epoch + self.ahead
    }

    /// Advances the clock.
    pub fn advance(&mut self, by: Duration) {
        self.ahead = self.ahead.saturating_add(by);
    }
}
