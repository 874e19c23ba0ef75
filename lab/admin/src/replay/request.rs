//! From a recorded request to the one that is sent: placeholders filled in, bodies encoded.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use indexmap::IndexMap;
use serde_json::Value;

use super::bindings::Bindings;
use super::browser::encode;
use super::transcript::RecordedRequest;

/// Separates the parts of a multipart body.
const BOUNDARY: &str = "replayed-transcript-boundary";

/// A request that can be sent.
pub(super) struct Outgoing {
    pub path_and_query: String,
    pub headers: Vec<(String, String)>,
    pub body: Option<Vec<u8>>,
}

/// Fills in a recorded request. A cookie without known session is left out, as a new browser has none.
pub(super) fn outgoing(recorded: &RecordedRequest, bindings: &Bindings) -> Outgoing {
    let query = match (&recorded.query, &recorded.raw_query) {
        (Some(pairs), _) => format!("?{}", encode(&filled_pairs(pairs, bindings))),
        (None, Some(raw)) => format!("?{}", bindings.fill(raw)),
        (None, None) => String::new(),
    };
    let mut headers: Vec<(String, String)> = recorded
        .headers
        .iter()
        .map(|(name, value)| (name.clone(), with_basic(&bindings.fill(value))))
        .filter(|(name, value)| !(name.eq_ignore_ascii_case("cookie") && value.contains("{{session}}")))
        .collect();
    let mut typed = |content_type: &str| {
        if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
            headers.push(("Content-Type".to_owned(), content_type.to_owned()));
        }
    };
    let body = if let Some(form) = &recorded.form {
        typed("application/x-www-form-urlencoded");
        Some(encode(&filled_pairs(form, bindings)).into_bytes())
    } else if let Some(json) = &recorded.json {
        typed("application/json");
        Some(bindings.fill(&json.to_string()).into_bytes())
    } else if let Some(fields) = &recorded.multipart {
        typed(&format!("multipart/form-data; boundary={BOUNDARY}"));
        Some(multipart(&filled_pairs(fields, bindings)))
    } else {
        recorded.raw_body.as_ref().map(|raw| bindings.fill(raw).into_bytes())
    };
    Outgoing { path_and_query: format!("{}{query}", bindings.fill(&recorded.path)), headers, body }
}

/// Pairs with their placeholders filled in; a list of values makes a pair of each.
fn filled_pairs(pairs: &IndexMap<String, Value>, bindings: &Bindings) -> Vec<(String, String)> {
    let text = |value: &Value| match value {
        Value::String(text) => bindings.fill(text),
        other => other.to_string(),
    };
    let mut filled = Vec::new();
    for (name, value) in pairs {
        match value {
            Value::Array(values) => filled.extend(values.iter().map(|value| (name.clone(), text(value)))),
            value => filled.push((name.clone(), text(value))),
        }
    }
    filled
}

/// `Basic base64(a:b)` with the pair encoded.
fn with_basic(value: &str) -> String {
    let pair = value.strip_prefix("Basic base64(").and_then(|rest| rest.strip_suffix(')'));
    pair.map_or_else(|| value.to_owned(), |pair| format!("Basic {}", STANDARD.encode(pair)))
}

fn multipart(pairs: &[(String, String)]) -> Vec<u8> {
    let part = |(name, value): &(String, String)| {
        format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let parts: String = pairs.iter().map(part).collect();
    format!("{parts}--{BOUNDARY}--\r\n").into_bytes()
}
