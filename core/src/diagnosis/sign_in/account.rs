//! Problems of the account, which Mattermost tells once GitLab has said who the user is.

use super::super::Finding;
use super::super::problem::{P09, P32, P34};
use super::Evidence;

/// What Mattermost said, if it has one of `words` in it.
fn said<'a>(evidence: &'a Evidence, words: &[&str]) -> Option<&'a String> {
    evidence.mattermost_refusal.as_ref().filter(|said| words.iter().any(|word| said.contains(word)))
}

/// P09: the e-mail address has an account of another kind.
pub(super) fn exists_with_other_method(evidence: &Evidence) -> Option<Finding> {
    let known =
        ["There is already an account associated with that email address", "An existing user is already attached"];
    said(evidence, &known).map(|said| P09.seen(format!("Mattermost says \"{said}\"")))
}

/// P32: no account is made for the user.
pub(super) fn sign_up_closed(evidence: &Evidence) -> Option<Finding> {
    let known = ["User creation is disabled", "User sign-up is disabled", "does not belong to an accepted domain"];
    said(evidence, &known).map(|said| P32.seen(format!("Mattermost says \"{said}\"")))
}

/// P34: the account's row contradicts itself.
pub(super) fn row_broken(evidence: &Evidence) -> Option<Finding> {
    said(evidence, &["password and auth data cannot both be set"])
        .map(|said| P34.seen(format!("Mattermost says \"{said}\"")))
}
