//! Problems seen from what GitLab or Mattermost says where a sign-in ends.

use super::super::Finding;
use super::super::problem::{P01, P06, P07, P09, P11};
use super::Evidence;
use super::address::first_difference;
use super::endpoint::{is_bad_token_answer, token_endpoint_is_right};

/// P01: GitLab refuses the redirect URI.
///
/// DIFFERENCE: GitLab's page says less than the library behind it; both texts count.
pub(super) fn redirect_not_registered(evidence: &Evidence) -> Option<Finding> {
    let said = refused(evidence, &["redirect uri included is not valid", "redirect uri is malformed"])?;
    let departure = evidence.departure.as_ref();
    let redirect_uri = departure.and_then(|departure| departure.redirect_uri.as_ref());
    let sent = redirect_uri.map(|uri| {
        let difference = first_difference(&evidence.mattermost, uri);
        format!(" to `{uri}`{}", difference.map(|it| format!("; {it}")).unwrap_or_default())
    });
    Some(P01.seen(format!("GitLab answers \"{said}\"{}", sent.unwrap_or_default())))
}

/// P06: GitLab refuses the scope.
pub(super) fn scope_missing(evidence: &Evidence) -> Option<Finding> {
    let said = refused(evidence, &["scope is invalid", "invalid_scope"])?;
    let asked = match evidence.departure.as_ref().map(|departure| departure.scope.as_str()) {
        Some("") => " to a request without scope".to_owned(),
        Some(scope) => format!(" to the scope `{scope}`"),
        None => String::new(),
    };
    Some(P06.seen(format!("GitLab answers \"{said}\"{asked}")))
}

/// P07: GitLab does not know the client, or refuses the token to a client whose id it knows.
pub(super) fn client_credentials_stale(evidence: &Evidence) -> Option<Finding> {
    if let Some(said) = refused(evidence, &["client authentication failed", "invalid_client"]) {
        return Some(P07.seen(format!("GitLab answers \"{said}\" to the id that Mattermost sends")));
    }
    let said = evidence.mattermost_refusal.as_deref();
    let refused = is_bad_token_answer(said) && token_endpoint_is_right(evidence);
    refused.then(|| {
        P07.suspected(format!(
            "Mattermost says \"{}\", though the token endpoint works and GitLab knows the id; Mattermost's log tells \
             `invalid_client` (the secret is wrong) from `invalid_grant` (the redirect URI changed on the way)",
            said.unwrap_or_default()
        ))
    })
}

/// P09: the e-mail address has an account of another kind.
pub(super) fn account_exists_with_other_method(evidence: &Evidence) -> Option<Finding> {
    let known =
        ["There is already an account associated with that email address", "An existing user is already attached"];
    let said = evidence.mattermost_refusal.as_ref()?;
    known.iter().any(|text| said.contains(text)).then(|| P09.seen(format!("Mattermost says \"{said}\"")))
}

/// P11: a server of release 11 or later does not offer the sign-in.
pub(super) fn sign_in_gone(evidence: &Evidence) -> Option<Finding> {
    let client = evidence.client.as_ref()?;
    let version = client.version.as_deref()?;
    let major: u32 = version.split('.').next()?.parse().ok()?;
    let is_offered = client.gitlab_sign_up.as_deref() == Some("true");
    (major >= 11 && !is_offered).then(|| {
        let key = client.gitlab_sign_up.as_ref().map_or("is missing".to_owned(), |value| format!("is \"{value}\""));
        P11.seen(format!("Mattermost is {version}, and `EnableSignUpWithGitLab` in its client configuration {key}"))
    })
}

/// What GitLab said, if it has one of `words` in it (in small letters).
fn refused<'a>(evidence: &'a Evidence, words: &[&str]) -> Option<&'a str> {
    let said = evidence.gitlab_refusal.as_deref()?;
    let small = said.to_lowercase();
    words.iter().any(|word| small.contains(word)).then_some(said)
}
