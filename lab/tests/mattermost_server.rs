//! The stand-in Mattermost server under bad conditions: no database, one that goes away, and hostile requests.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use gitlab_mattermost_core::mattermost::Release;
use gitlab_mattermost_core::version::Version;
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
    let folder = tempfile::tempdir().unwrap();
    let data_source = format!("user=u host={} dbname=d", folder.path().display());
    for (version, code, last, time) in [("5.36.1", 102, "error", "ts"), ("6.2.1", 1, "fatal", "timestamp")] {
        let log = Log::kept();
        let version: Version = version.parse().unwrap();
        let options = Options {
            version,
            database_attempts: 3,
            database_interval: Duration::from_millis(10),
            log: log.clone(),
            ..Options::new(environment(&data_source))
        };
        let error = Server::start(options).await.unwrap_err();
        assert!(matches!(error, StartError::Database { attempts: 3, .. }), "{error}");
        assert_eq!(error.exit_code(Release { version }), code, "{version}");
        let lines = log.take();
        let told =
            |line: &Value| (line["level"].as_str().unwrap().to_owned(), line["msg"].as_str().unwrap().to_owned());
        let failed: Vec<_> = lines.iter().map(told).filter(|(_, text)| text.starts_with("Failed")).collect();
        let each = ("error".to_owned(), "Failed to ping DB".to_owned());
        let end = (last.to_owned(), "Failed to ping DB, server will exit.".to_owned());
        assert_eq!(failed, [each.clone(), each, end], "{version}");
        assert!(lines.iter().all(|line| line.get(time).is_some()), "{version}: {:?}", lines[0]);
    }
}

#[test]
fn the_command_ends_as_a_real_server_would() {
    let folder = tempfile::tempdir().unwrap();
    for (version, name, value, status) in [
        ("5.36.1", "MM_SQLSETTINGS_DATASOURCE", "user=u host=/nowhere dbname=d", 102),
        ("6.2.1", "MM_SQLSETTINGS_DATASOURCE", "user=u host=/nowhere dbname=d", 1),
        ("5.36.1", "MM_EMAILSETTINGS_EMAILBATCHINGINTERVAL", "1", 1),
    ] {
        let mut command = Command::new(PROGRAM);
        command.args(["serve", "mattermost", "--mattermost-version", version, "--database-attempts", "1", "--config"]);
        command.arg(folder.path().join("config.json")).env(name, value).env("MM_SQLSETTINGS_DRIVERNAME", "postgres");
        let output = command.stdin(Stdio::null()).output().unwrap();
        assert_eq!(output.status.code(), Some(status), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(output.stdout.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_version_takes_over_the_database_of_an_older_one_and_none_that_of_a_later_major_one() {
    let lab = lab().await;
    let source = lab.database.keyword_data_source();
    let start = async |version: &str| {
        let version = version.parse().unwrap();
        let options = Options { version, log: Log::kept(), ..Options::new(environment(source.expose())) };
        Server::start(options).await
    };
    let marks_and_types = async || {
        let client = lab.database.connect().await.unwrap();
        let sql = "SELECT (SELECT value FROM systems WHERE name = 'Version'), (SELECT string_agg(column_name || ' ' || data_type, \
                   ', ' ORDER BY column_name) FROM information_schema.columns WHERE table_name = 'posts' AND column_name IN \
                   ('props', 'parentid', 'remoteid'))";
        let row = client.query_one(sql, &[]).await.unwrap();
        (row.get::<_, String>(0), row.get::<_, String>(1))
    };
    let text = "character varying";
    for (version, mark, columns) in [
        ("5.31.7", "5.31.7", format!("parentid {text}, props {text}")),
        ("5.36.1", "5.36.0", format!("parentid {text}, props {text}, remoteid {text}")),
        ("6.2.1", "6.2.0", format!("props jsonb, remoteid {text}")),
        ("6.7.0", "6.2.0", format!("props jsonb, remoteid {text}")),
    ] {
        start(version).await.unwrap().stop().await;
        assert_eq!(marks_and_types().await, (mark.to_owned(), columns), "{version}");
    }
    let client = lab.database.connect().await.unwrap();
    let row = client.query_one("SELECT count(*) FROM db_migrations", &[]).await.unwrap();
    assert!(row.get::<_, i64>(0) >= 79);
    let refused = start("5.36.1").await.unwrap_err();
    let text = gitlab_mattermost_ground::error_chain::chain(&refused);
    assert!(text.contains("Database schema version 6.2.0 is not supported"), "{text}");
    assert_eq!(refused.exit_code(Release { version: Version::new(5, 36, 1) }), 1);
    drop(lab.run);
}
