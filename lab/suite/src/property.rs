//! Properties: what must hold of every answer, whatever is asked. Random questions are put to whoever is in a slot and
//! to the built-in part; a difference is shrunk to the smallest question that shows it.
//!
//! Not here: how a program is asked (`subject::program`), and what the right answers are (`gitlab_mattermost_core`).

mod comparison;
mod search;
mod settings_file;
mod upgrade;

pub use search::{Found, PropertyError, Search};
pub use settings_file::any_settings_are_translated;
pub use upgrade::any_upgrade_is_planned;
