use super::{CALLBACK, Stage, application, json, location, page};
use crate::gitlab::SeedApplication;
use crate::http::page::Block;

const FORM: &str = "doorkeeper_application";

fn value(stage: &mut Stage, path: &str, wanted: &str) -> Option<String> {
    let answer = stage.get(path);
    page(&answer)?.blocks.iter().find_map(|block| match block {
        Block::Value { id, value, .. } if *id == wanted => Some(value.clone()),
        _ => None,
    })
}

fn fill(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| (format!("{FORM}{name}"), (*value).to_owned())).collect()
}

fn submit(stage: &mut Stage, method: &str, path: &str, pairs: &[(&str, &str)]) -> crate::http::Response {
    let filled = fill(pairs);
    let pairs: Vec<_> = filled.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    stage.submit(method, path, &pairs)
}

#[test]
fn an_application_is_made_shown_changed_and_destroyed() {
    let mut stage = Stage::new(application()).signed_in("alice");
    let pairs =
        [("[name]", "Mine"), ("[redirect_uri]", CALLBACK), ("[confidential]", "1"), ("[scopes][]", "read_user")];
    let made = submit(&mut stage, "POST", "/oauth/applications", &pairs);
    assert_eq!(location(&made), "http://gitlab.example.com/oauth/applications/2");
    assert_eq!(value(&mut stage, "/oauth/applications/2", "secret").map(|secret| secret.len()), Some(64));
    let changed = [("[name]", "Ours"), pairs[1], ("[confidential]", "0"), ("[scopes][]", "api")];
    submit(&mut stage, "PATCH", "/oauth/applications/2", &changed);
    let seed = stage.provider.to_seed().applications.remove(1);
    assert_eq!((seed.name.as_str(), seed.confidential, seed.scopes.as_str()), ("Ours", false, "api"));
    let gone = stage.submit("DELETE", "/oauth/applications/2", &[]);
    assert_eq!(location(&gone), "http://gitlab.example.com/oauth/applications");
    assert_eq!(stage.get("/oauth/applications/2").status, 404);
}

#[test]
fn the_application_of_another_user_is_not_there() {
    let owned = SeedApplication { owner: Some("bob".to_owned()), ..application() };
    let mut stage = Stage::new(owned).signed_in("alice");
    for (method, path) in [("GET", "/oauth/applications/1"), ("GET", "/oauth/applications/1/edit")] {
        let request = stage.request(method, path);
        assert_eq!(stage.send(request).status, 404, "{path}");
    }
    assert_eq!(stage.submit("DELETE", "/oauth/applications/1", &[]).status, 404);
}

#[test]
fn revoking_an_authorization_spares_the_tokens_of_others() {
    let mut stage = Stage::new(application()).signed_in("bob");
    let of_bob = stage.tokens();
    stage = stage.signed_in("alice");
    let of_alice = stage.tokens();
    stage.submit("DELETE", "/oauth/authorized_applications/1", &[]);
    for (tokens, status) in [(of_bob, 200), (of_alice, 401)] {
        let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
        assert_eq!(stage.get_with("/api/v4/user", "Authorization", &bearer).status, status);
    }
}

#[test]
fn a_deleted_application_takes_its_codes_and_tokens_along() {
    let mut stage = Stage::new(application()).signed_in("alice");
    let tokens = stage.tokens();
    assert!(stage.provider.delete_application("id") && !stage.provider.delete_application("id"));
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let answer = stage.get_with("/api/v4/user", "Authorization", &bearer);
    assert_eq!((answer.status, json(&answer)["message"].as_str()), (401, Some("401 Unauthorized")));
}
