//! Masks what must not be recorded: passwords, secrets, codes, tokens and cookies.

use serde_json::Value;

use gitlab_mattermost_ground::http_secrets::{self, Hide, word_of};

/// What stands in place of a secret.
const MASK: &str = "[masked]";

/// Keeps nothing of a secret.
struct Mask;

impl Hide for Mask {
    fn hide(&self, _word: &str, _secret: &str) -> String {
        MASK.to_owned()
    }
}

/// A query or form with its secrets masked.
pub(super) fn form(text: &str) -> String {
    http_secrets::form(&Mask, text)
}

/// A URL with the secrets in its query and fragment masked.
pub(super) fn url(text: &str) -> String {
    http_secrets::url(&Mask, text)
}

/// The value of a header field with its secrets masked.
pub(super) fn field(name: &str, value: &str) -> String {
    http_secrets::header(&Mask, name, value)
}

/// A body with its secrets masked: forms and JSON by their names; any other body is replaced by its size.
pub(super) fn body(content_type: &str, bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    if bytes.is_empty() {
        String::new()
    } else if content_type.starts_with("application/x-www-form-urlencoded") {
        form(&text)
    } else if content_type.starts_with("application/json") {
        match serde_json::from_str(&text) {
            Ok(json) => masked_json(json).to_string(),
            Err(_) => format!("[{} bytes that are no JSON]", bytes.len()),
        }
    } else {
        format!("[{} bytes]", bytes.len())
    }
}

fn masked_json(json: Value) -> Value {
    match json {
        Value::Object(members) => Value::Object(
            members
                .into_iter()
                .map(|(name, value)| {
                    let value = if word_of(&name).is_some() { MASK.into() } else { masked_json(value) };
                    (name, value)
                })
                .collect(),
        ),
        Value::Array(values) => Value::Array(values.into_iter().map(masked_json).collect()),
        other => other,
    }
}
