use super::{Stage, application, location, page};
use crate::http::page::Flash;

const RIGHT: [(&str, &str); 2] = [("user[login]", "ALICE@example.com"), ("user[password]", "correct horse")];

#[test]
fn login_name_and_address_work_in_any_case_and_lead_back() {
    let mut stage = Stage::new(application());
    let path = stage.authorize_path(&[("state", "s")]);
    assert_eq!(location(&stage.get(&path)), "http://gitlab.example.com/users/sign_in");
    let answer = stage.submit("POST", "/users/sign_in", &RIGHT);
    assert_eq!(location(&answer), format!("http://gitlab.example.com{path}"));
}

#[test]
fn the_session_gets_a_new_name_when_somebody_signs_in() {
    let mut stage = Stage::new(application());
    stage.get("/users/sign_in");
    let before = stage.cookie.clone();
    stage.submit("POST", "/users/sign_in", &RIGHT);
    assert!(before.is_some() && stage.cookie.is_some() && stage.cookie != before);
}

#[test]
fn without_anti_forgery_token_nothing_is_done() {
    let mut stage = Stage::new(application());
    stage.get("/users/sign_in");
    for path in ["/users/sign_in", "/users/sign_out", "/oauth/authorize", "/oauth/applications", "/nothing"] {
        assert_eq!(stage.form("POST", path, &[("authenticity_token", "forged")]).status, 422, "{path}");
    }
}

#[test]
fn the_anti_forgery_token_of_another_session_is_refused() {
    let mut stage = Stage::new(application());
    let theirs = page(&stage.get("/users/sign_in")).and_then(|page| page.csrf_token.clone()).unwrap();
    stage.cookie = None;
    stage.get("/users/sign_in");
    assert_eq!(stage.form("POST", "/users/sign_in", &[("authenticity_token", &theirs)]).status, 422);
}

#[test]
fn who_is_blocked_in_the_middle_of_a_session_is_out() {
    let mut stage = Stage::new(application()).signed_in("alice");
    stage.provider.set_blocked("alice", true);
    let path = stage.authorize_path(&[]);
    assert_eq!(location(&stage.get(&path)), "http://gitlab.example.com/users/sign_in");
    let answer = stage.get("/users/sign_in");
    let flash = page(&answer).and_then(|page| page.flash.clone());
    assert!(matches!(flash, Some(Flash::Alert(text)) if text.starts_with("Your account has been blocked.")));
}

#[test]
fn a_session_ends_with_its_lifetime() {
    let mut stage = Stage::new(application()).signed_in("alice");
    stage.wait(7 * 24 * 3600 - 1);
    assert_eq!(stage.get("/").status, 200);
    stage.wait(7 * 24 * 3600);
    assert_eq!(stage.get("/").status, 302);
}

#[test]
fn signing_in_twice_leads_away_with_a_message() {
    let mut stage = Stage::new(application()).signed_in("alice");
    assert_eq!(location(&stage.get("/users/sign_in")), "http://gitlab.example.com/");
    let answer = stage.get("/");
    assert_eq!(
        page(&answer).and_then(|p| p.flash.clone()),
        Some(Flash::Alert("You are already signed in.".to_owned()))
    );
}

#[test]
fn behind_a_proxy_that_ends_tls_urls_and_cookie_say_so() {
    let mut stage = Stage::new(application());
    let mut request = stage.request("GET", "/");
    request.headers.push("X-Forwarded-Proto", "https");
    let answer = stage.send(request);
    assert_eq!(location(&answer), "https://gitlab.example.com/users/sign_in");
    assert!(answer.headers.get("set-cookie").is_some_and(|cookie| cookie.contains("; secure;")));
}
