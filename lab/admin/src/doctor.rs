//! Reading what an administrator has of an installation, for the rules to look at.
//!
//! Reads only, and never more than it needs: logs and dumps pass through line by line in constant memory.
//!
//! Not here: the rules (`gitlab_mattermost_core::diagnosis`), and showing what they find (`cli::doctor`).

mod backup;
mod database;
mod gather;
mod lines;
mod packing;

pub use database::look_at as look_at_database;
pub use gather::{Inputs, gather};
