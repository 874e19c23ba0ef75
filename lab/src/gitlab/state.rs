//! What the listeners of one mock share.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use gitlab_mattermost_core::oauth::gitlab::{Provider, ProviderSettings, Seed, SeedError};
use gitlab_mattermost_core::oauth::{Request, Response};

use super::clock::Clock;
use super::randomness::Randomness;

/// A handle to the one state of a mock.
#[derive(Debug, Clone)]
pub(super) struct State(Arc<Mutex<Inner>>);

/// The provider and its clock.
#[derive(Debug)]
pub(super) struct Inner {
    /// Who answers.
    pub provider: Provider,
    /// What time it is.
    pub clock: Clock,
}

impl State {
    pub fn new(settings: ProviderSettings, seed: Seed) -> Result<Self, SeedError> {
        let clock = Clock::default();
        let provider = Provider::new(settings, seed, clock.now(), &mut Randomness)?;
        Ok(Self(Arc::new(Mutex::new(Inner { provider, clock }))))
    }

    /// The state itself; held for the time of one answer, never across a wait.
    pub fn lock(&self) -> MutexGuard<'_, Inner> {
        // A panic elsewhere does not spoil the state: every answer leaves it whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers a request of the public listener.
    pub fn answer(&self, request: &Request) -> Response {
        let Inner { provider, clock } = &mut *self.lock();
        provider.handle(request, clock.now(), &mut Randomness)
    }
}
