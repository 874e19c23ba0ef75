//! A request's body, as the API reads it.

use gitlab_mattermost_core::mattermost::Failure;
use serde_json::Value;

use super::failures;
use crate::asked::Asked;

/// The request's body as a JSON object.
///
/// # Errors
/// It is none; `name` is what the body should have been.
pub(super) fn body(asked: &Asked, name: &str) -> Result<Value, Failure> {
    let value: Option<Value> = serde_json::from_slice(&asked.request.body).ok();
    value.filter(Value::is_object).ok_or_else(|| failures::invalid_body(name))
}

/// The request's body as a JSON object to keep something of: PostgreSQL keeps no text with a zero byte.
///
/// DIFFERENCE: a real server finds that out when the database refuses, and answers 500.
///
/// # Errors
/// As [`body`], and texts with such a byte.
pub(super) fn body_to_keep(asked: &Asked, name: &str) -> Result<Value, Failure> {
    let given = body(asked, name)?;
    let texts = given.as_object().into_iter().flat_map(serde_json::Map::values).filter_map(Value::as_str);
    if texts.into_iter().any(|text| text.contains('\0')) { Err(failures::invalid_body(name)) } else { Ok(given) }
}

/// A text of a JSON object; empty if there is none.
pub(super) fn text<'a>(object: &'a Value, name: &str) -> &'a str {
    object[name].as_str().unwrap_or_default()
}
