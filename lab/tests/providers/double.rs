//! The GitLab double as a foreign provider: known by a file alone, with one client and no administrator; its faults must be
//! caught all the same.

use std::error::Error;
use std::sync::Arc;

use gitlab_double::{GitLab, Options};
use gitlab_mattermost_core::gitlab::{Fault, Seed, SeedApplication};
use gitlab_mattermost_suite::scenario::Scenario;
use libtest_mimic::Trial;
use serde_json::json;

use crate::shared_lab::SharedLab;
use crate::{CHAPTER, named, play, provider};

const SIGN_IN: &str = "a-person-signs-in-to-mattermost";
const STATE: &str = "the-state-comes-back-untouched-state/as-mattermost-makes-it";

/// The scenarios that must catch a fault.
///
/// Two faults are of what GitLab has besides and no foreign provider shows: a page on which people revoke, and an API that
/// deletes applications. Nothing is listed for them here; chapter 5 catches them.
const fn caught_by(fault: Fault) -> &'static [&'static str] {
    match fault {
        Fault::AnyRedirectUri => &[
            "a-redirect-uri-that-differs-by-part-is-refused/another-host",
            "a-redirect-uri-that-differs-by-part-is-refused/a-trailing-slash",
            "a-code-is-worth-nothing-with-what/another-redirect-uri",
        ],
        Fault::RedirectUriByPrefix => &[
            "a-redirect-uri-that-differs-by-part-is-refused/a-longer-path",
            "a-code-is-worth-nothing-with-what/a-longer-redirect-uri",
        ],
        Fault::AnyClientSecret => {
            &["a-code-is-worth-nothing-with-what/a-wrong-secret", "a-code-is-worth-nothing-with-what/no-secret"]
        }
        Fault::ReusableCodes => &["a-code-is-worth-nothing-a-second-time"],
        Fault::CodesForEver => &["a-code-is-worth-nothing-after-ten-minutes"],
        Fault::StateDropped | Fault::StateAltered | Fault::StateLowerCased => &[SIGN_IN, STATE],
        Fault::NoTokenType | Fault::OtherTokenType => {
            &[SIGN_IN, "the-answer-with-the-token-does/says-the-type-bearer-in-whatever-case"]
        }
        Fault::NoEmail => &[SIGN_IN, "the-user-object-does/has-an-e-mail-address"],
        Fault::NoForgeryProtection => &["consent-that-another-site-gives-in-somebodys-name-is-refused"],
        Fault::NoConsent => &["nobodys-name-is-told-before-they-consent"],
        Fault::AsksAgain => &["who-has-consented-is-not-asked-again"],
        Fault::DenyConsents => &["who-denies-comes-back-with-access-denied-and-the-state"],
        Fault::UnknownClient => &["a-client-that-nobody-knows-is-refused"],
        Fault::CodeForAnyClient => &["a-code-is-worth-nothing-to-another-client"],
        Fault::FirstRedirectUri => &["the-redirect-uri-that-was-asked-for-is-the-one-that-is-used"],
        Fault::RevocationIgnored | Fault::DeletionIgnored => &[],
        Fault::BlockedUsersWelcome => &["somebody-who-is-blocked-is-not-let-in"],
        Fault::TokensAsPage => &[SIGN_IN, "the-answer-with-the-token-does/is-a-json-object"],
        Fault::TokensWithStatus201 => &[SIGN_IN, "the-answer-with-the-token-does/has-the-status-200"],
        Fault::NoAccessToken => &[SIGN_IN, "the-answer-with-the-token-does/has-an-access-token"],
        Fault::OtherScope => &["the-scope-that-was-asked-for-is-the-one-that-is-given"],
        Fault::UserForbidden => &[SIGN_IN, "the-user-object-does/has-the-status-200"],
        Fault::UserIdZero | Fault::UserIdAsText => {
            &[SIGN_IN, "the-user-object-does/has-a-whole-number-that-is-not-0-as-id"]
        }
    }
}

/// A trial for each fault, and one without any.
pub fn trials(lab: &Arc<SharedLab>, scenarios: &[Arc<Scenario>]) -> Result<Vec<Trial>, Box<dyn Error>> {
    let mut trials = Vec::new();
    let mut listed: Vec<String> = Vec::new();
    for fault in Fault::ALL {
        let caught = caught_by(fault)
            .iter()
            .map(|id| named(scenarios, &format!("{CHAPTER}{id}")))
            .collect::<Result<Vec<_>, _>>()?;
        listed.extend(caught.iter().map(|it| it.heading.id.clone()));
        if caught.is_empty() {
            continue;
        }
        let lab = Arc::clone(lab);
        trials.push(Trial::test(format!("double::{fault:?}"), move || {
            caught.iter().try_for_each(|scenario| {
                // Each with a provider that has seen nobody before.
                let double = lab.runtime.block_on(start(vec![fault]))?;
                play(&lab, &provider(&description(&double))?, std::slice::from_ref(scenario), true)
            })
        }));
    }
    listed.sort();
    listed.dedup();
    for (number, chunk) in listed.chunks(7).enumerate() {
        let passed = chunk.iter().map(|id| named(scenarios, id)).collect::<Result<Vec<_>, _>>()?;
        let lab = Arc::clone(lab);
        trials.push(Trial::test(format!("double::without_a_fault_{number}"), move || {
            passed.iter().try_for_each(|scenario| {
                let double = lab.runtime.block_on(start(Vec::new()))?;
                play(&lab, &provider(&description(&double))?, std::slice::from_ref(scenario), false)
            })
        }));
    }
    Ok(trials)
}

async fn start(faults: Vec<Fault>) -> Result<GitLab, Box<dyn Error + Send + Sync>> {
    let application = |id: &str| -> Result<SeedApplication, serde_json::Error> {
        serde_json::from_value(json!({
            "name": id, "client_id": id, "client_secret": format!("secret-of-{id}"),
            "redirect_uris": [
                "http://mattermost.example.com/login/gitlab/complete",
                "http://mattermost.example.com/signup/gitlab/complete",
            ],
        }))
    };
    let applications = vec![application("mattermost")?, application("another")?];
    let seed = Seed { applications, ..Seed::default() };
    let control = Some(([127, 0, 0, 1], 0).into());
    Ok(GitLab::start_with(Options { seed, control, faults, ..Options::default() }).await?)
}

fn description(double: &GitLab) -> String {
    let client = |id: &str| {
        format!(
            "id = '{id}'\nsecret = 'secret-of-{id}'\nredirect-uris = ['http://mattermost.example.com/login/gitlab/complete', \
             'http://mattermost.example.com/signup/gitlab/complete']\n"
        )
    };
    let user = |login: &str| format!("[[user]]\nlogin = '{login}'\npassword = 'correct horse'\n");
    let control = double.control_address().map(|address| format!("control = 'http://{address}'\n")).unwrap_or_default();
    format!(
        "profile = 'gitlab'\nname = 'foreign'\nbase = '{}'\nscope = 'read_user'\n{control}[client]\n{}[other-client]\n{}{}{}{}blocked = true\n",
        double.url(),
        client("mattermost"),
        client("another"),
        user("alice"),
        user("bob"),
        user("dave")
    )
}
