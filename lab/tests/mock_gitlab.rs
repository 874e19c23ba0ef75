//! The mock GitLab as a server: its control listener, its limits, and what the seed's schema says.

use gitlab_double::{GitLab, Options};
use gitlab_mattermost_core::gitlab::Seed;
use reqwest::{Client, Response};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const SCHEMA: &str = include_str!("../schemas/gitlab-seed.schema.json");

struct Mock {
    mock: GitLab,
    client: Client,
}

impl Mock {
    async fn start() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let control = Some(([127, 0, 0, 1], 0).into());
        let mock = GitLab::start_with(Options { control, ..Options::default() }).await.unwrap();
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
async fn no_page_of_a_browser_gives_orders() {
    let mock = Mock::start().await;
    let control = mock.mock.control_address().unwrap();
    let ask = async |method: &str, path: &str, fields: &str| {
        let mut stream = TcpStream::connect(control).await.unwrap();
        let request = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\nContent-Length: 0\r\n{fields}\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        (answer[9..12].parse::<u16>().unwrap(), answer)
    };
    let own = format!("Host: {control}\r\n");
    for (method, path) in
        [("GET", "/"), ("GET", "/state"), ("POST", "/users/alice/sign-in"), ("POST", "/users/bob/block")]
    {
        for foreign in [
            "Host: evil.example.com\r\n".to_owned(),
            format!("Host: evil.example.com:{}\r\n", control.port()),
            "Host: 127.0.0.1.evil.example.com\r\n".to_owned(),
            String::new(),
            format!("{own}Host: evil.example.com\r\n"),
            format!("{own}Origin: http://evil.example.com\r\n"),
            format!("{own}Origin: null\r\n"),
            format!("{own}Origin: http://{control}\r\n"),
        ] {
            let (status, answer) = ask(method, path, &foreign).await;
            let is_refused = status == 403 || status == 400 && foreign.matches("Host").count() != 1;
            assert!(is_refused, "{method} {path} with {foreign:?}: {answer}");
            assert!(!answer.contains("correct horse") && !answer.contains("_gitlab_session="), "{answer}");
        }
        let localhost = format!("Host: localhost:{}\r\n", control.port());
        for host in [&own, &localhost] {
            assert!(ask(method, path, host).await.0 < 300, "{method} {path} with {host}");
        }
    }
    assert!(!mock.mock.state().users[1].blocked && mock.mock.state().users[2].blocked);
    mock.mock.stop().await;
}

#[tokio::test]
async fn the_reference_lists_every_order_and_no_secret() {
    let mock = Mock::start().await;
    mock.order("POST", "/applications", application()).await;
    let page = mock.order("GET", "/", Value::Null).await;
    assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
    let page = page.text().await.unwrap();
    for order in gitlab_double::ORDERS {
        assert!(page.contains(&format!("{} {}", order.method, order.path)), "{order:?}");
        // What is listed is there: another method of the same path is refused as that.
        let path = order.path.replace("LOGIN", "nobody").replace("CLIENT_ID", "none");
        let status =
            mock.order(order.method, &path, serde_json::from_str(order.body).unwrap_or_default()).await.status();
        assert_ne!(status, 405, "{order:?}");
        let is_there = status != 404 || path.contains("nobody") || path.contains("none");
        assert!(is_there, "{order:?}: {status}");
        assert_eq!(mock.order("PATCH", &path, Value::Null).await.status(), 405, "{order:?}");
    }
    assert!(page.contains("alice@example.com") && page.contains("reusable-codes"), "{page}");
    assert!(!page.contains("correct horse") && !page.contains("s3cr3t"), "{page}");
    mock.mock.stop().await;
}

#[tokio::test]
async fn a_user_authorizes_by_order() {
    let mock = Mock::start().await;
    let made: Value = mock.order("POST", "/applications", application()).await.json().await.unwrap();
    assert_eq!((&made["client_id"], &made["client_secret"]), (&json!("id"), &json!("s3cr3t")));
    let url = "/oauth/authorize?response_type=code&client_id=id&redirect_uri=http%3A%2F%2Fmm.example.com%2Fcb&state=s1";
    let answer: Value = mock.order("POST", "/users/alice/authorize", json!({"url": url})).await.json().await.unwrap();
    let location = answer["location"].as_str().unwrap();
    assert!(location.starts_with("http://mm.example.com/cb?code=") && location.ends_with("&state=s1"), "{location}");
    let refused = mock.order("POST", "/users/alice/authorize", json!({"url": url.replace("mm.", "evil.")})).await;
    assert_eq!(refused.status(), 422);
    assert!(refused.text().await.unwrap().contains("The redirect URI included is not valid."));
    assert_eq!(mock.order("POST", "/users/nobody/authorize", json!({"url": url})).await.status(), 404);
    assert_eq!(mock.order("POST", "/users/dave/authorize", json!({"url": url})).await.status(), 422);
    mock.mock.stop().await;
}

#[tokio::test]
async fn a_seed_is_held_to_the_rules_of_the_form() {
    let mock = Mock::start().await;
    let before = mock.mock.state();
    let mut bad = application();
    bad["redirect_uris"] = json!(["javascript:alert(1)"]);
    for (path, method, body) in
        [("/applications", "POST", bad.clone()), ("/state", "PUT", json!({"applications": [bad]}))]
    {
        let refused = mock.order(method, path, body).await;
        assert_eq!(refused.status(), 422);
        assert!(refused.text().await.unwrap().contains("Redirect URI is forbidden by the server."));
    }
    assert_eq!(mock.mock.state(), before);
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
