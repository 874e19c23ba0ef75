//! The known problems of signing in to Mattermost through GitLab: P01 to P11.
//!
//! # Source
//! Public threads about the integration, the texts of Mattermost's and GitLab's error pages and runs of both (Mattermost
//! 4.10 to 5.36, GitLab's provider as of 14.7). Words are matched in the forms that old and new releases have.

mod address;
mod ending;
mod endpoint;
mod evidence;

pub use evidence::{Address, Answer, Client, Departure, Evidence, Unreachable};

use super::Finding;

/// The problems seen in `evidence`, in the order of their numbers, each at most once.
pub fn diagnose(evidence: &Evidence) -> Vec<Finding> {
    [
        ending::redirect_not_registered(evidence),
        address::redirect_differs_between_steps(evidence),
        endpoint::token_endpoint_answers_something_else(evidence),
        endpoint::certificate_not_trusted(evidence),
        endpoint::provider_unreachable(evidence),
        ending::scope_missing(evidence),
        ending::client_credentials_stale(evidence),
        address::invalid_state(evidence),
        ending::account_exists_with_other_method(evidence),
        endpoint::user_api_wrong(evidence),
        ending::sign_in_gone(evidence),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
mod tests;
