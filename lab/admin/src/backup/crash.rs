//! The boundaries between steps, at which tests end the program as a loss of power would.
//!
//! Set to a number N in the environment, `MATTERMOST_LAB_CRASH_AT` makes the program kill itself when it reaches its Nth
//! boundary. Without it this does nothing.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// The variable that names the boundary.
pub const VARIABLE: &str = "MATTERMOST_LAB_CRASH_AT";

static CHOSEN: LazyLock<Option<u32>> = LazyLock::new(|| std::env::var(VARIABLE).ok()?.parse().ok());
static REACHED: AtomicU32 = AtomicU32::new(0);

/// A boundary: what comes before is done, what comes after is not begun.
pub(super) fn boundary() {
    if let Some(chosen) = *CHOSEN
        && REACHED.fetch_add(1, Ordering::Relaxed) == chosen
    {
        // It cannot fail: the process may signal itself.
        let _ = kill(Pid::this(), Signal::SIGKILL);
    }
}
