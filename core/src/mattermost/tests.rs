//! Whole sign-ins in memory: a browser, a scripted GitLab, a store.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::*;
use crate::http::{Body, Headers, Request, Response};
use crate::random::TokenSource;
use crate::secret::Secret;
use crate::time::UnixTime;
use crate::version::Version;

/// Bytes that look random and are the same in every run.
struct Seeded(u64);

impl TokenSource for Seeded {
    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *byte = self.0.to_be_bytes()[0];
        }
    }
}

/// A server, a browser's cookie and what GitLab will say.
struct Site {
    settings: Settings,
    store: MemoryStore,
    random: Seeded,
    cookie: String,
    token_answer: Result<(u16, &'static str), &'static str>,
    user_answer: (u16, String),
    called: Vec<Request>,
    log: Vec<LogLine>,
}

const TOKEN: &str = r#"{"access_token":"t0ken","token_type":"bearer"}"#;

/// The settings of a server of `version` that signs users in through GitLab.
pub(super) fn settings_of(version: Version) -> Settings {
    let gitlab = GitLabSettings {
        enable: true,
        id: "id".into(),
        secret: Secret::new("s3cret"),
        scope: String::new(),
        auth_endpoint: "https://gitlab.example.com/oauth/authorize".into(),
        token_endpoint: "https://gitlab.example.com/oauth/token".into(),
        user_api_endpoint: "https://gitlab.example.com/api/v4/user".into(),
    };
    Settings {
        release: Release { version },
        site_url: "https://mattermost.example.com".into(),
        gitlab,
        enable_user_creation: true,
        restrict_creation_to_domains: String::new(),
        site_name: "Mattermost".into(),
        default_client_locale: "en".into(),
        session_web_days: 30,
        session_mobile_days: 30,
        allow_cookies_for_subdomains: false,
        app_custom_url_schemes: vec!["mmauth://".into()],
        error_page_key: Secret::new("key"),
        faults: BTreeSet::new(),
    }
}

impl Site {
    fn new() -> Self {
        Self::of_version(Version::new(5, 36, 1))
    }

    fn of_version(version: Version) -> Self {
        Self {
            settings: settings_of(version),
            store: MemoryStore::default(),
            random: Seeded(1),
            cookie: String::new(),
            token_answer: Ok((200, TOKEN)),
            user_answer: (200, person(101, "alice", "alice@example.com")),
            called: Vec::new(),
            log: Vec::new(),
        }
    }

    /// A browser's request, which comes through a proxy that says how it was reached.
    fn get(&mut self, target: &str) -> Response {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut headers = Headers::default();
        headers.push("X-Forwarded-Proto", "https");
        if !self.cookie.is_empty() {
            headers.push("Cookie", format!("MMOAUTH={}", self.cookie));
        }
        let request = Request {
            method: "GET".into(),
            scheme: "http".into(),
            host: "mattermost.example.com".into(),
            path: path.into(),
            query: query.into(),
            headers,
            body: Vec::new(),
        };
        let route = Route::of(path).expect("a path of the sign-in");
        self.drive(Flow::begin(Arc::new(self.settings.clone()), request, route)).expect("an answer for the browser")
    }

    fn drive(&mut self, mut flow: Flow) -> Result<Response, Failure> {
        let mut input = FlowInput::Start;
        for _step in 0..20 {
            let action = flow.step(input, UnixTime { millis: 1_600_000_000_000 }, &mut self.random);
            self.log.extend(flow.take_log());
            input = match action {
                FlowAction::Ask(question) => FlowInput::Store(self.store.answer(question)),
                FlowAction::Call(request) => FlowInput::GitLab(self.gitlab(request)),
                FlowAction::Respond(response) => return Ok(response),
                FlowAction::Refuse(failure) => return Err(failure),
            };
        }
        panic!("the flow does not end");
    }

    fn gitlab(&mut self, request: Request) -> Result<Response, CallFailed> {
        let answer = if request.method == "POST" {
            self.token_answer.map(|(status, body)| (status, body.to_owned()))
        } else {
            Ok(self.user_answer.clone())
        };
        self.called.push(request);
        let (status, body) = answer.map_err(|reason| CallFailed { reason: reason.to_owned() })?;
        Ok(Response { status, body: Body::Bytes(body.into_bytes()), ..Response::default() })
    }

    /// Starts a sign-in and keeps the cookie; returns the query that GitLab sends the browser back with.
    fn leave(&mut self, target: &str) -> String {
        let response = self.get(target);
        assert_eq!(response.status, 302, "{:?}", message(&response));
        let cookie = response.headers.get("set-cookie").expect("a cookie");
        self.cookie = cookie.split(['=', ';']).nth(1).unwrap_or_default().to_owned();
        let location = response.headers.get("location").expect("a way to GitLab");
        let (_, state) = location.split_once("&state=").expect("a state");
        format!("code=c0de&state={}", state.split('&').next().unwrap_or_default())
    }

    /// A whole sign-in; returns the answer that ends it.
    fn sign_in(&mut self, target: &str) -> Response {
        let query = self.leave(target);
        self.get(&format!("/signup/gitlab/complete?{query}"))
    }

    fn account(&self) -> &Account {
        self.store.accounts.values().next_back().expect("an account")
    }
}

fn person(id: i64, username: &str, email: &str) -> String {
    serde_json::json!({"id": id, "username": username, "email": email, "name": "Alice Liddell"}).to_string()
}

fn body(response: &Response) -> String {
    answers::text(response)
}

/// The words of an error page.
fn message(response: &Response) -> String {
    let body = body(response);
    let address = body.split_once("message=").map_or("", |(_, rest)| rest).split("&amp;").next().unwrap_or_default();
    query_value(&format!("m={address}"), "m").unwrap_or_default()
}

fn location(response: &Response) -> &str {
    response.headers.get("location").unwrap_or_default()
}

#[test]
fn the_first_account_administers_the_system_and_the_second_does_not() {
    let mut site = Site::new();
    assert_eq!(location(&site.sign_in("/oauth/gitlab/signup")), "https://mattermost.example.com");
    assert_eq!(site.account().roles, "system_admin system_user");
    site.user_answer.1 = person(102, "bob", "bob@example.com");
    site.sign_in("/oauth/gitlab/login");
    let roles: Vec<_> = site.store.accounts.values().map(|account| account.roles.as_str()).collect();
    assert!(roles.contains(&"system_user") && roles.len() == 2, "{roles:?}");
    assert_eq!(site.store.sessions.len(), 2);
}

#[test]
fn secret_and_token_go_to_gitlab_alone_and_never_into_the_log() {
    let mut site = Site::new();
    let begun = site.get("/oauth/gitlab/login");
    site.token_answer = Ok((500, TOKEN));
    let failed = site.sign_in("/oauth/gitlab/login");
    site.token_answer = Ok((200, TOKEN));
    let done = site.sign_in("/oauth/gitlab/login");
    let pages = [&begun, &failed, &done].map(|response| (&response.headers.0, body(response)));
    let told = format!("{:?}{pages:?}", site.log);
    assert!(!told.contains("s3cret") && !told.contains("t0ken"), "{told}");
    let bodies = site.called.iter().filter(|call| String::from_utf8_lossy(&call.body).contains("client_secret=s3cret"));
    assert!(bodies.clone().count() == 2 && bodies.into_iter().all(|call| call.path == "/oauth/token"));
    assert!(site.called.iter().all(|call| !call.query.contains("s3cret") && !call.query.contains("t0ken")));
}

#[test]
fn a_state_works_once_and_only_with_its_own_cookie_and_action() {
    let mut site = Site::new();
    let query = site.leave("/oauth/gitlab/signup");
    let own = std::mem::replace(&mut site.cookie, "another".into());
    assert_eq!(message(&site.get(&format!("/signup/gitlab/complete?{query}"))), "Invalid state");
    site.cookie = String::new();
    assert_eq!(message(&site.get(&format!("/signup/gitlab/complete?{query}"))), "Invalid state");
    site.cookie = own;
    assert!(site.called.is_empty(), "GitLab was asked in spite of a wrong cookie");
    assert_eq!(site.get(&format!("/login/gitlab/complete?{query}")).status, 307);
    assert_eq!(message(&site.get(&format!("/signup/gitlab/complete?{query}"))), "Invalid state token.");
    assert_eq!(site.store.sessions.len(), 1);
}

#[test]
fn a_log_in_brings_the_account_up_to_date_and_back_to_life() {
    let mut site = Site::new();
    site.sign_in("/oauth/gitlab/signup");
    let id = site.account().id.clone();
    site.store.accounts.get_mut(&id).expect("the account").times.delete_at = 5;
    site.user_answer.1 = person(101, "alicia", "alicia@example.com");
    assert_eq!(site.sign_in("/oauth/gitlab/login").status, 307);
    let account = site.account();
    assert_eq!((account.username.as_str(), account.email.as_str()), ("alicia", "alicia@example.com"));
    assert_eq!(account.times.delete_at, 0);
}

#[test]
fn a_taken_name_gets_a_counter_and_a_taken_email_ends_the_sign_in() {
    let mut site = Site::new();
    site.sign_in("/oauth/gitlab/signup");
    site.user_answer.1 = person(102, "alice", "other@example.com");
    site.sign_in("/oauth/gitlab/signup");
    site.user_answer.1 = person(103, "alice", "third@example.com");
    site.sign_in("/oauth/gitlab/signup");
    let mut names: Vec<_> = site.store.accounts.values().map(|account| account.username.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["alice", "alice0", "alice01"]);
    site.user_answer.1 = person(104, "dora", "alice@example.com");
    let refused = site.sign_in("/oauth/gitlab/login");
    assert_eq!(refused.status, 400);
    assert!(message(&refused).ends_with("other than gitlab. Please sign in using gitlab."), "{}", message(&refused));
}

#[test]
fn every_failure_of_gitlab_has_its_own_words() {
    for (token, user, status, words) in [
        (Err("EOF"), (200, ""), 500, "Token request failed."),
        (Ok((401, "{}")), (200, ""), 500, "Bad response from token request."),
        (Ok((200, "{}")), (200, ""), 500, "Bad token type."),
        (Ok((200, TOKEN)), (500, ""), 500, "Received invalid response from OAuth service provider."),
        (Ok((200, TOKEN)), (200, "{}"), 400, "Could not parse auth data out of gitlab user object."),
        (
            Ok((200, TOKEN)),
            (403, "accept our Terms of Service"),
            400,
            "GitLab's Terms of Service have updated. Please go to gitlab.com to accept them and then try logging into \
             Mattermost again.",
        ),
    ] {
        let mut site = Site::new();
        site.token_answer = token;
        site.user_answer = (user.0, user.1.to_owned());
        let response = site.sign_in("/oauth/gitlab/login");
        assert_eq!((response.status, message(&response).as_str()), (status, words));
        assert!(site.store.sessions.is_empty());
    }
}

#[test]
fn older_versions_build_the_second_redirect_uri_from_the_request() {
    for (version, uri) in [
        (Version::new(5, 31, 7), "https%3A%2F%2Fmattermost.example.com%2Fsignup"),
        (Version::new(5, 32, 0), "https%3A%2F%2Fchat.example.com%2Fsignup"),
    ] {
        let mut site = Site::of_version(version);
        site.settings.site_url = "https://chat.example.com".into();
        site.sign_in("/oauth/gitlab/login");
        let form = String::from_utf8_lossy(&site.called[0].body).into_owned();
        assert!(form.contains(uri), "{version}: {form}");
    }
}

#[test]
fn older_versions_lack_the_mark_against_forged_requests_and_tell_less_of_a_denial() {
    let mut old = Site::of_version(Version::new(5, 0, 0));
    assert!(location(&old.get("/signup/gitlab/complete?error=access_denied")).contains("type=oauth_missing_code"));
    assert_eq!(old.sign_in("/oauth/gitlab/login").headers.all("set-cookie").count(), 3);
    assert_eq!(old.called[0].headers.get("user-agent"), Some("Go-http-client/1.1"));
    let mut new = Site::new();
    assert!(location(&new.get("/signup/gitlab/complete?error=access_denied")).contains("type=oauth_access_denied"));
    assert_eq!(new.sign_in("/oauth/gitlab/login").headers.all("set-cookie").count(), 4);
}

#[test]
fn without_a_site_url_the_two_redirect_uris_differ() {
    let mut site = Site::new();
    site.settings.site_url = String::new();
    let begun = site.get("/oauth/gitlab/login");
    assert!(
        location(&begun).contains("redirect_uri=https%3A%2F%2Fmattermost.example.com%2Fsignup%2Fgitlab%2Fcomplete")
    );
    site.sign_in("/oauth/gitlab/login");
    let form = String::from_utf8_lossy(&site.called[0].body).into_owned();
    assert!(form.ends_with("redirect_uri=%2Fsignup%2Fgitlab%2Fcomplete"), "{form}");
}

#[test]
fn a_full_team_ends_the_sign_in_although_the_account_exists() {
    let mut site = Site::new();
    let team = MemoryTeam { invite_id: "invite".into(), most_members: 1, ..MemoryTeam::default() };
    site.store.teams.insert("team".into(), team);
    assert_eq!(site.sign_in("/oauth/gitlab/signup?id=invite").status, 307);
    site.user_answer.1 = person(102, "bob", "bob@example.com");
    assert_eq!(site.sign_in("/oauth/gitlab/signup?id=invite").status, 400);
    assert_eq!((site.store.accounts.len(), site.store.sessions.len()), (2, 1));
}

#[test]
fn a_redirect_may_not_lead_to_another_site() {
    let mut site = Site::new();
    for (target, status) in [
        ("/oauth/gitlab/login?redirect_to=https%3A%2F%2Fevil.example.com", 400),
        ("/oauth/gitlab/login?redirect_to=%2Feng", 302),
        ("/oauth/gitlab/login?redirect_to=HTTPS%3A%2F%2FMattermost.example.com%2Feng", 302),
        ("/oauth/gitlab/mobile_login?redirect_to=evil%3A%2F%2Fcallback", 200),
        ("/oauth/gitlab/mobile_login?redirect_to=mmauth%3A%2F%2Fcallback", 302),
    ] {
        assert_eq!(site.get(target).status, status, "{target}");
    }
}

#[test]
fn a_flow_that_is_driven_out_of_step_refuses_and_does_not_panic() {
    let site = Site::new();
    let request = Request { path: "/oauth/gitlab/login".into(), ..Request::default() };
    let route = Route::of("/oauth/gitlab/login").expect("a route");
    let mut flow = Flow::begin(Arc::new(site.settings), request, route);
    let now = UnixTime { millis: 0 };
    let action = flow.step(FlowInput::Store(Answer::Done), now, &mut Seeded(1));
    assert!(matches!(action, FlowAction::Respond(response) if response.status == 500));
    assert!(matches!(flow.step(FlowInput::Start, now, &mut Seeded(1)), FlowAction::Refuse(_)));
}

#[test]
fn only_an_address_that_the_server_signed_shows_its_words() {
    let site = Site::new();
    let page = error_page(&site.settings, 400, "Invalid state");
    let body = body(&page);
    let query = body.split("/error?").nth(2).and_then(|rest| rest.split('"').next()).expect("an address");
    let query = query.replace("&amp;", "&");
    assert_eq!(signed_error(&site.settings, &query).as_deref(), Some("Invalid state"));
    assert_eq!(signed_error(&site.settings, &query.replace("Invalid", "Forged")), None);
}
