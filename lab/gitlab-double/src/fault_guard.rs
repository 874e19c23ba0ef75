//! A mistake for a while.

use gitlab_mattermost_core::gitlab::Fault;

use super::state::State;

/// A fault that a GitLab shows for as long as this is kept.
///
/// # Shape
/// A guard: dropping it ends the fault, also where a test panics. A fault may be guarded twice; it ends with the
/// last guard.
///
/// ```
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// use gitlab_double::{Fault, GitLab};
///
/// let gitlab = GitLab::start().await;
/// let guard = gitlab.with_fault(Fault::ReusableCodes);
/// assert_eq!(guard.fault(), Fault::ReusableCodes);
/// drop(guard); // a code works once again
/// # });
/// ```
#[derive(Debug)]
#[must_use = "the mistake ends as soon as the guard is dropped"]
pub struct FaultGuard {
    state: State,
    fault: Fault,
}

impl FaultGuard {
    pub(super) fn new(state: State, fault: Fault) -> Self {
        state.add_fault(fault);
        Self { state, fault }
    }

    /// The mistake.
    pub const fn fault(&self) -> Fault {
        self.fault
    }
}

impl Drop for FaultGuard {
    fn drop(&mut self) {
        self.state.remove_fault(self.fault);
    }
}
