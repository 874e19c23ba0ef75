//! The second half of a sign-in: the browser comes back with a code, and becomes a session.

mod accounts;
mod calls;
mod endings;
mod stages;

use super::account::Account;
use super::profile::Profile;
use super::session::Session;
use super::state::State;
use crate::http::Request;

/// A browser coming back from GitLab.
#[derive(Default)]
pub(super) struct Arrival {
    /// Read from the request; empty until then.
    state: State,
    /// The state was found good and is used up: the cookie goes with every answer.
    spent: bool,
    stage: Stage,
}

/// Neither state nor what GitLab said about the person.
impl std::fmt::Debug for Arrival {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Arrival(spent: {})", self.spent)
    }
}

#[derive(Default)]
enum Stage {
    #[default]
    New,
    FindingToken,
    DroppingToken,
    AwaitingToken(Request),
    AwaitingUser(Request),
    Looking {
        body: String,
        profile: Profile,
    },
    Creating(Account),
    Updating(Account),
    Joining(Account),
    ClosingSessions(Account),
    Switching,
    OpeningSession(Session),
}
