//! What GitLab's answers mean to Mattermost.

use serde_json::Value;

use super::decoding::{field, first_value, kind, mismatch, no_object, syntax_error};
use super::failure::{self, Failure};
use super::fault::Fault;
use super::settings::Settings;
use crate::http::{Body, Response};
use crate::secret::Secret;

/// Why a call to GitLab had no answer: the words go into the log alone.
///
/// # Shape
/// Displayed, the cause alone, in the words of Go's HTTP client.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct CallFailed {
    /// The cause: `EOF`, `dial tcp: lookup gitlab.example.com: no such host`.
    pub reason: String,
}

/// The body of an answer as text.
pub(super) fn text(response: &Response) -> String {
    match &response.body {
        Body::Empty => String::new(),
        // A page is sent as HTML.
        Body::Page(page) => format!("<!DOCTYPE html><title>{}</title>", page.title),
        Body::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// Reads the token endpoint's answer.
///
/// Unknown fields are not looked at, and neither is the content type. A field of the wrong type counts as absent up to
/// 5.39; from 6.0 on it makes the answer a bad one.
///
/// # Errors
/// A status other than 200, no JSON, a token type other than `bearer` in any case, no access token.
pub(super) fn access_token(settings: &Settings, response: &Response) -> Result<Secret, Failure> {
    let checks_status = settings.release.checks_answer_status() && !settings.has(Fault::AnyTokenStatus);
    let good_status = response.status == 200 || !checks_status;
    let body = text(response);
    let shown = mask(&body);
    let reason = settings.release.tells_decoding_error().then(|| decoding_error(&body));
    let is_read = !matches!(reason, Some(Some(_)));
    let value = first_value(&body).filter(|value| !value.is_null() && good_status && is_read);
    let Some(value) = value else {
        let reason = reason.map(|reason| format!(", error={}", reason.as_deref().unwrap_or("<nil>")));
        let details = format!("response_body={shown}, status_code={}{}", response.status, reason.unwrap_or_default());
        return Err(failure::bad_response().with_details(details));
    };
    let token_type = field(&value, "token_type").and_then(Value::as_str).unwrap_or_default();
    if !token_type.eq_ignore_ascii_case("bearer") && !settings.has(Fault::AnyTokenType) {
        let details = format!("token_type={token_type}, response_body={shown}");
        return Err(failure::bad_token_type().with_details(details));
    }
    match field(&value, "access_token").and_then(Value::as_str) {
        Some(token) if !token.is_empty() => Ok(Secret::new(token)),
        _ => Err(failure::missing_access_token().with_details(format!("response_body={shown}"))),
    }
}

/// The fields of the token endpoint's answer and their types.
const FIELDS: [(&str, &str); 6] = [
    ("access_token", "string"),
    ("token_type", "string"),
    ("expires_in", "int32"),
    ("scope", "string"),
    ("refresh_token", "string"),
    ("id_token", "string"),
];

/// What the decoder has against the body of an answer; the first thing, if there are several.
fn decoding_error(body: &str) -> Option<String> {
    let Some(value) = first_value(body) else { return Some(syntax_error(body)) };
    let object = match &value {
        Value::Null => return None,
        Value::Object(object) => object,
        other => return Some(no_object(other, "model.AccessResponse")),
    };
    object.iter().find_map(|(key, value)| {
        let (name, wanted) = FIELDS.iter().find(|(name, _)| key.eq_ignore_ascii_case(name))?;
        let fits = match (*wanted, value) {
            (_, Value::Null) | ("string", Value::String(_)) => true,
            ("int32", Value::Number(number)) => number.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
            _ => false,
        };
        let found = match value {
            Value::Number(number) if *wanted == "int32" => format!("number {number}"),
            other => kind(other).to_owned(),
        };
        (!fits).then(|| mismatch(&format!("AccessResponse.{name}"), &found, wanted))
    })
}

/// `body` with the values of its tokens masked, for the log.
///
/// DIFFERENCE: the real server logs GitLab's whole answer, access token included.
pub(super) fn mask(body: &str) -> String {
    let mut shown = body.to_owned();
    for name in ["access_token", "refresh_token", "id_token"] {
        let mut from = 0;
        while let Some(start) = shown[from..].find(&format!("\"{name}\"")).map(|place| from + place + name.len() + 2) {
            let Some(open) = shown[start..].find('"').map(|place| start + place + 1) else { break };
            let end = shown[open..].find('"').map_or(shown.len(), |place| open + place);
            shown.replace_range(open..end, "[redacted]");
            from = open + "[redacted]".len();
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::super::release::Release;
    use super::super::tests::settings_of;
    use super::*;
    use crate::version::Version;

    fn answer(status: u16, body: &str) -> Response {
        Response { status, body: Body::Bytes(body.into()), ..Response::default() }
    }

    fn read(body: &str) -> Result<String, String> {
        let token = access_token(&settings_of(Release::RECORDED.version), &answer(200, body));
        token.map(|secret| secret.expose().to_owned()).map_err(|failure| failure.message)
    }

    #[test]
    fn a_token_needs_status_200_json_the_type_bearer_and_a_value() {
        assert_eq!(read(r#"{"access_token":"t","token_type":"BEARER","expires_in":"x"} trailing"#), Ok("t".into()));
        assert_eq!(read(r#"{"Access_Token":"t","TOKEN_TYPE":"bearer"}"#), Ok("t".into()));
        for body in ["", "null", "{", "<html>"] {
            assert_eq!(read(body), Err("Bad response from token request.".into()), "{body}");
        }
        for body in ["[]", "\"text\"", "{}", r#"{"access_token":"t","token_type":"mac"}"#] {
            assert_eq!(read(body), Err("Bad token type.".into()), "{body}");
        }
        for body in [r#"{"token_type":"bearer"}"#, r#"{"token_type":"bearer","access_token":1}"#] {
            assert_eq!(read(body), Err("Missing access token.".into()), "{body}");
        }
    }

    #[test]
    fn from_6_0_on_the_log_tells_what_the_decoder_made_of_a_bad_answer() {
        let details = |status, body: &str| {
            let told = access_token(&settings_of(Version::new(6, 2, 1)), &answer(status, body));
            told.map(|_| String::new()).unwrap_or_else(|failure| failure.details)
        };
        for (status, body, error) in [
            (401, r#"{"error":"invalid_grant"}"#, "<nil>"),
            (200, "", "EOF"),
            (200, r#"{"access_token""#, "unexpected EOF"),
            (200, "<html>", "invalid character '<' looking for beginning of value"),
            (200, "[]", "json: cannot unmarshal array into Go value of type model.AccessResponse"),
            (
                200,
                r#"{"expires_in":"x","token_type":"bearer","access_token":"t"}"#,
                "json: cannot unmarshal string into Go struct field AccessResponse.expires_in of type int32",
            ),
            (
                200,
                r#"{"expires_in":3000000000,"token_type":1}"#,
                "json: cannot unmarshal number 3000000000 into Go struct field AccessResponse.expires_in of type int32",
            ),
        ] {
            assert!(details(status, body).ends_with(&format!("status_code={status}, error={error}")), "{body}");
        }
        assert_eq!(details(200, r#"{"expires_in":null,"token_type":"Bearer","access_token":"t"}"#), "");
    }

    #[test]
    fn no_token_is_in_the_log_details() {
        let body = r#"{"access_token": "abc", "x": 1, "refresh_token":"def"}"#;
        let failure = access_token(&settings_of(Release::RECORDED.version), &answer(502, body))
            .expect_err("a status other than 200");
        assert!(!failure.details.contains("abc") && !failure.details.contains("def"), "{}", failure.details);
        assert!(failure.details.ends_with("status_code=502"));
        assert_eq!(mask(r#"{"access_token":"cut"#), r#"{"access_token":"[redacted]"#);
    }
}
