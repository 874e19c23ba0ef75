//! Two answers of the translator side by side: what differs, in one line each.

use std::collections::{BTreeMap, BTreeSet};

use gitlab_mattermost_stage::subject::program::Answer;
use gitlab_mattermost_stage::subject::translator::{DifferenceAnswer, TranslationAnswer, UntranslatableAnswer};

/// Characters shown of what differs.
const SHOWN: usize = 300;

/// What was expected and what was found, as far as both differ; explanations for people do not count.
pub(super) fn difference(right: &Answer, given: &Answer) -> Option<(String, String)> {
    let (expected, actual) = match (right, given) {
        (Ok(right), Ok(given)) => {
            // Both have been read already, one by the protocol, the other being our own.
            let right: TranslationAnswer = serde_json::from_value(right.clone()).ok()?;
            let given: TranslationAnswer = serde_json::from_value(given.clone()).ok()?;
            parts(&right, &given)?
        }
        (Err(right), Err(given)) if right.kind == given.kind && right.detail == given.detail => return None,
        (right, given) => (told(right), told(given)),
    };
    Some((cut(&expected), cut(&actual)))
}

fn told(answer: &Answer) -> String {
    match answer {
        Ok(_) => "a translation".to_owned(),
        Err(refusal) => {
            let detail = refusal.detail.as_ref().map_or(String::new(), |detail| format!(" because of `{detail}`"));
            format!("a refusal as `{}`{detail}", refusal.kind)
        }
    }
}

/// The first part that differs.
fn parts(right: &TranslationAnswer, given: &TranslationAnswer) -> Option<(String, String)> {
    maps("env", &right.env, &given.env)
        .or_else(|| maps("keep_env", &right.keep_env, &given.keep_env))
        .or_else(|| sets("keep", &right.keep, &given.keep, Clone::clone))
        .or_else(|| sets("untranslatable", &right.untranslatable, &given.untranslatable, untranslatable))
        .or_else(|| sets("differences", &right.differences, &given.differences, documented))
}

fn untranslatable(given: &UntranslatableAnswer) -> String {
    given.key.clone()
}

fn documented(given: &DifferenceAnswer) -> String {
    let working = given.working_variable.as_deref().unwrap_or("nothing");
    let erratum = given.erratum.map_or(String::new(), |number| format!(" (erratum {number})"));
    format!("{}: not {} but {working}{erratum}", given.key, given.documented_variable)
}

fn maps(name: &str, right: &BTreeMap<String, String>, given: &BTreeMap<String, String>) -> Option<(String, String)> {
    let only = |of: &BTreeMap<String, String>, other: &BTreeMap<String, String>| {
        let pairs = of.iter().filter(|(name, value)| other.get(*name) != Some(value));
        let pairs: Vec<String> = pairs.map(|(name, value)| format!("{name}={value:?}")).collect();
        pairs.join(" ")
    };
    (right != given).then(|| sides(name, only(right, given), only(given, right)))
}

fn sets<T>(name: &str, right: &[T], given: &[T], told: fn(&T) -> String) -> Option<(String, String)> {
    let texts = |of: &[T]| of.iter().map(told).collect::<BTreeSet<_>>();
    let (mine, theirs) = (texts(right), texts(given));
    if mine == theirs && right.len() == given.len() {
        return None;
    }
    if mine == theirs {
        return Some((format!("{name} names each key once"), format!("{name} has {} entries", given.len())));
    }
    let only = |of: &BTreeSet<String>, other: &BTreeSet<String>| {
        of.difference(other).map(String::as_str).collect::<Vec<_>>().join(", ")
    };
    Some(sides(name, only(&mine, &theirs), only(&theirs, &mine)))
}

/// Where only one side has something more, the other has it not.
fn sides(name: &str, expected: String, actual: String) -> (String, String) {
    let told = |own: &str, other: &str| match own {
        "" => format!("{name} without {other}"),
        own => format!("{name} with {own}"),
    };
    (told(&expected, &actual), told(&actual, &expected))
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
