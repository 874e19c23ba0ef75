//! Hostile clients of the built-in servers: every endpoint gets duplicate and listed parameters, what is no text, values of a
//! megabyte and header fields in disguise, and slow clients keep nobody else waiting. The right status comes back, nothing
//! panics, nothing secret is told, and memory stays bounded.
//!
//! Both servers run as processes of their own and are spoken to in bytes, so that nothing on the way makes good what is bad.

mod attack;
mod servers;
mod slow;
mod wire;

use std::collections::BTreeMap;

use attack::Attack;
use clap::ValueEnum as _;
use servers::{Endpoint, Target, gitlab, mattermost};
use wire::Answer;

/// What a server may have more of after all attacks than before, in bytes.
const SLACK: u64 = 96 << 20;

/// What answers may hold and header fields may be called if somebody's value got out of its place.
const PLANTED: &str = "x-hostile";

#[tokio::test(flavor = "multi_thread")]
async fn the_mock_gitlab_refuses_hostile_input_on_every_endpoint() {
    besiege(&gitlab(), |_, attack| match attack {
        it if it.is_no_text() => &[400],
        // A request line of a megabyte does not fit; where the connection ends first there is no answer.
        Attack::LongQuery => &[400, 414, 431],
        Attack::LongField => &[431],
        Attack::TwoHosts => &[],
        _ => &[],
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stand_in_mattermost_refuses_hostile_input_on_every_endpoint() {
    besiege(&mattermost().await, |endpoint, attack| match attack {
        Attack::LongQuery => &[414, 431],
        Attack::LongField => &[431],
        Attack::NoUtf8InPath | Attack::NulInPath => &[200, 404],
        _ => endpoint.right,
    })
    .await;
}

/// Attacks every endpoint of `target`, as a stranger and as somebody who is signed in. `right` gives the statuses that an
/// attack may have; none stands for any below 500.
async fn besiege(target: &Target, right: impl Fn(&Endpoint, Attack) -> &'static [u16]) {
    let mut wrong = BTreeMap::new();
    target.calm().await;
    let before = target.resident();
    for endpoint in &target.endpoints {
        for credential in [None, target.credential.as_deref()] {
            for &attack in Attack::value_variants() {
                let answer = target.attack(endpoint, attack, credential).await;
                let right = right(endpoint, attack);
                let is_right =
                    if right.is_empty() { (200..500).contains(&answer.status) } else { right.contains(&answer.status) };
                let case =
                    || format!("{} {} {attack:?} signed in: {}", endpoint.method, endpoint.path, credential.is_some());
                if !is_right {
                    wrong.insert(case(), format!("{} instead of {right:?}: {:.300}", answer.status, answer.text()));
                }
                assert!(!injected(&answer), "{}: {}", case(), answer.text());
                for secret in &target.secrets {
                    assert!(!answer.text().contains(secret), "{} tells a secret", case());
                }
            }
        }
        target.calm().await;
    }
    assert!(wrong.is_empty(), "{}", wrong.iter().map(|(case, found)| format!("{case}: {found}\n")).collect::<String>());
    let (after, log) = (target.resident(), target.log());
    assert!(after < before + SLACK, "memory grew from {before} to {after} bytes");
    assert!(!log.contains("panicked"), "{log}");
    for secret in &target.secrets {
        assert!(!log.contains(secret), "the log tells a secret");
    }
}

/// Whether a header field of an answer is one that an attack made.
fn injected(answer: &Answer) -> bool {
    answer
        .fields
        .iter()
        .any(|(name, value)| name.contains(PLANTED) || name == "set-cookie" && value.starts_with(PLANTED))
}
