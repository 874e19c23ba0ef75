//! Properties: what must hold of every answer, whatever is asked. Random questions are put to the subject in a slot. An
//! answer must keep to rules that the tables of core say by themselves, and that of a program must be the built-in part's
//! too; what does not is shrunk to the smallest question that shows it.
//!
//! Not here: how a program is asked (`subject::program`), and what the right answers are (`gitlab_mattermost_core`).

mod comparison;
mod search;
mod settings_file;
mod statement;
mod translation_rules;
mod upgrade;
mod upgrade_rules;

pub use search::{Found, PropertyError, Search};
pub use settings_file::any_settings_are_translated;
pub use upgrade::any_upgrade_is_planned;

#[cfg(test)]
mod tests;
