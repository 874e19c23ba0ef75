//! Why a sign-in failed, out of what the server logged.

use serde_json::Value;

/// The fields that hold a reason, the closest first: of servers up to 5.39, and of later ones.
const FIELDS: [&str; 4] = ["err_details", "error", "err", "details"];

/// The reason in the last line of `log` that tells of a failure; nothing if none does.
///
/// ```
/// use gitlab_mattermost_core::mattermost::reason_in_log;
///
/// let log = r#"{"level":"error","msg":"Could not create user.","err_details":"json: cannot unmarshal string"}"#;
/// assert_eq!(reason_in_log(log).as_deref(), Some("json: cannot unmarshal string"));
/// assert_eq!(reason_in_log("{}"), None);
/// ```
pub fn reason_in_log(log: &str) -> Option<String> {
    log.lines().rev().find_map(|line| {
        let line: Value = serde_json::from_str(line.trim()).ok()?;
        let text = |name: &str| line.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        if text("level") != Some("error") {
            return None;
        }
        let reason = FIELDS.into_iter().find_map(text).or_else(|| text("msg"))?;
        Some(without_place(reason).to_owned())
    })
}

/// The reason without the function that a later server puts before it: `CreateOAuthUser: Could not …, json: …`.
fn without_place(reason: &str) -> &str {
    let is_place = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric());
    match reason.split_once(": ") {
        Some((place, rest)) if is_place(place) && place.starts_with(|c: char| c.is_ascii_uppercase()) => rest,
        _ => reason,
    }
}

#[cfg(test)]
mod tests {
    use super::reason_in_log;

    #[test]
    fn the_last_failure_is_told_without_the_place_in_the_program() {
        let log = concat!(
            r#"{"level":"error","msg":"old","err_details":"older"}"#,
            "\n",
            r#"{"level":"error","msg":"m","error":"CreateOAuthUser: Could not create user, json: cannot unmarshal string"}"#,
            "\n",
            r#"{"level":"info","msg":"after"}"#,
            "\nno JSON"
        );
        assert_eq!(reason_in_log(log).as_deref(), Some("Could not create user, json: cannot unmarshal string"));
    }
}
