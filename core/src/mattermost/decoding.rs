//! JSON as Go's decoder reads it, and the words in which it refuses.
//!
//! Keys are compared without regard to case, the last one counts, and `null` leaves a field as it is.

use serde_json::Value;

/// The first JSON value of `text`; what follows it is not looked at.
pub(super) fn first_value(text: &str) -> Option<Value> {
    serde_json::Deserializer::from_str(text).into_iter().next().and_then(Result::ok)
}

/// The last field called `name` in any case.
pub(super) fn field<'a>(object: &'a Value, name: &str) -> Option<&'a Value> {
    object.as_object()?.iter().rfind(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// What Go calls the type of a value.
pub(super) const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// A field, as `Structure.name`, holds something else than it should.
pub(super) fn mismatch(field: &str, found: &str, wanted: &str) -> String {
    format!("json: cannot unmarshal {found} into Go struct field {field} of type {wanted}")
}

/// A value is no object.
pub(super) fn no_object(value: &Value, wanted: &str) -> String {
    format!("json: cannot unmarshal {} into Go value of type {wanted}", kind(value))
}

/// Why there is no JSON value at the beginning of `body`.
pub(super) fn syntax_error(body: &str) -> String {
    let error = serde_json::from_str::<Value>(body).err();
    match body.trim_start().chars().next() {
        None => "EOF".to_owned(),
        Some(_) if error.as_ref().is_some_and(serde_json::Error::is_eof) => "unexpected EOF".to_owned(),
        Some(first) if !"{[\"-0123456789tfn".contains(first) => {
            format!("invalid character '{first}' looking for beginning of value")
        }
        Some(_) => format!("invalid JSON: {}", error.map(|e| e.to_string()).unwrap_or_default()),
    }
}
