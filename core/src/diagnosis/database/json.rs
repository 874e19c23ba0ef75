//! Texts that become JSON, or do not.

use serde::de::IgnoredAny;

/// What [`json_refusal`] says of the escape that JSONB never takes.
pub const NUL_ESCAPE: &str = "the escape for NUL";

/// Why PostgreSQL would not take a text as JSONB; `None` if it would, as far as can be told without asking it.
///
/// ```
/// use gitlab_mattermost_core::diagnosis::{NUL_ESCAPE, json_refusal};
///
/// assert_eq!(json_refusal(br#"{"a": 1}"#), None);
/// assert_eq!(json_refusal(br#"{"a": "\u0000"}"#), Some(NUL_ESCAPE));
/// ```
pub fn json_refusal(text: &[u8]) -> Option<&'static str> {
    if serde_json::from_slice::<IgnoredAny>(text).is_err() {
        return Some("no JSON");
    }
    has_nul_escape(text).then_some(NUL_ESCAPE)
}

/// Whether the JSON text has `\u0000` as an escape, and not as a backslash followed by letters.
fn has_nul_escape(text: &[u8]) -> bool {
    let mut at = 0;
    while at < text.len() {
        if text[at] == b'\\' {
            if text[at + 1..].starts_with(b"u0000") {
                return true;
            }
            at += 1;
        }
        at += 1;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backup::dump::copy_value;

    #[test]
    fn values_that_are_no_json_or_hold_a_nul_are_refused() {
        for (field, expected) in [
            (r"{}", None),
            (r"\N", None),
            (r#"{"a": "x\\ny"}"#, None),
            (r#"{"a": "x\\u0000y"}"#, Some("the escape for NUL")),
            (r#"{"a": "x\\\\u0000y"}"#, None),
            ("", Some("no JSON")),
            ("{\"a\": ", Some("no JSON")),
        ] {
            assert_eq!(copy_value(field.as_bytes()).and_then(|it| json_refusal(&it)), expected, "{field}");
        }
    }
}
