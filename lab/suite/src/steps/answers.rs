//! Steps that ask the translator and the planner in their slots. The modules below check the answers.
//!
//! - `When these settings of GitLab 10.x are translated:` and their text below; `… are translated as the document says:`
//! - `When the package makes an env of these settings:`, `When the package of GitLab 11.6 makes …`
//! - `When the upgrade from 14.5.4 to 14.6.0 is planned`, `… is planned with "gitlab.rb" and "config.json"`, files that
//!   a step before has written; `When the way out of the bundle from 14.7.0 is planned`
//! - `Then the settings are refused with {"kind": "unknown_setting", "detail": "matermost"}`
//! - `Then 300 random settings files are translated as the package treated them`, `Then 100 random upgrades are planned
//!   over the releases that they must pass`: the questions begin at the seed of the run

mod leaving;
mod translation;
mod upgrade;

use cucumber::gherkin::Step;
use cucumber::{then, when};
use gitlab_mattermost_core::gitlab_rb::print::print_env_block;
use gitlab_mattermost_core::installation::DOCUMENTED;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{filled, text};
use crate::property::{Found, Search, any_settings_are_translated, any_upgrade_is_planned};
use crate::world::{Missing, StepError, World};
use gitlab_mattermost_stage::subject::planner::{PLAN, PLANNER, PlanRequest};
use gitlab_mattermost_stage::subject::program::{self, Answer, Asked, Refusal};
use gitlab_mattermost_stage::subject::translator::{
    ENV, EnvRequest, TRANSLATE, TRANSLATE_AS_DOCUMENTED, TRANSLATOR, TranslateRequest, request,
};

/// What stands for each secret that a package would generate.
const GENERATED_SECRET: &str = "00112233445566778899aabbccddeeff";

#[when(regex = r"^these settings of GitLab 10\.x are translated( as the document says)?:$")]
fn translate(world: &mut World, step: &Step, documented: String) -> Result<(), StepError> {
    let ability = if documented.is_empty() { TRANSLATE } else { TRANSLATE_AS_DOCUMENTED };
    let gitlab_rb = filled(world, step)?;
    ask_translator(world, ability, &TranslateRequest { gitlab_rb })
}

#[when(regex = r"^the package(?: of GitLab (\S+))? makes an env of these settings:$")]
fn derive(world: &mut World, step: &Step, version: String) -> Result<(), StepError> {
    let gitlab_version = if version.is_empty() { DOCUMENTED.to_string() } else { version };
    let generated_secret = GENERATED_SECRET.to_owned();
    let request = EnvRequest { gitlab_rb: text(step)?, gitlab_version, secrets: None, generated_secret };
    ask_translator(world, ENV, &request)
}

#[when(regex = r"^the upgrade from (\S+) to (\S+) is planned(?: with (.+))?$")]
async fn plan(world: &mut World, from: String, to: String, files: String) -> Result<(), StepError> {
    ask_planner(world, from, Some(to), &files).await
}

#[when(regex = r"^the way out of the bundle from (\S+) is planned(?: with (.+))?$")]
async fn plan_leaving(world: &mut World, from: String, files: String) -> Result<(), StepError> {
    ask_planner(world, from, None, &files).await
}

#[then(regex = r"^the settings are refused with (\{.+\})$")]
fn refused(world: &mut World, expected: String) -> Result<(), StepError> {
    let requirement = "the settings are refused with the reason";
    let told = |refusal: &Refusal| json!({ "kind": refusal.kind, "detail": refusal.detail }).to_string();
    let expected: Refusal = serde_json::from_str(&expected)?;
    match last(world)? {
        Err(actual) if (&actual.kind, &actual.detail) == (&expected.kind, &expected.detail) => Ok(()),
        Err(actual) => Err(world.fail(requirement, told(&expected), told(&actual))),
        Ok(answer) => Err(world.fail(requirement, told(&expected), format!("the answer {answer:#}"))),
    }
}

#[then(regex = r"^(\d+) random settings files are translated as the package treated them$")]
fn any_settings(world: &mut World, questions: u32) -> Result<(), StepError> {
    let lab = world.lab()?;
    let seed = lab.choices().seed;
    let search = Search { asked: lab.translator(), slot: TRANSLATOR, ability: TRANSLATE, seed, questions };
    let found = any_settings_are_translated(&search)?;
    holds(world, found, &format!("these settings are translated as the package treated them (seed {seed})"))
}

#[then(regex = r"^(\d+) random upgrades are planned over the releases that they must pass$")]
fn any_upgrade(world: &mut World, questions: u32) -> Result<(), StepError> {
    let lab = world.lab()?;
    let seed = lab.choices().seed;
    let search = Search { asked: lab.planner(), slot: PLANNER, ability: PLAN, seed, questions };
    let found = any_upgrade_is_planned(&search)?;
    holds(world, found, &format!("this upgrade passes the releases that it must (seed {seed})"))
}

fn holds(world: &mut World, found: Option<Found>, property: &str) -> Result<(), StepError> {
    match found {
        None => Ok(()),
        Some(Found { question, expected, actual }) => {
            Err(world.fail(format!("{property}: {question}"), expected, actual))
        }
    }
}

/// The translation asked for last, as the block that is pasted into `gitlab.rb`.
///
/// # Errors
/// Nothing was translated, or the settings were refused.
pub(super) fn translated_block(world: &mut World) -> Result<String, StepError> {
    let answer = answered(world, "the settings are translated")?;
    let env = answer.get("env").cloned().unwrap_or_default();
    Ok(print_env_block(&serde_json::from_value(env)?))
}

fn ask_translator(world: &mut World, ability: &str, parts: &impl Serialize) -> Result<(), StepError> {
    let lab = world.lab()?;
    ask(world, lab.translator(), ability, request(parts)?)
}

async fn ask_planner(world: &mut World, from: String, to: Option<String>, files: &str) -> Result<(), StepError> {
    let mut request = PlanRequest { from, to, ..PlanRequest::default() };
    for name in files.split('"').skip(1).step_by(2) {
        let text = tokio::fs::read_to_string(world.folder()?.join(name)).await?;
        match name {
            "gitlab.rb" => request.gitlab_rb = Some(text),
            "config.json" => request.config_json = Some(serde_json::from_str(&text)?),
            "gitlab-secrets.json" => request.secrets = Some(serde_json::from_str(&text)?),
            "node.json" => request.node = Some(serde_json::from_str(&text)?),
            _ => return Err(Missing { what: "use for a file of this name" }.into()),
        }
    }
    let lab = world.lab()?;
    ask(world, lab.planner(), PLAN, program::request(&request)?)
}

fn ask(world: &mut World, asked: &Asked, ability: &str, request: Map<String, Value>) -> Result<(), StepError> {
    world.answer = None;
    world.answer = Some(asked.ask(ability, request)?);
    Ok(())
}

/// What was answered last; a refusal does not meet the requirement.
fn answered(world: &mut World, requirement: &str) -> Result<Value, StepError> {
    match last(world)? {
        Ok(answer) => Ok(answer),
        Err(refusal) => {
            let detail = refusal.detail.map_or(String::new(), |detail| format!(" because of `{detail}`"));
            Err(world.fail(requirement, "an answer", format!("it is refused as `{}`{detail}", refusal.kind)))
        }
    }
}

fn last(world: &World) -> Result<Answer, Missing> {
    world.answer.clone().ok_or(Missing { what: "answer of the translator or the planner" })
}
