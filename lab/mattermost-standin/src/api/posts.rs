//! `POST /api/v4/posts`, `GET /api/v4/channels/:id/posts`, `POST /api/v4/files` and `GET /api/v4/files/:id`: what users keep.
//!
//! # Source
//! Mattermost 5.36.1 and 6.2.1, run: paths, statuses and the fields that are here.

use gitlab_mattermost_core::http::{Body, Headers, Response};
use gitlab_mattermost_core::mattermost::{Failure, new_id, query_value};
use serde_json::{Map, Value, json};

use super::body::{body_to_keep, text};
use super::{caller, failures};
use crate::answer;
use crate::app::App;
use crate::asked::Asked;
use crate::machine::{SystemRandom, now};
use crate::store::{KeptFile, Post};

/// Longest text of a post, in characters.
const LONGEST: usize = 16_383;

fn not_permitted() -> Failure {
    let text = "You do not have the appropriate permissions.";
    Failure::new("Permissions", 403, "api.context.permissions.app_error", text)
}

/// Writes a post, for whoever is in the channel.
pub(super) async fn create(app: &App, asked: &Asked) -> Result<Response, Failure> {
    let account = caller::account(app, asked).await?;
    let given = body_to_keep(asked, "post")?;
    let store = |error| failures::store(&error);
    let channel = app.store.channel_of(text(&given, "channel_id"), &account.id).await.map_err(store)?;
    let channel = channel.ok_or_else(not_permitted)?;
    let message = text(&given, "message").to_owned();
    if message.chars().count() > LONGEST {
        return Err(Failure::new("Post.IsValid", 400, "model.post.is_valid.msg.app_error", "Invalid message."));
    }
    // PostgreSQL keeps no text with a zero byte, so no file has such an id.
    let files = given["file_ids"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let files: Vec<String> = files.filter(|id| !id.contains('\0')).map(str::to_owned).collect();
    let id = new_id(&mut SystemRandom);
    let post =
        Post { id, created_at: now().millis, user_id: account.id, channel_id: channel.id, message, file_ids: files };
    app.store.create_post(&post, &json!({})).await.map_err(store)?;
    app.store.attach_files(&post).await.map_err(store)?;
    Ok(answer::json(201, shown(&post).to_string()))
}

/// The latest posts of a channel, for whoever is in it.
pub(super) async fn of_channel(app: &App, asked: &Asked, channel_id: &str) -> Result<Response, Failure> {
    let account = caller::account(app, asked).await?;
    let store = |error| failures::store(&error);
    app.store.channel_of(channel_id, &account.id).await.map_err(store)?.ok_or_else(not_permitted)?;
    let posts = app.store.posts_of(channel_id).await.map_err(store)?;
    let order: Vec<&str> = posts.iter().map(|post| post.id.as_str()).collect();
    let by_id: Map<String, Value> = posts.iter().map(|post| (post.id.clone(), shown(post))).collect();
    let told = json!({"order": order, "posts": by_id, "next_post_id": "", "prev_post_id": ""});
    Ok(answer::json(200, told.to_string()))
}

fn shown(post: &Post) -> Value {
    json!({
        "id": post.id, "create_at": post.created_at, "update_at": post.created_at, "edit_at": 0, "delete_at": 0,
        "is_pinned": false, "user_id": post.user_id, "channel_id": post.channel_id, "root_id": "", "original_id": "",
        "message": post.message, "type": "", "props": {}, "hashtags": "", "file_ids": post.file_ids,
    })
}

/// Takes a file, whose bytes are the body, for a later post of the caller.
pub(super) async fn upload(app: &App, asked: &Asked) -> Result<Response, Failure> {
    let account = caller::account(app, asked).await?;
    let value = |name| query_value(&asked.request.query, name).unwrap_or_default();
    let store = |error| failures::store(&error);
    let channel = app.store.channel_of(&value("channel_id"), &account.id).await.map_err(store)?;
    let channel = channel.ok_or_else(not_permitted)?;
    let name = value("filename").rsplit('/').next().unwrap_or_default().replace('\0', "");
    if matches!(name.as_str(), "" | "." | "..") {
        let text = "Unable to upload the file. Its name is missing.";
        return Err(Failure::new(
            "uploadFileSimple",
            400,
            "api.file.upload_file.incorrect_number_of_files.app_error",
            text,
        ));
    }
    let (id, at) = (new_id(&mut SystemRandom), now().millis);
    let day = jiff::Timestamp::from_millisecond(i64::try_from(at).unwrap_or_default()).unwrap_or_default();
    let path =
        format!("{}/teams/noteam/channels/{}/users/{}/{id}/{name}", day.strftime("%Y%m%d"), channel.id, account.id);
    let place = folder(app).join(&path);
    let written = place.parent().map_or(Ok(()), std::fs::create_dir_all);
    written.and_then(|()| std::fs::write(&place, &asked.request.body)).map_err(|error| {
        let text = "Encountered an error writing to local server storage.";
        Failure::new("WriteFile", 500, "api.file.write_file_locally.writing.app_error", text)
            .with_details(error.to_string())
    })?;
    let size = u64::try_from(asked.request.body.len()).unwrap_or(u64::MAX);
    let kind = asked.request.headers.get("content-type").unwrap_or("application/octet-stream").to_owned();
    let file = KeptFile { id, creator_id: account.id, post_id: String::new(), created_at: at, path, name, size, kind };
    app.store.create_file(&file).await.map_err(store)?;
    let extension = file.name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let told = json!({"file_infos": [{
        "id": file.id, "user_id": file.creator_id, "post_id": "", "create_at": file.created_at, "update_at": file.created_at,
        "delete_at": 0, "name": file.name, "extension": extension, "size": file.size, "mime_type": file.kind,
    }], "client_ids": []});
    Ok(answer::json(201, told.to_string()))
}

/// The bytes of a file, for whoever may read the post that it belongs to, and for whoever has uploaded it.
pub(super) async fn download(app: &App, asked: &Asked, id: &str) -> Result<Response, Failure> {
    let account = caller::account(app, asked).await?;
    let store = |error| failures::store(&error);
    let missing = || Failure::new("FileInfo.get", 404, "app.file_info.get.app_error", "Unable to get the file info.");
    let file = app.store.file(id).await.map_err(store)?.ok_or_else(missing)?;
    if file.creator_id != account.id && !app.store.may_read(&file.post_id, &account.id).await.map_err(store)? {
        return Err(not_permitted());
    }
    let bytes = std::fs::read(folder(app).join(&file.path)).map_err(|error| {
        let text = "Encountered an error reading from local server file storage.";
        Failure::new("ReadFile", 404, "api.file.read_file.reading_local.app_error", text)
            .with_details(error.to_string())
    })?;
    let mut headers = Headers::default();
    headers.push("Content-Type", file.kind.as_str());
    headers.push("X-Content-Type-Options", "nosniff");
    Ok(Response { status: 200, headers, body: Body::Bytes(bytes) })
}

/// Where files are kept.
fn folder(app: &App) -> std::path::PathBuf {
    std::path::PathBuf::from(app.configuration().text("FileSettings.Directory"))
}
