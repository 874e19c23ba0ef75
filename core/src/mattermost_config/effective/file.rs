//! `config.json`, over the defaults.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::catalogue::{Catalogue, SECOND_PARSER, Setting, SettingKind};
use super::super::parser::boolean;
use super::super::values::Values;
use super::super::{Finding, StartRefused};
use crate::version::Version;

/// From this version on the defaults beside a site URL are known to differ; before it none was measured.
const DIFFERS_BESIDE_SITE_URL: Version = Version::new(5, 31, 0);
/// From this version on every file counts as one with a site URL.
const ALWAYS_BESIDE_SITE_URL: Version = Version::new(5, 36, 0);

/// Lays the content of `config.json` over `values`; returns the paths that it gives a value. Keys are compared without
/// regard to case; the last one counts.
pub(super) fn lay(
    catalogue: &Catalogue,
    file: &Value,
    values: &mut Values,
    findings: &mut Vec<Finding>,
) -> Result<BTreeSet<&'static str>, StartRefused> {
    let (mut given, mut paths) = (Vec::new(), BTreeSet::new());
    flatten(file, &mut Vec::new(), &mut given)?;
    if is_of_older_server(catalogue, &given) {
        let upgraded = catalogue.settings().filter_map(|setting| Some((setting.path(), setting.upgraded()?.clone())));
        values.extend(upgraded);
    }
    for (keys, value) in given {
        let Some(setting) = catalogue.setting_of_keys(&keys) else {
            let path = keys.join(".");
            let nearest = catalogue.nearest_path(&path);
            findings.push(Finding::UnknownKey { path, known_up_to: catalogue.known_up_to(), nearest });
            continue;
        };
        if !value.is_null() {
            let value = typed(catalogue, setting, value)?;
            values.insert(setting.path(), value);
            paths.insert(setting.path());
        }
    }
    Ok(paths)
}

/// Whether the server takes the file for one that an older server has written: then what the older one did holds for the
/// keys that the file lacks.
fn is_of_older_server(catalogue: &Catalogue, given: &[(Vec<&str>, &Value)]) -> bool {
    let version = catalogue.version();
    let names_site_url = |(keys, value): &(Vec<&str>, &Value)| {
        !value.is_null()
            && catalogue.setting_of_keys(keys).is_some_and(|setting| setting.path() == "ServiceSettings.SiteURL")
    };
    version >= ALWAYS_BESIDE_SITE_URL || version >= DIFFERS_BESIDE_SITE_URL && given.iter().any(names_site_url)
}

/// The keys that lead to each value: two, or three where the value is inside an inner section.
fn flatten<'a>(
    value: &'a Value,
    keys: &mut Vec<&'a str>,
    given: &mut Vec<(Vec<&'a str>, &'a Value)>,
) -> Result<(), StartRefused> {
    let inner = keys.len() < 2 || keys.len() == 2 && keys[1].eq_ignore_ascii_case("GlobalRelaySettings");
    match value {
        Value::Object(entries) if inner => {
            for (key, value) in entries {
                keys.push(key);
                flatten(value, keys, given)?;
                keys.pop();
            }
        }
        Value::Null if inner => {}
        other if keys.is_empty() => {
            return Err(StartRefused::File { path: String::new(), expected: "an object", found: type_name(other) });
        }
        other => given.push((keys.clone(), other)),
    }
    Ok(())
}

/// `value` as the type of `setting`; the first parser turns texts, numbers and switches into one another.
fn typed(catalogue: &Catalogue, setting: &Setting, value: &Value) -> Result<Value, StartRefused> {
    let fits = match setting.kind() {
        SettingKind::Bool => value.is_boolean(),
        SettingKind::Int => value.is_i64(),
        SettingKind::String => value.is_string(),
        SettingKind::List => value.as_array().is_some_and(|list| list.iter().all(Value::is_string)),
        SettingKind::Map => value.is_object(),
        SettingKind::Objects => value.is_array(),
    };
    if fits {
        return Ok(value.clone());
    }
    let lenient = (catalogue.version() < SECOND_PARSER).then(|| converted(setting.kind(), value)).flatten();
    lenient.ok_or_else(|| StartRefused::File {
        path: setting.path().to_owned(),
        expected: expected(setting.kind()),
        found: type_name(value),
    })
}

fn converted(kind: SettingKind, value: &Value) -> Option<Value> {
    match (kind, value) {
        (SettingKind::Bool, Value::String(text)) if text.is_empty() => Some(Value::Bool(false)),
        (SettingKind::Bool, Value::String(text)) => boolean(text).map(Value::Bool),
        (SettingKind::Bool, Value::Number(number)) => Some(Value::Bool(number.as_f64() != Some(0.0))),
        (SettingKind::Int, Value::String(text)) => text.parse::<i64>().ok().map(Value::from),
        (SettingKind::Int, Value::Bool(on)) => Some(Value::from(i64::from(*on))),
        (SettingKind::Int, Value::Number(number)) => {
            // A fraction is cut off towards zero, as the server's conversion does.
            #[expect(clippy::cast_possible_truncation, reason = "cutting off is what is asked for")]
            number.as_f64().map(|n| Value::from(n as i64))
        }
        (SettingKind::String, Value::Bool(on)) => Some(Value::from(if *on { "1" } else { "0" })),
        (SettingKind::String, Value::Number(number)) => Some(Value::from(number.to_string())),
        (SettingKind::List, Value::String(text)) if text.is_empty() => Some(Value::Array(Vec::new())),
        (SettingKind::List, Value::String(text)) => Some(text.split(',').collect()),
        _ => None,
    }
}

const fn expected(kind: SettingKind) -> &'static str {
    match kind {
        SettingKind::Bool => "a boolean",
        SettingKind::Int => "a whole number",
        SettingKind::String => "a string",
        SettingKind::List => "an array of strings",
        SettingKind::Map => "an object",
        SettingKind::Objects => "an array",
    }
}

const fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
