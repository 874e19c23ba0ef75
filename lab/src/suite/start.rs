//! The one place where the suite meets the lab: which subjects were chosen, what they can do, and starting them.

use crate::lab::Lab;

/// Every need a scenario may name, as a tag without its `@`.
pub const NEEDS: [&str; 1] = ["needs-container"];

/// Which subjects a run talks to.
#[derive(Debug, Clone, Default, PartialEq, Eq, clap::Args)]
pub struct Choices {}

/// Why the lab could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {}

impl Choices {
    /// The choices that the environment makes, for test harnesses, which have no flags of their own.
    ///
    /// # Errors
    /// A message that names the variable and its unusable value.
    pub fn from_env() -> Result<Self, String> {
        Ok(Self {})
    }

    /// The command-line flags that make the same choices again.
    pub fn as_arguments(&self) -> Vec<String> {
        Vec::new()
    }
}

/// Starts what all scenarios share.
///
/// # Errors
/// A [`StartError`] that names the part that did not start.
pub async fn start_lab(_choices: &Choices) -> Result<Lab, StartError> {
    Ok(Lab {})
}

/// Why the chosen subjects cannot meet a need, or nothing if they can.
pub fn unmet_need(_choices: &Choices, need: &str) -> Option<String> {
    match need {
        "needs-container" => no_container_engine(),
        _ => None,
    }
}

fn no_container_engine() -> Option<String> {
    let address = std::env::var("DOCKER_HOST").unwrap_or_else(|_| "unix:///var/run/docker.sock".to_owned());
    let socket = address.strip_prefix("unix://")?;
    let reason = || format!("no container engine: there is no socket `{socket}`");
    (!std::path::Path::new(socket).exists()).then(reason)
}
