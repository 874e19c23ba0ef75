//! `/api/v4/projects` with the integration *Mattermost slash commands* and the URL that its commands are sent to.
//!
//! # Source
//! Doorkeeper 5.5.0 with the settings of GitLab 14.7: GitLab as a client of Mattermost; the path parts `services` and,
//! from 14.4 on, `integrations`.

use serde_json::{Value, json};

use super::ApiCall;
use crate::gitlab::Provider;
use crate::gitlab::answer;
use crate::gitlab::project::{Project, ProjectId};
use crate::gitlab::user::UserId;
use crate::http::Response;
use crate::secret::Secret;

impl Provider {
    /// `GET /api/v4/projects`: the caller's.
    pub(super) fn list_projects(&self, call: &ApiCall<'_>) -> Response {
        let user = match self.api_user(call, &["api", "read_api"]) {
            Ok(user) => user.seed.id,
            Err(refusal) => return *refusal,
        };
        let own = self.projects.iter().filter(|project| project.owner == user);
        answer::api(200, &own.map(|project| self.project_summary(call, project)).collect())
    }

    /// `POST /api/v4/projects`.
    pub(super) fn create_project(&mut self, call: &ApiCall<'_>) -> Response {
        let user = match self.api_user(call, &["api"]) {
            Ok(user) => user.seed.id,
            Err(refusal) => return *refusal,
        };
        let Some(path) = call.parameters.text("path").or(call.parameters.text("name")) else {
            let error = "name, path are missing, at least one parameter must be provided";
            return answer::api(400, &json!({"error": error}));
        };
        let path = path.trim().to_lowercase().replace(' ', "-");
        match self.projects.add(&path, user).map(|project| project.id) {
            Some(id) => {
                let summary = self.projects.get(id).map(|project| self.project_summary(call, project));
                answer::api(201, &summary.unwrap_or_default())
            }
            None => answer::api(400, &json!({"message": {"path": ["has already been taken"]}})),
        }
    }

    /// `DELETE /api/v4/projects/:id`.
    pub(super) fn delete_project(&mut self, call: &ApiCall<'_>, id: &str) -> Response {
        match self.own_project(call, id) {
            Ok(id) => {
                self.projects.remove(id);
                answer::api(202, &json!({"message": "202 Accepted"}))
            }
            Err(refusal) => *refusal,
        }
    }

    /// `PUT /api/v4/projects/:id/services/mattermost-slash-commands`.
    pub(super) fn set_up_slash_commands(&mut self, call: &ApiCall<'_>, id: &str) -> Response {
        let id = match self.own_project(call, id) {
            Ok(id) => id,
            Err(refusal) => return *refusal,
        };
        let Some(token) = call.parameters.text("token") else { return missing_token() };
        if let Some(project) = self.projects.get_mut(id) {
            project.slash_commands = Some(Secret::new(token));
        }
        answer::api(
            200,
            &json!({"title": "Mattermost slash commands", "slug": "mattermost-slash-commands", "active": true}),
        )
    }

    /// `DELETE /api/v4/projects/:id/services/mattermost-slash-commands`.
    pub(super) fn end_slash_commands(&mut self, call: &ApiCall<'_>, id: &str) -> Response {
        match self.own_project(call, id) {
            Ok(id) => {
                if let Some(project) = self.projects.get_mut(id) {
                    project.slash_commands = None;
                }
                answer::empty(204)
            }
            Err(refusal) => *refusal,
        }
    }

    /// `POST /api/v4/projects/:id/services/mattermost_slash_commands/trigger`: nobody signs in, the token is enough.
    ///
    /// Nobody of Mattermost's users has connected an account here, so all of them are asked to.
    pub(super) fn answer_slash_command(&self, call: &ApiCall<'_>, id: &str) -> Response {
        let Some(token) = call.parameters.text("token") else { return missing_token() };
        let project = id.parse().ok().and_then(|id| self.projects.get(id));
        let own = project.and_then(|project| project.slash_commands.as_ref());
        if !own.is_some_and(|own| own.matches(token)) {
            return answer::api(404, &json!({"message": "404 Service Not Found"}));
        }
        let link = format!("{}/-/profile/chat_names/new", call.base_url);
        let text = format!("Before anything else, [connect your GitLab account]({link}).");
        answer::api(200, &json!({"response_type": "ephemeral", "status": 200, "text": text}))
    }

    /// The project, if the caller may change it: its owner and administrators may.
    fn own_project(&self, call: &ApiCall<'_>, id: &str) -> Result<ProjectId, Box<Response>> {
        let user = self.api_user(call, &["api"])?;
        let project = id.parse().ok().and_then(|id| self.projects.get(id));
        let own = project.filter(|project| user.seed.admin || project.owner == user.seed.id);
        let not_found = || Box::new(answer::api(404, &json!({"message": "404 Project Not Found"})));
        own.map(|project| project.id).ok_or_else(not_found)
    }

    fn project_summary(&self, call: &ApiCall<'_>, project: &Project) -> Value {
        let owner = self.namespace(project.owner);
        json!({
            "id": project.id,
            "name": project.path,
            "path": project.path,
            "path_with_namespace": format!("{owner}/{}", project.path),
            "web_url": format!("{}/{owner}/{}", call.base_url, project.path),
        })
    }

    fn namespace(&self, owner: UserId) -> String {
        self.users.get(owner).map(|user| user.seed.username.clone()).unwrap_or_default()
    }
}

fn missing_token() -> Response {
    answer::api(400, &json!({"error": "token is missing"}))
}
