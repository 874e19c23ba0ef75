//! `--format dotenv`: what Mattermost's process gets, as lines that a shell and dotenv readers take.

use gitlab_mattermost_core::omnibus::{Deployment, chpst_value};

/// One `NAME='value'` line per variable. An empty env file unsets its variable, so it is a comment here; of several
/// lines only the first reaches the process.
pub(super) fn print(deployment: &Deployment) -> String {
    let lines = deployment.env.iter().map(|(name, entry)| match chpst_value(&entry.value) {
        Some(value) => format!("{name}={}\n", quoted(&value)),
        None => format!("# {name} is not set: its file is empty\n"),
    });
    if deployment.enabled { lines.collect() } else { "# Mattermost is not enabled\n".to_owned() }
}

/// Single quotes, in which nothing is special; a single quote itself leaves them for a moment.
fn quoted(value: &str) -> String {
    format!("'{}'", value.replace('\'', r"'\''"))
}
