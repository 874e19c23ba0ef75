//! What the adversary knows, and the messages he makes of it.
//!
//! He has an account at GitLab, a browser, an application registered at GitLab and the power to send other people's
//! browsers anywhere. He sees his own traffic; if the front channel leaks, also the addresses that GitLab sends other
//! people's browsers to.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use gitlab_mattermost_core::http::{Request, Response};
use gitlab_mattermost_core::mattermost::{query_escape, query_value};
use gitlab_mattermost_core::random::TokenSource;

use super::browser::Browser;
use super::message::{Message, Origin, Party, code_of, member, set_cookie, split_query, state_fields, target};
use super::sides::{EVIL_CLIENT, GITLAB, MATTERMOST_CLIENT, Seeded};
use super::step::Attack;

/// Most values of a kind that he remembers.
const MEMORY: usize = 16;

/// A sign-in of his own that he interrupted, or finished.
#[derive(Clone, Default)]
struct SignIn {
    code: String,
    state: String,
    cookie: String,
}

/// The adversary.
pub struct Adversary {
    random: Seeded,
    cookies: BTreeMap<String, String>,
    held: Vec<SignIn>,
    finished: Vec<SignIn>,
    own_codes: Vec<String>,
    own_tokens: Vec<String>,
    overheard: Vec<(usize, String, String)>,
    returns: usize,
}

fn remember<T>(memory: &mut Vec<T>, value: T) {
    if memory.len() >= MEMORY {
        memory.remove(0);
    }
    memory.push(value);
}

fn pick<T: Clone>(memory: &[T], choice: usize) -> Option<T> {
    memory.get(choice % memory.len().max(1)).cloned()
}

impl Adversary {
    /// One who knows nothing yet.
    pub fn new(seed: u64) -> Self {
        Self {
            random: Seeded(!seed),
            cookies: BTreeMap::new(),
            held: Vec::new(),
            finished: Vec::new(),
            own_codes: Vec::new(),
            own_tokens: Vec::new(),
            overheard: Vec::new(),
            returns: 0,
        }
    }

    /// His browser or his program gets an answer.
    pub fn receives(&mut self, response: &Response) {
        let state = target(response).and_then(|url| query_value(split_query(url).1, "state"));
        if let (Some(state), Some(cookie)) = (state, set_cookie(response, "MMOAUTH")) {
            self.cookies.insert(state, cookie.to_owned());
        }
        if let Some(token) = member(response, "access_token").and_then(|token| token.as_str().map(str::to_owned)) {
            remember(&mut self.own_tokens, token);
        }
    }

    /// His browser is about to go back to Mattermost; says whether he lets it.
    pub fn lets_return(&mut self, request: &Request) -> bool {
        let value = |name| query_value(&request.query, name).unwrap_or_default();
        let (code, state) = (value("code"), value("state"));
        let cookie = self.cookies.get(&state).cloned().unwrap_or_default();
        self.returns += 1;
        let lets = self.returns.is_multiple_of(3);
        remember(if lets { &mut self.finished } else { &mut self.held }, SignIn { code, state, cookie });
        lets
    }

    /// A browser comes to his application's site.
    pub fn is_visited(&mut self, request: &Request) {
        if let Some(code) = query_value(&request.query, "code") {
            remember(&mut self.own_codes, code);
        }
    }

    /// The front channel leaks an answer of GitLab to somebody.
    pub fn overhears(&mut self, person: usize, response: &Response) {
        if let Some((_, code, Some(state))) = code_of(response) {
            remember(&mut self.overheard, (person, code, state));
        }
    }

    /// The message of an attack; nothing if he does not know enough for it.
    pub fn attack(&mut self, attack: Attack, choice: usize, browsers: &[Browser]) -> Option<Message> {
        let victim = browsers.get(choice % (browsers.len() - 1))?;
        let own = browsers.last()?;
        match attack {
            Attack::ReplayState | Attack::ForgeState | Attack::ChangeAction | Attack::SwapCookie => {
                self.bad_state(attack, choice, own)
            }
            Attack::InjectCode | Attack::InjectForeignCode | Attack::GuessCode => self.bad_code(attack, choice, own),
            Attack::ExchangeWithoutSecret
            | Attack::ExchangeAsOtherClient
            | Attack::ExchangeOwnCode
            | Attack::ExchangeElsewhere => self.exchange(attack, choice, own),
            Attack::UseOwnToken => show_token(attack, &pick(&self.own_tokens, choice)?, own),
            Attack::GuessToken => {
                let token = self.random.hex(32);
                show_token(attack, &token, own)
            }
            Attack::LureWithState => {
                let (person, _, state) = pick(&self.overheard, choice)?;
                let code = pick(&self.held, choice)?.code;
                lure(attack, browsers.get(person)?, &callback(&code, &state))
            }
            Attack::LureToCallback => {
                let SignIn { code, state, .. } = pick(&self.held, choice)?;
                lure(attack, victim, &callback(&code, &state))
            }
            // His own browser goes there as well: that is how he gets a code of his own.
            Attack::LureToOwnApplication => {
                lure(attack, browsers.get(choice % browsers.len())?, &authorize(EVIL_CLIENT.0, EVIL_CLIENT.2, "own"))
            }
            Attack::LureToForeignRedirect => lure(attack, victim, &authorize(MATTERMOST_CLIENT.0, EVIL_CLIENT.2, "x")),
            Attack::LureToLongerRedirect => {
                let longer = format!("{}/../../../elsewhere", MATTERMOST_CLIENT.2);
                lure(attack, victim, &authorize(MATTERMOST_CLIENT.0, &longer, "x"))
            }
            Attack::LureToAuthorize => {
                let state = pick(&self.held, choice)?.state;
                lure(attack, victim, &authorize(MATTERMOST_CLIENT.0, MATTERMOST_CLIENT.2, &state))
            }
            Attack::LureIntoConsent => {
                let url = format!("https://{GITLAB}/oauth/authorize");
                let state = pick(&self.held, choice)?.state;
                let pairs = authorization(MATTERMOST_CLIENT.0, MATTERMOST_CLIENT.2, &state);
                let request = victim.post(&url, &pairs.map(|(name, value)| (name.to_owned(), value.to_owned())))?;
                Some(message(victim, Party::GitLab, Origin::Lure(attack), request))
            }
        }
    }

    fn bad_state(&mut self, attack: Attack, choice: usize, own: &Browser) -> Option<Message> {
        let mut sign_in = pick(&self.held, choice)?;
        match attack {
            Attack::ReplayState => {
                let SignIn { state, cookie, .. } = pick(&self.finished, choice)?;
                (sign_in.state, sign_in.cookie) = (state, cookie);
            }
            Attack::ForgeState => {
                let token = self.random.hex(32);
                let fields = serde_json::json!({"action": "login", "isMobile": "false", "token": token});
                sign_in.state = STANDARD.encode(fields.to_string());
            }
            Attack::ChangeAction => {
                let mut fields = state_fields(&sign_in.state);
                fields["action"] = ["signup", "mobile", "email_to_sso", ""][choice % 4].into();
                sign_in.state = STANDARD.encode(fields.to_string());
            }
            _ => sign_in.cookie = self.random.hex(13),
        }
        come_back(attack, &sign_in, own)
    }

    fn bad_code(&mut self, attack: Attack, choice: usize, own: &Browser) -> Option<Message> {
        let mut sign_in = pick(&self.held, choice)?;
        sign_in.code = match attack {
            // The newest is the one most likely not used yet.
            Attack::InjectCode => self.overheard.last()?.1.clone(),
            Attack::InjectForeignCode => pick(&self.own_codes, choice)?,
            _ => self.random.hex(32),
        };
        come_back(attack, &sign_in, own)
    }

    fn exchange(&mut self, attack: Attack, choice: usize, own: &Browser) -> Option<Message> {
        let guess = self.random.hex(32);
        let for_mattermost = || pick(&self.held, choice).map(|sign_in| sign_in.code);
        let own_code = || pick(&self.own_codes, choice);
        let (code, id, secret, redirect_uri) = match attack {
            Attack::ExchangeWithoutSecret => (for_mattermost()?, MATTERMOST_CLIENT.0, &*guess, MATTERMOST_CLIENT.2),
            Attack::ExchangeAsOtherClient => (for_mattermost()?, EVIL_CLIENT.0, EVIL_CLIENT.1, MATTERMOST_CLIENT.2),
            Attack::ExchangeElsewhere => (own_code()?, EVIL_CLIENT.0, EVIL_CLIENT.1, MATTERMOST_CLIENT.2),
            _ => (own_code()?, EVIL_CLIENT.0, EVIL_CLIENT.1, EVIL_CLIENT.2),
        };
        let pairs = [
            ("client_id", id),
            ("client_secret", secret),
            ("code", &code),
            ("grant_type", "authorization_code"),
            ("redirect_uri", redirect_uri),
        ];
        let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let mut request = own.post(&format!("https://{GITLAB}/oauth/token"), &pairs)?;
        request.headers.0.retain(|(name, _)| name != "Cookie");
        Some(message(own, Party::GitLab, Origin::Attack(attack), request))
    }
}

fn message(browser: &Browser, to: Party, origin: Origin, request: Request) -> Message {
    Message { from: Party::Browser(browser.person), to, origin, request, response: None }
}

fn lure(attack: Attack, browser: &Browser, url: &str) -> Option<Message> {
    let request = browser.get(url)?;
    let to = if request.host == GITLAB { Party::GitLab } else { Party::Mattermost };
    Some(message(browser, to, Origin::Lure(attack), request))
}

fn come_back(attack: Attack, sign_in: &SignIn, own: &Browser) -> Option<Message> {
    let mut request = own.get(&callback(&sign_in.code, &sign_in.state))?;
    request.headers.0.retain(|(name, _)| name != "Cookie");
    request.headers.push("Cookie", format!("MMOAUTH={}", sign_in.cookie));
    Some(message(own, Party::Mattermost, Origin::Attack(attack), request))
}

fn show_token(attack: Attack, token: &str, own: &Browser) -> Option<Message> {
    let mut request = own.get(&format!("https://{GITLAB}/api/v4/user"))?;
    request.headers.0.retain(|(name, _)| name != "Cookie");
    request.headers.push("Authorization", format!("Bearer {token}"));
    Some(message(own, Party::GitLab, Origin::Attack(attack), request))
}

fn callback(code: &str, state: &str) -> String {
    format!("{}?code={}&state={}", MATTERMOST_CLIENT.2, query_escape(code), query_escape(state))
}

fn authorization<'a>(client: &'a str, redirect_uri: &'a str, state: &'a str) -> [(&'static str, &'a str); 4] {
    [("response_type", "code"), ("client_id", client), ("redirect_uri", redirect_uri), ("state", state)]
}

fn authorize(client: &str, redirect_uri: &str, state: &str) -> String {
    let pairs = authorization(client, redirect_uri, state);
    let pairs = pairs.map(|(name, value)| format!("{name}={}", query_escape(value)));
    format!("https://{GITLAB}/oauth/authorize?{}", pairs.join("&"))
}
