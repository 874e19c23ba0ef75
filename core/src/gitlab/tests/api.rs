use super::{Stage, application, json};
use crate::http::Body;

const ROOT: (&str, &str) = ("PRIVATE-TOKEN", "glpat-rootrootrootrootroo");

fn post(stage: &mut Stage, path: &str, pairs: &[(&str, &str)]) -> crate::http::Response {
    let mut request = stage.request("POST", path);
    request.headers.push(ROOT.0, ROOT.1);
    request.headers.push("Content-Type", "application/x-www-form-urlencoded");
    request.body = super::form_encode(pairs.iter().copied()).into_bytes();
    stage.send(request)
}

#[test]
fn personal_access_tokens_work_in_every_place() {
    let mut stage = Stage::new(application());
    let token = "glpat-alicealicealiceali";
    for (path, name, value) in [
        ("/api/v4/user", "PRIVATE-TOKEN", token.to_owned()),
        ("/api/v4/user", "Authorization", format!("Bearer {token}")),
        ("/api/v4/user?private_token=glpat-alicealicealiceali", "X-Nothing", String::new()),
        ("/api/v3/user", "PRIVATE-TOKEN", token.to_owned()),
    ] {
        assert_eq!(json(&stage.get_with(path, name, &value))["username"], "alice", "{path} {name}");
    }
}

#[test]
fn a_token_in_header_and_parameter_is_a_bad_request() {
    let mut stage = Stage::new(application());
    let answer = stage.get_with("/api/v4/user?access_token=a", "Authorization", "Bearer a");
    assert_eq!((answer.status, json(&answer)["error"].as_str().unwrap_or_default()), (400, "invalid_request"));
}

#[test]
fn other_scopes_do_not_suffice() {
    let mut stage = Stage::new(application()).signed_in("alice");
    let code = stage.code(&[("scope", "openid")]);
    let tokens = json(&stage.exchange(&code));
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let answer = stage.get_with("/api/v4/user", "Authorization", &bearer);
    assert_eq!((answer.status, json(&answer)["error"].as_str().unwrap_or_default()), (403, "insufficient_scope"));
}

#[test]
fn blocked_users_and_those_who_owe_their_consent_to_the_terms_are_told_so() {
    let mut stage = Stage::new(application());
    stage.provider.set_blocked("alice", true);
    let answer = stage.get_with("/api/v4/user", "PRIVATE-TOKEN", "glpat-alicealicealiceali");
    assert_eq!(json(&answer)["message"], "403 Forbidden - Your account has been blocked.");
    let user = stage.provider.users.get_mut(3).unwrap();
    user.seed.must_accept_terms = true;
    let answer = stage.get_with("/api/v4/user", "PRIVATE-TOKEN", "glpat-bobbobbobbobbobbob");
    assert!(answer.status == 403 && json(&answer)["message"].as_str().unwrap().contains("Terms of Service"));
}

#[test]
fn applications_are_made_listed_and_removed_by_administrators() {
    let mut stage = Stage::new(application());
    let uris = "http://a.example.com/x\nhttp://a.example.com/y";
    let made = post(&mut stage, "/api/v4/applications", &[("name", "A"), ("redirect_uri", uris), ("scopes", "api")]);
    assert_eq!((made.status, json(&made)["callback_url"].as_str()), (201, Some(uris)));
    let list = json(&stage.get_with("/api/v4/applications", ROOT.0, ROOT.1));
    assert!(list.as_array().unwrap().len() == 2 && list[1].get("secret").is_none());
    for (id, status) in [("2", 204), ("2", 404), ("x", 400)] {
        let mut request = stage.request("DELETE", &format!("/api/v4/applications/{id}"));
        request.headers.push(ROOT.0, ROOT.1);
        assert_eq!(stage.send(request).status, status, "{id}");
    }
}

#[test]
fn a_forbidden_redirect_uri_is_refused_by_its_field() {
    let mut stage = Stage::new(application());
    let pairs = [("name", "A"), ("redirect_uri", "data://x"), ("scopes", "api")];
    let answer = post(&mut stage, "/api/v4/applications", &pairs);
    assert_eq!(json(&answer).to_string(), r#"{"message":{"redirect_uri":["is forbidden by the server."]}}"#);
}

#[test]
fn users_are_made_and_blocked_by_administrators() {
    let mut stage = Stage::new(application());
    let pairs = [("name", "Erin"), ("username", "erin"), ("email", "erin@example.com"), ("password", "long enough")];
    let made = post(&mut stage, "/api/v4/users", &pairs);
    assert_eq!((made.status, json(&made)["id"].as_u64()), (201, Some(6)));
    assert_eq!(post(&mut stage, "/api/v4/users", &pairs).status, 409);
    assert_eq!(post(&mut stage, "/api/v4/users/6/block", &[]).status, 201);
    assert_eq!(json(&stage.get_with("/api/v4/users?username=erin", ROOT.0, ROOT.1))[0]["state"], "blocked");
}

#[test]
fn options_names_the_methods_and_unknown_ones_are_not_found() {
    let mut stage = Stage::new(application());
    let request = stage.request("OPTIONS", "/api/v4/user");
    let answer = stage.send(request);
    assert_eq!((answer.status, answer.headers.get("allow")), (204, Some("OPTIONS, GET, HEAD")));
    let request = stage.request("POST", "/api/v4/user");
    let answer = stage.send(request);
    assert!(answer.status == 404 && answer.body == Body::Bytes(br#"{"error":"404 Not Found"}"#.to_vec()));
}
