//! A network of the container engine, on which machines find one another by their names.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};

use testcontainers::bollard::models::NetworkCreateRequest;

use crate::engine::Engine;
use crate::owner::{OWNER_LABEL, Owner};
use crate::subject::SubjectError;

/// How many networks this process has made: their names are its own.
static MADE: AtomicU32 = AtomicU32::new(0);

/// A network. It is removed by [`HostNetwork::remove`]; if that is never called, by the end of the run.
#[derive(Debug)]
pub struct HostNetwork {
    engine: Engine,
    name: String,
}

impl HostNetwork {
    /// A network labelled with `owner`.
    ///
    /// # Errors
    /// [`SubjectError::NotStarted`]; an engine has room for about thirty of them.
    pub async fn create(owner: &Owner) -> Result<Self, SubjectError> {
        let not_started = |reason| SubjectError::NotStarted { part: "the network of the hosts".to_owned(), reason };
        let engine = Engine::require().await.map_err(|error| not_started(error.to_string()))?;
        let name = format!("mattermost-lab-{owner}-{}", MADE.fetch_add(1, Ordering::Relaxed));
        let labels = HashMap::from([(OWNER_LABEL.to_owned(), owner.to_string())]);
        let request =
            NetworkCreateRequest { name: name.clone(), labels: Some(labels), ..NetworkCreateRequest::default() };
        let created = engine.docker().create_network(request).await;
        created.map_err(|error| not_started(gitlab_mattermost_ground::error_chain::chain(&error)))?;
        Ok(Self { engine, name })
    }

    /// What the engine calls it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Removes it; nobody may be on it any more.
    pub async fn remove(self) {
        // What cannot be removed now is removed by the end of the run.
        let _ = self.engine.docker().remove_network(&self.name).await;
    }
}
