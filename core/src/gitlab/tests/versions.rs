use super::{CALLBACK, Stage, application, buttons, error, page};
use crate::gitlab::SeedApplication;
use crate::http::page::Block;
use crate::version::Version;

#[test]
fn tokens_are_no_longer_reused_after_15_0() {
    for (version, reused) in [(Version::new(15, 0, 0), true), (Version::new(15, 4, 0), false)] {
        let mut stage = Stage::of_version(version, application()).signed_in("alice");
        let (first, second) = (stage.tokens(), stage.tokens());
        assert_eq!(first["access_token"] == second["access_token"], reused, "{version}");
    }
}

#[test]
fn before_14_3_and_unless_chosen_up_to_14_10_tokens_never_expire() {
    for (version, chosen, expires) in [
        (Version::new(14, 2, 0), true, false),
        (Version::new(14, 7, 0), true, true),
        (Version::new(14, 7, 0), false, false),
        (Version::new(15, 0, 0), false, true),
    ] {
        let application = SeedApplication { expire_access_tokens: chosen, ..application() };
        let mut stage = Stage::of_version(version, application).signed_in("alice");
        assert_eq!(stage.tokens().get("expires_in").is_some(), expires, "{version}");
    }
}

#[test]
fn the_implicit_flow_is_gone_in_15_0() {
    let public = || SeedApplication { confidential: false, ..application() };
    let mut old = Stage::of_version(Version::new(14, 10, 0), public()).signed_in("alice");
    let target = old.consent(&[("response_type", "token")]);
    assert!(target.starts_with(&format!("{CALLBACK}#access_token=")), "{target}");
    let mut new = Stage::of_version(Version::new(15, 0, 0), public()).signed_in("alice");
    let path = new.authorize_path(&[("response_type", "token")]);
    assert_eq!(error(&new.get(&path)), "The authorization server does not support this response type.");
}

#[test]
fn from_15_10_a_secret_is_shown_once() {
    let owned = || SeedApplication { owner: Some("alice".to_owned()), ..application() };
    let shows_secret = |stage: &mut Stage| {
        let answer = stage.get("/oauth/applications/1");
        page(&answer).unwrap().blocks.iter().any(|block| matches!(block, Block::Value { id: "secret", .. }))
    };
    let mut stage = Stage::of_version(Version::new(15, 10, 0), owned()).signed_in("alice");
    assert!(!shows_secret(&mut stage));
    stage.submit("PUT", "/oauth/applications/1/renew", &[]);
    // Asking for the anti-forgery token of the next form is not this page, so the secret is still to be shown.
    assert!(shows_secret(&mut stage) && !shows_secret(&mut stage));
}

#[test]
fn later_consent_pages_offer_cancel() {
    let mut stage = Stage::of_version(Version::new(17, 0, 0), application()).signed_in("alice");
    let path = stage.authorize_path(&[]);
    assert_eq!(buttons(&stage.get(&path)), ["Authorize GitLab Mattermost", "Cancel"]);
}
