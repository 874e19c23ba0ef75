//! Steps about what users keep in Mattermost: posts and files, written and read through its API.

use cucumber::{given, then};
use serde_json::{Value, json};

use crate::world::{MATTERMOST_URL, Missing, StepError, World};
use gitlab_mattermost_browser::Page;

/// The channel that every team has.
pub(super) const CHANNEL: &str = "town-square";

/// An answer of Mattermost's that a step cannot go on with.
#[derive(Debug, thiserror::Error)]
#[error("Mattermost answered {status} to {request}")]
struct Unexpected {
    request: String,
    status: u16,
}

#[given(regex = r#"^she has posted "([^"]*)" in a team of her own$"#)]
async fn has_posted(world: &mut World, message: String) -> Result<(), StepError> {
    let channel = channel_of_her_own(world).await?;
    post(world, "posts", &json!({"channel_id": channel, "message": message})).await?;
    Ok(())
}

#[given(regex = r#"^she has posted "([^"]*)" with the file "([^"]*)" in a team of her own$"#)]
async fn has_posted_file(world: &mut World, message: String, name: String) -> Result<(), StepError> {
    let channel = channel_of_her_own(world).await?;
    let mut url = url::Url::parse(&format!("{MATTERMOST_URL}/api/v4/files"))?;
    url.query_pairs_mut().append_pair("channel_id", &channel).append_pair("filename", &name);
    let uploaded = world.browser()?.post_bytes(url.as_str(), "text/plain", content(&name).into_bytes()).await?;
    let file = text(&answer(&uploaded, "POST files".to_owned())?, "/file_infos/0/id");
    post(world, "posts", &json!({"channel_id": channel, "message": message, "file_ids": [file]})).await?;
    world.remembered.post.file = Some(file);
    Ok(())
}

#[then(regex = r#"^she still reads "([^"]*)"$"#)]
async fn reads(world: &mut World, message: String) -> Result<(), StepError> {
    let channel = world.remembered.post.channel.clone().ok_or(Missing { what: "channel" })?;
    let page = world.browser()?.fetch(&format!("{MATTERMOST_URL}/api/v4/channels/{channel}/posts")).await?;
    let json = page.json().filter(|_| page.status == 200).unwrap_or_default();
    let posts = json.get("posts").and_then(Value::as_object);
    let found: Vec<String> = posts.into_iter().flatten().map(|(_, post)| text(post, "/message")).collect();
    if found.contains(&message) {
        return Ok(());
    }
    let actual = format!("status {} and the posts {}", page.status, found.join(" | "));
    Err(world.fail("a post that was there is still there", message, actual))
}

#[then(regex = r#"^she still opens the file "([^"]*)" as she left it$"#)]
async fn opens_file(world: &mut World, name: String) -> Result<(), StepError> {
    let file = world.remembered.post.file.clone().ok_or(Missing { what: "file" })?;
    let page = world.browser()?.fetch(&format!("{MATTERMOST_URL}/api/v4/files/{file}")).await?;
    let expected = content(&name);
    if page.status == 200 && page.body == expected {
        return Ok(());
    }
    let expected = format!("status 200 and the {} bytes that were uploaded", expected.len());
    let actual = format!("status {} and {} bytes", page.status, page.body.len());
    Err(world.fail(format!("the file `{name}` is what it was"), expected, actual))
}

/// Makes a team and takes the channel that everybody in it is in.
async fn channel_of_her_own(world: &mut World) -> Result<String, StepError> {
    let team = post(world, "teams", &json!({"name": "garden", "display_name": "Garden", "type": "O"})).await?;
    let team = text(&team, "/id");
    let channel = text(&get(world, &format!("teams/{team}/channels/name/{CHANNEL}")).await?, "/id");
    world.remembered.post.channel = Some(channel.clone());
    Ok(channel)
}

/// What a file of that name holds: some hundred kilobytes that are nowhere the same.
fn content(name: &str) -> String {
    (1..=10_000).map(|line| format!("{name}, line {line}\n")).collect()
}

pub(super) async fn get(world: &mut World, path: &str) -> Result<Value, StepError> {
    let page = world.browser()?.fetch(&format!("{MATTERMOST_URL}/api/v4/{path}")).await?;
    answer(&page, format!("GET {path}"))
}

pub(super) async fn post(world: &mut World, path: &str, body: &Value) -> Result<Value, StepError> {
    let page = world.browser()?.post_json(&format!("{MATTERMOST_URL}/api/v4/{path}"), body).await?;
    answer(&page, format!("POST {path}"))
}

fn answer(page: &Page, request: String) -> Result<Value, StepError> {
    match page.json() {
        Some(json) if (200..300).contains(&page.status) => Ok(json),
        _ => Err(Unexpected { request, status: page.status }.into()),
    }
}

pub(super) fn text(json: &Value, pointer: &str) -> String {
    json.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}
