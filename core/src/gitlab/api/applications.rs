//! `/api/v4/applications`: instance-wide applications, for administrators.
//!
//! # Source
//! Doorkeeper 5.5.0 with the settings of GitLab 14.7: the API of applications.

use serde_json::{Map, Value, json};

use super::ApiCall;
use crate::gitlab::Provider;
use crate::gitlab::answer;
use crate::gitlab::application::{Application, Details, FieldErrors};
use crate::gitlab::scope::Scopes;
use crate::http::Response;

impl Provider {
    /// `GET /api/v4/applications`.
    pub(super) fn list_applications(&self, call: &ApiCall<'_>) -> Response {
        if let Err(refusal) = self.api_administrator(call) {
            return *refusal;
        }
        let shared = self.applications.iter().filter(|application| application.owner.is_none());
        let list: Vec<Value> = shared.map(|application| Value::Object(summary(application))).collect();
        answer::api(200, &Value::Array(list))
    }

    /// `POST /api/v4/applications`.
    pub(super) fn create_application_by_api(&mut self, call: &mut ApiCall<'_>) -> Response {
        if let Err(refusal) = self.api_administrator(call) {
            return *refusal;
        }
        if let Some(refusal) = call.missing(&["name", "redirect_uri", "scopes"]) {
            return refusal;
        }
        let text = |name| call.parameters.text(name).unwrap_or_default().to_owned();
        let confidential = match call.parameters.text("confidential").map(str::to_ascii_lowercase).as_deref() {
            None | Some("true" | "1" | "on" | "t") => true,
            Some("false" | "0" | "off" | "f" | "") => false,
            Some(_) => return answer::api(400, &json!({"error": "confidential is invalid"})),
        };
        let details = Details {
            name: text("name"),
            redirect_uris: text("redirect_uri"),
            scopes: Scopes::parse(&text("scopes")),
            trusted: false,
            confidential,
            expire_access_tokens: false,
        };
        let errors = details.errors();
        if !errors.is_empty() {
            return answer::api(400, &json!({"message": by_field(&errors)}));
        }
        let Some(application) = self.applications.add(details, None, None, None, call.random) else {
            return answer::failed();
        };
        let mut body = summary(application);
        body.insert("secret".to_owned(), application.secret.expose().into());
        answer::api(201, &Value::Object(body))
    }

    /// `DELETE /api/v4/applications/:id`.
    pub(super) fn delete_application_by_api(&mut self, call: &ApiCall<'_>, id: &str) -> Response {
        if let Err(refusal) = self.api_administrator(call) {
            return *refusal;
        }
        let Ok(id) = id.parse() else { return answer::api(400, &json!({"error": "id is invalid"})) };
        let is_shared = self.applications.get(id).is_some_and(|application| application.owner.is_none());
        if !is_shared {
            return answer::api(404, &json!({"message": "404 Application Not Found"}));
        }
        self.remove_application(id);
        answer::empty(204)
    }
}

fn summary(application: &Application) -> Map<String, Value> {
    let mut summary = Map::new();
    summary.insert("id".to_owned(), application.id.into());
    summary.insert("application_id".to_owned(), application.client_id.as_str().into());
    summary.insert("application_name".to_owned(), application.details.name.as_str().into());
    summary.insert("callback_url".to_owned(), application.details.redirect_uris.as_str().into());
    summary.insert("confidential".to_owned(), application.details.confidential.into());
    summary
}

/// `{"redirect_uri": ["can't be blank"]}`.
fn by_field(errors: &FieldErrors) -> Value {
    let mut fields = Map::new();
    for (field, sentence) in errors {
        let sentences = fields.entry(*field).or_insert_with(|| json!([]));
        if let Some(list) = sentences.as_array_mut() {
            list.push((*sentence).into());
        }
    }
    Value::Object(fields)
}
