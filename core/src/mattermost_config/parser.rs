//! How the text of a variable becomes a value: three generations of the server's parser.
//!
//! Not here: which variable belongs to which setting (`catalogue`).
//!
//! # Source
//! Measured on 4.10.0, 5.0.0, 5.10.0, 5.20.0, 5.31.0 and 5.36.1; the borders 5.1, 5.30 and 7.5 were read.

mod number;

use serde_json::Value;

use super::catalogue::{Catalogue, EnvEffect, LOOKS_UP_EMPTY, SECOND_PARSER, Setting, SettingKind};

/// What a variable's text comes to.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Outcome {
    /// As if the variable were not there.
    Unset,
    /// This value, over the file and the default.
    Value(Value),
    /// No effect, though the variable is listed as an override; why, as a clause.
    Ignored(String),
    /// The server does not start and says this.
    Refused(String),
}

/// Reads `text` as the server of `catalogue` does for `setting`.
pub(super) fn parse(catalogue: &Catalogue, setting: &Setting, text: &str) -> Outcome {
    let version = catalogue.version();
    if text.is_empty() && version < LOOKS_UP_EMPTY || catalogue.ignores_plugins(setting) {
        return Outcome::Unset;
    }
    if version < SECOND_PARSER {
        parse_first(version < LOOKS_UP_EMPTY, setting, text)
    } else {
        parse_second(catalogue, setting, text)
    }
}

/// Up to 5.29: lists at commas, numbers in any base, whatever does not parse stops the start.
fn parse_first(before_5_1: bool, setting: &Setting, text: &str) -> Outcome {
    let cannot = |kind: &str, call: &str, problem: &str| {
        Outcome::Refused(format!(
            "cannot parse '{}' as {kind}: strconv.{call}: parsing {text:?}: {problem}",
            setting.path()
        ))
    };
    match setting.kind() {
        SettingKind::String => Outcome::Value(text.into()),
        SettingKind::Bool if text.is_empty() => Outcome::Value(false.into()),
        SettingKind::Bool => match boolean(text) {
            Some(value) => Outcome::Value(value.into()),
            None => cannot("bool", "ParseBool", "invalid syntax"),
        },
        SettingKind::Int => match number::any_base(text) {
            Ok(value) => Outcome::Value(value.into()),
            Err(problem) => cannot("int", "ParseInt", problem.words()),
        },
        SettingKind::List if text.is_empty() => Outcome::Value(Value::Array(Vec::new())),
        SettingKind::List => Outcome::Value(text.split(',').collect()),
        SettingKind::Map if before_5_1 => {
            Outcome::Refused(format!("'{}' expected a map, got 'string', ", setting.path()))
        }
        SettingKind::Map | SettingKind::Objects => Outcome::Refused("'' expected a map, got 'string'".to_owned()),
    }
}

/// From 5.30 on: lists at single spaces, decimal numbers, whatever does not parse is ignored.
fn parse_second(catalogue: &Catalogue, setting: &Setting, text: &str) -> Outcome {
    match catalogue.env_effect(setting) {
        EnvEffect::Effective => {}
        EnvEffect::Never if setting.kind() == SettingKind::Map => {
            return Outcome::Ignored("this version takes no map from a variable".to_owned());
        }
        EnvEffect::Never => return Outcome::Ignored("its name inside the server contains underscores".to_owned()),
        EnvEffect::StopsTheStart => {
            return Outcome::Refused("panic: reflect.Set: the value is a list of objects".to_owned());
        }
    }
    let ignored = |what: &str| Outcome::Ignored(format!("the value is not {what}"));
    match setting.kind() {
        SettingKind::String => Outcome::Value(text.into()),
        SettingKind::Bool => boolean(text).map_or_else(|| ignored("a boolean"), |value| Outcome::Value(value.into())),
        SettingKind::Int => number::decimal(text)
            .map_or_else(|_| ignored("a decimal number of 64 bits"), |value| Outcome::Value(value.into())),
        SettingKind::List => Outcome::Value(text.split(' ').collect()),
        SettingKind::Map | SettingKind::Objects => match serde_json::from_str::<Value>(text) {
            Ok(value @ Value::Object(_)) => Outcome::Value(value),
            Ok(_) | Err(_) => ignored("a JSON object"),
        },
    }
}

/// The spellings of a boolean; all others, `yes` and `tRuE` among them, are none.
pub(super) fn boolean(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}
