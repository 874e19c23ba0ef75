//! The planner: upgrades of GitLab with its Mattermost, asked for in questions.
//!
//! # Shape
//! A plan is that of `lab/schemas/upgrade-plan.schema.json`. A program that declares [`PLAN`] alone gives of it what
//! `Essentials` names; one that declares [`PLAN_IN_FULL`] too gives all.

use gitlab_mattermost_core::installation::{Installation, Versions};
use gitlab_mattermost_core::upgrade::{Asked, UpgradeError, leave, release_from, release_to, upgrade};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::program::{Answer, Refusal, Slot};
use super::translator::{parts, settings_file, unusable};

/// The planner's slot.
pub const PLANNER: Slot = Slot { name: "planner", abilities: &[PLAN, PLAN_IN_FULL], builtin: answer, read };

/// A plan with its essentials.
pub const PLAN: &str = "plan";
/// Not a question of its own: the plan has everything that the built-in planner's has.
pub const PLAN_IN_FULL: &str = "plan-in-full";

/// The question of [`PLAN`].
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct PlanRequest {
    /// The installed GitLab.
    pub from: String,
    /// The GitLab to go to; if absent, the plan leaves the bundle.
    pub to: Option<String>,
    /// The text of the settings file, if given.
    pub gitlab_rb: Option<String>,
    /// Mattermost's configuration, if given.
    pub config_json: Option<Value>,
    /// The package's secrets file, if given.
    pub secrets: Option<Value>,
    /// The package's cached node file, if given.
    pub node: Option<Value>,
}

/// What every plan has; whatever else it has is kept as it is.
#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "that they can be read is the check")]
struct Essentials {
    from: Shipped,
    to: Shipped,
    hops: Vec<Hop>,
    concerns: Vec<Minded>,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "that they can be read is the check")]
struct Shipped {
    gitlab: String,
    mattermost: Value,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "that they can be read is the check")]
struct Hop {
    from: Shipped,
    to: Shipped,
    required_stop: bool,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "that they can be read is the check")]
struct Minded {
    severity: Severity,
    what: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Severity {
    Note,
    Action,
    Blocker,
}

fn read(_ability: &str, answer: Value) -> Result<Value, String> {
    Essentials::deserialize(&answer).map_err(|error| error.to_string())?;
    Ok(answer)
}

fn answer(ability: &str, request: Map<String, Value>) -> Answer {
    if ability != PLAN {
        return Err(unusable("unknown_question", ability));
    }
    let request: PlanRequest = parts(request)?;
    let from = release_from(asked(&request.from)?).map_err(|error| refused(&error))?;
    let to = request.to.as_deref().map(|to| release_to(asked(to)?).map_err(|error| refused(&error))).transpose()?;
    let file = request.gitlab_rb.as_deref().map(|text| settings_file(text, from.gitlab)).transpose()?;
    let installation = Installation {
        versions: Versions { gitlab: Some(from.gitlab), mattermost: None },
        gitlab_rb: file.as_ref(),
        environment: None,
        config_json: request.config_json.as_ref(),
        secrets: request.secrets.as_ref(),
        node: request.node.as_ref(),
    };
    let plan = match to {
        Some(to) => upgrade(from, to, &installation).map_err(|error| refused(&error))?,
        None => leave(from, &installation),
    };
    Ok(json!(plan))
}

fn asked(version: &str) -> Result<Asked, Refusal> {
    version.parse().map_err(|error: UpgradeError| refused(&error))
}

fn refused(error: &UpgradeError) -> Refusal {
    unusable("no_such_upgrade", &error.to_string())
}
