use super::{CALLBACK, Stage, application, json};
use crate::gitlab::{Provider, SeedApplication};
use serde_json::Value;

fn refusal(response: &crate::http::Response) -> (u16, String) {
    (response.status, json(response)["error"].as_str().unwrap_or_default().to_owned())
}

fn refresh(stage: &mut Stage, tokens: &Value, more: &[(&str, &str)]) -> crate::http::Response {
    let value = tokens["refresh_token"].as_str().unwrap_or_default();
    let mut pairs = vec![("grant_type", "refresh_token"), ("refresh_token", value)];
    pairs.extend(more);
    stage.form("POST", "/oauth/token", &pairs)
}

const CLIENT: [(&str, &str); 2] = [("client_id", "id"), ("client_secret", "secret")];

#[test]
fn a_code_works_once_and_for_ten_minutes() {
    let mut stage = Stage::new(application()).signed_in("alice");
    let code = stage.code(&[]);
    stage.wait(600);
    assert_eq!(stage.exchange(&code).status, 200);
    assert_eq!(refusal(&stage.exchange(&code)), (400, "invalid_grant".to_owned()));
    let late = stage.code(&[]);
    stage.wait(601);
    assert_eq!(refusal(&stage.exchange(&late)), (400, "invalid_grant".to_owned()));
}

#[test]
fn a_code_belongs_to_its_client_and_its_redirect_uri() {
    let mut stage = Stage::new(application()).signed_in("alice");
    let other = SeedApplication { client_id: Some("other".to_owned()), ..application() };
    Provider::add_application(&mut stage.provider, other, &mut stage.random).unwrap();
    let code = stage.code(&[]);
    let pairs = |client, uri| {
        [
            ("grant_type", "authorization_code"),
            ("code", "CODE"),
            ("redirect_uri", uri),
            ("client_id", client),
            ("client_secret", "secret"),
        ]
    };
    for (client, uri) in [("other", CALLBACK), ("id", "http://mattermost.example.com/login/gitlab/complete")] {
        let pairs = pairs(client, uri).map(|(name, value)| (name, if value == "CODE" { code.as_str() } else { value }));
        assert_eq!(refusal(&stage.form("POST", "/oauth/token", &pairs)), (400, "invalid_grant".to_owned()));
    }
    assert_eq!(stage.exchange(&code).status, 200, "a failed exchange does not burn the code");
}

#[test]
fn a_second_exchange_returns_the_live_token_with_the_seconds_that_are_left() {
    let mut stage = Stage::new(application()).signed_in("alice");
    let first = stage.tokens();
    stage.wait(200);
    let second = stage.tokens();
    assert_eq!((&second["access_token"], &second["refresh_token"]), (&first["access_token"], &first["refresh_token"]));
    assert_eq!(second["expires_in"], 7000);
    stage.wait(7001);
    assert_ne!(stage.tokens()["access_token"], first["access_token"]);
}

#[test]
fn a_query_that_was_added_must_be_repeated() {
    let mut stage = Stage::new(application()).signed_in("alice");
    let code = stage.code(&[("redirect_uri", &format!("{CALLBACK}?a=b"))]);
    assert_eq!(refusal(&stage.exchange(&code)), (400, "invalid_grant".to_owned()));
}

#[test]
fn an_old_refresh_token_is_worthless_and_the_new_pair_survives() {
    let mut stage = Stage::new(application()).signed_in("alice");
    let old = stage.tokens();
    let new = json(&refresh(&mut stage, &old, &CLIENT));
    assert_eq!(refusal(&refresh(&mut stage, &old, &CLIENT)), (400, "invalid_grant".to_owned()));
    let bearer = format!("Bearer {}", new["access_token"].as_str().unwrap());
    assert_eq!(stage.get_with("/api/v4/user", "Authorization", &bearer).status, 200);
}

#[test]
fn refreshing_asks_for_the_right_client_and_no_broader_scope() {
    let mut stage = Stage::new(application()).signed_in("alice");
    let tokens = stage.tokens();
    for (more, expected) in [
        (vec![], (400, "invalid_grant")),
        (vec![("client_id", "id"), ("client_secret", "x")], (401, "invalid_client")),
        (vec![CLIENT[0], CLIENT[1], ("scope", "api sudo")], (400, "invalid_scope")),
    ] {
        assert_eq!(refusal(&refresh(&mut stage, &tokens, &more)), (expected.0, expected.1.to_owned()));
    }
}

#[test]
fn the_password_grant_needs_no_client_but_refuses_a_wrong_one() {
    let mut stage = Stage::new(application());
    let grant = [("grant_type", "password"), ("username", "alice"), ("password", "correct horse")];
    assert_eq!(json(&stage.form("POST", "/oauth/token", &grant))["scope"], "api");
    let with_client = [grant[0], grant[1], grant[2], ("client_id", "id"), ("client_secret", "x")];
    assert_eq!(refusal(&stage.form("POST", "/oauth/token", &with_client)), (401, "invalid_client".to_owned()));
    let blocked = [grant[0], ("username", "dave"), grant[2]];
    assert_eq!(refusal(&stage.form("POST", "/oauth/token", &blocked)), (400, "invalid_grant".to_owned()));
}

#[test]
fn a_token_of_an_application_alone_has_no_refresh_token_and_no_user() {
    let mut stage = Stage::new(application());
    let pairs = [("grant_type", "client_credentials"), CLIENT[0], CLIENT[1]];
    let tokens = json(&stage.form("POST", "/oauth/token", &pairs));
    assert!(tokens["refresh_token"].is_null());
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    assert_eq!(stage.get_with("/api/v4/user", "Authorization", &bearer).status, 401);
}

#[test]
fn the_state_is_repeated_only_by_refusals_that_come_before_the_grant_type_is_looked_at() {
    let mut stage = Stage::new(application());
    let early = stage.form("POST", "/oauth/token", &[("grant_type", "banana"), ("state", "s")]);
    let late =
        stage.form("POST", "/oauth/token", &[("grant_type", "refresh_token"), ("refresh_token", "x"), ("state", "s")]);
    assert_eq!((json(&early)["state"].as_str(), json(&late)["state"].as_str()), (Some("s"), None));
}

#[test]
fn tokens_are_introspected_by_their_own_application_or_its_other_tokens() {
    let mut stage = Stage::new(application()).signed_in("alice");
    let tokens = stage.tokens();
    let of_scope = stage.code(&[("scope", "read_user")]);
    let other = json(&stage.exchange(&of_scope));
    let token = tokens["access_token"].as_str().unwrap();
    let mut request = stage.request("POST", "/oauth/introspect");
    request.headers.push("Authorization", format!("Bearer {}", other["access_token"].as_str().unwrap()));
    request.headers.push("Content-Type", "application/x-www-form-urlencoded");
    request.body = format!("token={token}").into_bytes();
    assert_eq!(json(&stage.send(request))["active"], true);
    assert_eq!(
        refusal(&stage.form("POST", "/oauth/introspect", &[("token", token)])),
        (400, "invalid_request".to_owned())
    );
}

#[test]
fn a_public_application_revokes_without_proving_itself() {
    let mut stage = Stage::new(SeedApplication { confidential: false, ..application() }).signed_in("alice");
    let tokens = stage.tokens();
    let token = tokens["access_token"].as_str().unwrap();
    assert_eq!(stage.form("POST", "/oauth/revoke", &[("token", token)]).status, 200);
    assert_eq!(stage.get_with("/oauth/token/info", "Authorization", &format!("Bearer {token}")).status, 401);
}
