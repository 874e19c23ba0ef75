//! `POST /api/v4/teams` and `GET /api/v4/users/me/teams`.

use gitlab_mattermost_core::http::Response;
use gitlab_mattermost_core::mattermost::{Failure, new_id};
use serde_json::{Value, json};

use crate::answer;
use crate::app::App;
use crate::asked::Asked;
use crate::machine::{SystemRandom, now};
use crate::store::Team;

use super::body::{body_to_keep, text};
use super::{caller, failures};

/// No team's name begins with one of these, because pages and the API live there.
const RESERVED: [&str; 15] = [
    "admin", "api", "channel", "claim", "error", "files", "help", "landing", "login", "mfa", "oauth", "plug",
    "plugins", "post", "signup",
];

/// Creates a team; its creator is its administrator.
pub(super) async fn create(app: &App, asked: &Asked) -> Result<Response, Failure> {
    let creator = caller::account(app, asked).await?;
    let given = body_to_keep(asked, "team")?;
    let at = now().millis;
    let team = Team {
        id: new_id(&mut SystemRandom),
        create_at: at,
        update_at: at,
        display_name: text(&given, "display_name").to_owned(),
        name: text(&given, "name").to_owned(),
        description: text(&given, "description").to_owned(),
        email: creator.email.clone(),
        kind: text(&given, "type").to_owned(),
        allowed_domains: text(&given, "allowed_domains").to_owned(),
        invite_id: new_id(&mut SystemRandom),
        allow_open_invite: given["allow_open_invite"].as_bool().unwrap_or_default(),
        ..Team::default()
    };
    check(&team)?;
    if !app.store.create_team(&team, &creator).await.map_err(|error| failures::store(&error))? {
        let text = "A team with that name already exists";
        return Err(Failure::new("CreateTeam", 400, "app.team.save.existing.app_error", text));
    }
    Ok(answer::json(201, shown(&team).to_string()))
}

/// The limits of a team's fields.
///
/// # Shape
/// Name: 2 to 64 of `a-z`, `0-9` and `-`, neither first nor last a `-`, no reserved beginning; type `O` or `I`.
fn check(team: &Team) -> Result<(), Failure> {
    let invalid = |id, text: &str| Err(Failure::new("Team.IsValid", 400, id, text));
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let name = team.name.as_str();
    let plain = name.len() >= 2 && name.bytes().all(allowed) && !name.starts_with('-') && !name.ends_with('-');
    match () {
        () if team.display_name.is_empty() || team.display_name.chars().count() > 64 => {
            invalid("model.team.is_valid.name.app_error", "Invalid name.")
        }
        () if name.len() > 64 => invalid("model.team.is_valid.url.app_error", "Invalid URL Identifier."),
        () if team.description.len() > 255 => {
            invalid("model.team.is_valid.description.app_error", "Invalid description.")
        }
        () if RESERVED.iter().any(|word| name.starts_with(word)) => {
            invalid("model.team.is_valid.reserved.app_error", "This URL is unavailable. Please try another.")
        }
        () if !plain => invalid(
            "model.team.is_valid.characters.app_error",
            "Name must be 2 or more lowercase alphanumeric characters.",
        ),
        () if !["O", "I"].contains(&team.kind.as_str()) => {
            invalid("model.team.is_valid.type.app_error", "Invalid type.")
        }
        () if team.allowed_domains.len() > 500 => {
            invalid("model.team.is_valid.domains.app_error", "Invalid allowed domains.")
        }
        () => Ok(()),
    }
}

fn shown(team: &Team) -> Value {
    json!({
        "id": team.id,
        "create_at": team.create_at,
        "update_at": team.update_at,
        "delete_at": team.delete_at,
        "display_name": team.display_name,
        "name": team.name,
        "description": team.description,
        "email": team.email,
        "type": team.kind,
        "company_name": "",
        "allowed_domains": team.allowed_domains,
        "invite_id": team.invite_id,
        "allow_open_invite": team.allow_open_invite,
        "scheme_id": null,
        "group_constrained": null,
        "policy_id": null,
    })
}

/// The teams of the caller.
pub(super) async fn mine(app: &App, asked: &Asked) -> Result<Response, Failure> {
    let account = caller::account(app, asked).await?;
    let teams = app.store.teams_of(&account.id).await.map_err(|error| failures::store(&error))?;
    Ok(answer::json(200, teams.iter().map(shown).collect::<Value>().to_string()))
}
