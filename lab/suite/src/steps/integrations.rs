//! Steps of the chapter *Configuring GitLab and Mattermost integrations*: slash commands, set up on both sides and given.
//!
//! - `Given GitLab has the project "garden"`, of the administrator
//! - `When she makes the slash command "garden" for the project, and tells GitLab its token`, or `… another token`, or
//!   `… no token`
//! - `When she gives the command "/garden help"`
//! - `Then Mattermost asked GitLab at the project's trigger URL with the command's token and:`, form fields below
//! - `Then she alone is answered, with a link to GitLab`, or `the command fails with "id"`; `GitLab answered 404`
//! - `When somebody sends the project's trigger URL …`, to GitLab itself

use cucumber::gherkin::Step;
use cucumber::{given, then, when};
use serde_json::{Value, json};
use url::form_urlencoded;

use super::posts::{CHANNEL, get, post, text};
use super::rows;
use crate::world::{Answered, GITLAB_URL, MATTERMOST_URL, Missing, StepError, World};
use gitlab_mattermost_ground::exchange::{Exchange, Party};

/// A token that no command has.
const ANOTHER: &str = "y6tqxcz8ujdkmbh3ro9wfs7ena";

#[given(regex = r#"^GitLab has the project "([^"]*)"$"#)]
async fn has_project(world: &mut World, name: String) -> Result<(), StepError> {
    let gitlab = world.gitlab.as_mut().ok_or(Missing { what: "GitLab" })?;
    let project = gitlab.create_project(&name).await?;
    world.remembered.slash_command.project = Some(project);
    Ok(())
}

#[when(regex = r#"^she makes the slash command "([^"]+)" for the project, and tells GitLab (its|another|no) token$"#)]
async fn makes_command(world: &mut World, trigger: String, which: String) -> Result<(), StepError> {
    let name = format!("{trigger}-team");
    let team = post(world, "teams", &json!({"name": name, "display_name": name, "type": "O"})).await?;
    let team = text(&team, "/id");
    let channel = get(world, &format!("teams/{team}/channels/name/{CHANNEL}")).await?;
    world.remembered.slash_command.channel = Some(text(&channel, "/id"));
    let url = format!("{GITLAB_URL}{}", trigger_path(world, "services")?);
    let command = json!({"team_id": team, "trigger": trigger, "method": "P", "url": url});
    let token = text(&post(world, "commands", &command).await?, "/token");
    let told = match which.as_str() {
        "its" => Some(token.as_str()),
        "another" => Some(ANOTHER),
        _ => None,
    };
    if let Some(told) = told {
        tell(world, told).await?;
    }
    world.remembered.slash_command.token = Some(token);
    Ok(())
}

#[given("GitLab knows the token of its slash command")]
async fn knows_token(world: &mut World) -> Result<(), StepError> {
    let token = ANOTHER.chars().rev().collect::<String>();
    tell(world, &token).await?;
    world.remembered.slash_command.token = Some(token);
    Ok(())
}

async fn tell(world: &mut World, token: &str) -> Result<(), StepError> {
    let project = project(world)?;
    let gitlab = world.gitlab.as_ref().ok_or(Missing { what: "GitLab" })?;
    Ok(gitlab.set_up_slash_command(project, token).await?)
}

#[when(regex = r#"^she gives the command "([^"]*)"$"#)]
async fn gives(world: &mut World, command: String) -> Result<(), StepError> {
    world.begin_action();
    let channel = world.remembered.slash_command.channel.clone().ok_or(Missing { what: "channel" })?;
    let given = json!({"channel_id": channel, "command": command});
    let url = format!("{MATTERMOST_URL}/api/v4/commands/execute");
    let page = world.browser()?.post_json(&url, &given).await?;
    remember(world, page.status, page.json());
    Ok(())
}

#[then("Mattermost asked GitLab at the project's trigger URL with the command's token and:")]
async fn asked(world: &mut World, step: &Step) -> Result<(), StepError> {
    let requirement = "Mattermost hands the command to GitLab";
    let expected = format!("POST {GITLAB_URL}{}", trigger_path(world, "services")?);
    let Some(exchange) = to_gitlab(world) else {
        return Err(world.fail(requirement, expected, "no request from Mattermost to GitLab"));
    };
    let found = format!("{} {}", exchange.method, exchange.url);
    if found != expected {
        return Err(world.fail(requirement, expected, found));
    }
    let fields: Vec<(String, String)> = form_urlencoded::parse(exchange.request_body.as_bytes()).into_owned().collect();
    let field = |name: &str| fields.iter().find(|(other, _)| other == name).map(|(_, value)| value.clone());
    // What is recorded holds the same placeholder for the same secret.
    let token = world.masked(&token(world)?);
    let wanted = rows(step)?.iter().filter_map(|row| match row.as_slice() {
        [name, value] => Some((name.clone(), value.clone())),
        _ => None,
    });
    for (name, value) in [("token".to_owned(), token)].into_iter().chain(wanted) {
        let actual = field(&name);
        if actual.as_ref() != Some(&value) {
            let requirement = format!("Mattermost sends the field `{name}`");
            return Err(world.fail(requirement, value, actual.unwrap_or_else(|| "no such field".to_owned())));
        }
    }
    Ok(())
}

#[then("she alone is answered, with a link to GitLab")]
async fn is_answered(world: &mut World) -> Result<(), StepError> {
    let answer = answered(world)?;
    let alone = answer.body["response_type"] == "ephemeral";
    if answer.status == 200 && alone && text(&answer.body, "/text").contains(GITLAB_URL) {
        return Ok(());
    }
    let expected = format!("an ephemeral text with a link to {GITLAB_URL}");
    Err(world.fail("whoever gave the command is asked to connect an account of GitLab", expected, answer.told()))
}

#[then(regex = r#"^the command fails with status (\d+) and "([^"]*)"$"#)]
async fn fails(world: &mut World, status: u16, id: String) -> Result<(), StepError> {
    let answer = answered(world)?;
    if answer.status == status && answer.body["id"] == id.as_str() {
        return Ok(());
    }
    Err(world.fail("the command fails, and says how", format!("status {status} and `{id}`"), answer.told()))
}

#[then(regex = r"^GitLab answered Mattermost with (\d+)$")]
async fn gitlab_answered(world: &mut World, status: u16) -> Result<(), StepError> {
    let answer = to_gitlab(world).map(|exchange| exchange.answer);
    if answer == Some(Ok(status)) {
        return Ok(());
    }
    let answer = match answer {
        Some(Ok(status)) => status.to_string(),
        Some(Err(why)) => format!("no answer: {why}"),
        None => "no request of Mattermost's".to_owned(),
    };
    Err(world.fail("GitLab refuses the command", status.to_string(), answer))
}

#[when(regex = r"^GitLab is sent a slash command at `([^`]+)` with (its|another|no) token$")]
async fn is_sent(world: &mut World, path: String, which: String) -> Result<(), StepError> {
    let path = path.replace("{project}", &project(world)?.to_string());
    let token = match which.as_str() {
        "its" => Some(token(world)?),
        "another" => Some(ANOTHER.to_owned()),
        _ => None,
    };
    let mut fields = vec![("team_domain", "garden"), ("user_id", "u1"), ("command", "/garden"), ("text", "help")];
    fields.extend(token.as_deref().map(|token| ("token", token)));
    let page = world.new_browser().await?.post_form(&format!("{GITLAB_URL}{path}"), &fields).await?;
    remember(world, page.status, page.json());
    Ok(())
}

#[then(regex = r"^GitLab's answer is (\d+) with (.+)$")]
async fn answer_is(world: &mut World, status: u16, expected: String) -> Result<(), StepError> {
    let expected: Value = serde_json::from_str(&expected)?;
    let answer = answered(world)?;
    let holds = expected.as_object().is_some_and(|all| all.iter().all(|(name, value)| answer.body[name] == *value));
    if answer.status == status && holds {
        return Ok(());
    }
    Err(world.fail("the trigger URL answers as GitLab's does", format!("{status} {expected}"), answer.told()))
}

/// The path of the URL that the slash commands of the scenario's project are sent to.
fn trigger_path(world: &World, part: &str) -> Result<String, Missing> {
    let project = project(world)?;
    Ok(format!("/api/v4/projects/{project}/{part}/mattermost_slash_commands/trigger"))
}

/// What Mattermost last asked GitLab since the command was given.
fn to_gitlab(world: &World) -> Option<Exchange> {
    let mut asked = world.recent_exchanges();
    asked.retain(|exchange| exchange.from == Party::Mattermost && exchange.to == Party::GitLab);
    asked.pop()
}

fn remember(world: &mut World, status: u16, body: Option<Value>) {
    let masked = body.map(|body| world.masked(&body.to_string())).unwrap_or_default();
    let body = serde_json::from_str(&masked).unwrap_or_default();
    world.remembered.slash_command.answer = Some(Answered { status, body });
}

fn answered(world: &World) -> Result<Answered, Missing> {
    world.remembered.slash_command.answer.clone().ok_or(Missing { what: "answer to a slash command" })
}

fn project(world: &World) -> Result<u64, Missing> {
    world.remembered.slash_command.project.ok_or(Missing { what: "project" })
}

fn token(world: &World) -> Result<String, Missing> {
    world.remembered.slash_command.token.clone().ok_or(Missing { what: "slash command" })
}
