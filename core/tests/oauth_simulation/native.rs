//! Applications that exchange codes and renew tokens themselves: PKCE and refresh tokens, with an adversary who sees the
//! browsers' addresses, codes and challenges in them, and has tokens of his own.
//!
//! Mattermost does neither; GitLab offers both to any client. An own model says of every request for tokens whether it may
//! succeed, and GitLab must say the same.

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gitlab_mattermost_core::gitlab::Fault;
use gitlab_mattermost_core::http::{Body, Response};
use gitlab_mattermost_core::mattermost::{query_escape, query_value};
use gitlab_mattermost_core::time::UnixTime;
use gitlab_mattermost_core::version::Version;
use sha2::{Digest, Sha256};

use super::browser::Browser;
use super::message::member;
use super::sides::{EVIL_CLIENT, GITLAB, MATTERMOST_CLIENT, NATIVE_CLIENT, Seeded, Sides, user_id};

const PEOPLE: usize = 3;
/// Those who ask for tokens; the native application has no secret.
const CLIENTS: [(&str, &str, &str); 3] = [NATIVE_CLIENT, MATTERMOST_CLIENT, EVIL_CLIENT];
const CODE_LIFETIME: Duration = Duration::from_secs(600);
const TOKEN_LIFETIME: Duration = Duration::from_secs(7200);
const STEPS: usize = 1500;

/// How a challenge is made of a verifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Method {
    S256,
    Plain,
}

#[derive(Debug, Clone)]
struct Code {
    value: String,
    client: usize,
    person: usize,
    challenge: Option<(Method, String)>,
    at: UnixTime,
    spent: bool,
}

#[derive(Debug, Clone)]
struct Pair {
    access: String,
    refresh: String,
    client: usize,
    person: usize,
    at: UnixTime,
    /// Neither renewed nor revoked.
    live: bool,
}

/// What happened, by name.
type Counts = BTreeMap<&'static str, usize>;

struct Model {
    sides: Sides,
    random: Seeded,
    codes: Vec<Code>,
    pairs: Vec<Pair>,
    counts: Counts,
    reuses_tokens: bool,
}

impl Model {
    fn new(seed: u64, version: Version) -> Self {
        Self {
            sides: Sides::of_version(seed, PEOPLE, version),
            random: Seeded(seed ^ 0x6e61_7469_7665),
            codes: Vec::new(),
            pairs: Vec::new(),
            counts: Counts::new(),
            reuses_tokens: version < Version::new(15, 1, 0),
        }
    }

    fn choose(&mut self, from: usize) -> usize {
        (self.random.next() % from as u64) as usize
    }

    /// The newest of so many, or any of them.
    fn choose_new(&mut self, from: usize) -> usize {
        if self.choose(3) > 0 { from - 1 - self.choose(from.min(3)) } else { self.choose(from) }
    }

    fn count(&mut self, what: &'static str) {
        *self.counts.entry(what).or_default() += 1;
    }

    /// A person consents in a browser, with or without a challenge.
    fn authorize(&mut self) {
        let (person, client) = (self.choose(PEOPLE), self.choose(CLIENTS.len()));
        let verifier = format!("verifier-{:016x}-{:016x}-0123456789", self.random.next(), self.random.next());
        let challenge = match self.choose(3) {
            0 => None,
            1 => Some((Method::Plain, verifier)),
            _ => Some((Method::S256, verifier)),
        };
        let (id, _, uri) = CLIENTS[client];
        let mut url = format!(
            "https://{GITLAB}/oauth/authorize?response_type=code&client_id={id}&redirect_uri={}",
            query_escape(uri)
        );
        if let Some((method, verifier)) = &challenge {
            let name = if *method == Method::S256 { "S256" } else { "plain" };
            url += &format!("&code_challenge={}&code_challenge_method={name}", challenge_of(*method, verifier));
        }
        let mut browser = Browser::new(person);
        let mut request = browser.get(&url).unwrap();
        while request.host == GITLAB {
            let response = self.sides.ask_gitlab(&request);
            // What goes through the browser is the adversary's: no verifier and no token may be in it.
            self.hold_no_secret(&response, None);
            request = browser.receive(&request, &response, false).unwrap();
        }
        let value = query_value(&request.query, "code").unwrap();
        self.codes.push(Code { value, client, person, challenge, at: self.sides.now, spent: false });
        self.count("codes");
    }

    /// Somebody exchanges a code, rightly or not.
    fn exchange(&mut self) {
        if self.codes.is_empty() {
            return;
        }
        let at = self.choose_new(self.codes.len());
        let code = self.codes[at].clone();
        // More often than not everything is right, so that there is something to get wrong later.
        let wrong = if self.choose(2) == 0 { 0 } else { 1 + self.choose(8) };
        let client = if wrong == 1 { self.choose(CLIENTS.len()) } else { code.client };
        let (id, secret, uri) = CLIENTS[client];
        let own = code.challenge.as_ref().map(|(_, verifier)| verifier.clone());
        let verifier = match wrong {
            2 => None,
            3 => Some("made-up-made-up-made-up-made-up-made-up-43".to_owned()),
            // The adversary has seen the challenge on its way.
            4 => code.challenge.as_ref().map(|(method, verifier)| challenge_of(*method, verifier)),
            5 => self.codes.iter().find_map(|it| it.challenge.as_ref().map(|(_, verifier)| verifier.clone())),
            _ => own.clone(),
        };
        let uri = match wrong {
            1 => CLIENTS[code.client].2,
            6 => "https://elsewhere.example.com/callback",
            _ => uri,
        };
        let secret = if wrong == 7 { "wrong" } else { secret };
        let value = if wrong == 8 { "ab".repeat(32) } else { code.value.clone() };
        let mut pairs = vec![
            ("grant_type", "authorization_code".to_owned()),
            ("client_id", id.to_owned()),
            ("redirect_uri", uri.to_owned()),
            ("code", value.clone()),
        ];
        if !secret.is_empty() {
            pairs.push(("client_secret", secret.to_owned()));
        }
        if let Some(verifier) = &verifier {
            pairs.push(("code_verifier", verifier.clone()));
        }
        let proves = match (&code.challenge, &verifier) {
            (None, None) => true,
            (Some((_, right)), Some(given)) => right == given,
            _ => false,
        };
        let may = value == code.value
            && !code.spent
            && self.sides.now.since(code.at) <= CODE_LIFETIME
            && client == code.client
            && secret == CLIENTS[client].1
            && uri == CLIENTS[code.client].2
            && proves;
        let response = self.ask_for_tokens(&pairs);
        assert_eq!(response.status == 200, may, "exchange by {id}, wrong in {wrong}, of {code:?}: {response:?}");
        if !may {
            self.hold_no_secret(&response, None);
            let plain_challenge = matches!(code.challenge, Some((Method::Plain, _)));
            match wrong {
                2 | 3 | 5 if code.challenge.is_some() => self.count("verifiers refused"),
                4 if !plain_challenge => self.count("challenges as verifiers refused"),
                0 => self.count("used or old codes refused"),
                _ => self.count("other exchanges refused"),
            }
            return;
        }
        self.hold_no_secret(&response, Some(client));
        self.codes[at].spent = true;
        self.count(if code.challenge.is_some() { "exchanges with a verifier" } else { "exchanges without" });
        self.note(&response, client, code.person);
    }

    /// Somebody renews tokens, rightly or not.
    fn refresh(&mut self) {
        if self.pairs.is_empty() {
            return;
        }
        let at = self.choose_new(self.pairs.len());
        let pair = self.pairs[at].clone();
        let wrong = if self.choose(2) == 0 { 0 } else { 1 + self.choose(4) };
        let client = if wrong == 1 { self.choose(CLIENTS.len()) } else { pair.client };
        let (id, secret, _) = CLIENTS[client];
        let secret = if wrong == 2 { "wrong" } else { secret };
        let value = if wrong == 3 { pair.access.clone() } else { pair.refresh.clone() };
        let mut pairs = vec![("grant_type", "refresh_token".to_owned()), ("refresh_token", value)];
        if wrong != 4 {
            pairs.push(("client_id", id.to_owned()));
            if !secret.is_empty() {
                pairs.push(("client_secret", secret.to_owned()));
            }
        }
        let may = pair.live && client == pair.client && secret == CLIENTS[client].1 && wrong != 3 && wrong != 4;
        let response = self.ask_for_tokens(&pairs);
        assert_eq!(response.status == 200, may, "refresh by {id}, wrong in {wrong}, of {pair:?}: {response:?}");
        if !may {
            self.hold_no_secret(&response, None);
            self.count(if pair.live { "foreign refreshes refused" } else { "second refreshes refused" });
            return;
        }
        self.hold_no_secret(&response, Some(client));
        self.pairs[at].live = false;
        self.count("refreshes");
        self.note(&response, client, pair.person);
        assert!(!self.is_accepted(&pair.access, pair.person), "the old access token outlives its refresh");
    }

    /// A client gives its tokens back.
    fn revoke(&mut self) {
        if self.pairs.is_empty() {
            return;
        }
        let at = self.choose_new(self.pairs.len());
        let pair = self.pairs[at].clone();
        let (id, secret, _) = CLIENTS[pair.client];
        let value = if self.choose(2) == 0 { &pair.access } else { &pair.refresh };
        let fields = [("client_id", id), ("client_secret", secret), ("token", value)];
        let fields: Vec<(String, String)> = fields
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let request = Browser::new(0).post(&format!("https://{GITLAB}/oauth/revoke"), &fields).unwrap();
        assert_eq!(self.sides.ask_gitlab(&request).status, 200);
        // What no longer works cannot be given back; a refresh token of an expired access token still can be used.
        if self.sides.now.since(pair.at) <= TOKEN_LIFETIME {
            self.pairs[at].live = false;
        }
        self.count("revocations");
    }

    /// An access token is shown.
    fn show(&mut self) {
        if self.pairs.is_empty() {
            return;
        }
        let at = self.choose_new(self.pairs.len());
        let pair = self.pairs[at].clone();
        let may = pair.live && self.sides.now.since(pair.at) <= TOKEN_LIFETIME;
        assert_eq!(self.is_accepted(&pair.access, pair.person), may, "{pair:?} at {:?}", self.sides.now);
        self.count(if may { "tokens accepted" } else { "tokens refused" });
    }

    /// Keeps a pair of tokens; up to 15.0 that may be one that is out already.
    fn note(&mut self, response: &Response, client: usize, person: usize) {
        let text = |name| member(response, name).and_then(|value| value.as_str().map(str::to_owned)).unwrap();
        let (access, refresh) = (text("access_token"), text("refresh_token"));
        if let Some(known) = self.pairs.iter().find(|pair| pair.access == access || pair.refresh == refresh) {
            assert!(self.reuses_tokens && known.live, "tokens that are out already are given again: {known:?}");
            assert_eq!((known.client, known.person, &known.refresh), (client, person, &refresh));
        } else {
            self.pairs.push(Pair { access, refresh, client, person, at: self.sides.now, live: true });
        }
    }

    fn ask_for_tokens(&mut self, pairs: &[(&str, String)]) -> Response {
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let request = Browser::new(0).post(&format!("https://{GITLAB}/oauth/token"), &pairs).unwrap();
        self.sides.ask_gitlab(&request)
    }

    /// Whether the user API takes the token; then it must show the right person.
    fn is_accepted(&mut self, access: &str, person: usize) -> bool {
        let mut request = Browser::new(0).get(&format!("https://{GITLAB}/api/v4/user")).unwrap();
        request.headers.push("Authorization", format!("Bearer {access}"));
        let response = self.sides.ask_gitlab(&request);
        let id = member(&response, "id").and_then(|id| id.as_u64());
        assert!(response.status != 200 || id == Some(user_id(person)), "{id:?} is shown for person {person}");
        response.status == 200
    }

    /// Nothing secret is in an answer to whoever it is not for: no verifier ever, tokens only to their `client`.
    fn hold_no_secret(&self, response: &Response, client: Option<usize>) {
        let body = match &response.body {
            Body::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            Body::Page(page) => format!("{page:?}"),
            Body::Empty => String::new(),
        };
        let text = format!("{:?}{body}", response.headers);
        for (method, verifier) in self.codes.iter().filter_map(|code| code.challenge.as_ref()) {
            // A plain challenge is the verifier, and is in the address for everybody to see.
            assert!(*method == Method::Plain || !text.contains(verifier), "a verifier is told");
        }
        for pair in self.pairs.iter().filter(|pair| Some(pair.client) != client) {
            assert!(!text.contains(&pair.access) && !text.contains(&pair.refresh), "tokens are told to a stranger");
        }
        for (_, secret, _) in CLIENTS.iter().filter(|client| !client.1.is_empty()) {
            assert!(!text.contains(secret), "a client's secret is told");
        }
    }

    fn step(&mut self) {
        match self.choose(12) {
            0..3 => self.authorize(),
            3..7 => self.exchange(),
            7..9 => self.refresh(),
            9 => self.show(),
            10 if self.choose(4) == 0 => self.revoke(),
            _ => {
                let seconds = [1, 1, 10, 60, 601, 7201][self.choose(6)];
                self.sides.wait(Duration::from_secs(seconds));
            }
        }
    }
}

fn challenge_of(method: Method, verifier: &str) -> String {
    match method {
        Method::Plain => verifier.to_owned(),
        Method::S256 => URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)),
    }
}

#[test]
fn tokens_need_their_verifier_and_a_refresh_token_works_once() {
    for version in [Version::new(14, 7, 0), Version::new(15, 4, 0)] {
        for seed in 1..=2 {
            let mut model = Model::new(seed, version);
            (0..STEPS).for_each(|_| model.step());
            for what in [
                "exchanges with a verifier",
                "exchanges without",
                "verifiers refused",
                "challenges as verifiers refused",
                "used or old codes refused",
                "refreshes",
                "second refreshes refused",
                "foreign refreshes refused",
                "tokens accepted",
                "tokens refused",
                "revocations",
            ] {
                let often = model.counts.get(what).copied().unwrap_or_default();
                assert!(often > 5, "{version}, seed {seed}: {what} {often} times");
            }
        }
    }
}

/// The model can be contradicted: a GitLab that does one thing wrong does so.
#[test]
fn every_fault_that_the_model_speaks_of_is_found_out() {
    for fault in [
        Fault::AnyRedirectUri,
        Fault::AnyClientSecret,
        Fault::ReusableCodes,
        Fault::CodesForEver,
        Fault::CodeForAnyClient,
        Fault::UserForbidden,
    ] {
        let run = || {
            let mut model = Model::new(1, Version::new(14, 7, 0));
            model.sides.gitlab.set_faults([fault].into_iter().collect());
            (0..STEPS).for_each(|_| model.step());
        };
        assert!(std::panic::catch_unwind(run).is_err(), "{fault:?} contradicts nothing");
    }
}
