//! What the listeners of one mock share.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use gitlab_mattermost_core::gitlab::{Faults, Provider, ProviderSettings, Seed, SeedError};
use gitlab_mattermost_core::http::{Request, Response};

use super::clock::Clock;
use super::randomness::Randomness;
use super::recorder::Recorder;
use super::signing;

/// A handle to the one state of a mock.
#[derive(Debug, Clone)]
pub(super) struct State(Arc<Mutex<Inner>>);

/// The provider, its clock and its memory.
#[derive(Debug)]
pub(super) struct Inner {
    /// Who answers.
    pub provider: Provider,
    /// What time it is.
    pub clock: Clock,
    /// What was said.
    pub recorder: Recorder,
    settings: ProviderSettings,
    faults: Faults,
}

impl State {
    /// A state that holds `seed`.
    pub fn new(settings: ProviderSettings, seed: Seed) -> Result<Self, SeedError> {
        let clock = Clock::default();
        let mut provider = Provider::new(settings.clone(), seed, clock.now(), &mut Randomness)?;
        provider.set_signer(signing::key());
        Ok(Self(Arc::new(Mutex::new(Inner {
            provider,
            clock,
            recorder: Recorder::default(),
            settings,
            faults: Faults::default(),
        }))))
    }

    /// Puts `seed` in place of everything the provider holds.
    pub fn replace(&self, seed: Seed) -> Result<(), SeedError> {
        let inner = &mut *self.lock();
        inner.provider = Provider::new(inner.settings.clone(), seed, inner.clock.now(), &mut Randomness)?;
        inner.provider.set_faults(inner.faults);
        inner.provider.set_signer(signing::key());
        Ok(())
    }

    /// Makes the provider show `faults` and no others.
    pub fn set_faults(&self, faults: Faults) {
        let inner = &mut *self.lock();
        inner.faults = faults;
        inner.provider.set_faults(faults);
    }

    /// The state itself; held for the time of one answer, never across a wait.
    pub fn lock(&self) -> MutexGuard<'_, Inner> {
        // A panic elsewhere does not spoil the state: every answer leaves it whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers a request of the public listener.
    pub fn answer(&self, request: &Request) -> Response {
        let Inner { provider, clock, recorder, .. } = &mut *self.lock();
        let response = provider.handle(request, clock.now(), &mut Randomness);
        recorder.record(request, &response);
        response
    }
}
