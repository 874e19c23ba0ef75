//! The two servers, each as a process of its own, with their endpoints and what must never be told.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use gitlab_mattermost_stage::cleanup::{Keep, Run};
use gitlab_mattermost_stage::postgresql::{Database, Postgres, PostgresChoice};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::attack::Attack;
use super::wire::{Answer, parse, request, send};

const PROGRAM: &str = env!("CARGO_BIN_EXE_mattermost-lab");

/// The client's secret, in settings of the one and the seed of the other.
const CLIENT_SECRET: &str = "5ecre7-of-the-client-5ecre7";

const PASSWORD: &str = "Very-5ecre7-Passw0rd";

/// A path with a method, and what it may answer to an attack; nothing stands for any status below 500.
pub struct Endpoint {
    pub method: &'static str,
    pub path: &'static str,
    pub right: &'static [u16],
}

/// A server under attack. It ends with this.
pub struct Target {
    pub endpoints: Vec<Endpoint>,
    /// The header field of somebody who is signed in.
    pub credential: Option<String>,
    /// What no answer and no line of the log may hold.
    pub secrets: Vec<String>,
    pub address: SocketAddr,
    /// Names of parameters that the server reads.
    names: Vec<&'static str>,
    /// A path that answers 200 while all is well.
    sound: &'static str,
    process: Child,
    log: PathBuf,
    _folder: TempDir,
    _lab: Option<(Postgres, Database, Run)>,
}

impl Drop for Target {
    fn drop(&mut self) {
        // It may have ended already, which the test has noticed by then.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Target {
    fn start(mut command: Command, sound: &'static str, folder: TempDir) -> Self {
        let log = folder.path().join("log");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(File::create(&log).unwrap());
        let mut process = command.spawn().unwrap();
        let mut url = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut url).unwrap();
        let told = || std::fs::read_to_string(&log).unwrap_or_default();
        let address = url.trim().strip_prefix("http://").unwrap_or_else(|| panic!("it did not start: {}", told()));
        let address = address.parse().unwrap();
        Self {
            endpoints: Vec::new(),
            credential: None,
            secrets: vec![CLIENT_SECRET.to_owned(), PASSWORD.to_owned()],
            address,
            names: Vec::new(),
            sound,
            process,
            log,
            _folder: folder,
            _lab: None,
        }
    }

    /// Attacks an endpoint with these credentials.
    pub async fn attack(&self, endpoint: &Endpoint, attack: Attack, credential: Option<&str>) -> Answer {
        let (name, value) = credential.and_then(|it| it.split_once(": ")).unwrap_or(("X-Stranger", "yes"));
        let more = [(name, value.as_bytes())];
        send(self.address, &attack.request(endpoint.method, endpoint.path, &self.names, &more)).await
    }

    /// Sees that an honest client is served.
    pub async fn calm(&self) {
        let answer = send(self.address, &request("GET", self.sound, &[("Host", b"a.example.com")], b"")).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    /// Bytes of memory.
    pub fn resident(&self) -> u64 {
        let statm = std::fs::read_to_string(format!("/proc/{}/statm", self.process.id())).unwrap();
        statm.split(' ').nth(1).unwrap().parse::<u64>().unwrap() * 4096
    }

    /// Descriptors that are open.
    pub fn descriptors(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.process.id())).unwrap().count()
    }

    /// What it wrote to stderr.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(&self.log).unwrap()).into_owned()
    }

    async fn json(&self, method: &str, path: &str, body: &Value) -> Answer {
        let fields: [(&str, &[u8]); 2] = [("Host", b"a.example.com"), ("Content-Type", b"application/json")];
        send(self.address, &request(method, path, &fields, body.to_string().as_bytes())).await
    }
}

const fn any(method: &'static str, path: &'static str) -> Endpoint {
    Endpoint { method, path, right: &[] }
}

const fn only(method: &'static str, path: &'static str, right: &'static [u16]) -> Endpoint {
    Endpoint { method, path, right }
}

/// The mock GitLab with an application, and alice's token as the credential.
pub fn gitlab() -> Target {
    let folder = tempfile::tempdir().unwrap();
    let seed = folder.path().join("seed.json");
    let application = json!({
        "name": "Mattermost", "client_id": "id", "client_secret": CLIENT_SECRET,
        "redirect_uris": ["http://mattermost.example.com/signup/gitlab/complete"],
    });
    let user =
        json!({"id": 1, "username": "alice", "name": "Alice", "email": "alice@example.com", "password": PASSWORD});
    let token = json!({"user": "alice", "token": "glpat-alicealicealiceali", "scopes": "api"});
    let text = json!({"users": [user], "personal_access_tokens": [token], "applications": [application]});
    File::create(&seed).unwrap().write_all(text.to_string().as_bytes()).unwrap();
    let mut command = Command::new(PROGRAM);
    command.args(["serve", "gitlab", "--seed"]).arg(&seed);
    let mut target = Target::start(command, "/users/sign_in", folder);
    let paths = [
        "/",
        "/users/sign_in",
        "/users/sign_out",
        "/oauth/authorize",
        "/oauth/authorize/native",
        "/oauth/token",
        "/oauth/token/info",
        "/oauth/revoke",
        "/oauth/introspect",
        "/oauth/applications",
        "/oauth/applications/1",
        "/oauth/applications/1/edit",
        "/oauth/authorized_applications/1",
        "/-/profile/applications",
        "/api/v4/user",
        "/api/v4/applications",
        "/api/v4/applications/1",
        "/api/v4/users",
        "/oauth/userinfo",
        "/oauth/discovery/keys",
        "/.well-known/openid-configuration",
        "/.well-known/webfinger",
        "/nothing",
    ];
    let methods = ["GET", "POST", "PUT", "DELETE"];
    target.endpoints = paths.iter().flat_map(|path| methods.map(|method| any(method, path))).collect();
    target.names = vec![
        "client_id",
        "client_secret",
        "code",
        "redirect_uri",
        "response_type",
        "scope",
        "state",
        "token",
        "grant_type",
        "refresh_token",
        "username",
        "password",
        "authenticity_token",
        "code_challenge",
        "code_verifier",
        "access_token",
        "user[login]",
        "doorkeeper_application[name]",
        "name",
        "_method",
    ];
    target.credential = Some("Private-Token: glpat-alicealicealiceali".to_owned());
    target.secrets.push("glpat-alicealicealiceali".to_owned());
    target
}

/// The stand-in Mattermost on a real database, and its administrator's session as the credential.
pub async fn mattermost() -> Target {
    let run = Run::start(Path::new(PROGRAM), Keep::Nothing).await.unwrap();
    let postgres = Postgres::start(&PostgresChoice::Auto, run.directory()).await.unwrap();
    let database = postgres.database("hostile").await.unwrap();
    let source = database.data_source();
    let config: tokio_postgres::Config = source.expose().parse().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(PROGRAM);
    command.args(["serve", "mattermost", "--listen", "127.0.0.1:0"]);
    for (name, value) in [
        ("MM_SQLSETTINGS_DRIVERNAME", "postgres"),
        ("MM_SQLSETTINGS_DATASOURCE", source.expose()),
        ("MM_SERVICESETTINGS_SITEURL", "http://mattermost.example.com"),
        ("MM_FILESETTINGS_DIRECTORY", folder.path().to_str().unwrap()),
        ("MM_GITLABSETTINGS_ENABLE", "true"),
        ("MM_GITLABSETTINGS_ID", "id"),
        ("MM_GITLABSETTINGS_SECRET", CLIENT_SECRET),
        ("MM_GITLABSETTINGS_AUTHENDPOINT", "http://gitlab.example.com/oauth/authorize"),
        ("MM_GITLABSETTINGS_TOKENENDPOINT", "http://127.0.0.1:1/oauth/token"),
        ("MM_GITLABSETTINGS_USERAPIENDPOINT", "http://127.0.0.1:1/api/v4/user"),
    ] {
        command.env(name, value);
    }
    let mut target = Target::start(command, "/api/v4/system/ping", folder);
    target.endpoints = vec![
        only("GET", "/", &[200]),
        only("POST", "/", &[404]),
        only("GET", "/error", &[200]),
        // Without a team's invitation to GitLab; with one that is none a refusal.
        only("GET", "/oauth/gitlab/login", &[302, 400]),
        only("POST", "/oauth/gitlab/login", &[404]),
        // A place to go to that is no application's is told on a page.
        only("GET", "/oauth/gitlab/mobile_login", &[200, 302]),
        only("GET", "/oauth/gitlab/signup", &[302, 400]),
        // No code: back to the error page; a code without a good state is refused.
        only("GET", "/oauth/gitlab/complete", &[307, 400]),
        only("GET", "/signup/gitlab/complete", &[307, 400]),
        only("GET", "/login/gitlab/complete", &[307, 400]),
        only("GET", "/api/v3/oauth/gitlab/complete", &[307, 400]),
        only("GET", "/api/v4/system/ping", &[200]),
        only("GET", "/api/v4/config", &[200, 401]),
        // Without the only format that there is, the real server says that the other is not made yet.
        only("GET", "/api/v4/config/client", &[400, 501]),
        only("GET", "/api/v4/config/environment", &[200, 401]),
        only("GET", "/api/v4/users/me", &[200, 401]),
        only("POST", "/api/v4/users", &[400, 403]),
        only("POST", "/api/v4/users/login", &[400, 401]),
        only("POST", "/api/v4/users/login/switch", &[400]),
        only("POST", "/api/v4/users/password/reset/send", &[200, 400]),
        only("POST", "/api/v4/teams", &[400, 401]),
        only("GET", "/api/v4/users/me/teams", &[200, 401]),
        only("GET", "/api/v4/nothing", &[404]),
        only("POST", "/api/v4/users/logout", &[200]),
    ];
    target.names = vec![
        "state",
        "code",
        "error",
        "redirect_to",
        "id",
        "t",
        "d",
        "action",
        "format",
        "get_server_status",
        "email",
        "username",
        "password",
        "login_id",
        "current_service",
        "new_service",
        "new_password",
        "name",
        "display_name",
        "type",
        "nickname",
        "allowed_domains",
    ];
    let admin = json!({"username": "root", "email": "root@example.com", "password": PASSWORD});
    assert_eq!(target.json("POST", "/api/v4/users", &admin).await.status, 201);
    let answer = target.json("POST", "/api/v4/users/login", &json!({"login_id": "root", "password": PASSWORD})).await;
    let answer = parse(answer.bytes);
    let token = answer.fields.iter().find(|(name, _)| name == "token").unwrap().1.clone();
    target.credential = Some(format!("Authorization: Bearer {token}"));
    target.secrets.extend([token, String::from_utf8(config.get_password().unwrap().to_vec()).unwrap()]);
    target._lab = Some((postgres, database, run));
    target
}
