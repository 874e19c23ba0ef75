//! A GitLab and a Mattermost that know each other, their clock and their randomness.

use std::sync::Arc;
use std::time::Duration;

use gitlab_mattermost_core::gitlab::{Provider, ProviderSettings, Seed, SeedApplication, SeedUser};
use gitlab_mattermost_core::http::{Request, Response};
use gitlab_mattermost_core::mattermost::{
    Flow, FlowAction, FlowInput, GitLabSettings, MemoryStore, Release, Route, Settings,
};
use gitlab_mattermost_core::random::TokenSource;
use gitlab_mattermost_core::secret::Secret;
use gitlab_mattermost_core::time::UnixTime;
use gitlab_mattermost_core::version::Version;

use super::browser::Browser;

/// Host of GitLab.
pub const GITLAB: &str = "gitlab.example.com";
/// Host of Mattermost.
pub const MATTERMOST: &str = "mattermost.example.com";
/// Host of the adversary's own application.
pub const EVIL: &str = "evil.example.com";

/// Id, secret and redirect URI of Mattermost as GitLab's client.
pub const MATTERMOST_CLIENT: (&str, &str, &str) =
    ("mattermostclientid", "mattermostclientsecret", "https://mattermost.example.com/signup/gitlab/complete");
/// Id, secret and redirect URI of the adversary's application.
pub const EVIL_CLIENT: (&str, &str, &str) =
    ("evilclientidentifier", "evilclientsecretword", "https://evil.example.com/callback");

/// Id, no secret and redirect URI of an application on people's own machines, which nobody can keep a secret in.
pub const NATIVE_CLIENT: (&str, &str, &str) = ("nativeclientidentifier", "", "https://native.example.com/callback");

/// Where a sign-in begins.
pub const LOGIN: &str = "https://mattermost.example.com/oauth/gitlab/login";

/// Most requests of one sign-in; more are a circle.
const LONGEST_SIGN_IN: usize = 20;

/// Randomness that is the same for the same seed.
pub struct Seeded(pub u64);

impl Seeded {
    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }
}

impl TokenSource for Seeded {
    fn fill(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let number = self.next().to_le_bytes();
            chunk.copy_from_slice(&number[..chunk.len()]);
        }
    }
}

/// The two servers.
pub struct Sides {
    /// GitLab.
    pub gitlab: Provider,
    /// How Mattermost is configured.
    pub settings: Arc<Settings>,
    /// What Mattermost remembers.
    pub store: MemoryStore,
    /// Where tokens come from.
    pub random: Seeded,
    /// The clock.
    pub now: UnixTime,
}

/// The password of a person; it does not contain that of another.
pub fn password(person: usize) -> String {
    format!("passwordofperson{person}atgitlab")
}

/// GitLab's number of a person.
pub fn user_id(person: usize) -> u64 {
    100 + person as u64
}

impl Sides {
    /// Servers where so many people have an account at GitLab and none at Mattermost yet.
    pub fn new(seed: u64, people: usize) -> Self {
        Self::of_version(seed, people, ProviderSettings::default().version)
    }

    /// The same with another version of GitLab.
    pub fn of_version(seed: u64, people: usize, version: Version) -> Self {
        let users = (0..people).map(|person| SeedUser {
            id: user_id(person),
            username: format!("person{person}"),
            name: format!("Person {person}"),
            email: format!("person{person}@example.com"),
            password: Secret::new(password(person)),
            admin: false,
            blocked: false,
            confirmed: true,
            must_accept_terms: false,
        });
        let clients = [("Mattermost", MATTERMOST_CLIENT), ("Evil", EVIL_CLIENT), ("Native", NATIVE_CLIENT)];
        let applications = clients.map(|(name, client)| SeedApplication {
            reference: None,
            client_id: Some(client.0.to_owned()),
            client_secret: (!client.1.is_empty()).then(|| Secret::new(client.1)),
            name: name.to_owned(),
            redirect_uris: vec![client.2.to_owned()],
            scopes: String::new(),
            trusted: false,
            confidential: !client.1.is_empty(),
            expire_access_tokens: true,
            owner: None,
        });
        let content =
            Seed { users: users.collect(), personal_access_tokens: Vec::new(), applications: applications.into() };
        let settings = ProviderSettings { version, external_url: Some(format!("https://{GITLAB}")) };
        let (mut random, now) = (Seeded(seed), UnixTime { millis: 1_643_616_900_000 });
        let gitlab = Provider::new(settings, content, now, &mut random).unwrap();
        Self { gitlab, settings: Arc::new(mattermost_settings()), store: MemoryStore::default(), random, now }
    }

    /// Lets time pass.
    pub fn wait(&mut self, time: Duration) {
        self.now = self.now + time;
    }

    /// GitLab's answer.
    pub fn ask_gitlab(&mut self, request: &Request) -> Response {
        self.gitlab.handle(request, self.now, &mut self.random)
    }

    /// What Mattermost does with a browser's request; nothing if it is not one of the sign-in.
    pub fn begin(&self, request: &Request) -> Option<Flow> {
        let route = Route::of(&request.path)?;
        Some(Flow::begin(Arc::clone(&self.settings), request.clone(), route))
    }

    /// Mattermost's answer, if nothing comes between its own messages; nothing if the request is not one of the sign-in.
    pub fn ask_mattermost(&mut self, request: &Request) -> Option<Response> {
        let mut flow = self.begin(request)?;
        let mut input = FlowInput::Start;
        for _step in 0..LONGEST_SIGN_IN {
            input = match flow.step(input, self.now, &mut self.random) {
                FlowAction::Ask(question) => FlowInput::Store(self.store.answer(question)),
                FlowAction::Call(request) => FlowInput::GitLab(Ok(self.ask_gitlab(&request))),
                FlowAction::Respond(response) => return Some(response),
                FlowAction::Refuse(failure) => panic!("a sign-in of a browser was refused: {failure:?}"),
            };
        }
        panic!("a sign-in of Mattermost does not end");
    }

    /// Follows a browser from `url` on; returns the request that no page of the sign-in answers.
    pub fn follow(&mut self, browser: &mut Browser, url: &str) -> Option<Request> {
        let mut request = browser.get(url)?;
        for _step in 0..LONGEST_SIGN_IN {
            let response = match request.host.as_str() {
                GITLAB => self.ask_gitlab(&request),
                _ => match self.ask_mattermost(&request) {
                    Some(response) => response,
                    None => return Some(request),
                },
            };
            request = browser.receive(&request, &response, false)?;
        }
        panic!("a browser is sent around in a circle");
    }

    /// A whole sign-in without trouble; whether it leads into Mattermost.
    pub fn sign_in(&mut self, browser: &mut Browser) -> bool {
        let landed = self.follow(browser, LOGIN);
        landed.is_some_and(|request| request.host == MATTERMOST && request.headers.cookie("MMAUTHTOKEN").is_some())
    }
}

fn mattermost_settings() -> Settings {
    let gitlab = GitLabSettings {
        enable: true,
        id: MATTERMOST_CLIENT.0.to_owned(),
        secret: Secret::new(MATTERMOST_CLIENT.1),
        scope: String::new(),
        auth_endpoint: format!("https://{GITLAB}/oauth/authorize"),
        token_endpoint: format!("https://{GITLAB}/oauth/token"),
        user_api_endpoint: format!("https://{GITLAB}/api/v4/user"),
    };
    Settings {
        release: Release::RECORDED,
        site_url: format!("https://{MATTERMOST}"),
        gitlab,
        enable_user_creation: true,
        restrict_creation_to_domains: String::new(),
        site_name: "Mattermost".to_owned(),
        default_client_locale: "en".to_owned(),
        session_web_days: 30,
        session_mobile_days: 30,
        allow_cookies_for_subdomains: false,
        app_custom_url_schemes: vec!["mmauth://".to_owned()],
        error_page_key: Secret::new("errorpagekey"),
        faults: Default::default(),
    }
}
