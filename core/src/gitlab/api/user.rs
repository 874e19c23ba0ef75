//! `GET /api/v4/user`: who the token is for. It is all that Mattermost asks.
//!
//! # Source
//! Doorkeeper 5.5.0 with the settings of GitLab 14.7: the user API.

use serde_json::json;

use super::ApiCall;
use crate::gitlab::Provider;
use crate::gitlab::answer;
use crate::gitlab::fault::Fault;
use crate::http::Response;

impl Provider {
    pub(super) fn show_current_user(&self, call: &ApiCall<'_>) -> Response {
        let faults = self.rules.faults;
        if faults.has(Fault::UserForbidden) {
            return answer::api(403, &json!({"message": "403 Forbidden"}));
        }
        match self.api_user(call, &["api", "read_api", "read_user"]) {
            Ok(user) => {
                let mut json = user.to_json(&call.base_url);
                if faults.has(Fault::NoEmail) {
                    json["email"] = "".into();
                }
                if faults.has(Fault::UserIdZero) {
                    json["id"] = 0.into();
                }
                if faults.has(Fault::UserIdAsText) {
                    json["id"] = json["id"].to_string().into();
                }
                answer::api(200, &json)
            }
            Err(refusal) => *refusal,
        }
    }
}
