//! The variables that GitLab 11.0 makes of the settings which stay in `gitlab.rb`.

use indexmap::IndexMap;

use super::TranslateError;
use super::setting::{LegacyKind, legacy_settings};
use crate::gitlab_rb::{HashKey, Settings, Value};

/// Where address and port listen unless the settings say otherwise.
const ADDRESS: &str = "127.0.0.1";
const PORT: &str = "8065";

/// The variables of the kept `keys`, in no particular order; those in `mattermost['env']` win.
pub(super) fn variables(settings: &Settings, keys: &[String]) -> Result<IndexMap<String, String>, TranslateError> {
    let mut env = IndexMap::new();
    for key in keys {
        let Some(setting) = legacy_settings().get(key).filter(|s| s.kind() == LegacyKind::Mattermost) else { continue };
        let (Some(variable), Some(value)) = (setting.variable(), settings.value("mattermost", key)) else { continue };
        let text = match key.as_str() {
            "service_address" | "service_port" => listen_address(settings)?,
            "service_allowed_untrusted_internal_connections" => with_gitlab_host(settings, text(key, &value)?)?,
            _ => text(key, &value)?,
        };
        env.insert(variable.to_owned(), text);
    }
    env.extend(explicit(settings)?);
    Ok(env)
}

/// The content of `mattermost['env']`.
pub(super) fn explicit(settings: &Settings) -> Result<IndexMap<String, String>, TranslateError> {
    match settings.value("mattermost", "env") {
        Some(Value::Hash(hash)) => {
            let content = hash.borrow();
            let pairs = content.entries.iter().map(|(key, entry)| Ok((name(key), text("env", &entry.value)?)));
            pairs.collect()
        }
        Some(Value::Unknown(unknown)) => Err(TranslateError::unknown("env", unknown)),
        _ => Ok(IndexMap::new()),
    }
}

/// A key as text.
pub(super) fn name(key: &HashKey) -> String {
    match key {
        HashKey::Str(text) | HashKey::Symbol(text) | HashKey::Other(text) => text.clone(),
        HashKey::Int(number) => number.to_string(),
    }
}

fn text(key: &str, value: &Value) -> Result<String, TranslateError> {
    value.to_ruby_text().map_err(|unknown| TranslateError::unknown(key, unknown))
}

fn listen_address(settings: &Settings) -> Result<String, TranslateError> {
    let part = |key: &str, default: &str| {
        settings.value("mattermost", key).map_or_else(|| Ok(default.to_owned()), |value| text(key, &value))
    };
    Ok(format!("{}:{}", part("service_address", ADDRESS)?, part("service_port", PORT)?))
}

/// The package adds GitLab's host to the allowed connections once it knows both addresses.
fn with_gitlab_host(settings: &Settings, given: String) -> Result<String, TranslateError> {
    let url = |call: &str| match settings.call(call).map(|assigned| assigned.value.to_ruby_text()) {
        Some(Ok(url)) => Ok(Some(url)),
        Some(Err(unknown)) => Err(TranslateError::UnknownValue { setting: call.to_owned(), unknown }),
        None => Ok(None),
    };
    match (url("mattermost_external_url")?, url("external_url")?) {
        (Some(_), Some(gitlab)) => {
            let after_scheme = gitlab.split_once("://").map_or(gitlab.as_str(), |(_, rest)| rest);
            let host = after_scheme.split(['/', ':', '?', '#']).next().unwrap_or_default();
            Ok(format!("{given} {host}"))
        }
        _ => Ok(given),
    }
}
