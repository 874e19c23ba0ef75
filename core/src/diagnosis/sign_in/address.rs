//! Problems seen by comparing addresses: what was opened, and where the sign-in comes back to.

use super::super::Finding;
use super::super::problem::{P02, P08, P31};
use super::{Address, Evidence};

/// P02: the cookie of a sign-in by https is not marked as such, so Mattermost takes it for one by http.
pub(super) fn redirect_differs_between_steps(evidence: &Evidence) -> Option<Finding> {
    let departure = evidence.departure.as_ref()?;
    let redirect_uri = departure.redirect_uri.as_ref()?;
    let header_lost = evidence.mattermost.scheme == "https" && departure.cookie_is_secure == Some(false);
    (header_lost && redirect_uri.scheme == "https").then(|| {
        P02.suspected(format!(
            "Mattermost was opened at `{}` and set its cookie without `Secure`: it does not know that the browser uses https",
            evidence.mattermost
        ))
    })
}

/// P31: the state came back as another.
pub(super) fn state_altered(evidence: &Evidence) -> Option<Finding> {
    let (sent, back) = evidence.altered_state?;
    let told = if sent == back { "another of as many".to_owned() } else { format!("one of {back}") };
    Some(P31.seen(format!("Mattermost sent a state of {sent} characters, and {told} came back")))
}

/// P08: the callback goes where the cookie does not, or Mattermost said so.
pub(super) fn invalid_state(evidence: &Evidence) -> Option<Finding> {
    if evidence.altered_state.is_some() {
        return None;
    }
    // "Invalid state" and "Invalid state token."
    if let Some(said) = evidence.mattermost_refusal.as_ref().filter(|said| said.starts_with("Invalid state")) {
        return Some(P08.seen(format!("Mattermost answers the callback with \"{said}\"")));
    }
    let departure = evidence.departure.as_ref()?;
    let (opened, back) = (&evidence.mattermost, departure.redirect_uri.as_ref()?);
    if opened.host != back.host {
        let hosts = format!("`{}`, but the sign-in comes back to `{back}`", opened.host);
        return Some(P08.seen(format!("the cookie was set for {hosts}, where no browser sends it")));
    }
    let lost = departure.cookie_is_secure == Some(true) && back.scheme == "http";
    lost.then(|| P08.seen(format!("the cookie is for https only, but the sign-in comes back to `{back}`")))
}

/// The first part in which two addresses of a site differ, in words; paths are compared up to the end of `site`'s.
pub(super) fn first_difference(site: &Address, uri: &Address) -> Option<String> {
    let part = |name: &str, site: &str, uri: &str| {
        (site != uri).then(|| format!("its {name} is `{uri}`, but Mattermost was opened with `{site}`"))
    };
    let subpath = site.path.trim_end_matches('/');
    part("scheme", &site.scheme, &uri.scheme)
        .or_else(|| part("host", &site.host, &uri.host))
        .or_else(|| part("port", &site.port.to_string(), &uri.port.to_string()))
        .or_else(|| {
            let below = uri.path.strip_prefix(subpath).is_some_and(|rest| rest.starts_with('/'));
            (!below).then(|| format!("its path is `{}`, but Mattermost was opened below `{subpath}/`", uri.path))
        })
}
