//! The stand-in Mattermost server under bad conditions: no database, one that goes away, and hostile requests.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use gitlab_mattermost_stage::cleanup::{Keep, Run};
use gitlab_mattermost_stage::postgresql::{Database, Postgres, PostgresChoice};
use mattermost_standin::{Log, Options, Server, StartError};
use serde_json::{Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_mattermost-lab");

fn environment(data_source: &str) -> BTreeMap<String, String> {
    [
        ("MM_SQLSETTINGS_DRIVERNAME", "postgres"),
        ("MM_SQLSETTINGS_DATASOURCE", data_source),
        ("MM_SERVICESETTINGS_LISTENADDRESS", "127.0.0.1:0"),
        ("MM_SERVICESETTINGS_SITEURL", "http://mattermost.example.com"),
        ("MM_GITLABSETTINGS_ENABLE", "true"),
        ("MM_GITLABSETTINGS_AUTHENDPOINT", "http://gitlab.example.com/oauth/authorize"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}

struct Lab {
    postgres: Postgres,
    database: Database,
    run: Run,
}

async fn lab() -> Lab {
    let run = Run::start(Path::new(PROGRAM), Keep::Nothing).await.unwrap();
    let postgres = Postgres::start(&PostgresChoice::Auto, run.directory()).await.unwrap();
    let database = postgres.database("server").await.unwrap();
    Lab { postgres, database, run }
}

async fn start(lab: &Lab) -> (Server, reqwest::Client) {
    gitlab_mattermost_ground::tls::install_provider();
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .timeout(Duration::from_secs(30))
        .build()
        .unwrap();
    let environment = environment(lab.database.keyword_data_source().expose());
    let options = Options { log: Log::kept(), ..Options::new(environment) };
    (Server::start(options).await.unwrap(), client)
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_fail_in_time_while_the_database_is_gone() {
    let lab = lab().await;
    let (server, client) = start(&lab).await;
    lab.postgres.kill().await.unwrap();
    for path in ["/oauth/gitlab/login", "/api/v4/config/client?format=old"] {
        let answer = client.get(format!("{}{path}", server.url())).send().await.unwrap();
        assert_eq!(answer.status(), 500, "{path}");
    }
    let me = client.get(format!("{}/api/v4/users/me", server.url())).bearer_auth("x").send().await.unwrap();
    assert_eq!(me.status(), 500);
    let told: Value = me.json().await.unwrap();
    assert_eq!((&told["id"], &told["status_code"]), (&json!("app.session.get.app_error"), &json!(500)));
    assert_eq!(told["detailed_error"], "");
    let ping = format!("{}/api/v4/system/ping", server.url());
    assert_eq!(client.get(&ping).send().await.unwrap().status(), 200, "the server itself is well");
    assert_eq!(client.get(format!("{ping}?get_server_status=true")).send().await.unwrap().status(), 500);
    server.stop().await;
    drop(lab.run);
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_requests_are_refused_and_the_server_lives_on() {
    let lab = lab().await;
    let (server, client) = start(&lab).await;
    let long = "x".repeat(1 << 20);
    let callback = "/signup/gitlab/complete?code=c&state=";
    let token = "%7B%22token%22:%22%00%22%7D";
    for (target, expected) in [
        (format!("{callback}%ff%fe"), 400),
        (format!("{callback}{token}"), 400),
        (format!("{callback}eyJ0b2tlbiI6Ilx1MDAwMCJ9"), 400),
        ("/oauth/gitlab/login?redirect_to=%2F%0d%0aSet-Cookie:%20a=b&redirect_to[]=x".to_owned(), 302),
        ("/oauth/gitlab/signup?id=%00&t=%00".to_owned(), 400),
        ("/oauth/../../etc/passwd/complete".to_owned(), 200),
        (format!("{callback}{}", &long[..60_000]), 400),
        ("/api/v4/users/me?access_token=x".to_owned(), 401),
        ("/api/v4/nothing".to_owned(), 404),
    ] {
        let answer = client.get(format!("{}{target}", server.url())).send().await.unwrap();
        assert_eq!(answer.status(), expected, "{}", &target[..target.len().min(80)]);
        assert!(answer.headers().get_all("set-cookie").iter().all(|cookie| !cookie.as_bytes().starts_with(b"a=b")));
    }
    let api = format!("{}/api/v4", server.url());
    let stale = client.get(format!("{api}/users/me")).header("Cookie", "MMAUTHTOKEN=x").send().await.unwrap();
    assert_eq!(
        (stale.status().as_u16(), &stale.headers()["set-cookie"] == "MMAUTHTOKEN=; Path=/; Max-Age=0; HttpOnly"),
        (401, true)
    );
    for (path, body, expected) in [
        ("users", long.repeat(2) + "x", 413),
        ("users", long.clone() + "x", 400),
        ("users", "[]".to_owned(), 400),
        ("users", "{\"username\":[1],\"email\":{},\"password\":\"Passw0rd!x9\"}".to_owned(), 400),
        ("users/login", "\u{0}".to_owned(), 400),
        ("users/login", "{\"login_id\":\"\\u0000\",\"password\":\"x\"}".to_owned(), 401),
        ("users/login/switch", "{}".to_owned(), 400),
        ("teams", "{}".to_owned(), 401),
    ] {
        let answer = client.post(format!("{api}/{path}")).body(body).send().await.unwrap();
        assert_eq!(answer.status(), expected, "{path}");
    }
    let password = "Passw0rd!x9";
    let admin = json!({"username": "root", "email": "root@example.com", "password": password});
    let post = |path: &str, token: &str, body: &Value| {
        client.post(format!("{api}/{path}")).bearer_auth(token).json(body).send()
    };
    assert_eq!(post("users", "", &admin).await.unwrap().status(), 201);
    let signed_in = post("users/login", "", &json!({"login_id": "root", "password": password})).await.unwrap();
    let token = signed_in.headers()["token"].to_str().unwrap();
    for (path, body) in [
        ("users", json!({"username": "bob", "email": "b@example.com", "password": password, "nickname": "a\0b"})),
        ("users", json!({"username": "bob", "email": "b@example.com", "password": password, "nickname": long})),
        ("teams", json!({"name": "team", "display_name": "a\0b", "type": "O"})),
        ("teams", json!({"name": "team", "display_name": long, "type": "O"})),
        ("teams", json!({"name": "team", "display_name": "a", "type": "O", "allowed_domains": "a\0b"})),
    ] {
        assert_eq!(post(path, token, &body).await.unwrap().status(), 400, "{path} {:.80}", body.to_string());
    }
    assert_eq!(client.get(format!("{api}/system/ping")).send().await.unwrap().status(), 200);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_never_answers_is_tried_as_often_as_told_and_then_given_up() {
    let log = Log::kept();
    let folder = tempfile::tempdir().unwrap();
    let data_source = format!("user=u host={} dbname=d", folder.path().display());
    let options = Options {
        database_attempts: 3,
        database_interval: Duration::from_millis(10),
        log: log.clone(),
        ..Options::new(environment(&data_source))
    };
    let error = Server::start(options).await.unwrap_err();
    assert!(matches!(error, StartError::Database { attempts: 3, .. }) && error.exit_code() == 102, "{error}");
    let texts: Vec<_> =
        log.take().iter().filter(|line| line["level"] == "error").map(|line| line["msg"].clone()).collect();
    assert_eq!(texts, ["Failed to ping DB", "Failed to ping DB", "Failed to ping DB, server will exit."]);
}

#[test]
fn the_command_ends_as_a_real_server_would() {
    let folder = tempfile::tempdir().unwrap();
    for (name, value, status) in [
        ("MM_SQLSETTINGS_DATASOURCE", "user=u host=/nowhere dbname=d", 102),
        ("MM_EMAILSETTINGS_EMAILBATCHINGINTERVAL", "1", 1),
    ] {
        let mut command = Command::new(PROGRAM);
        command.args(["serve", "mattermost", "--database-attempts", "1", "--config"]);
        command.arg(folder.path().join("config.json")).env(name, value).env("MM_SQLSETTINGS_DRIVERNAME", "postgres");
        let output = command.stdin(Stdio::null()).output().unwrap();
        assert_eq!(output.status.code(), Some(status), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(output.stdout.is_empty());
    }
}
