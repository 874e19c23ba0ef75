//! The mock GitLab as a server: its control listener, its limits, and what the seed's schema says.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use gitlab_double::{MockGitLab, MockGitLabOptions};
use gitlab_mattermost_core::gitlab::Seed;
use reqwest::{Client, Response};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const SCHEMA: &str = include_str!("../schemas/gitlab-seed.schema.json");

struct Mock {
    mock: MockGitLab,
    client: Client,
}

impl Mock {
    async fn start() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let control = Some(([127, 0, 0, 1], 0).into());
        let mock = MockGitLab::start(MockGitLabOptions { control, ..MockGitLabOptions::default() }).await.unwrap();
        Self { mock, client: Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap() }
    }

    fn public(&self, path: &str) -> String {
        format!("http://{}{path}", self.mock.address())
    }

    async fn order(&self, method: &str, path: &str, body: Value) -> Response {
        let url = format!("http://{}{path}", self.mock.control_address().unwrap());
        let method = method.parse::<reqwest::Method>().unwrap();
        self.client.request(method, url).json(&body).send().await.unwrap()
    }
}

fn application() -> Value {
    json!({"client_id": "id", "client_secret": "s3cr3t", "name": "A", "redirect_uris": ["http://mm.example.com/cb"]})
}

#[test]
fn the_schema_accepts_what_the_seed_accepts() {
    let schema = jsonschema::validator_for(&serde_json::from_str(SCHEMA).unwrap()).unwrap();
    for good in [json!({}), json!({"applications": [application()]}), json!(Seed::default())] {
        assert!(schema.is_valid(&good) && serde_json::from_value::<Seed>(good.clone()).is_ok(), "{good}");
    }
    for bad in [
        json!({"user": []}),
        json!({"users": [{"id": 1}]}),
        json!({"applications": [{"name": "A"}]}),
        json!({"applications": [{"name": "A", "redirect_uris": [], "trust": true}]}),
        json!({"personal_access_tokens": [{"user": "root", "token": "t"}]}),
    ] {
        assert!(!schema.is_valid(&bad) && serde_json::from_value::<Seed>(bad.clone()).is_err(), "{bad}");
    }
}

#[tokio::test]
async fn the_state_can_be_put_and_read_back() {
    let mock = Mock::start().await;
    let put = mock.order("PUT", "/state", json!({"applications": [application()]})).await;
    assert_eq!(put.status(), 204);
    let state: Value = mock.order("GET", "/state", Value::Null).await.json().await.unwrap();
    assert_eq!(
        (&state["applications"][0]["client_id"], &state["users"][1]["username"]),
        (&json!("id"), &json!("alice"))
    );
    let bad = mock.order("PUT", "/state", json!({"applications": [application(), application()]})).await;
    assert_eq!(bad.status(), 422);
    assert!(bad.text().await.unwrap().contains("`A`"));
    mock.mock.stop().await;
}

#[tokio::test]
async fn orders_change_what_the_public_listener_answers() {
    let mock = Mock::start().await;
    let made: Value = mock.order("POST", "/applications", application()).await.json().await.unwrap();
    assert_eq!(made["client_id"], "id");
    let signed_in: Value = mock.order("POST", "/users/alice/sign-in", json!({})).await.json().await.unwrap();
    let cookie = signed_in["cookie"].as_str().unwrap().to_owned();
    let ask = |path: &str| mock.client.get(mock.public(path)).header("Cookie", &cookie).send();
    let consent = "/oauth/authorize?response_type=code&client_id=id&redirect_uri=http%3A%2F%2Fmm.example.com%2Fcb";
    assert!(ask(consent).await.unwrap().text().await.unwrap().contains("Authorize A to use your account?"));
    assert_eq!(mock.order("DELETE", "/applications/id", json!({})).await.status(), 204);
    assert!(ask(consent).await.unwrap().text().await.unwrap().contains("unknown client"));
    assert_eq!(mock.order("POST", "/users/alice/block", json!({})).await.status(), 204);
    assert_eq!(ask("/").await.unwrap().status(), 302);
    assert_eq!(mock.order("POST", "/users/nobody/block", json!({})).await.status(), 404);
    let day = 24 * 3600;
    assert_eq!(mock.order("POST", "/clock", json!({"advance_seconds": day})).await.status(), 200);
    assert_eq!(mock.order("PUT", "/faults", json!(["any-redirect-uri"])).await.status(), 204);
    assert_eq!(mock.order("PUT", "/faults", json!(["banana"])).await.status(), 422);
    mock.mock.stop().await;
}

#[tokio::test]
async fn exchanges_are_recorded_without_secrets() {
    let mock = Mock::start().await;
    let form = [("grant_type", "password"), ("username", "alice"), ("password", "correct horse")];
    let tokens: Value =
        mock.client.post(mock.public("/oauth/token")).form(&form).send().await.unwrap().json().await.unwrap();
    let recorded = mock.order("GET", "/exchanges", Value::Null).await.text().await.unwrap();
    assert!(recorded.contains("/oauth/token") && !recorded.contains("correct horse"), "{recorded}");
    assert!(!recorded.contains(tokens["access_token"].as_str().unwrap()), "{recorded}");
    mock.mock.stop().await;
}

#[tokio::test]
async fn an_id_token_is_signed_with_the_key_that_is_told() {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let mock = Mock::start().await;
    let form = [("grant_type", "password"), ("username", "alice"), ("password", "correct horse"), ("scope", "openid")];
    let tokens: Value =
        mock.client.post(mock.public("/oauth/token")).form(&form).send().await.unwrap().json().await.unwrap();
    let (signed, signature) = tokens["id_token"].as_str().unwrap().rsplit_once('.').unwrap();
    let keys = mock.client.get(mock.public("/oauth/discovery/keys")).send().await.unwrap();
    let key = keys.json::<Value>().await.unwrap()["keys"][0].clone();
    let decoded = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
    let (n, e) = (decoded(key["n"].as_str().unwrap()), decoded(key["e"].as_str().unwrap()));
    let public = ring::signature::RsaPublicKeyComponents { n, e };
    let algorithm = &ring::signature::RSA_PKCS1_2048_8192_SHA256;
    assert!(public.verify(algorithm, signed.as_bytes(), &decoded(signature)).is_ok());
    assert!(public.verify(algorithm, signed.to_lowercase().as_bytes(), &decoded(signature)).is_err());
    let head: Value = serde_json::from_slice(&decoded(signed.split('.').next().unwrap())).unwrap();
    assert_eq!((&head["alg"], &head["kid"]), (&json!("RS256"), &key["kid"]));
    mock.mock.stop().await;
}

#[tokio::test]
async fn the_control_paths_are_not_on_the_public_listener() {
    let mock = Mock::start().await;
    assert_eq!(mock.client.get(mock.public("/state")).send().await.unwrap().status(), 302);
    mock.mock.stop().await;
}

#[tokio::test]
async fn bodies_and_lines_that_are_too_long_are_refused() {
    let mock = Mock::start().await;
    let body = vec![b'x'; 5 * 1024 * 1024];
    let answer = mock.client.post(mock.public("/oauth/token")).body(body).send().await;
    // The connection may break while the client still writes.
    assert!(answer.map_or(true, |answer| answer.status() == 413));
    let mut stream = TcpStream::connect(mock.mock.address()).await.unwrap();
    let line = format!("GET /users/sign_in?a={} HTTP/1.1\r\nHost: a\r\n\r\n", "x".repeat(1 << 20));
    let _ = stream.write_all(line.as_bytes()).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
    assert_eq!(mock.client.get(mock.public("/users/sign_in")).send().await.unwrap().status(), 200);
    mock.mock.stop().await;
}

#[tokio::test]
async fn a_killed_mock_breaks_connections_off() {
    let mock = Mock::start().await;
    let mut stream = TcpStream::connect(mock.mock.address()).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
    mock.mock.kill();
    let mut rest = Vec::new();
    let ended = tokio::time::timeout(std::time::Duration::from_secs(5), stream.read_to_end(&mut rest)).await;
    assert!(ended.is_ok() && rest.is_empty());
}
