//! The releases of GitLab from 7.14 on, and the Mattermost that each ships.
//!
//! Not here: which release to go to next (`upgrade`).

mod line;
mod no_such_release;
mod not_listed;
mod release;
pub(crate) mod table;

pub use line::Line;
pub use no_such_release::{NoSuchRelease, check_released};
pub use not_listed::NotListed;
pub use release::{
    Bundled, LineOfReleases, Release, all, bundled_mattermost, documented_mattermost, find, last_with_mattermost,
    lines, of_line, recorded,
};
