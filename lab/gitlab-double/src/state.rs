//! What the listeners of one mock share.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use gitlab_mattermost_core::gitlab::{Fault, Provider, ProviderSettings, Seed, SeedError};
use gitlab_mattermost_core::http::{Request, Response};

use super::clock::Clock;
use super::randomness::Randomness;
use super::recorder::Recorder;
use super::signing;

/// A handle to the one state of a mock.
#[derive(Clone)]
pub(super) struct State(Arc<Mutex<Inner>>);

/// Nothing: it holds sessions, whose names let people in.
impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("State(..)")
    }
}

/// The provider, its clock and its memory.
pub(super) struct Inner {
    /// Who answers.
    pub provider: Provider,
    /// What time it is.
    pub clock: Clock,
    /// The exchanges so far.
    pub recorder: Recorder,
    settings: ProviderSettings,
    /// The present faults; one that two guards ask for is listed twice.
    faults: Vec<Fault>,
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
            faults: Vec::new(),
        }))))
    }

    /// Puts `seed` in place of everything the provider holds.
    pub fn replace(&self, seed: Seed) -> Result<(), SeedError> {
        let inner = &mut *self.lock();
        inner.provider = Provider::new(inner.settings.clone(), seed, inner.clock.now(), &mut Randomness)?;
        inner.provider.set_faults(inner.faults.iter().copied().collect());
        inner.provider.set_signer(signing::key());
        Ok(())
    }

    /// Makes the provider show `faults` and no others.
    pub fn set_faults(&self, faults: impl IntoIterator<Item = Fault>) {
        self.lock().change_faults(|known| *known = faults.into_iter().collect());
    }

    /// Makes the provider show one more.
    pub fn add_fault(&self, fault: Fault) {
        self.lock().change_faults(|known| known.push(fault));
    }

    /// Takes back one [`add_fault`](Self::add_fault).
    pub fn remove_fault(&self, fault: Fault) {
        self.lock().change_faults(|known| {
            if let Some(at) = known.iter().rposition(|one| *one == fault) {
                known.remove(at);
            }
        });
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

impl Inner {
    /// The present faults.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    fn change_faults(&mut self, change: impl FnOnce(&mut Vec<Fault>)) {
        change(&mut self.faults);
        self.provider.set_faults(self.faults.iter().copied().collect());
    }
}
