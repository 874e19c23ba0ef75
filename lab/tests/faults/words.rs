//! Every word that a step is given counts: with another one in its place the scenario stops where that is noticed.
//!
//! Each row changes one step of a scenario that passes as it is written.

use std::sync::Arc;

use gitlab_mattermost_suite::event::Outcome;
use gitlab_mattermost_suite::scenario::Scenario;
use libtest_mimic::{Failed, Trial};

use crate::shared_lab::SharedLab;

/// A step that says something else.
struct Change {
    /// The scenario.
    scenario: &'static str,
    /// The step as written.
    step: &'static str,
    /// What it says instead.
    becomes: &'static str,
    /// The step that must not hold then; none where the other words are as good.
    fails_at: Option<&'static str>,
}

const fn change(
    scenario: &'static str,
    step: &'static str,
    becomes: &'static str,
    fails_at: Option<&'static str>,
) -> Change {
    Change { scenario, step, becomes, fails_at }
}

const SEQUENCE: &str = "17_oauth2_sequence/the-exchange-observed-equals-the-documents-sequence";
const NEW_USER: &str = "17_oauth2_sequence/a-new-user-signs-up-through-gitlab";
const REVOKED: &str = "05_authorize/after-revoking-the-authorization-a-user-is-asked-again";
const FORGED_CONSENT: &str = "05_authorize_refusals/consent-that-another-site-gives-in-her-name-is-refused";
const OTHER_SITE: &str = "05_authorize_refusals/a-sign-in-does-not-end-on-another-site";
const OPENS: &str = "\"alice\" opens Mattermost to sign up with GitLab";
const PRESSES: &str = "she presses \"Authorize\"";
const NOT_SIGNED_IN: &str = "she is not signed in to Mattermost";
const REVOKES: &str = "\"alice\" revokes the authorization of \"GitLab Mattermost\" in GitLab";
const REVOKES_ANOTHER: &str = "\"alice\" revokes the authorization of \"Another\" in GitLab";
const REVOKES_AS_BOB: &str = "\"bob\" revokes the authorization of \"GitLab Mattermost\" in GitLab";
const CODE_OF_CAROL: &str = "somebody else starts to sign in and brings the code that \"carol\" used";
const ASKED_FOR_ANOTHER: &str = "GitLab asks her to authorize \"Another\"";
const REFUSED: &str = "GitLab refused the token with status 401 and error \"invalid_client\"";
const REFUSED_OTHERWISE: &str = "GitLab refused the token with status 400 and error \"invalid_client\"";
const REFUSED_FOR_ANOTHER_REASON: &str = "GitLab refused the token with status 401 and error \"invalid_grant\"";

const CHANGES: [Change; 17] = [
    change(SEQUENCE, OPENS, "\"bob\" opens Mattermost to sign up with GitLab", Some(PRESSES)),
    change(SEQUENCE, "\"alice\" is signed in to GitLab", "\"bob\" is signed in to GitLab", Some(PRESSES)),
    change(
        NEW_USER,
        "she signs in to GitLab as \"alice\"",
        "she signs in to GitLab as \"bob\"",
        Some("\"alice\" is signed in to Mattermost"),
    ),
    change(NEW_USER, "GitLab asks her to authorize \"GitLab Mattermost\"", ASKED_FOR_ANOTHER, Some(ASKED_FOR_ANOTHER)),
    change("17_oauth2_sequence/the-user-denies", "she presses \"Deny\"", PRESSES, Some(NOT_SIGNED_IN)),
    change(
        "17_oauth2_sequence/the-same-user-signs-in-again",
        "\"alice\" comes back with a new browser and signs in to Mattermost through GitLab",
        "\"bob\" comes back with a new browser and signs in to Mattermost through GitLab",
        Some("GitLab did not ask her to authorize again"),
    ),
    change(
        "17_oauth2_sequence/a-code-that-was-used-before-fails-the-sign-in",
        "somebody else starts to sign in and brings the code that \"alice\" used",
        CODE_OF_CAROL,
        Some(CODE_OF_CAROL),
    ),
    change(
        "17_oauth2_sequence/a-sign-in-that-loses-its-parameter-on-the-way-back-fails/state",
        "she presses \"Authorize\" but the state is lost on the way back",
        "she presses \"Authorize\" but the nothing is lost on the way back",
        Some(NOT_SIGNED_IN),
    ),
    change(
        "17_oauth2_sequence/a-wrong-client-secret-fails-the-sign-in",
        REFUSED,
        REFUSED_OTHERWISE,
        Some(REFUSED_OTHERWISE),
    ),
    change(
        "17_oauth2_sequence/a-wrong-client-secret-fails-the-sign-in",
        REFUSED,
        REFUSED_FOR_ANOTHER_REASON,
        Some(REFUSED_FOR_ANOTHER_REASON),
    ),
    change(
        "05_authorize_refusals/an-account-with-a-password-is-not-taken-over-through-gitlab",
        "Mattermost has the account \"somebody\" with the email \"alice@example.com\" and a password",
        "Mattermost has the account \"somebody\" with the email \"zoe@example.com\" and a password",
        Some(NOT_SIGNED_IN),
    ),
    change(
        "05_authorize_refusals/a-scope-that-the-settings-name-is-asked-for",
        "Mattermost uses this application with the scope \"read_user\"",
        "Mattermost uses this application with the scope \"api\"",
        Some("Mattermost asked for the scope \"read_user\""),
    ),
    change(
        OTHER_SITE,
        "\"alice\" opens Mattermost to sign in and come out at \"http://evil.example.com/\"",
        "\"alice\" opens Mattermost to sign in and come out at \"http://mattermost.example.com/town\"",
        Some("Mattermost says \"Invalid redirect url has been provided\""),
    ),
    change(
        FORGED_CONSENT,
        OPENS,
        "\"alice\" opens Mattermost to sign in and come out at \"http://mattermost.example.com/town\"",
        None,
    ),
    change(
        FORGED_CONSENT,
        OPENS,
        "\"bob\" opens Mattermost to sign in and come out at \"http://mattermost.example.com/town\"",
        Some("another site submits the form of the button \"Authorize\""),
    ),
    change(REVOKED, REVOKES, REVOKES_ANOTHER, Some(REVOKES_ANOTHER)),
    change(REVOKED, REVOKES, REVOKES_AS_BOB, Some(REVOKES_AS_BOB)),
];

/// A trial for each change.
pub fn trials(lab: &Arc<SharedLab>, scenarios: &[Arc<Scenario>]) -> Result<Vec<Trial>, String> {
    let trial = |(number, change): (usize, &'static Change)| {
        let (lab, changed) = (Arc::clone(lab), Arc::new(changed(scenarios, change)?));
        Ok(Trial::test(format!("words::{number}::{}", change.becomes), move || holds(&lab, &changed, change)))
    };
    CHANGES.iter().enumerate().map(trial).collect()
}

/// The scenario with the other step.
fn changed(scenarios: &[Arc<Scenario>], change: &Change) -> Result<Scenario, String> {
    let scenario = scenarios.iter().find(|scenario| scenario.heading.id == change.scenario);
    let scenario = scenario.ok_or_else(|| format!("no scenario is called `{}`", change.scenario))?;
    let mut scenario = Scenario::clone(scenario);
    let mut steps = scenario.steps.iter_mut().filter(|step| step.value == change.step);
    let Some(step) = steps.next() else { return Err(format!("`{}` has no step `{}`", change.scenario, change.step)) };
    change.becomes.clone_into(&mut step.value);
    Ok(scenario)
}

/// The scenario must stop at the step that notices the change.
fn holds(lab: &SharedLab, scenario: &Arc<Scenario>, change: &Change) -> Result<(), Failed> {
    let outcome = lab.runtime.block_on(lab.player()?.play_with(scenario, Vec::new())).outcome;
    match (&outcome, change.fails_at) {
        (Outcome::Passed, None) => Ok(()),
        (Outcome::Failed { failure } | Outcome::Errored { failure }, Some(step)) if failure.step.ends_with(step) => {
            Ok(())
        }
        (found, wanted) => {
            Err(format!("expected to stop at {wanted:?}, but it is {}: {:?}", found.name(), found.failure()).into())
        }
    }
}
