//! The searches are held against liars in the place of the built-in parts.

use gitlab_mattermost_stage::subject::planner::{PLAN, PLANNER};
use gitlab_mattermost_stage::subject::program::{Answer, Asked, Slot};
use gitlab_mattermost_stage::subject::translator::{TRANSLATE, TRANSLATOR};
use serde_json::{Map, Value, json};

use super::{Found, Search, any_settings_are_translated, any_upgrade_is_planned};

type Builtin = fn(&str, Map<String, Value>) -> Answer;

fn upgrades(builtin: Builtin) -> Option<Found> {
    let asked = Asked::Builtin(Slot { builtin, ..PLANNER });
    any_upgrade_is_planned(&Search { asked: &asked, slot: PLANNER, ability: PLAN, seed: 1, questions: 100 }).unwrap()
}

fn translations(builtin: Builtin) -> Option<Found> {
    let asked = Asked::Builtin(Slot { builtin, ..TRANSLATOR });
    let search = Search { asked: &asked, slot: TRANSLATOR, ability: TRANSLATE, seed: 1, questions: 300 };
    any_settings_are_translated(&search).unwrap()
}

fn skips_a_release(ability: &str, request: Map<String, Value>) -> Answer {
    let mut plan = (PLANNER.builtin)(ability, request)?;
    let hops = plan["hops"].as_array_mut().unwrap();
    if hops.len() > 1 {
        let first = hops.remove(0);
        hops[0]["from"] = first["from"].clone();
    }
    Ok(plan)
}

fn ships_another_mattermost(ability: &str, request: Map<String, Value>) -> Answer {
    let mut plan = (PLANNER.builtin)(ability, request)?;
    if let Some(hop) = plan["hops"].as_array_mut().unwrap().last_mut() {
        hop["to"]["mattermost"] = json!("1.0.0");
    }
    Ok(plan)
}

fn refuses(_: &str, _: Map<String, Value>) -> Answer {
    Err(serde_json::from_value(json!({ "kind": "no_such_upgrade" })).unwrap())
}

#[test]
fn a_planner_that_is_wrong_is_found_out_in_the_place_of_the_built_in_one_too() {
    assert_eq!(upgrades(PLANNER.builtin), None);
    for liar in [skips_a_release as Builtin, ships_another_mattermost, refuses] {
        assert!(upgrades(liar).is_some());
    }
}

fn forgets_a_variable(ability: &str, request: Map<String, Value>) -> Answer {
    let mut translation = (TRANSLATOR.builtin)(ability, request)?;
    let env = translation["env"].as_object_mut().unwrap();
    let last = env.keys().next_back().cloned();
    last.map(|name| env.remove(&name));
    Ok(translation)
}

fn changes_words(ability: &str, request: Map<String, Value>) -> Answer {
    let mut translation = (TRANSLATOR.builtin)(ability, request)?;
    for (_, value) in translation["env"].as_object_mut().unwrap() {
        *value = json!(value.as_str().unwrap().to_uppercase());
    }
    Ok(translation)
}

fn keeps_everything(ability: &str, request: Map<String, Value>) -> Answer {
    let mut translation = (TRANSLATOR.builtin)(ability, request)?;
    let lost: Vec<Value> =
        translation["untranslatable"].as_array().unwrap().iter().map(|one| one["key"].clone()).collect();
    translation["keep"].as_array_mut().unwrap().extend(lost);
    translation["untranslatable"] = json!([]);
    Ok(translation)
}

fn adds_a_variable(ability: &str, request: Map<String, Value>) -> Answer {
    let mut translation = (TRANSLATOR.builtin)(ability, request)?;
    translation["env"]["MM_SERVICESETTINGS_NOBODYS"] = json!("true");
    Ok(translation)
}

#[test]
fn a_translator_that_is_wrong_is_found_out_in_the_place_of_the_built_in_one_too() {
    assert_eq!(translations(TRANSLATOR.builtin), None);
    for liar in [forgets_a_variable as Builtin, changes_words, keeps_everything, adds_a_variable] {
        assert!(translations(liar).is_some());
    }
}
