//! `/api/v4/users`: accounts, for administrators; as far as a test needs it to set people up.
//!
//! # Source
//! GitLab's documentation of the Users API, 14.7.

use serde_json::{Value, json};

use super::ApiCall;
use crate::gitlab::Provider;
use crate::gitlab::answer;
use crate::gitlab::seed::SeedUser;
use crate::gitlab::user::UserId;
use crate::http::Response;
use crate::secret::Secret;

impl Provider {
    /// `GET /api/v4/users`, all or those with the login name or address that the query names.
    pub(super) fn list_users(&self, call: &ApiCall<'_>) -> Response {
        if let Err(refusal) = self.api_administrator(call) {
            return *refusal;
        }
        let wanted = call.parameters.present("username").or_else(|| call.parameters.present("search"));
        let users: Vec<Value> = match wanted {
            Some(login) => {
                self.users.find_by_login(login).map(|user| user.to_json(&call.base_url)).into_iter().collect()
            }
            None => self.users.iter().map(|user| user.to_json(&call.base_url)).collect(),
        };
        answer::api(200, &Value::Array(users))
    }

    /// `GET /api/v4/users/:id`.
    pub(super) fn show_user(&self, call: &ApiCall<'_>, id: &str) -> Response {
        match self.administered_user(call, id) {
            Ok(id) => match self.users.get(id) {
                Some(user) => answer::api(200, &user.to_json(&call.base_url)),
                None => user_not_found(),
            },
            Err(refusal) => *refusal,
        }
    }

    /// `POST /api/v4/users`.
    pub(super) fn create_user(&mut self, call: &ApiCall<'_>) -> Response {
        if let Err(refusal) = self.api_administrator(call) {
            return *refusal;
        }
        if let Some(refusal) = call.missing(&["email", "name", "username"]) {
            return refusal;
        }
        let Some(password) = call.parameters.present("password") else {
            let error =
                "password, reset_password, force_random_password are missing, at least one parameter must be provided";
            return answer::api(400, &json!({"error": error}));
        };
        let text = |name| call.parameters.text(name).unwrap_or_default().to_owned();
        let is_true = |name| matches!(call.parameters.text(name), Some("true" | "1"));
        let seed = SeedUser {
            id: self.users.next_id(),
            username: text("username"),
            name: text("name"),
            email: text("email"),
            password: Secret::new(password),
            admin: is_true("admin"),
            blocked: false,
            confirmed: is_true("skip_confirmation"),
            must_accept_terms: false,
        };
        let id = seed.id;
        if seed.username.trim().is_empty() || !seed.email.contains('@') {
            return answer::api(400, &json!({"message": {"email": ["is invalid"]}}));
        }
        match self.users.add(seed, call.now) {
            Ok(()) => match self.users.get(id) {
                Some(user) => answer::api(201, &user.to_json(&call.base_url)),
                None => user_not_found(),
            },
            Err(_) => answer::api(409, &json!({"message": "Username has already been taken"})),
        }
    }

    /// `DELETE /api/v4/users/:id`.
    pub(super) fn delete_user(&mut self, call: &ApiCall<'_>, id: &str) -> Response {
        match self.administered_user(call, id) {
            Ok(id) => {
                self.remove_user(id);
                answer::empty(204)
            }
            Err(refusal) => *refusal,
        }
    }

    /// `POST /api/v4/users/:id/block` and `/unblock`.
    pub(super) fn set_user_blocked(&mut self, call: &ApiCall<'_>, id: &str, blocked: bool) -> Response {
        match self.administered_user(call, id) {
            Ok(id) => {
                if let Some(user) = self.users.get_mut(id) {
                    user.seed.blocked = blocked;
                }
                answer::api(201, &Value::Bool(true))
            }
            Err(refusal) => *refusal,
        }
    }

    /// The user with this number, if an administrator asks.
    fn administered_user(&self, call: &ApiCall<'_>, id: &str) -> Result<UserId, Box<Response>> {
        self.api_administrator(call)?;
        let id = id.parse().map_err(|_| Box::new(answer::api(400, &json!({"error": "id is invalid"}))))?;
        self.users.get(id).map(|user| user.seed.id).ok_or_else(|| Box::new(user_not_found()))
    }
}

fn user_not_found() -> Response {
    answer::api(404, &json!({"message": "404 User Not Found"}))
}
