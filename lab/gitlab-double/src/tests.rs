use std::time::Duration;

use super::{Expected, Fault, GitLab, Options, StartError};

const REDIRECT_URI: &str = "http://localhost:3000/callback";

/// A client that can do without TLS needs a provider for it all the same.
fn install_tls() {
    gitlab_mattermost_ground::tls::install_provider();
}

async fn redeem(gitlab: &GitLab, application: &super::Application, location: &str) -> u16 {
    install_tls();
    let code = location.split(['=', '&']).nth(1).unwrap();
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", REDIRECT_URI),
        ("client_id", application.client_id()),
        ("client_secret", application.client_secret()),
    ];
    let request = reqwest::Client::new().post(format!("{}/oauth/token", gitlab.url())).form(&form);
    request.send().await.unwrap().status().as_u16()
}

fn what_panics(act: impl FnOnce()) -> String {
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(act)).unwrap_err();
    *panic.downcast::<String>().unwrap()
}

#[tokio::test]
async fn it_serves_until_it_is_stopped() {
    install_tls();
    let gitlab = GitLab::start().await;
    let url = format!("{}/users/sign_in", gitlab.url());
    let page = reqwest::get(&url).await.unwrap();
    assert_eq!(page.status(), 200);
    assert!(page.headers()["set-cookie"].to_str().unwrap().starts_with("_gitlab_session="));
    gitlab.stop().await;
    assert!(reqwest::get(&url).await.is_err());
}

#[tokio::test]
async fn dropping_it_frees_its_address() {
    let gitlab = GitLab::start().await;
    let address = gitlab.address();
    drop(gitlab);
    // The runtime lets go of the socket as soon as it has a moment for it.
    for _ in 0..100 {
        match GitLab::start_with(Options { listen: address, ..Options::default() }).await {
            Ok(_) => return,
            Err(StartError::Listen { .. }) => tokio::task::yield_now().await,
            Err(error) => panic!("{error}"),
        }
    }
    panic!("{address} is still taken");
}

#[tokio::test]
async fn a_code_works_once_and_not_for_ever() {
    let gitlab = GitLab::start().await;
    let application = gitlab.application("notes").redirect_uri(REDIRECT_URI).create();
    let authorize = || gitlab.user("alice").session().authorize(&application.authorize_url("s 1&")).unwrap();
    let location = authorize();
    assert!(location.ends_with("&state=s+1%26"), "{location}");
    assert_eq!(redeem(&gitlab, &application, &location).await, 200);
    assert_eq!(redeem(&gitlab, &application, &location).await, 400);
    let location = authorize();
    gitlab.advance(Duration::from_secs(601));
    assert_eq!(redeem(&gitlab, &application, &location).await, 400);
    gitlab.assert_requested(Expected::request("POST", "/oauth/token").answered(400).times(2));
}

#[tokio::test]
async fn a_fault_lasts_as_long_as_its_guard() {
    let gitlab = GitLab::start().await;
    let application = gitlab.application("notes").redirect_uri(REDIRECT_URI).create();
    let location = gitlab.user("alice").session().authorize(&application.authorize_url("s")).unwrap();
    let (first, second) = (gitlab.with_fault(Fault::ReusableCodes), gitlab.with_fault(Fault::ReusableCodes));
    assert_eq!(redeem(&gitlab, &application, &location).await, 200);
    drop(first);
    assert_eq!(redeem(&gitlab, &application, &location).await, 200);
    drop(second);
    assert_eq!(redeem(&gitlab, &application, &location).await, 400);
}

#[tokio::test]
async fn an_assertion_that_fails_draws_what_was_said() {
    let gitlab = GitLab::start().await;
    let application = gitlab.application("notes").redirect_uri(REDIRECT_URI).create();
    let location = gitlab.user("alice").session().authorize(&application.authorize_url("s")).unwrap();
    assert_eq!(redeem(&gitlab, &application, &location.replace("code=", "code=x")).await, 400);
    let expected = Expected::request("POST", "/oauth/token").with("grant_type", "password").answered(200);
    let said = what_panics(|| gitlab.assert_requested(expected));
    let begin = "expected `POST /oauth/token` with `grant_type=password` answered with 200 at least once, found 0 in 3 exchanges\n\
                 the one there was: `grant_type` is `authorization_code`, answered with 400 (invalid_grant: The provided";
    assert!(said.starts_with(begin), "{said}");
    for drawn in ["─ POST /oauth/token ─", "╌ 302 to http://localhost:3000/callback ╌", "✗ invalid_grant", "client"]
    {
        assert!(said.contains(drawn), "{drawn} in\n{said}");
    }
    for secret in [application.client_secret(), location.split(['=', '&']).nth(1).unwrap()] {
        assert!(!said.contains(secret), "{said}");
    }
    let said = what_panics(|| gitlab.assert_requested(Expected::from("/oauth/authorize").times(2)));
    assert!(said.starts_with("expected `GET /oauth/authorize` 2 times, found 1 in 3 exchanges\n\n"), "{said}");
    gitlab.forget_exchanges();
    gitlab.assert_requested(Expected::from("/oauth/authorize").times(0));
}

#[tokio::test]
async fn the_value_of_a_secret_cannot_be_expected() {
    let panic = std::panic::catch_unwind(|| Expected::from("POST /oauth/token").with("code", "1")).unwrap_err();
    assert!(panic.downcast::<String>().unwrap().contains("expect it with `has`"));
}

#[tokio::test]
async fn a_blocked_user_gets_no_code() {
    let gitlab = GitLab::start().await;
    let application = gitlab.application("notes").redirect_uri(REDIRECT_URI).create();
    let alice = gitlab.user("alice@example.com");
    let session = alice.session();
    alice.block();
    assert_eq!(session.authorize(&application.authorize_url("s")).unwrap_err().status, 302);
    alice.unblock();
    assert!(alice.session().authorize(&application.authorize_url("s")).is_ok());
    let said = what_panics(|| drop(gitlab.user("erin")));
    assert_eq!(said, "GitLab has no user `erin`; it has root, alice, bob, carol, dave");
}

#[tokio::test]
async fn a_trusted_application_asks_nobody() {
    let gitlab = GitLab::start().await;
    let application = gitlab.application("notes").redirect_uri(REDIRECT_URI).trusted().create();
    let location = gitlab.user("alice").session().authorize(&application.authorize_url("s")).unwrap();
    assert!(location.starts_with(&format!("{REDIRECT_URI}?code=")), "{location}");
    gitlab.assert_requested(Expected::from("POST /oauth/authorize").times(0));
}

#[tokio::test]
async fn printing_a_handle_shows_no_secret() {
    let gitlab = GitLab::start().await;
    let application = gitlab.application("notes").redirect_uri(REDIRECT_URI).create();
    let session = gitlab.user("alice").session();
    let printed = format!("{gitlab:?} {application:?} {session:?} {:?}", gitlab.user("alice"));
    let value = session.cookie().split_once('=').unwrap().1;
    for secret in [application.client_secret(), value, "correct horse"] {
        assert!(!printed.contains(secret), "{printed}");
    }
}
