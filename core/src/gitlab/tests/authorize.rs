use super::{CALLBACK, Stage, application, buttons, error, json, location, page};
use crate::gitlab::SeedApplication;

#[test]
fn an_unconfirmed_address_stops_every_method() {
    let mut stage = Stage::new(application()).signed_in("carol");
    let path = stage.authorize_path(&[]);
    let sentence = "Verify the email address in your account profile before you sign in.";
    assert_eq!(error(&stage.get(&path)), sentence);
    let answer = stage.submit("POST", "/oauth/authorize", &[("client_id", "id"), ("redirect_uri", CALLBACK)]);
    assert_eq!((answer.status, error(&answer).as_str()), (200, sentence));
}

#[test]
fn the_first_failing_check_is_the_one_named() {
    let mut stage = Stage::new(application()).signed_in("alice");
    let wrong = [
        ("client_id", " ", "Missing required parameter: client_id."),
        (
            "client_id",
            "x",
            "Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.",
        ),
        ("redirect_uri", "http://evil.example.com", "The redirect URI included is not valid."),
        ("response_type", "", "Missing required parameter: response_type."),
        ("response_type", "id_token", "The authorization server does not support this response type."),
        ("response_mode", "banana", "The authorization server does not support this response mode."),
        ("scope", "banana", "The requested scope is invalid, unknown, or malformed."),
        ("code_challenge", "c", "The code challenge method must be plain or S256."),
    ];
    for first in 0..wrong.len() {
        let mut pairs: Vec<(&str, &str)> = Vec::new();
        for (name, value, _) in &wrong[first..] {
            if !pairs.iter().any(|(known, _)| known == name) {
                pairs.push((*name, *value));
            }
        }
        let path = stage.authorize_path(&pairs);
        assert_eq!(error(&stage.get(&path)), wrong[first].2);
    }
}

#[test]
fn the_implicit_flow_is_closed_to_confidential_applications_for_every_method() {
    let mut stage = Stage::new(application()).signed_in("alice");
    let pairs = [("response_type", "token"), ("client_id", "id"), ("redirect_uri", CALLBACK)];
    for method in ["POST", "DELETE"] {
        let answer = stage.submit(method, "/oauth/authorize", &pairs);
        assert!(answer.status == 200 && error(&answer).starts_with("The authorization server encountered"), "{method}");
    }
    let wrong_scope = stage.authorize_path(&[("response_type", "token"), ("scope", "banana")]);
    assert!(error(&stage.get(&wrong_scope)).starts_with("The requested scope"));
}

#[test]
fn a_public_application_asks_again_at_the_second_sign_in() {
    let mut stage = Stage::new(SeedApplication { confidential: false, ..application() }).signed_in("alice");
    stage.tokens();
    let path = stage.authorize_path(&[]);
    assert_eq!(buttons(&stage.get(&path)), ["Deny", "Authorize"]);
}

#[test]
fn a_confidential_application_asks_again_only_after_the_authorization_was_revoked() {
    let mut stage = Stage::new(application()).signed_in("alice");
    stage.tokens();
    stage.wait(8000);
    let path = stage.authorize_path(&[]);
    assert!(page(&stage.get(&path)).is_some_and(|page| page.redirect_to.is_some()), "an expired token counts");
    stage.submit("DELETE", "/oauth/authorized_applications/1", &[]);
    assert_eq!(buttons(&stage.get(&path)), ["Deny", "Authorize"]);
}

#[test]
fn an_application_with_other_scopes_than_the_default_needs_the_scope_named() {
    let mut stage = Stage::new(SeedApplication { scopes: "read_user".to_owned(), ..application() }).signed_in("alice");
    let path = stage.authorize_path(&[]);
    assert_eq!(error(&stage.get(&path)), "The requested scope is invalid, unknown, or malformed.");
}

#[test]
fn deny_tells_the_client_and_follows_whatever_redirect_uri_it_is_given() {
    let mut stage = Stage::new(application()).signed_in("alice");
    let pairs = [("response_type", "code"), ("redirect_uri", "http://evil.example.com/?a=1"), ("state", "a b")];
    assert_eq!(
        location(&stage.submit("DELETE", "/oauth/authorize", &pairs)),
        "http://evil.example.com/?a=1&error=access_denied&error_description=The+resource+owner+or+authorization+\
         server+denied+the+request.&state=a+b"
    );
    assert_eq!(stage.submit("DELETE", "/oauth/authorize", &[("response_type", "code")]).status, 500);
}

#[test]
fn the_out_of_band_uri_leads_to_a_page_with_the_code() {
    let uri = "urn:ietf:wg:oauth:2.0:oob";
    let mut stage = Stage::new(SeedApplication { redirect_uris: vec![uri.to_owned()], ..application() });
    stage = stage.signed_in("alice");
    let target = stage.consent(&[("redirect_uri", uri)]);
    assert!(target.starts_with("http://gitlab.example.com/oauth/authorize/native?code="), "{target}");
}

#[test]
fn an_error_on_consent_goes_to_the_client_unless_the_client_is_in_doubt() {
    let mut stage = Stage::new(application()).signed_in("alice");
    let good = [("client_id", "id"), ("redirect_uri", CALLBACK), ("response_type", "code"), ("state", "s")];
    for (name, value, status, says) in [
        ("client_id", "x", 401, "invalid_client"),
        ("redirect_uri", "http://evil.example.com", 400, "invalid_redirect_uri"),
        ("response_type", "banana", 302, "unsupported_response_type"),
    ] {
        let pairs: Vec<_> = good.iter().map(|pair| if pair.0 == name { (name, value) } else { *pair }).collect();
        let answer = stage.submit("POST", "/oauth/authorize", &pairs);
        let said = format!("{}{}", json(&answer)["error"].as_str().unwrap_or_default(), location(&answer));
        assert!(answer.status == status && said.contains(says), "{name}: {said}");
    }
}
