//! Plays a recorded sign-in against a server and says what differs.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use gitlab_mattermost_stage::postgresql::{Database, Postgres};
use serde_json::{Value, json};
use url::Url;

use super::placeholder::Values;
use super::provider::Provider;
use super::server::{Kind, Server};
use super::transcript::{Case, Step};

/// Settings of all recorded sign-ins.
const ENVIRONMENT: [(&str, &str); 8] = [
    ("MM_SERVICESETTINGS_SITEURL", "http://mattermost.example.com"),
    ("MM_TEAMSETTINGS_ENABLEOPENSERVER", "true"),
    ("MM_GITLABSETTINGS_ENABLE", "true"),
    ("MM_GITLABSETTINGS_ID", "12345656"),
    ("MM_GITLABSETTINGS_SECRET", "123456789"),
    ("MM_GITLABSETTINGS_AUTHENDPOINT", "http://gitlab.example.com/oauth/authorize"),
    ("MM_GITLABSETTINGS_TOKENENDPOINT", "http://gitlab.example.com/oauth/token"),
    ("MM_GITLABSETTINGS_USERAPIENDPOINT", "http://gitlab.example.com/api/v4/user"),
];

const PASSWORD: &str = "Passw0rd!x9";

/// A replay under way.
struct Replay {
    client: reqwest::Client,
    url: String,
    values: Values,
    differences: Vec<String>,
}

/// What differs between the recording and the server; nothing, if all is well.
pub async fn replay(case: &Case, kind: &Kind, postgres: &Postgres) -> Vec<String> {
    let database = postgres.database(&case.case).await.expect("a database");
    let provider = Provider::start().await;
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .expect("an HTTP client");
    let mut values = Values::default();
    if case.case != "signup_first_user" {
        prepare(&client, kind, &database, &provider, &mut values).await;
    } else {
        start(kind, &database, &provider, &BTreeMap::new()).await.stop().await;
    }
    let before = accounts(&database).await;
    if let Some(sql) = &case.database_before {
        database.connect().await.expect("the database").batch_execute(sql).await.expect("recorded SQL");
    }
    let mut server = start(kind, &database, &provider, &case.server_environment).await;
    server.take_log();
    let mut replay = Replay { client, url: server.url(), values, differences: Vec::new() };
    for step in case.steps.iter().filter(|step| step.during_step.is_none()) {
        let calls = case.steps.iter().filter(|call| call.during_step == Some(step.step));
        provider.expect(calls.map(|call| (call.request.clone(), call.response.clone())));
        match step.to.as_str() {
            "mattermost" => replay.ask(step).await,
            _ => replay.check_states(step),
        }
        replay.differences.extend(provider.differences().iter().map(|text| format!("step {}: {text}", step.step)));
    }
    replay.compare_accounts(case, &before, &accounts(&database).await);
    replay.compare_log(case, &server.take_log());
    server.stop().await;
    replay.differences
}

async fn start(kind: &Kind, database: &Database, provider: &Provider, more: &BTreeMap<String, String>) -> Server {
    let mut environment: BTreeMap<String, String> =
        ENVIRONMENT.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    environment.extend(more.clone());
    Server::start(kind, database, provider.address, environment).await
}

/// The accounts and the team that are there before the recorded steps.
async fn prepare(client: &reqwest::Client, kind: &Kind, database: &Database, provider: &Provider, values: &mut Values) {
    let server = start(kind, database, provider, &BTreeMap::new()).await;
    let api = format!("{}/api/v4", server.url());
    for (username, email) in [("sysadmin", "root@example.com"), ("mailuser", "mailuser@example.com")] {
        let user = json!({"username": username, "email": email, "password": PASSWORD});
        let answer = client.post(format!("{api}/users")).json(&user).send().await.expect("an answer");
        assert_eq!(answer.status(), 201, "{}", answer.text().await.unwrap_or_default());
    }
    let login = json!({"login_id": "sysadmin", "password": PASSWORD});
    let answer = client.post(format!("{api}/users/login")).json(&login).send().await.expect("an answer");
    let token = answer.headers()["token"].to_str().expect("a token").to_owned();
    let team = json!({"name": "eng", "display_name": "Engineering", "type": "O"});
    let answer = client.post(format!("{api}/teams")).bearer_auth(token).json(&team).send().await.expect("an answer");
    let team: Value = answer.json().await.expect("a team");
    values.set("team-invite", team["invite_id"].as_str().expect("an invite id"));
    server.stop().await;
}

/// The accounts of people; a real server makes some for bots when it likes to.
async fn accounts(database: &Database) -> BTreeMap<String, Value> {
    let sql = "SELECT id, json_build_object('username', username, 'email', email, 'auth_service', authservice, \
               'auth_data', coalesce(authdata, ''), 'roles', roles, 'email_verified', emailverified, 'first_name', \
               firstname, 'last_name', lastname, 'deactivated', deleteat > 0)::text FROM users \
               WHERE email NOT LIKE '%@localhost'";
    let rows = database.connect().await.expect("the database").query(sql, &[]).await.expect("the users");
    let value = |row: &tokio_postgres::Row| serde_json::from_str(row.get(1)).expect("JSON");
    rows.iter().map(|row| (row.get(0), value(row))).collect()
}

impl Replay {
    /// Sends a recorded request to the server and compares its answer.
    async fn ask(&mut self, step: &Step) {
        let recorded = Url::parse(&step.request.url.replace('{', "%7B").replace('}', "%7D")).expect("a recorded URL");
        let host = recorded.host_str().expect("a host").to_owned();
        let target = step.request.url.splitn(4, '/').nth(3).unwrap_or_default().to_owned();
        let target = self.rewritten(&target);
        let target = target.replace("id={id-1}", "id={team-invite}");
        let url = format!("{}/{}", self.url, self.values.fill(&target));
        let method = step.request.method.parse().expect("a method");
        let mut request = self.client.request(method, url).header("Host", host);
        for (name, value) in &step.request.headers {
            request = request.header(name, self.values.fill(value));
        }
        let answer = request.body(step.request.body.clone()).send().await.expect("an answer");
        let status = answer.status().as_u16();
        self.compare(step, "status", &step.response.status.unwrap_or_default().to_string(), &status.to_string());
        for name in ["Content-Type", "Location", "Token", "Set-Cookie"] {
            let field = |value: &reqwest::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
            let actual: Vec<String> = answer.headers().get_all(name).iter().map(field).collect();
            let expected = step.response.headers.get(name).map(|fields| fields.all().join("\n")).unwrap_or_default();
            self.compare(step, name, &expected, &actual.join("\n"));
        }
        let body = answer.text().await.expect("a body");
        self.compare(step, "body", &step.response.body, &body);
        self.check_states(step);
    }

    /// A state that was rewritten in the recording holds a recorded token; the one of this run takes its place.
    fn rewritten(&mut self, target: &str) -> String {
        let Some((before, state)) = target.split_once("state=").filter(|(_, state)| !state.starts_with('{')) else {
            return target.to_owned();
        };
        let decoded = STANDARD.decode(state.replace("%3D", "=")).ok();
        let Some(Value::Object(mut fields)) = decoded.and_then(|bytes| serde_json::from_slice(&bytes).ok()) else {
            return target.to_owned();
        };
        let Some(token) = self.values.get("state-token-1").filter(|_| fields.contains_key("token")) else {
            return target.to_owned();
        };
        fields.insert("token".to_owned(), json!(token));
        let state = STANDARD.encode(Value::Object(fields).to_string()).replace('+', "%2B").replace('=', "%3D");
        format!("{before}state={state}")
    }

    fn compare(&mut self, step: &Step, what: &str, expected: &str, actual: &str) {
        if !self.values.matches(expected, actual) {
            let text = format!("step {} {what}: expected\n    {expected}\n  got\n    {actual}", step.step);
            self.differences.push(text);
        }
    }

    /// Compares what the states of the step hold.
    fn check_states(&mut self, step: &Step) {
        for (name, expected) in &step.state_decoded {
            let state = self.values.get(name.trim_matches(['{', '}'])).unwrap_or_default();
            let plain = percent_encoding::percent_decode_str(state).decode_utf8_lossy().into_owned();
            let decoded = STANDARD.decode(plain).unwrap_or_default();
            self.compare(step, "state", &expected.to_string(), &String::from_utf8_lossy(&decoded));
        }
    }

    fn compare_accounts(&mut self, case: &Case, before: &BTreeMap<String, Value>, after: &BTreeMap<String, Value>) {
        let mut changed: Vec<String> =
            after.iter().filter(|(id, now)| before.get(*id) != Some(now)).map(|(_, now)| sorted(now)).collect();
        let mut expected: Vec<String> = case.accounts_changed_or_new.iter().map(sorted).collect();
        changed.sort();
        expected.sort();
        let (expected, changed) = (expected.join("\n"), changed.join("\n"));
        if !self.values.matches(&expected, &changed) {
            self.differences.push(format!("accounts: expected\n    {expected}\n  got\n    {changed}"));
        }
    }

    /// Compares warnings and errors, field by recorded field. No mail is sent, so nothing is said about mail, and the
    /// reason of a name that cannot be found depends on the machine.
    fn compare_log(&mut self, case: &Case, log: &[Value]) {
        let of_mail = |msg: &Value| msg == "error sending signin change email";
        let serious = |line: &&Value| line["level"] == "warn" || line["level"] == "error";
        let mut actual = log.iter().filter(serious).filter(|line| !of_mail(&line["msg"]));
        let expected = case.server_log_warnings_and_errors.iter();
        for expected in expected.filter(|line| !line.get("msg").is_some_and(of_mail)) {
            let line = actual.next().unwrap_or(&Value::Null);
            for (name, value) in expected {
                let (value, found) = (without_tokens(value), without_tokens(&line[name]));
                let by_name = value.as_str().is_some_and(|text| text.contains("no such host"));
                if found != value && !by_name {
                    self.differences.push(format!("log field {name}: expected\n    {value}\n  got\n    {found}"));
                }
            }
        }
        self.differences.extend(actual.map(|line| format!("log: unexpected {line}")));
    }
}

fn sorted(account: &Value) -> String {
    let mut account = account.clone();
    account.sort_all_objects();
    account.to_string()
}

/// A logged text without the tokens that the stand-in masks.
fn without_tokens(value: &Value) -> Value {
    let Some(text) = value.as_str() else { return value.clone() };
    let token = regex::Regex::new(r#"("(?:access|refresh|id)_token": ?")[^",]*"#).expect("a pattern");
    json!(token.replace_all(text, "$1[redacted]"))
}
