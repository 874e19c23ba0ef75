//! Masks what must not be recorded: passwords, secrets, codes, tokens and cookies.

use serde_json::Value;

/// What stands in place of a secret.
const MASK: &str = "[masked]";

/// Parameters and JSON members whose values are secret, wherever they stand.
const SECRET_NAMES: [&str; 13] = [
    "access_token",
    "authenticity_token",
    "bearer_token",
    "client_secret",
    "code",
    "code_verifier",
    "password",
    "private_token",
    "refresh_token",
    "secret",
    "state",
    "token",
    "user[password]",
];

fn is_secret(name: &str) -> bool {
    SECRET_NAMES.contains(&name)
}

/// A query or form with its secrets masked; names are read without percent-encoding.
pub(super) fn form(text: &str) -> String {
    let pair = |pair: &str| match pair.split_once('=') {
        Some((name, value)) => {
            let plain = percent_encoding::percent_decode_str(name).decode_utf8_lossy();
            let value = if is_secret(&plain) { MASK } else { value };
            format!("{name}={value}")
        }
        None => pair.to_owned(),
    };
    text.split('&').map(pair).collect::<Vec<_>>().join("&")
}

/// A URL with the secrets in its query and fragment masked.
pub(super) fn url(text: &str) -> String {
    let (rest, fragment) = text.split_once('#').map_or((text, None), |(rest, fragment)| (rest, Some(fragment)));
    let (path, query) = rest.split_once('?').map_or((rest, None), |(path, query)| (path, Some(query)));
    let query = query.map(|query| format!("?{}", form(query))).unwrap_or_default();
    let fragment = fragment.map(|fragment| format!("#{}", form(fragment))).unwrap_or_default();
    format!("{path}{query}{fragment}")
}

/// The value of a header field with its secrets masked.
pub(super) fn field(name: &str, value: &str) -> String {
    match name.to_ascii_lowercase().as_str() {
        "authorization" => {
            let scheme = value.split_once(' ').map_or("", |(scheme, _)| scheme);
            format!("{scheme} {MASK}").trim().to_owned()
        }
        "private-token" | "x-csrf-token" => MASK.to_owned(),
        "cookie" => value.split(';').map(cookie).collect::<Vec<_>>().join("; "),
        "set-cookie" => match value.split_once(';') {
            Some((pair, attributes)) => format!("{};{attributes}", cookie(pair)),
            None => cookie(value),
        },
        "location" | "referer" => url(value),
        _ => value.to_owned(),
    }
}

fn cookie(pair: &str) -> String {
    let name = pair.trim().split_once('=').map_or("", |(name, _)| name);
    format!("{name}={MASK}")
}

/// A body with its secrets masked: forms and JSON by their names; of any other kind only the size is told.
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
                    let value = if is_secret(&name) { MASK.into() } else { masked_json(value) };
                    (name, value)
                })
                .collect(),
        ),
        Value::Array(values) => Value::Array(values.into_iter().map(masked_json).collect()),
        other => other,
    }
}
