//! What the table of old settings says of a translation, without translating.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use gitlab_mattermost_core::legacy::legacy_settings;
use gitlab_mattermost_core::mattermost_config::{Catalogue, SettingKind};
use gitlab_mattermost_core::version::Version;
use gitlab_mattermost_stage::subject::program::Answer;
use gitlab_mattermost_stage::subject::translator::TranslationAnswer;

use super::statement::{Literal, Statement};

/// The Mattermost that GitLab 10.8 ships.
const MATTERMOST_OF_10_8: Version = Version::new(4, 10, 0);

/// What was expected and found, if the answer to these statements does not keep to the table.
///
/// Every key is accounted for once: kept where the table keeps it, else under the variable that the table names for it, or
/// as untranslatable, which a plain word in a setting of text never is; it comes out as it went in; and no variable comes from nowhere. A refusal says nothing here.
pub(super) fn broken_rule(statements: &[Statement], answer: &Answer) -> Option<(String, String)> {
    let given: TranslationAnswer = serde_json::from_value(answer.as_ref().ok()?.clone()).ok()?;
    let settings: BTreeMap<&str, &Literal> = statements.iter().filter_map(set).collect();
    let explicit: BTreeSet<&str> = statements.iter().flat_map(variables).collect();
    let untranslatable: BTreeSet<&str> = given.untranslatable.iter().map(|one| one.key.as_str()).collect();
    let kept: BTreeSet<&str> = given.keep.iter().map(String::as_str).collect();
    for (key, value) in &settings {
        let is_kept = legacy_settings().get(*key).is_some_and(|setting| setting.is_kept());
        let variable = variable_of(key);
        let in_env = variable.is_some_and(|variable| given.env.contains_key(variable) || explicit.contains(variable));
        let places = (kept.contains(key), untranslatable.contains(key));
        let is_right = match places {
            (true, false) => is_kept,
            (false, true) => !(is_kept || variable.is_some_and(is_of_text) && is_word(value)),
            (false, false) => !is_kept && in_env,
            (true, true) => false,
        };
        if !is_right {
            let expected =
                if is_kept { "kept".to_owned() } else { format!("as {}", variable.unwrap_or("untranslatable")) };
            return Some((
                format!("`{key}` {expected}"),
                format!("kept, untranslatable: {places:?}, in env: {in_env}"),
            ));
        }
    }
    wrong_variable(&settings, &given.env)
}

/// A variable that no setting leads to, or that has not the word that its setting has.
fn wrong_variable(settings: &BTreeMap<&str, &Literal>, env: &BTreeMap<String, String>) -> Option<(String, String)> {
    for (name, value) in env {
        let mut sources = settings.iter().filter(|(key, _)| variable_of(key) == Some(name)).peekable();
        if sources.peek().is_none() {
            return Some((format!("no {name}, to which no setting leads"), format!("{name}={value:?}")));
        }
        let fits = |literal: &Literal| !is_word(literal) || matches!(literal, Literal::Text(word) if word == value);
        if !sources.clone().any(|(_, literal)| fits(literal)) {
            let words: Vec<String> = sources.map(|(_, literal)| literal.to_string()).collect();
            return Some((format!("{name} with {}", words.join(" or ")), format!("{name}={value:?}")));
        }
    }
    None
}

fn variable_of(key: &str) -> Option<&'static str> {
    legacy_settings().get(key)?.variable()
}

/// Whether the Mattermost that reads the variable takes any text for it.
fn is_of_text(variable: &str) -> bool {
    static TEXTS: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| {
        let catalogue = Catalogue::of(MATTERMOST_OF_10_8);
        let texts = legacy_settings().values().filter_map(|setting| setting.variable());
        texts
            .filter(|name| catalogue.setting_of_variable(name).is_some_and(|it| it.kind() == SettingKind::String))
            .collect()
    });
    TEXTS.contains(variable)
}

/// A text of small letters, which no form of printing changes.
fn is_word(literal: &Literal) -> bool {
    matches!(literal, Literal::Text("x" | "ten"))
}

fn set(statement: &Statement) -> Option<(&str, &Literal)> {
    match statement {
        Statement::Setting { key, value } => Some((key, value)),
        Statement::Env(_) | Statement::Call { .. } => None,
    }
}

/// The variables that a statement sets by their own names.
fn variables(statement: &Statement) -> Vec<&str> {
    match statement {
        Statement::Env(pairs) => pairs.iter().map(|(name, _)| name.as_str()).collect(),
        Statement::Setting { .. } | Statement::Call { .. } => Vec::new(),
    }
}
