//! `GET /api/v4/config`, `GET /api/v4/config/client` and `GET /api/v4/config/environment`.

use gitlab_mattermost_core::oauth::Response;
use gitlab_mattermost_core::oauth::mattermost::{Failure, query_value};
use serde_json::{Map, Value, json};

use crate::mattermost::app::App;
use crate::mattermost::dispatch::{self, Asked};
use crate::mattermost::store::OpenSession;

use super::{caller, failures};

/// What stands for a secret that is set.
const MASK: &str = "********************************";

/// Settings that clients see under the name of their key.
const SHOWN: [&str; 14] = [
    "EmailSettings.EnableSignInWithEmail",
    "EmailSettings.EnableSignInWithUsername",
    "EmailSettings.RequireEmailVerification",
    "EmailSettings.SendEmailNotifications",
    "LocalizationSettings.DefaultClientLocale",
    "ServiceSettings.EnableDeveloper",
    "ServiceSettings.SiteURL",
    "SupportSettings.HelpLink",
    "SupportSettings.SupportEmail",
    "TeamSettings.CustomDescriptionText",
    "TeamSettings.EnableOpenServer",
    "TeamSettings.EnableTeamCreation",
    "TeamSettings.EnableUserCreation",
    "TeamSettings.SiteName",
];

/// Settings that clients see under another name.
const RENAMED: [(&str, &str); 3] = [
    ("EmailSettings.EnableSignUpWithEmail", "EnableSignUpWithEmail"),
    ("GitLabSettings.Enable", "EnableSignUpWithGitLab"),
    ("GoogleSettings.Enable", "EnableSignUpWithGoogle"),
];

/// What every client may know: texts alone, without endpoints, ids and secrets.
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
    let has_accounts = app.store.has_accounts().await.map_err(|error| failures::store(&error))?;
    let mut shown = Map::new();
    let keys = SHOWN.iter().filter_map(|path| Some((*path, path.split_once('.')?.1)));
    for (path, name) in keys.chain(RENAMED) {
        shown.insert(name.to_owned(), as_text(app.configuration.get(path)));
    }
    let version = app.version.to_string();
    for (name, value) in [
        ("Version", version.as_str()),
        ("BuildNumber", &version),
        ("BuildEnterpriseReady", "false"),
        ("NoAccounts", if has_accounts { "false" } else { "true" }),
    ] {
        shown.insert(name.to_owned(), json!(value));
    }
    shown.sort_keys();
    Ok(dispatch::json(200, Value::Object(shown).to_string()))
}

fn as_text(value: &Value) -> Value {
    json!(value.as_str().map_or_else(|| if value.is_null() { String::new() } else { value.to_string() }, str::to_owned))
}

/// Every setting that is in force, secrets masked, for an administrator.
pub(super) async fn whole(app: &App, asked: &Asked) -> Result<Response, Failure> {
    if !is_administrator(&caller::required(app, asked).await?) {
        let text = "You do not have the appropriate permissions.";
        return Err(Failure::new("Permissions", 403, "api.context.permissions.app_error", text));
    }
    let mut config = app.configuration.config();
    for secret in app.configuration.catalogue().settings().filter(|setting| setting.is_secret()) {
        let value = secret.json_path().try_fold(&mut config, |place, key| place.get_mut(key));
        if let Some(value) = value {
            mask(value);
        }
    }
    Ok(dispatch::json(200, config.to_string()))
}

fn mask(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(mask),
        Value::String(text) if !text.is_empty() => MASK.clone_into(text),
        _ => {}
    }
}

/// The settings that a variable has locked; `null` for whoever is no administrator.
pub(super) async fn environment(app: &App, asked: &Asked) -> Result<Response, Failure> {
    let session = caller::required(app, asked).await?;
    let told = if is_administrator(&session) { app.configuration.environment() } else { Value::Null };
    Ok(dispatch::json(200, told.to_string()))
}

fn is_administrator(session: &OpenSession) -> bool {
    session.roles.split(' ').any(|role| role == "system_admin")
}
