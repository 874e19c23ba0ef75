//! What every request works with.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use gitlab_mattermost_core::mattermost::{Fault, Release, Settings};
use gitlab_mattermost_core::mattermost_config::Effective;
use gitlab_mattermost_core::version::Version;

use super::configuration::{self, ConfigurationError};
use super::log::Log;
use super::outgoing::Outgoing;
use super::store::Store;

/// A running server, as its request handlers see it.
#[derive(Debug)]
pub(super) struct App {
    pub(super) version: Version,
    pub(super) source: Source,
    pub(super) in_force: RwLock<InForce>,
    pub(super) store: Store,
    pub(super) outgoing: Outgoing,
    pub(super) log: Log,
}

/// Where the settings come from.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) environment: BTreeMap<String, String>,
    pub(super) config: Option<PathBuf>,
    pub(super) faults: BTreeSet<Fault>,
}

/// The settings until the console changes them.
#[derive(Debug)]
pub(super) struct InForce {
    pub(super) configuration: Arc<Effective>,
    pub(super) settings: Arc<Settings>,
}

impl App {
    /// What it behaves as.
    pub(super) const fn release(&self) -> Release {
        Release { version: self.version }
    }

    /// Every setting in force.
    pub(super) fn configuration(&self) -> Arc<Effective> {
        Arc::clone(&self.in_force.read().unwrap_or_else(PoisonError::into_inner).configuration)
    }

    /// What the sign-in needs of them.
    pub(super) fn settings(&self) -> Arc<Settings> {
        Arc::clone(&self.in_force.read().unwrap_or_else(PoisonError::into_inner).settings)
    }

    /// Puts the settings of `patch` into `config.json` and in force, but for those that a variable has locked.
    ///
    /// # Errors
    /// A server with them would not start, or the file cannot be changed. Then nothing has changed.
    pub(super) fn change(&self, patch: &serde_json::Value) -> Result<(), ConfigurationError> {
        let mut in_force = self.in_force.write().unwrap_or_else(PoisonError::into_inner);
        let path = self.source.config.as_deref();
        let changed =
            configuration::change(self.version, &self.source.environment, path, &in_force.configuration, patch)?;
        let faults = self.source.faults.clone();
        let settings = configuration::sign_in_settings(self.version, &changed, faults);
        let error_page_key = in_force.settings.error_page_key.clone();
        in_force.settings = Arc::new(Settings { error_page_key, ..settings });
        in_force.configuration = Arc::new(changed);
        Ok(())
    }
}
