//! `/api/v4` (and `/api/v3`, as far as it was kept for old clients): who may ask, and which endpoint answers.
//!
//! # Source
//! Doorkeeper 5.5.0 with the settings of GitLab 14.7: the API of applications, the user API.

mod applications;
mod guard;
mod projects;
mod user;
mod users;

use serde_json::json;

use super::Provider;
use super::answer;
use super::parameters::Parameters;
use super::session::SESSION_COOKIE;
use super::user::UserId;
use crate::http::{Body, Request, Response};
use crate::random::TokenSource;
use crate::time::UnixTime;

/// One request to the API.
pub(super) struct ApiCall<'a> {
    request: &'a Request,
    parameters: Parameters,
    base_url: String,
    now: UnixTime,
    random: &'a mut dyn TokenSource,
}

impl ApiCall<'_> {
    /// The refusal of a call that lacks some of these parameters.
    fn missing(&self, names: &[&str]) -> Option<Response> {
        let missing = names.iter().filter(|name| !self.parameters.has(name)).map(|name| format!("{name} is missing"));
        let missing: Vec<String> = missing.collect();
        (!missing.is_empty()).then(|| answer::api(400, &json!({"error": missing.join(", ")})))
    }
}

impl Provider {
    /// Answers a request below `/api/`.
    pub(super) fn answer_api(
        &mut self,
        request: &Request,
        parameters: Parameters,
        now: UnixTime,
        random: &mut dyn TokenSource,
    ) -> Response {
        let base_url = self.base_url(request);
        let mut call = ApiCall { request, parameters, base_url, now, random };
        let path = request.path.trim_end_matches('/');
        let path = path.strip_suffix(".json").unwrap_or(path);
        let old_path = path.strip_prefix("/api/v3").filter(|path| *path == "/user");
        let Some(path) = path.strip_prefix("/api/v4").or(old_path) else { return not_found() };
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        let mut response = match (request.method.as_str(), segments.as_slice()) {
            ("GET" | "HEAD", ["user"]) => self.show_current_user(&call),
            ("OPTIONS", ["user"]) => options("OPTIONS, GET, HEAD"),
            ("GET" | "HEAD", ["applications"]) => self.list_applications(&call),
            ("POST", ["applications"]) => self.create_application_by_api(&mut call),
            ("OPTIONS", ["applications"]) => options("OPTIONS, GET, POST, HEAD"),
            ("DELETE", ["applications", id]) => self.delete_application_by_api(&call, id),
            ("OPTIONS", ["applications", _]) => options("OPTIONS, DELETE"),
            ("GET" | "HEAD", ["projects"]) => self.list_projects(&call),
            ("POST", ["projects"]) => self.create_project(&call),
            ("DELETE", ["projects", id]) => self.delete_project(&call, id),
            (method, ["projects", id, "services" | "integrations", rest @ ..]) => match (method, rest) {
                ("PUT", ["mattermost-slash-commands"]) => self.set_up_slash_commands(&call, id),
                ("DELETE", ["mattermost-slash-commands"]) => self.end_slash_commands(&call, id),
                ("POST", ["mattermost_slash_commands", "trigger"]) => self.answer_slash_command(&call, id),
                _ => not_found(),
            },
            ("GET" | "HEAD", ["users"]) => self.list_users(&call),
            ("POST", ["users"]) => self.create_user(&call),
            ("GET" | "HEAD", ["users", id]) => self.show_user(&call, id),
            ("DELETE", ["users", id]) => self.delete_user(&call, id),
            ("POST", ["users", id, "block"]) => self.set_user_blocked(&call, id, true),
            ("POST", ["users", id, "unblock"]) => self.set_user_blocked(&call, id, false),
            _ => not_found(),
        };
        if let Some(session) = self.signed_in_session(&call) {
            response.headers.push("Set-Cookie", self.sessions.set_cookie(session, call.base_url.starts_with("https")));
        }
        if request.method == "HEAD" {
            response.body = Body::Empty;
        }
        response
    }

    /// The name of the session that the request's cookie belongs to, if somebody is signed in there.
    fn signed_in_session<'a>(&self, call: &ApiCall<'a>) -> Option<&'a str> {
        let cookie = call.request.headers.cookie(SESSION_COOKIE)?;
        self.sessions.get(cookie)?.user_at(call.now).map(|_: UserId| cookie)
    }
}

fn not_found() -> Response {
    answer::api(404, &json!({"error": "404 Not Found"}))
}

/// The answer to `OPTIONS`: the methods of a path.
fn options(allow: &str) -> Response {
    let mut response = answer::empty(204);
    response.headers.push("Allow", allow);
    response
}
