//! `GET /api/v4/user`: who the token is for. It is all that Mattermost asks.
//!
//! # Source
//! Facts on GitLab's provider, section 10.

use super::ApiCall;
use crate::oauth::Response;
use crate::oauth::gitlab::Provider;
use crate::oauth::gitlab::answer;

impl Provider {
    pub(super) fn show_current_user(&self, call: &ApiCall<'_>) -> Response {
        match self.api_user(call, &["api", "read_api", "read_user"]) {
            Ok(user) => answer::api(200, &user.to_json(&call.base_url)),
            Err(refusal) => *refusal,
        }
    }
}
