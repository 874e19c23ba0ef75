//! Looking at what an installation of Mattermost holds: its database, folders and settings, without a change to any.
//!
//! Not here: what an inventory is and how two compare (`gitlab_mattermost_core::inventory`).

pub mod database;
pub mod folder;
pub mod program;
