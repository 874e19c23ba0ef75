//! Compares an observed answer with the recorded one.

use gitlab_mattermost_core::masking::{self, MASK};
use serde_json::Value;

use super::bindings::Bindings;
use super::browser::Answer;
use super::transcript::RecordedResponse;

/// The header fields that transcripts keep; `Vary` is optional and not compared.
///
/// # Source
/// Doorkeeper 5.5.0 with the settings of GitLab 14.7: its recorded exchanges.
const HEADERS: [&str; 7] =
    ["Location", "WWW-Authenticate", "Cache-Control", "Pragma", "Content-Type", "Set-Cookie", "Allow"];

/// What stands for something that is not there.
const NONE: &str = "(none)";

/// Seconds that a remaining lifetime may be less than recorded: the time that the replay itself takes.
const LIFETIME_TOLERANCE: u64 = 10;

/// What differs, as recorded, as observed.
pub(super) type Found = (String, String, String);

/// Every difference; placeholders of the recorded answer are bound on the way.
pub(super) fn compare(recorded: &RecordedResponse, answer: &Answer, bindings: &mut Bindings) -> Vec<Found> {
    let mut found = Vec::new();
    if recorded.status != answer.status {
        found.push(("status".to_owned(), recorded.status.to_string(), answer.status.to_string()));
    }
    for name in HEADERS {
        let actual = answer.header(name);
        let actual = actual.iter().find(|value| name != "Set-Cookie" || value.starts_with("_gitlab_session="));
        let matched = match (recorded.headers.get(name), actual) {
            (Some(template), Some(actual)) => bindings.matches(template, actual),
            (None, None) => true,
            _ => false,
        };
        if !matched {
            let expected = recorded.headers.get(name).map(|template| bindings.fill(template));
            found.push((format!("header {name}"), or_none(expected.as_deref()), or_none(actual.map(String::as_str))));
        }
    }
    compare_body(&recorded.body, answer, bindings, &mut found);
    found
}

fn compare_body(recorded: &Value, answer: &Answer, bindings: &mut Bindings, found: &mut Vec<Found>) {
    match recorded {
        Value::Null => {}
        Value::String(text) => {
            if !bindings.matches(text, &answer.body) {
                found.push(("body".to_owned(), bindings.fill(text), answer.body.clone()));
            }
        }
        Value::Object(object) if object.contains_key("html") => {
            compare_value("html", &object["html"], Some(&answer.page().to_json()), bindings, found);
        }
        json => match serde_json::from_str::<Value>(&answer.body) {
            Ok(actual) => compare_value("body", json, Some(&actual), bindings, found),
            Err(_) => found.push(("body".to_owned(), json.to_string(), answer.body.clone())),
        },
    }
}

fn compare_value(at: &str, recorded: &Value, actual: Option<&Value>, bindings: &mut Bindings, found: &mut Vec<Found>) {
    match (recorded, actual) {
        (Value::Object(recorded), Some(Value::Object(actual))) => {
            for (name, value) in recorded {
                compare_value(&format!("{at}.{name}"), value, actual.get(name), bindings, found);
            }
            for (name, value) in actual.iter().filter(|(name, _)| !recorded.contains_key(*name)) {
                found.push((format!("{at}.{name}"), or_none(None), value.to_string()));
            }
        }
        (Value::Array(recorded), Some(Value::Array(actual))) if recorded.len() == actual.len() => {
            for (index, (value, actual)) in recorded.iter().zip(actual).enumerate() {
                compare_value(&format!("{at}[{index}]"), value, Some(actual), bindings, found);
            }
        }
        (recorded, actual) => {
            let matched = actual.is_some_and(|actual| same_scalar(at, recorded, actual, bindings));
            if !matched {
                let expected = recorded.as_str().map_or_else(|| recorded.to_string(), |text| bindings.fill(text));
                found.push((at.to_owned(), expected, actual.map_or_else(|| or_none(None), Value::to_string)));
            }
        }
    }
}

fn same_scalar(at: &str, recorded: &Value, actual: &Value, bindings: &mut Bindings) -> bool {
    match (recorded, actual) {
        (Value::String(template), Value::String(actual)) => bindings.matches(template, actual),
        (Value::String(template), Value::Number(actual)) => bindings.matches(template, &actual.to_string()),
        (Value::Number(recorded), Value::Number(actual)) if at.contains("expires_in") => {
            let (recorded, actual) = (recorded.as_u64().unwrap_or(0), actual.as_u64().unwrap_or(u64::MAX));
            actual <= recorded && recorded - actual <= LIFETIME_TOLERANCE
        }
        (recorded, actual) => recorded == actual,
    }
}

/// A value that differs, as it may be shown: cookies and what is called after a secret are masked.
pub(super) fn shown(what: &str, value: &str) -> String {
    match value.split_once('=') {
        _ if value == NONE => value.to_owned(),
        Some((cookie, rest)) if what == "header Set-Cookie" => {
            format!("{cookie}={MASK}{}", rest.find(';').map_or("", |end| &rest[end..]))
        }
        _ => masking::shown(what.rsplit(['.', ' ']).next().unwrap_or_default(), value),
    }
}

fn or_none(text: Option<&str>) -> String {
    text.unwrap_or(NONE).to_owned()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use reqwest::header::{HeaderMap, HeaderValue};
    use serde_json::json;

    use super::{Bindings, RecordedResponse, compare, shown};
    use crate::replay::browser::Answer;

    fn answer(status: u16, location: &'static str, body: &str) -> Answer {
        let mut headers = HeaderMap::new();
        headers.insert("location", HeaderValue::from_static(location));
        Answer { status, headers, body: body.to_owned() }
    }

    fn recorded(status: u16, location: &str, body: serde_json::Value) -> RecordedResponse {
        let headers = BTreeMap::from([("Location".to_owned(), location.to_owned())]);
        RecordedResponse { status, headers, body }
    }

    #[test]
    fn status_header_and_body_fields_are_told_apart() {
        let recorded = recorded(200, "http://a", json!({"error": "x", "expires_in": 7200, "gone": 1}));
        let answer = answer(400, "http://b", r#"{"error": "y", "expires_in": 7195, "new": 2}"#);
        let found = compare(&recorded, &answer, &mut Bindings::default());
        let what: Vec<&str> = found.iter().map(|(what, _, _)| what.as_str()).collect();
        assert_eq!(what, ["status", "header Location", "body.error", "body.gone", "body.new"]);
    }

    #[test]
    fn what_differs_is_shown_without_its_secrets() {
        for (what, value, expected) in [
            ("header Set-Cookie", "_gitlab_session=abc; path=/", "_gitlab_session=********; path=/"),
            ("body.access_token", "abc", "********"),
            ("body", "{\"token\":\"abc\",\"a\":1}", "{\"token\":\"********\",\"a\":1}"),
            ("header Location", "http://a/?code=1", "http://a/?code=1"),
            ("status", "400", "400"),
            ("body.access_token", "(none)", "(none)"),
        ] {
            assert_eq!(shown(what, value), expected, "{what}");
        }
    }

    #[test]
    fn an_answer_as_recorded_differs_in_nothing_and_binds() {
        let mut bindings = Bindings::default();
        let recorded = recorded(302, "http://a?code={{code}}", json!({"html": {}}));
        assert!(compare(&recorded, &answer(302, "http://a?code=1", ""), &mut bindings).is_empty());
        assert_eq!(bindings.get("code"), Some("1"));
    }
}
