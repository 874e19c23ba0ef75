//! Errors of the API, with the real server's ids and texts.

use gitlab_mattermost_core::mattermost::Failure;

use crate::store::StoreError;
use gitlab_mattermost_ground::error_chain::chain;

pub(super) fn invalid_body(name: &str) -> Failure {
    let text = format!("Invalid or missing {name} in request body.");
    Failure::new("Context", 400, "api.context.invalid_body_param.app_error", text)
}

pub(super) fn session_expired(details: &str) -> Failure {
    let text = "Invalid or expired session, please login again.";
    Failure::new("ServeHTTP", 401, "api.context.session_expired.app_error", text).with_details(details)
}

/// The database did not answer.
pub(super) fn store(error: &StoreError) -> Failure {
    let text = "We encountered an error finding the account.";
    Failure::new("store", 500, "app.user.get.app_error", text).with_details(chain(error))
}

pub(super) fn session_not_read(error: &StoreError) -> Failure {
    let text = "We encountered an error finding the session.";
    Failure::new("GetSession", 500, "app.session.get.app_error", text).with_details(chain(error))
}
