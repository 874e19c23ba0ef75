//! State, cookie, code, client and redirect URI: whatever is mixed, only what belongs together leads to a session.

use std::sync::Arc;
use std::time::Duration;

use gitlab_mattermost_core::http::Request;
use gitlab_mattermost_core::mattermost::{Settings, query_escape, query_value};
use gitlab_mattermost_core::secret::Secret;

use super::browser::Browser;
use super::message::{set_cookie, split_query, target};
use super::sides::{EVIL_CLIENT, GITLAB, LOGIN, MATTERMOST_CLIENT, Sides};

/// A sign-in that stands before the door of Mattermost.
struct Return {
    code: String,
    state: String,
    cookie: String,
}

/// Begins a sign-in and stops where the browser would come back.
fn depart(sides: &mut Sides, person: usize) -> Return {
    let mut browser = Browser::new(person);
    let begin = browser.get(LOGIN).unwrap();
    let begun = sides.ask_mattermost(&begin).unwrap();
    let cookie = set_cookie(&begun, "MMOAUTH").unwrap().to_owned();
    let state = query_value(split_query(target(&begun).unwrap()).1, "state").unwrap();
    let code = code(sides, &mut browser, target(&begun).unwrap());
    Return { code, state, cookie }
}

/// Follows a browser through GitLab to the code.
fn code(sides: &mut Sides, browser: &mut Browser, url: &str) -> String {
    let mut request = browser.get(url).unwrap();
    while request.host == GITLAB {
        let response = sides.ask_gitlab(&request);
        request = browser.receive(&request, &response, false).unwrap();
    }
    query_value(&request.query, "code").unwrap()
}

/// Comes back with these three; says whether that makes a session.
fn is_let_in(sides: &mut Sides, code: &str, state: &str, cookie: &str) -> bool {
    let url = format!("{}?code={}&state={}", MATTERMOST_CLIENT.2, query_escape(code), query_escape(state));
    let mut request: Request = Browser::new(0).get(&url).unwrap();
    request.headers.push("Cookie", format!("MMOAUTH={cookie}"));
    let response = sides.ask_mattermost(&request).unwrap();
    let is_let_in = set_cookie(&response, "MMAUTHTOKEN").is_some();
    assert_eq!(is_let_in, !sides.store.sessions.is_empty(), "the store and the answer differ");
    is_let_in
}

/// A code that another application was given.
fn code_of_other_client(sides: &mut Sides) -> String {
    let (id, _, uri) = EVIL_CLIENT;
    let uri = query_escape(uri);
    let url = format!("https://{GITLAB}/oauth/authorize?response_type=code&client_id={id}&redirect_uri={uri}");
    code(sides, &mut Browser::new(0), &url)
}

/// A code that was exchanged before.
fn used_code(sides: &mut Sides) -> String {
    let code = depart(sides, 0).code;
    let (id, secret, uri) = MATTERMOST_CLIENT;
    let pairs = [
        ("grant_type", "authorization_code"),
        ("client_id", id),
        ("client_secret", secret),
        ("redirect_uri", uri),
        ("code", &code),
    ];
    let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let request = Browser::new(0).post(&format!("https://{GITLAB}/oauth/token"), &pairs).unwrap();
    assert_eq!(sides.ask_gitlab(&request).status, 200);
    code
}

/// Changes the configuration of Mattermost between leaving and coming back.
fn configure(sides: &mut Sides, change: impl Fn(&mut Settings)) {
    let mut settings = (*sides.settings).clone();
    change(&mut settings);
    sides.settings = Arc::new(settings);
}

const STATES: [&str; 4] = ["own", "of another sign-in", "made up", "none"];
const COOKIES: [&str; 3] = ["own", "of another sign-in", "none"];
const CODES: [&str; 6] = ["own", "of another client", "used", "too old", "made up", "none"];
const CLIENTS: [&str; 4] = ["right", "wrong id", "wrong secret", "wrong redirect URI"];

#[test]
fn only_what_belongs_together_leads_to_a_session() {
    let mut let_in = Vec::new();
    for (state, cookie, code, client) in combinations() {
        let mut sides = Sides::new(1, 2);
        let old = depart(&mut sides, 0).code;
        sides.wait(Duration::from_secs(601));
        let (own, other) = (depart(&mut sides, 0), depart(&mut sides, 1));
        let code_value = match code {
            "own" => own.code.clone(),
            "of another client" => code_of_other_client(&mut sides),
            "used" => used_code(&mut sides),
            "too old" => old,
            "made up" => "ab".repeat(32),
            _ => String::new(),
        };
        let state_value = match state {
            "own" => own.state.clone(),
            "of another sign-in" => other.state.clone(),
            "made up" => "eyJhY3Rpb24iOiJsb2dpbiIsInRva2VuIjoieCJ9".to_owned(),
            _ => String::new(),
        };
        let cookie_value = match cookie {
            "own" => own.cookie.clone(),
            "of another sign-in" => other.cookie.clone(),
            _ => String::new(),
        };
        match client {
            "wrong id" => configure(&mut sides, |settings| settings.gitlab.id = EVIL_CLIENT.0.to_owned()),
            "wrong secret" => configure(&mut sides, |settings| settings.gitlab.secret = Secret::new("wrong")),
            "wrong redirect URI" => {
                configure(&mut sides, |settings| settings.site_url = "https://chat.example.com".to_owned());
            }
            _ => {}
        }
        if is_let_in(&mut sides, &code_value, &state_value, &cookie_value) {
            let_in.push((state, cookie, code, client));
        }
    }
    // A state belongs to a cookie and a code to a client, but neither to the other: the code is not bound to the state.
    assert_eq!(let_in, [("own", "own", "own", "right"), ("of another sign-in", "of another sign-in", "own", "right"),]);
}

fn combinations() -> impl Iterator<Item = (&'static str, &'static str, &'static str, &'static str)> {
    let with_codes =
        |state, cookie| CODES.into_iter().flat_map(move |code| CLIENTS.map(|client| (state, cookie, code, client)));
    STATES.into_iter().flat_map(move |state| COOKIES.into_iter().flat_map(move |cookie| with_codes(state, cookie)))
}

#[test]
fn a_failed_cookie_check_leaves_the_state_for_the_right_browser() {
    let mut sides = Sides::new(1, 2);
    let own = depart(&mut sides, 0);
    assert!(!is_let_in(&mut sides, &own.code, &own.state, "another"));
    assert!(is_let_in(&mut sides, &own.code, &own.state, &own.cookie));
}

#[test]
fn everybody_gets_in_who_is_not_disturbed_as_often_as_they_like() {
    let mut sides = Sides::new(1, 3);
    for person in [0, 1, 2, 0, 1] {
        let mut browser = Browser::new(person);
        assert!(sides.sign_in(&mut browser) && sides.sign_in(&mut browser), "person {person}");
    }
    assert_eq!((sides.store.accounts.len(), sides.store.sessions.len()), (3, 10));
    assert!(sides.store.tokens.is_empty(), "a state was not used up");
}
