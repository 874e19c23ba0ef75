//! What GitLab's answers mean to Mattermost.

use serde_json::Value;

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
/// A field of the wrong type counts as absent and unknown fields are not looked at; neither is the content type.
///
/// # Errors
/// A status other than 200, no JSON, a token type other than `bearer` in any case, no access token.
pub(super) fn access_token(settings: &Settings, response: &Response) -> Result<Secret, Failure> {
    let checks_status = settings.release.checks_answer_status() && !settings.has(Fault::AnyTokenStatus);
    let good_status = response.status == 200 || !checks_status;
    let body = text(response);
    let shown = mask(&body);
    let value = first_value(&body).filter(|value| !value.is_null());
    let value = match value {
        Some(value) if good_status => value,
        _ => {
            let details = format!("response_body={shown}, status_code={}", response.status);
            return Err(failure::bad_response().with_details(details));
        }
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

/// The first JSON value of `text`; what follows it is not looked at.
pub(super) fn first_value(text: &str) -> Option<Value> {
    serde_json::Deserializer::from_str(text).into_iter().next().and_then(Result::ok)
}

/// The last field called `name` in any case, as Go's decoder finds it.
pub(super) fn field<'a>(object: &'a Value, name: &str) -> Option<&'a Value> {
    object.as_object()?.iter().rfind(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
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
    fn no_token_is_in_the_log_details() {
        let body = r#"{"access_token": "abc", "x": 1, "refresh_token":"def"}"#;
        let failure = access_token(&settings_of(Release::RECORDED.version), &answer(502, body))
            .expect_err("a status other than 200");
        assert!(!failure.details.contains("abc") && !failure.details.contains("def"), "{}", failure.details);
        assert!(failure.details.ends_with("status_code=502"));
        assert_eq!(mask(r#"{"access_token":"cut"#), r#"{"access_token":"[redacted]"#);
    }
}
