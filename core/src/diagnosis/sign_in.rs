//! The known problems of signing in to Mattermost through GitLab: P01 to P11 and P31 to P34.
//!
//! What was seen is a finding; what had to be assumed is a suspicion that says so; and what went well excuses everything
//! before it.
//!
//! # Source
//! Public threads about the integration, the texts of Mattermost's and GitLab's error pages and runs of both (Mattermost
//! 4.10 to 5.36, GitLab's provider as of 14.7). Words are matched in the forms that old and new releases have.

mod account;
mod address;
mod ending;
mod endpoint;
mod evidence;

pub use evidence::{Address, Answer, Client, Departure, Evidence, Unreachable};

use super::{Finding, Severity};

/// The problems seen in `evidence`, in the order of their numbers, each at most once.
///
/// ```
/// use gitlab_mattermost_core::diagnosis::sign_in::{Address, Evidence, diagnose};
///
/// let (scheme, host, path) = ("https".to_owned(), "chat.example.com".to_owned(), String::new());
/// let address = Address { scheme, host, port: 443, path };
/// assert!(diagnose(&Evidence::at(address)).is_empty(), "nothing is concluded from absence");
/// ```
pub fn diagnose(evidence: &Evidence) -> Vec<Finding> {
    if evidence.is_signed_in {
        return Vec::new();
    }
    let after_the_token = [
        account::exists_with_other_method(evidence),
        endpoint::user_api_wrong(evidence),
        account::sign_up_closed(evidence),
        account::row_broken(evidence),
    ];
    let is_certain = |finding: &Finding| finding.severity == Severity::Error;
    if after_the_token.iter().flatten().any(is_certain) {
        return after_the_token.into_iter().flatten().filter(is_certain).collect();
    }
    let [_, user_api_wrong, ..] = after_the_token;
    [
        ending::redirect_not_registered(evidence),
        address::redirect_differs_between_steps(evidence),
        endpoint::token_endpoint_answers_something_else(evidence),
        endpoint::certificate_not_trusted(evidence),
        endpoint::provider_unreachable(evidence),
        ending::scope_missing(evidence),
        ending::client_credentials_stale(evidence),
        address::invalid_state(evidence),
        user_api_wrong,
        ending::sign_in_gone(evidence),
        address::state_altered(evidence),
        ending::sign_in_off(evidence),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
mod tests;
