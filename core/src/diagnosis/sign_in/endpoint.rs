//! Problems of GitLab's endpoints: not reached, not trusted, or not what they should be.

use super::super::Finding;
use super::super::problem::{P03, P04, P05, P10};
use super::{Answer, Evidence};

/// Mattermost's words when the user endpoint's answer is no use.
const USER_REFUSALS: [&str; 5] = [
    "Token request to gitlab failed.",
    "Received invalid response from OAuth service provider.",
    "Could not create user out of gitlab user object.",
    "Could not parse auth data out of gitlab user object.",
    "GitLab's Terms of Service have updated.",
];

/// P03: Mattermost said so, or an empty request to the assumed token endpoint is not answered as the protocol says.
pub(super) fn token_endpoint_answers_something_else(evidence: &Evidence) -> Option<Finding> {
    let said = evidence.mattermost_refusal.as_deref();
    let told = said.filter(|_| is_bad_token_answer(said));
    if let Some(unexpected) = evidence.token_endpoint.as_ref().and_then(|answer| unexpected(answer, &[400, 401])) {
        return Some(match told {
            Some(said) => P03.seen(format!("a POST to {unexpected}; Mattermost says \"{said}\"")),
            None => P03.suspected(format!(
                "assuming that Mattermost asks there, which it does not tell: a POST to {unexpected}"
            )),
        });
    }
    let said = said?;
    if said == "Bad token type." || said == "Missing access token." {
        return Some(P03.seen(format!("Mattermost says \"{said}\" about what the token endpoint answers")));
    }
    is_bad_token_answer(Some(said)).then(|| {
        P03.suspected(format!(
            "Mattermost says \"{said}\", as it does of a page and of any status but 200; Mattermost's log has the answer"
        ))
    })
}

/// Mattermost asked for a token, was answered, and did not get one.
pub(super) fn is_bad_token_answer(said: Option<&str>) -> bool {
    said.is_some_and(|said| ["Bad response from token request.", "Bad token type."].contains(&said))
}

/// Whether the token endpoint answers an empty request as the protocol says, as far as it was asked.
pub(super) fn token_endpoint_is_right(evidence: &Evidence) -> bool {
    evidence.token_endpoint.as_ref().is_none_or(|answer| unexpected(answer, &[400, 401]).is_none())
}

/// P04: GitLab's certificate is refused.
pub(super) fn certificate_not_trusted(evidence: &Evidence) -> Option<Finding> {
    let unreachable = evidence.unreachable.as_ref().filter(|unreachable| unreachable.certificate)?;
    Some(P04.seen(format!("`{}`: {}", unreachable.address, unreachable.reason)))
}

/// P05: nobody answers where Mattermost sends the browser, or Mattermost itself cannot reach the token endpoint.
pub(super) fn provider_unreachable(evidence: &Evidence) -> Option<Finding> {
    if let Some(unreachable) = evidence.unreachable.as_ref().filter(|unreachable| !unreachable.certificate) {
        let (address, reason) = (&unreachable.address, &unreachable.reason);
        return Some(P05.seen(format!("nobody answers at `{address}`, where Mattermost sends the browser: {reason}")));
    }
    let said = evidence.mattermost_refusal.as_deref().filter(|said| *said == "Token request failed.")?;
    Some(P05.seen(format!(
        "Mattermost says \"{said}\": it did not reach GitLab's token endpoint, though the browser reaches GitLab"
    )))
}

/// P10: the user endpoint is not GitLab's, or Mattermost had no use for what it said.
pub(super) fn user_api_wrong(evidence: &Evidence) -> Option<Finding> {
    let refusal = evidence.mattermost_refusal.as_deref();
    if let Some(said) = refusal.filter(|said| USER_REFUSALS.iter().any(|known| said.starts_with(known))) {
        return Some(P10.seen(format!("Mattermost got a token, then says \"{said}\"")));
    }
    let unexpected = evidence.user_endpoint.as_ref().and_then(|answer| unexpected(answer, &[401, 403]))?;
    Some(P10.suspected(format!("assuming that Mattermost asks there, which it does not tell: a GET of {unexpected}")))
}

/// In words, what is not as expected of an endpoint that answers a request without credentials with one of `statuses`
/// and a JSON object.
fn unexpected(answer: &Answer, statuses: &[u16]) -> Option<String> {
    let Answer { address, status, location, is_json } = answer;
    if let Some(location) = location.as_ref().filter(|_| (300..400).contains(status)) {
        return Some(format!("`{address}` is redirected to `{location}` with status {status}"));
    }
    if statuses.contains(status) && *is_json {
        return None;
    }
    let body = if *is_json { "a JSON object" } else { "no JSON object" };
    Some(format!("`{address}` is answered with status {status} and {body}"))
}
