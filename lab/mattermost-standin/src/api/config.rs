//! `GET /api/v4/config`, `GET /api/v4/config/client`, `GET /api/v4/config/environment` and `PUT /api/v4/config/patch`.

use gitlab_mattermost_core::http::Response;
use gitlab_mattermost_core::mattermost::{Failure, query_value, shown_settings};
use gitlab_mattermost_core::mattermost_config::client_config;
use serde_json::{Map, Value, json};

use crate::answer;
use crate::app::App;
use crate::asked::Asked;
use crate::configuration::ConfigurationError;
use gitlab_mattermost_ground::error_chain::chain;

use super::body::body;
use super::{caller, failures};

/// What the stand-in says of its build.
const BUILD: &str = "stand-in";

/// What every client may know, and more for one with a session: texts alone, without endpoints, ids and secrets.
///
/// All that a real server tells but `AsymmetricSigningPublicKey`: nothing is signed here.
///
/// DIFFERENCE: the document says that sign-up by email is off by default; `EnableSignUpWithEmail` is `"true"`.
pub(super) async fn client(app: &App, asked: &Asked) -> Result<Response, Failure> {
    match query_value(&asked.request.query, "format").as_deref() {
        Some("old") => {}
        None | Some("") => {
            let text = "New format for the client configuration is not supported yet. Please specify format=old in the \
                        query string.";
            return Err(Failure::new("getClientConfig", 501, "api.config.client.old_format.app_error", text));
        }
        Some(_) => {
            let text = "Invalid format parameter.";
            return Err(Failure::new("Context", 400, "api.context.invalid_param.app_error", text));
        }
    }
    let store = |error| failures::store(&error);
    let signed_in = caller::session(app, asked).await?.is_some();
    let mut told: Map<_, _> =
        client_config(&app.configuration(), signed_in).into_iter().map(|(key, text)| (key, json!(text))).collect();
    let identity = app.store.identity().await.map_err(store)?;
    let version = app.release().takes_itself_for().to_string();
    let (build_number, has_accounts) = (app.version.to_string(), app.store.has_accounts().await.map_err(store)?);
    for (key, text) in [
        ("Version", version.as_str()),
        ("BuildNumber", &build_number),
        ("BuildDate", BUILD),
        ("BuildHash", BUILD),
        ("DiagnosticId", &identity.id),
        ("TelemetryId", &identity.id),
        ("NoAccounts", if has_accounts { "false" } else { "true" }),
    ] {
        told.insert(key.to_owned(), json!(text));
    }
    if signed_in {
        told.insert("InstallationDate".to_owned(), json!(identity.installed_at));
    }
    told.sort_keys();
    Ok(answer::json(200, Value::Object(told).to_string()))
}

/// Every setting that is in force, secrets masked, for an administrator.
pub(super) async fn whole(app: &App, asked: &Asked) -> Result<Response, Failure> {
    caller::administrator(app, asked).await?;
    Ok(answer::json(200, shown_settings(&app.configuration()).to_string()))
}

/// `PUT /api/v4/config/patch`: what an administrator saves in the console.
pub(super) async fn patch(app: &App, asked: &Asked) -> Result<Response, Failure> {
    caller::administrator(app, asked).await?;
    let given = body(asked, "config")?;
    match app.change(&given) {
        Ok(()) => Ok(answer::json(200, shown_settings(&app.configuration()).to_string())),
        Err(ConfigurationError::Refused(refused)) => {
            Err(Failure::new("Config.IsValid", 400, "model.config.is_valid.app_error", refused.to_string()))
        }
        Err(error) => {
            let text = "An error occurred while saving the configuration.";
            Err(Failure::new("saveConfig", 500, "app.save_config.app_error", text).with_details(chain(&error)))
        }
    }
}

/// The settings that a variable has locked; `null` for users who are not administrators.
pub(super) async fn environment(app: &App, asked: &Asked) -> Result<Response, Failure> {
    let session = caller::required(app, asked).await?;
    let told = if session.is_administrator() { app.configuration().environment() } else { Value::Null };
    Ok(answer::json(200, told.to_string()))
}
