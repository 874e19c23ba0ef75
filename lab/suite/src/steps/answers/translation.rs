//! Steps about what a translation and an env say.
//!
//! - `Then the translation makes MM_X "value"`, or `… and nothing else`
//! - `Then the document's MM_X is right`
//! - `Then the document's MM_X is wrong by erratum 5`, or `…, and MM_Y works`, `…, and no variable works`
//! - `Then GitLab 10.8 does not read "key", of which the document makes MM_X (erratum 4)`
//! - `Then "key" stays in gitlab.rb and nothing is translated`
//! - `Then the settings stay in gitlab.rb and make MM_X "value"`
//! - `Then the package gives Mattermost MM_X "value"`

use std::collections::BTreeMap;

use cucumber::then;
use serde_json::{Map, Value};

use super::answered;
use crate::world::{StepError, World};

/// Variables with their values.
type Variables = BTreeMap<String, String>;

#[then(regex = r#"^the translation makes (\S+) "([^"]*)"( and nothing else)?$"#)]
fn makes(world: &mut World, variable: String, value: String, alone: String) -> Result<(), StepError> {
    let requirement = format!("the settings become {variable}");
    let env = variables(&answered(world, &requirement)?, "env");
    let is_alone = alone.is_empty() || env.len() == 1;
    if is_alone && env.get(&variable).is_some_and(|actual| *actual == value) {
        return Ok(());
    }
    Err(world.fail(requirement, format!("{variable} \"{value}\"{alone}"), listed(&env)))
}

#[then(regex = r"^the document's (\S+) is right$")]
fn document_is_right(world: &mut World, variable: String) -> Result<(), StepError> {
    let requirement = format!("the document leads to {variable}, and Mattermost reads it");
    let answer = answered(world, &requirement)?;
    let (env, differences) = (variables(&answer, "env"), list(&answer, "differences"));
    if differences.is_empty() && env.contains_key(&variable) {
        return Ok(());
    }
    let expected = format!("{variable} and no difference from the document");
    Err(world.fail(requirement, expected, format!("{} and {}", listed(&env), told(&differences))))
}

#[then(regex = r"^the document's (\S+) is wrong by erratum (\d+)(?:, and (.+) works)?$")]
fn document_is_wrong(world: &mut World, documented: String, erratum: u64, working: String) -> Result<(), StepError> {
    let requirement = format!("the document leads to {documented}, which does not work");
    let differences = list(&answered(world, &requirement)?, "differences");
    let works = |difference: &Value| match working.as_str() {
        "" => true,
        "no variable" => difference["working_variable"].is_null(),
        variable => difference["working_variable"] == variable,
    };
    let is_it = |difference: &Value| {
        difference["documented_variable"] == documented.as_str()
            && difference["erratum"] == erratum
            && works(difference)
    };
    if differences.iter().any(is_it) {
        return Ok(());
    }
    let instead = if working.is_empty() { String::new() } else { format!(", and {working} works") };
    Err(world.fail(requirement, format!("erratum {erratum}{instead}"), told(&differences)))
}

#[then(regex = r#"^GitLab 10\.8 does not read "([^"]*)", of which the document makes (\S+) \(erratum (\d+)\)$"#)]
fn is_misspelt(world: &mut World, key: String, documented: String, erratum: u64) -> Result<(), StepError> {
    let requirement = format!("the document's key {key} is no setting of GitLab 10.8");
    let answer = answered(world, &requirement)?;
    let (untranslatable, differences) = (list(&answer, "untranslatable"), list(&answer, "differences"));
    let is_it = |difference: &Value| {
        difference["key"] == key.as_str()
            && difference["documented_variable"] == documented.as_str()
            && difference["working_variable"].is_null()
            && difference["erratum"] == erratum
    };
    let is_named = untranslatable.iter().any(|one| one["key"] == key.as_str());
    if is_named && differences.iter().any(is_it) {
        return Ok(());
    }
    let keys: Vec<&str> = untranslatable.iter().filter_map(|one| one["key"].as_str()).collect();
    let expected = format!("{key} cannot be translated, and {documented} is wrong by erratum {erratum}");
    let keys = if keys.is_empty() { "every key".to_owned() } else { format!("every key but {}", keys.join(", ")) };
    Err(world.fail(requirement, expected, format!("{keys} can be translated; {}", told(&differences))))
}

#[then(regex = r#"^"([^"]*)" stays in gitlab\.rb and nothing is translated$"#)]
fn stays(world: &mut World, key: String) -> Result<(), StepError> {
    let requirement = format!("{key} stays in gitlab.rb");
    let answer = answered(world, &requirement)?;
    let (env, kept) = (variables(&answer, "env"), list(&answer, "keep"));
    let untranslatable = list(&answer, "untranslatable");
    if kept == [Value::from(key.as_str())] && env.is_empty() && untranslatable.is_empty() {
        return Ok(());
    }
    let kept: Vec<&str> = kept.iter().filter_map(Value::as_str).collect();
    let found = format!(
        "{} stay, {} translated, {} keys cannot be translated",
        if kept.is_empty() { "none".to_owned() } else { kept.join(", ") },
        listed(&env),
        untranslatable.len()
    );
    Err(world.fail(requirement, format!("{key} alone stays, and nothing is translated"), found))
}

#[then(regex = r#"^the settings stay in gitlab\.rb and make (\S+) "([^"]*)"$"#)]
fn stay_and_make(world: &mut World, variable: String, value: String) -> Result<(), StepError> {
    let requirement = format!("the settings that stay make {variable}");
    let answer = answered(world, &requirement)?;
    let (made, env) = (variables(&answer, "keep_env"), variables(&answer, "env"));
    let is_it = made.len() == 1 && made.get(&variable).is_some_and(|actual| *actual == value);
    if is_it && env.is_empty() && !list(&answer, "keep").is_empty() {
        return Ok(());
    }
    let expected = format!("{variable} \"{value}\" of settings that stay");
    Err(world.fail(
        requirement,
        expected,
        format!("{} of settings that stay, {} translated", listed(&made), listed(&env)),
    ))
}

#[then(regex = r#"^the package gives Mattermost (\S+) "([^"]*)"$"#)]
fn gives(world: &mut World, variable: String, value: String) -> Result<(), StepError> {
    let requirement = format!("the package gives Mattermost {variable}");
    let env = variables(&answered(world, &requirement)?, "env");
    match env.get(&variable) {
        Some(actual) if *actual == value => Ok(()),
        Some(actual) => Err(world.fail(requirement, format!("\"{value}\""), format!("\"{actual}\""))),
        None => {
            Err(world.fail(requirement, format!("\"{value}\""), format!("no such variable among {}", listed(&env))))
        }
    }
}

/// The variables that an answer has under `name`.
fn variables(answer: &Value, name: &str) -> Variables {
    let none = Map::new();
    let members = answer.get(name).and_then(Value::as_object).unwrap_or(&none);
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    members.iter().map(|(name, value)| (name.clone(), text(value))).collect()
}

fn list(answer: &Value, name: &str) -> Vec<Value> {
    answer.get(name).and_then(Value::as_array).cloned().unwrap_or_default()
}

fn listed(env: &Variables) -> String {
    let all: Vec<String> = env.iter().map(|(name, value)| format!("{name} \"{value}\"")).collect();
    if all.is_empty() { "nothing".to_owned() } else { all.join(", ") }
}

/// Differences from the document, for people.
fn told(differences: &[Value]) -> String {
    let text = |value: &Value| value.as_str().unwrap_or("no variable").to_owned();
    let one = |difference: &Value| {
        let erratum = difference["erratum"].as_u64().map_or("no erratum".to_owned(), |it| format!("erratum {it}"));
        let (documented, working) = (text(&difference["documented_variable"]), text(&difference["working_variable"]));
        format!("{documented} is wrong by {erratum}, and {working} works")
    };
    let all: Vec<String> = differences.iter().map(one).collect();
    if all.is_empty() { "no difference from the document".to_owned() } else { all.join("; ") }
}
