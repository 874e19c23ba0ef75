//! What a sign-in costs the mock GitLab as a server: CPU time, whether several clients keep the machine busy, and whether
//! memory stays flat.
//!
//! Every request of the sequence goes over HTTP to `serve gitlab` in a process of its own: authorize, sign-in page, sign-in,
//! consent page, consent, token, user. The application is public, so that consent is asked for each time, and the version
//! one that gives a new token each time (15.1).
//!
//! Wanted: less than 3 ms of CPU time in the mock for a sign-in; 8 clients keep the processors busy; 100 000 sign-ins leave
//! the memory as it was once the stores have reached their limits. Processors that others use are not busy for us, so that
//! is told and not judged.
//!
//! `cargo bench -p gitlab-mattermost-lab --bench sign_in`; `SIGN_INS=5000` before it makes fewer.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a measurement that cannot go on has failed")]

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use reqwest::{Client, RequestBuilder, Response};
use serde_json::{Value, json};

/// What a sign-in may cost, in CPU time of the mock.
const MOST_PER_SIGN_IN: Duration = Duration::from_millis(3);

/// Sign-ins of the measurement with one client: enough for a clock of 100 ticks a second.
const ALONE: usize = 1_000;

/// Clients of the measurement with several.
const CLIENTS: usize = 8;

/// Sign-ins after which no store of the mock grows any more.
const FILLING: usize = 20_000;

/// What the memory of the mock may come and go by, in bytes.
const SLACK: u64 = 8 << 20;

/// Clock ticks a second of `/proc/PID/stat`: what Linux tells programs on every architecture.
const TICKS: u64 = 100;

const REDIRECT_URI: &str = "http://mattermost.example.com/signup/gitlab/complete";

#[tokio::main]
async fn main() {
    gitlab_mattermost_ground::tls::install_provider();
    let all = std::env::var("SIGN_INS").ok().map_or(100_000, |text| text.parse().unwrap());
    let mock = Mock::start();

    Person::new(&mock, 0).sign_in().await;
    let (before, begun) = (mock.cpu_time(), Instant::now());
    for _ in 0..ALONE {
        Person::new(&mock, 0).sign_in().await;
    }
    let (each, wall) = ((mock.cpu_time() - before) / ALONE as u32, begun.elapsed() / ALONE as u32);
    println!("one client: {each:?} of CPU time in the mock for a sign-in, {wall:?} in all");

    let filling = all.min(FILLING);
    many(&mock, filling).await;
    let full = mock.resident();
    let (before, own_before, begun) = (mock.cpu_time(), cpu_time("self"), Instant::now());
    many(&mock, all - filling).await;
    let (wall, resident) = (begun.elapsed(), mock.resident());
    if all > filling {
        let share = |time: Duration| time.as_secs_f64() / wall.as_secs_f64();
        let (served, asked) = (share(mock.cpu_time() - before), share(cpu_time("self") - own_before));
        let processors = std::thread::available_parallelism().unwrap();
        let rate = (all - filling) as f64 / wall.as_secs_f64();
        println!(
            "{CLIENTS} clients: {rate:.0} sign-ins a second; busy: {served:.2} (mock) + {asked:.2} (clients) of {processors}"
        );
    }
    println!("resident: {} kB after {filling} sign-ins, {} kB after {all}", full / 1024, resident / 1024);
    assert!(cfg!(debug_assertions) || each < MOST_PER_SIGN_IN, "a sign-in costs {each:?}");
    assert!(resident < full + SLACK, "memory grows from {full} to {resident} bytes");
}

/// Signs people in, several at a time.
async fn many(mock: &Mock, times: usize) {
    let clients = (0..CLIENTS).map(|number| {
        let person = Person::new(mock, number);
        tokio::spawn(async move {
            for _ in 0..times / CLIENTS {
                person.sign_in().await;
            }
        })
    });
    for client in clients.collect::<Vec<_>>() {
        client.await.unwrap();
    }
}

/// The mock in a process of its own; it ends with this.
struct Mock {
    process: Child,
    url: String,
    _seed: tempfile::NamedTempFile,
}

impl Mock {
    fn start() -> Self {
        let mut seed = tempfile::NamedTempFile::new().unwrap();
        let user = |id: usize| {
            let name = format!("user{id}");
            json!({"id": id + 1, "username": name, "name": name, "email": format!("{name}@example.com"), "password": "correct horse"})
        };
        let application = json!({
            "name": "GitLab Mattermost", "client_id": "id", "client_secret": "secret",
            "redirect_uris": [REDIRECT_URI], "confidential": false,
        });
        let users: Vec<Value> = (0..CLIENTS).map(user).collect();
        let text = json!({"users": users, "personal_access_tokens": [], "applications": [application]});
        write!(seed, "{text}").unwrap();
        let mut process = Command::new(env!("CARGO_BIN_EXE_mattermost-lab"))
            .args(["serve", "gitlab", "--gitlab-version", "15.1", "--seed"])
            .arg(seed.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut url = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut url).unwrap();
        Self { process, url: url.trim().to_owned(), _seed: seed }
    }

    fn cpu_time(&self) -> Duration {
        cpu_time(&self.process.id().to_string())
    }

    /// Bytes of memory.
    fn resident(&self) -> u64 {
        let statm = std::fs::read_to_string(format!("/proc/{}/statm", self.process.id())).unwrap();
        statm.split(' ').nth(1).unwrap().parse::<u64>().unwrap() * 4096
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// CPU time of a process so far, in user and system mode.
fn cpu_time(process: &str) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    let ticks: u64 = fields[11..13].iter().map(|field| field.parse::<u64>().unwrap()).sum();
    Duration::from_millis(ticks * 1000 / TICKS)
}

/// Somebody who signs in, with a browser that is empty each time.
struct Person {
    client: Client,
    url: String,
    login: String,
}

impl Person {
    fn new(mock: &Mock, number: usize) -> Self {
        let client = Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
        Self { client, url: mock.url.clone(), login: format!("user{number}") }
    }

    async fn sign_in(&self) {
        let url = |path: &str| format!("{}{path}", self.url);
        let authorize = url(&format!(
            "/oauth/authorize?response_type=code&client_id=id&state=x&redirect_uri={}",
            REDIRECT_URI.replace(':', "%3A").replace('/', "%2F")
        ));
        let mut cookie = String::new();
        let sent = self.visit(self.client.get(&authorize), &mut cookie).await;
        assert_eq!(sent.status(), 302);
        let page = self.visit(self.client.get(url("/users/sign_in")), &mut cookie).await.text().await.unwrap();
        let token = csrf(&page);
        let form = [("authenticity_token", token), ("user[login]", &self.login), ("user[password]", "correct horse")];
        let sent = self.visit(self.client.post(url("/users/sign_in")).form(&form), &mut cookie).await;
        assert_eq!(sent.headers()["location"], authorize.as_str());
        let page = self.visit(self.client.get(&authorize), &mut cookie).await.text().await.unwrap();
        let form = [
            ("authenticity_token", csrf(&page)),
            ("client_id", "id"),
            ("redirect_uri", REDIRECT_URI),
            ("state", "x"),
            ("response_type", "code"),
            ("scope", "api"),
        ];
        let sent = self.visit(self.client.post(url("/oauth/authorize")).form(&form), &mut cookie).await;
        let target = sent.headers()["location"].to_str().unwrap();
        let code = target.split_once("code=").unwrap().1.split('&').next().unwrap();
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT_URI),
            ("client_id", "id"),
            ("client_secret", "secret"),
        ];
        let tokens = self.client.post(url("/oauth/token")).form(&form).send().await.unwrap();
        let tokens: Value = tokens.json().await.unwrap();
        let user = self.client.get(url("/api/v4/user")).bearer_auth(tokens["access_token"].as_str().unwrap());
        let user: Value = user.send().await.unwrap().json().await.unwrap();
        assert_eq!(user["username"], self.login);
    }

    /// Sends a request with the cookie, and takes the answer's.
    async fn visit(&self, request: RequestBuilder, cookie: &mut String) -> Response {
        let response = request.header("Cookie", cookie.as_str()).send().await.unwrap();
        if let Some(field) = response.headers().get("set-cookie") {
            field.to_str().unwrap().split(';').next().unwrap_or_default().clone_into(cookie);
        }
        response
    }
}

/// The anti-forgery token in the head of a page.
fn csrf(page: &str) -> &str {
    let (_, after) = page.split_once("name=\"csrf-token\" content=\"").unwrap();
    after.split_once('"').unwrap().0
}
