use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::{CALLBACK, Stage, application};
use crate::gitlab::{SeedApplication, Signer};
use crate::http::{Body, Response};
use crate::version::Version;

/// A key that signs with the length of the message; real signatures are checked where there is a real key.
#[derive(Debug)]
struct Stub;

impl Signer for Stub {
    fn public_key(&self) -> (Vec<u8>, Vec<u8>) {
        (vec![200, 1, 2], vec![1, 0, 1])
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        message.len().to_be_bytes().to_vec()
    }
}

fn stage(version: Version, scopes: &str) -> Stage {
    let application = SeedApplication { scopes: scopes.to_owned(), ..application() };
    let mut stage = Stage::of_version(version, application).signed_in("alice");
    stage.provider.set_signer(Arc::new(Stub));
    stage
}

fn json_of(response: &Response) -> Value {
    let Body::Bytes(bytes) = &response.body else { panic!("{response:?}") };
    serde_json::from_slice(bytes).unwrap()
}

/// The tokens for a consent to `scope` with a nonce.
fn tokens(stage: &mut Stage, scope: &str, nonce: &str) -> Value {
    let target = stage.consent(&[("scope", scope), ("nonce", nonce)]);
    let code = target.split("code=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let form = format!(
        "grant_type=authorization_code&client_id=id&client_secret=secret&code={code}&redirect_uri={}",
        CALLBACK.replace(':', "%3A").replace('/', "%2F")
    );
    let mut request = stage.request("POST", "/oauth/token");
    request.headers.push("Content-Type", "application/x-www-form-urlencoded");
    request.body = form.into_bytes();
    let response = stage.send(request);
    assert_eq!(response.status, 200, "{response:?}");
    json_of(&response)
}

/// Head and claims of an ID token.
fn read(token: &Value) -> (Value, Value) {
    let parts: Vec<&str> = token.as_str().unwrap().split('.').collect();
    assert_eq!(parts.len(), 3);
    let decode = |part: &str| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
    (decode(parts[0]), decode(parts[1]))
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn discovery_names_every_endpoint_and_what_the_version_can() {
    for (version, response_types, has_name) in
        [(Version::new(14, 7, 0), json!(["code", "token"]), false), (Version::new(16, 0, 0), json!(["code"]), true)]
    {
        let told = json_of(&stage(version, "openid").get("/.well-known/openid-configuration"));
        assert_eq!(told["issuer"], "http://gitlab.example.com");
        assert_eq!(told["jwks_uri"], "http://gitlab.example.com/oauth/discovery/keys");
        assert_eq!(told["userinfo_endpoint"], "http://gitlab.example.com/oauth/userinfo");
        assert_eq!(told["response_types_supported"], response_types);
        assert_eq!(told["id_token_signing_alg_values_supported"], json!(["RS256"]));
        assert!(told["scopes_supported"].as_array().unwrap().contains(&json!("openid")));
        let claims = told["claims_supported"].as_array().unwrap();
        assert_eq!(claims.contains(&json!("preferred_username")), has_name);
        assert!(claims.contains(&json!("https://gitlab.org/claims/groups/owner")));
    }
}

#[test]
fn the_key_is_told_with_its_thumbprint() {
    let told = json_of(&stage(Version::new(14, 7, 0), "openid").get("/oauth/discovery/keys"));
    let key = &told["keys"][0];
    assert_eq!(
        (&key["e"], &key["n"], &key["alg"], &key["use"]),
        (&json!("AQAB"), &json!("yAEC"), &json!("RS256"), &json!("sig"))
    );
    assert_eq!(key["kid"].as_str().map(str::len), Some(43));
}

#[test]
fn an_id_token_comes_with_the_scope_alone_and_says_whom_and_for_whom() {
    let mut stage = stage(Version::new(14, 7, 0), "");
    assert!(tokens(&mut stage, "read_user", "n")["id_token"].is_null());
    let issued = tokens(&mut stage, "openid email", "a nonce");
    let (head, claims) = read(&issued["id_token"]);
    let kid = json_of(&stage.get("/oauth/discovery/keys"))["keys"][0]["kid"].clone();
    assert_eq!(head, json!({"typ": "JWT", "kid": kid, "alg": "RS256"}));
    let now = stage.now.seconds();
    assert_eq!(
        keys(&claims),
        [
            "iss",
            "sub",
            "aud",
            "exp",
            "iat",
            "nonce",
            "auth_time",
            "sub_legacy",
            "email",
            "email_verified",
            "groups_direct"
        ]
    );
    assert_eq!(
        (&claims["iss"], &claims["sub"], &claims["aud"]),
        (&json!("http://gitlab.example.com"), &json!("2"), &json!("id"))
    );
    assert_eq!((&claims["iat"], &claims["exp"], &claims["nonce"]), (&json!(now), &json!(now + 120), &json!("a nonce")));
    assert_eq!((&claims["email"], &claims["email_verified"]), (&json!("alice@example.com"), &json!(true)));
    let (_, claims) = read(&tokens(&mut stage, "openid", "")["id_token"]);
    assert!(!keys(&claims).contains(&"email") && !keys(&claims).contains(&"nonce"));
}

#[test]
fn userinfo_tells_a_token_with_the_scope_and_refuses_others() {
    let mut stage = stage(Version::new(14, 7, 0), "");
    let token = tokens(&mut stage, "openid email", "")["access_token"].as_str().unwrap().to_owned();
    let other = tokens(&mut stage, "read_user", "")["access_token"].as_str().unwrap().to_owned();
    let ask = |stage: &mut Stage, method: &str, token: &str| {
        let mut request = stage.request(method, "/oauth/userinfo");
        if !token.is_empty() {
            request.headers.push("Authorization", format!("Bearer {token}"));
        }
        stage.send(request)
    };
    for method in ["GET", "POST"] {
        let told = json_of(&ask(&mut stage, method, &token));
        let expected =
            ["sub", "sub_legacy", "name", "nickname", "email", "email_verified", "profile", "picture", "groups"];
        assert_eq!(keys(&told), expected);
        assert_eq!((&told["sub"], &told["nickname"]), (&json!("2"), &json!("alice")));
        assert_eq!(told["profile"], "http://gitlab.example.com/alice");
    }
    let refused = ask(&mut stage, "GET", &other);
    let challenge = refused.headers.get("www-authenticate").unwrap();
    assert!(refused.status == 403 && challenge.contains("error=\"invalid_scope\""), "{challenge}");
    for nobody in ["", "made-up"] {
        let refused = ask(&mut stage, "GET", nobody);
        let challenge = refused.headers.get("www-authenticate").unwrap();
        assert!(refused.status == 401 && challenge.contains("error=\"invalid_token\""), "{challenge}");
        assert!(refused.body == Body::Empty);
    }
    stage.wait(7201);
    assert_eq!(ask(&mut stage, "GET", &token).status, 401);
}

#[test]
fn webfinger_names_the_issuer_of_any_resource() {
    let mut stage = stage(Version::new(14, 7, 0), "");
    let told = json_of(&stage.get("/.well-known/webfinger?resource=acct:alice@example.com"));
    assert_eq!(
        (&told["subject"], &told["links"][0]["href"]),
        (&json!("acct:alice@example.com"), &json!("http://gitlab.example.com/"))
    );
    assert_eq!(stage.get("/.well-known/webfinger").status, 400);
}
