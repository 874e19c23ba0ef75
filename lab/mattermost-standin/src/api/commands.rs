//! `POST /api/v4/commands` and `POST /api/v4/commands/execute`: slash commands that others answer.
//!
//! # Source
//! Mattermost 5.36.1, run.

use gitlab_mattermost_core::http::{Body, Headers, Request, Response};
use gitlab_mattermost_core::mattermost::{Account, Failure, new_id};
use serde_json::{Value, json};
use url::Url;
use url::form_urlencoded::Serializer;

use super::body::{body, text};
use super::{caller, failures};
use crate::answer;
use crate::app::App;
use crate::asked::Asked;
use crate::machine::{SystemRandom, now};
use crate::store::{Channel, Command, Post};

/// A failure of a slash command, as the server places it.
fn failure(status: u16, id: &'static str, text: impl Into<String>) -> Failure {
    Failure::new("command", status, id, text)
}

/// Makes a command, for an administrator of its team.
pub(super) async fn create(app: &App, asked: &Asked) -> Result<Response, Failure> {
    let creator = caller::account(app, asked).await?;
    let given = body(asked, "command")?;
    let store = |error| failures::store(&error);
    let team_id = text(&given, "team_id");
    if !app.store.is_team_administrator(team_id, &creator.id).await.map_err(store)? {
        let text = "You do not have the appropriate permissions.";
        return Err(failure(403, "api.context.permissions.app_error", text));
    }
    let trigger = text(&given, "trigger").to_lowercase();
    if trigger.is_empty() || trigger.starts_with('/') || trigger.contains(' ') || trigger.len() > 128 {
        return Err(failure(400, "model.command.is_valid.trigger.app_error", "Invalid trigger."));
    }
    let url = text(&given, "url");
    if Url::parse(url).is_err() {
        return Err(failure(400, "model.command.is_valid.url_http.app_error", "Invalid URL."));
    }
    if text(&given, "method") != "P" {
        return Err(failure(400, "model.command.is_valid.method.app_error", "Invalid Method."));
    }
    let command = Command {
        id: new_id(&mut SystemRandom),
        token: new_id(&mut SystemRandom),
        creator_id: creator.id,
        team_id: team_id.to_owned(),
        trigger,
        url: url.to_owned(),
        created_at: now().millis,
    };
    if !app.store.create_command(&command).await.map_err(store)? {
        let text = "This trigger word is already in use. Please choose another word.";
        return Err(failure(400, "api.command.duplicate_trigger.app_error", text));
    }
    let Command { id, token, creator_id, team_id, trigger, url, created_at } = command;
    let shown = json!({
        "id": id, "token": token, "create_at": created_at, "update_at": created_at, "delete_at": 0,
        "creator_id": creator_id, "team_id": team_id, "trigger": trigger, "method": "P", "username": "",
        "icon_url": "", "auto_complete": false, "auto_complete_desc": "", "auto_complete_hint": "",
        "display_name": "", "description": "", "url": url,
    });
    Ok(answer::json(201, shown.to_string()))
}

/// Gives a command: it is sent to its URL, and the answer is handed on.
pub(super) async fn execute(app: &App, asked: &Asked) -> Result<Response, Failure> {
    let account = caller::account(app, asked).await?;
    let given = body(asked, "command_args")?;
    let store = |error| failures::store(&error);
    let line = text(&given, "command");
    let Some(line) = line.strip_prefix('/').filter(|rest| !rest.is_empty()) else {
        return Err(failure(400, "api.command.execute_command.start.app_error", "No command trigger found."));
    };
    let channel = app.store.channel_of(text(&given, "channel_id"), &account.id).await.map_err(store)?;
    let channel = channel.ok_or_else(|| {
        failure(403, "api.context.permissions.app_error", "You do not have the appropriate permissions.")
    })?;
    let (trigger, words) = line.split_once(' ').unwrap_or((line, ""));
    let trigger = trigger.to_lowercase();
    let command = app.store.command(&channel.team_id, &trigger).await.map_err(store)?;
    let command = command.ok_or_else(|| {
        let text = format!("Command with a trigger of '{trigger}' not found.");
        failure(404, "api.command.execute_command.not_found.app_error", text)
    })?;
    let answer = send(app, &command, &channel, &account, words).await?;
    if answer["response_type"] == "in_channel" {
        // What a command has answered to everybody is a post of whoever gave it.
        let post = Post {
            id: new_id(&mut SystemRandom),
            created_at: now().millis,
            user_id: account.id,
            channel_id: channel.id,
            message: text(&answer, "text").to_owned(),
            file_ids: Vec::new(),
        };
        app.store.create_post(&post, &json!({"from_webhook": "true"})).await.map_err(store)?;
    }
    Ok(answer::json(200, answer.to_string()))
}

/// Calls the command's URL and reads its answer.
async fn send(
    app: &App,
    command: &Command,
    channel: &Channel,
    account: &Account,
    words: &str,
) -> Result<Value, Failure> {
    let failed = |reason: String| {
        let text = format!("Command with a trigger of '{}' failed.", command.trigger);
        failure(500, "api.command.execute_command.failed.app_error", text).with_details(reason)
    };
    let url = Url::parse(&command.url).map_err(|error| failed(error.to_string()))?;
    let configuration = app.configuration();
    let allowed = configuration.text("ServiceSettings.AllowedUntrustedInternalConnections");
    if !app.outgoing.may_reach(&url, allowed).await {
        let reason = "address forbidden, you may need to set AllowedUntrustedInternalConnections to allow an integration \
                      access to your internal network";
        return Err(failed(reason.to_owned()));
    }
    let store = |error| failures::store(&error);
    let team = app.store.team(&command.team_id).await.map_err(store)?.unwrap_or_default();
    let (said, response_url) = (
        format!("/{}", command.trigger),
        format!("{}/hooks/commands/{}", app.settings().site_url, new_id(&mut SystemRandom)),
    );
    let trigger_id = new_id(&mut SystemRandom);
    let form = Serializer::new(String::new())
        .extend_pairs([
            ("channel_id", channel.id.as_str()),
            ("channel_name", &channel.name),
            ("command", &said),
            ("response_url", &response_url),
            ("team_domain", &team.name),
            ("team_id", &team.id),
            ("text", words),
            ("token", &command.token),
            ("trigger_id", &trigger_id),
            ("user_id", &account.id),
            ("user_name", &account.username),
        ])
        .finish();
    let mut headers = Headers::default();
    headers.push("Accept", "application/json");
    headers.push("Authorization", format!("Token {}", command.token));
    headers.push("Content-Type", "application/x-www-form-urlencoded");
    headers.push("User-Agent", "Mattermost-Bot/1.1");
    let host = url.host_str().unwrap_or_default();
    let request = Request {
        method: "POST".to_owned(),
        scheme: url.scheme().to_owned(),
        host: url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")),
        path: url.path().to_owned(),
        query: url.query().unwrap_or_default().to_owned(),
        headers,
        body: form.into_bytes(),
    };
    let response = app.outgoing.call(&request).await.map_err(|error| failed(error.reason))?;
    let Body::Bytes(bytes) = response.body else { return Err(failed("no body".to_owned())) };
    if response.status != 200 {
        let text = format!("Command with a trigger of '{}' returned response {}.", command.trigger, response.status);
        let details = String::from_utf8_lossy(&bytes).into_owned();
        return Err(failure(500, "api.command.execute_command.failed_resp.app_error", text).with_details(details));
    }
    let is_json = response.headers.get("content-type").is_some_and(|kind| kind.starts_with("application/json"));
    if !is_json {
        return Ok(json!({"response_type": "", "text": String::from_utf8_lossy(&bytes)}));
    }
    let answer: Option<Value> = serde_json::from_slice(&bytes).ok();
    answer.filter(Value::is_object).ok_or_else(|| failed("the answer is no JSON object".to_owned()))
}

/// `GET /api/v4/teams/:id/channels/name/:name`, for its members.
pub(super) async fn channel(app: &App, asked: &Asked, team_id: &str, name: &str) -> Result<Response, Failure> {
    let account = caller::account(app, asked).await?;
    let found = app.store.channel_by_name(team_id, name, &account.id).await.map_err(|error| failures::store(&error))?;
    let missing = || failure(404, "app.channel.get_by_name.missing.app_error", "Channel does not exist.");
    let Channel { id, name, display_name, team_id } = found.ok_or_else(missing)?;
    let shown = json!({"id": id, "name": name, "display_name": display_name, "team_id": team_id, "type": "O"});
    Ok(answer::json(200, shown.to_string()))
}
