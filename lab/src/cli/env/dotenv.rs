//! `--format dotenv`: what Mattermost's process gets, as lines that a shell and dotenv readers take.

use gitlab_mattermost_core::omnibus::{Deployment, chpst_value};

use crate::cli::output::dotenv_line;

/// One `NAME='value'` line per variable. An empty env file unsets its variable, so it is a comment here; of several
/// lines only the first reaches the process.
pub(super) fn print(deployment: &Deployment) -> String {
    let lines = deployment.env.iter().map(|(name, entry)| match chpst_value(&entry.value) {
        Some(value) => dotenv_line(name, &value),
        None => format!("# {name} is not set: its file is empty\n"),
    });
    if deployment.enabled { lines.collect() } else { "# Mattermost is not enabled\n".to_owned() }
}
