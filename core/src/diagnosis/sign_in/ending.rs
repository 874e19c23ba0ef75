//! Problems seen from what GitLab or Mattermost says where a sign-in ends.

use super::super::Finding;
use super::super::problem::{P01, P06, P07, P11, P33};
use super::Evidence;
use super::address::first_difference;
use super::endpoint::{is_bad_token_answer, token_endpoint_is_right};

/// P01: GitLab refuses the redirect URI.
///
/// DIFFERENCE: GitLab's page says less than the library behind it; both texts count.
pub(super) fn redirect_not_registered(evidence: &Evidence) -> Option<Finding> {
    let said = refused(
        evidence,
        &[
            "redirect uri included is not valid",
            "redirect uri is malformed",
            "redirect_uri_mismatch",
            "invalid parameter: redirect_uri",
        ],
    )?;
    let departure = evidence.departure.as_ref();
    let redirect_uri = departure.and_then(|departure| departure.redirect_uri.as_ref());
    let sent = redirect_uri.map(|uri| {
        let difference = first_difference(&evidence.mattermost, uri);
        format!(" to `{uri}`{}", difference.map(|it| format!("; {it}")).unwrap_or_default())
    });
    Some(P01.seen(format!("GitLab answers \"{said}\"{}", sent.unwrap_or_default())))
}

/// P06: GitLab refuses the scope, or Mattermost has no sign-in for the one that is set.
pub(super) fn scope_missing(evidence: &Evidence) -> Option<Finding> {
    if let Some(said) = not_available(evidence).filter(|said| said.starts_with("Gitlab ") && major(evidence) < Some(11))
    {
        return Some(
            P06.suspected(format!("Mattermost says \"{said}\", as Team Edition does where the scope has `openid`")),
        );
    }
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
    if evidence.departure.as_ref().is_some_and(|departure| !departure.has_client_id) {
        return Some(P07.seen("Mattermost sends no client id"));
    }
    let unknown =
        ["client authentication failed", "invalid_client", "client not found", "missing required parameter: client_id"];
    if let Some(said) = refused(evidence, &unknown) {
        return Some(P07.seen(format!("GitLab answers \"{said}\" to the id that Mattermost sends")));
    }
    let said = evidence.mattermost_refusal.as_deref();
    let refused = is_bad_token_answer(said) && token_endpoint_is_right(evidence);
    refused.then(|| {
        P07.suspected(format!(
            "Mattermost says \"{}\", though GitLab knows the id; Mattermost's log tells \
             `invalid_client` (the secret is wrong) from `invalid_grant` (the redirect URI changed on the way)",
            said.unwrap_or_default()
        ))
    })
}

/// P11: a server of release 11 or later does not offer the sign-in.
pub(super) fn sign_in_gone(evidence: &Evidence) -> Option<Finding> {
    let client = evidence.client.as_ref()?;
    let version = client.version.as_deref()?;
    let is_offered = client.gitlab_sign_up.as_deref() == Some("true") && not_available(evidence).is_none();
    (major(evidence) >= Some(11) && !is_offered).then(|| {
        let key = client.gitlab_sign_up.as_ref().map_or("is missing".to_owned(), |value| format!("is \"{value}\""));
        P11.seen(format!("Mattermost is {version}, and `EnableSignUpWithGitLab` in its client configuration {key}"))
    })
}

/// P33: the sign-in is switched off.
pub(super) fn sign_in_off(evidence: &Evidence) -> Option<Finding> {
    if major(evidence) >= Some(11) {
        return None;
    }
    let said = not_available(evidence).filter(|said| !said.starts_with("Gitlab "))?;
    Some(P33.seen(format!("Mattermost says \"{said}\"")))
}

/// What Mattermost says where it has no sign-in through GitLab.
fn not_available(evidence: &Evidence) -> Option<&str> {
    let said = evidence.mattermost_refusal.as_deref()?;
    let known = ["SSO through OAuth 2.0 not available", "Unsupported OAuth service provider"];
    known.iter().any(|text| said.contains(text)).then_some(said)
}

/// The major release of Mattermost, as far as it tells.
fn major(evidence: &Evidence) -> Option<u32> {
    evidence.client.as_ref()?.version.as_deref()?.split('.').next()?.parse().ok()
}

/// What GitLab said, if it has one of `words` in it (in small letters).
fn refused<'a>(evidence: &'a Evidence, words: &[&str]) -> Option<&'a str> {
    let said = evidence.gitlab_refusal.as_deref()?;
    let small = said.to_lowercase();
    words.iter().any(|word| small.contains(word)).then_some(said)
}
