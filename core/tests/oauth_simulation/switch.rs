//! Accounts with a password that go over to GitLab, and whom a server lets in that takes no new people: whatever is mixed,
//! only the account goes over whose owner asked, and only to who consented; nothing of it opens a session.

use std::sync::Arc;
use std::time::Duration;

use gitlab_mattermost_core::http::{Body, Request, Response};
use gitlab_mattermost_core::mattermost::{Account, Flow, FlowAction, FlowInput, query_escape, query_value};
use gitlab_mattermost_core::secret::Secret;

use super::browser::Browser;
use super::message::{member, set_cookie, split_query, target};
use super::sides::{GITLAB, LOGIN, MATTERMOST_CLIENT, Sides, user_id};

/// What a browser comes back to Mattermost with.
#[derive(Clone)]
struct Return {
    code: String,
    state: String,
    cookie: String,
}

fn email(person: usize) -> String {
    format!("person{person}@example.com")
}

/// Two servers, and an account with a password for each of so many people at Mattermost.
fn sides(people: usize) -> Sides {
    let mut sides = Sides::new(1, people);
    for person in 0..people {
        let account = Account {
            username: format!("person{person}"),
            email: email(person),
            password: Secret::new("digestofpassword"),
            ..Account::new(sides.now, &mut sides.random)
        };
        sides.store.accounts.insert(account.id.clone(), account);
    }
    sides
}

/// Drives what Mattermost does for `flow`, without anything in between.
fn drive(sides: &mut Sides, mut flow: Flow) -> Response {
    let mut input = FlowInput::Start;
    for _step in 0..20 {
        input = match flow.step(input, sides.now, &mut sides.random) {
            FlowAction::Ask(question) => FlowInput::Store(sides.store.answer(question)),
            FlowAction::Call(request) => FlowInput::GitLab(Ok(sides.ask_gitlab(&request))),
            FlowAction::Respond(response) => return response,
            FlowAction::Refuse(failure) => panic!("a switch was refused: {failure:?}"),
        };
    }
    panic!("a switch does not end");
}

/// What the browser of `person` brings back from GitLab, where Mattermost sent it with `begun`.
fn bring_back(sides: &mut Sides, person: usize, begun: &Response, address: &str) -> Return {
    let cookie = set_cookie(begun, "MMOAUTH").unwrap().to_owned();
    let state = query_value(split_query(address).1, "state").unwrap();
    let mut browser = Browser::new(person);
    let mut request = browser.get(address).unwrap();
    while request.host == GITLAB {
        let response = sides.ask_gitlab(&request);
        request = browser.receive(&request, &response, false).unwrap();
    }
    Return { code: query_value(&request.query, "code").unwrap(), state, cookie }
}

/// `person`, whose password was checked, asks to go over to GitLab.
fn depart(sides: &mut Sides, person: usize) -> Return {
    let request = Browser::new(person).get(LOGIN).unwrap();
    let flow = Flow::switch(Arc::clone(&sides.settings), request, "gitlab", &email(person));
    let begun = drive(sides, flow);
    let link = member(&begun, "follow_link").unwrap();
    bring_back(sides, person, &begun, link.as_str().unwrap())
}

/// `person` begins a plain sign-in.
fn sign_in(sides: &mut Sides, person: usize) -> Return {
    let request = Browser::new(person).get(LOGIN).unwrap();
    let begun = sides.ask_mattermost(&request).unwrap();
    let address = target(&begun).unwrap().to_owned();
    bring_back(sides, person, &begun, &address)
}

fn come_back(sides: &mut Sides, it: &Return) -> Response {
    let url = format!("{}?code={}&state={}", MATTERMOST_CLIENT.2, query_escape(&it.code), query_escape(&it.state));
    let mut request: Request = Browser::new(0).get(&url).unwrap();
    request.headers.push("Cookie", format!("MMOAUTH={}", it.cookie));
    sides.ask_mattermost(&request).unwrap()
}

/// Whose account now is of which person at GitLab.
fn gone_over(sides: &Sides) -> Vec<(String, String)> {
    let of = |account: &Account| Some((account.username.clone(), account.auth_data.clone()?));
    sides.store.accounts.values().filter(|account| account.auth_service == "gitlab").filter_map(of).collect()
}

const STATES: [&str; 5] = ["own", "of another switch", "of a sign-in", "with another email", "made up"];
const COOKIES: [&str; 4] = ["own", "of another switch", "of a sign-in", "none"];
const CODES: [&str; 4] = ["own", "used", "too old", "none"];

/// The state with another address in it: nobody signs a state, so that anybody can write one.
fn with_email(state: &str, email: &str) -> String {
    use base64::Engine;
    let engine = base64::engine::general_purpose::STANDARD;
    let mut fields: serde_json::Value = serde_json::from_slice(&engine.decode(state).unwrap()).unwrap();
    fields["email"] = email.into();
    engine.encode(fields.to_string())
}

#[test]
fn only_the_account_goes_over_that_was_asked_for_and_to_who_consented() {
    let mut switched = Vec::new();
    for state in STATES {
        for cookie in COOKIES {
            for code in CODES {
                let mut sides = sides(3);
                let old = depart(&mut sides, 0).code;
                sides.wait(Duration::from_secs(601));
                let (own, other, plain) = (depart(&mut sides, 0), depart(&mut sides, 1), sign_in(&mut sides, 2));
                let brought = Return {
                    state: match state {
                        "own" => own.state.clone(),
                        "of another switch" => other.state.clone(),
                        "of a sign-in" => plain.state.clone(),
                        "with another email" => with_email(&own.state, &email(1)),
                        _ => with_email("e30=", &email(0)),
                    },
                    cookie: match cookie {
                        "own" => own.cookie.clone(),
                        "of another switch" => other.cookie.clone(),
                        "of a sign-in" => plain.cookie.clone(),
                        _ => String::new(),
                    },
                    code: match code {
                        "own" => own.code.clone(),
                        "used" => {
                            let again = depart(&mut sides, 0);
                            come_back(&mut sides, &again);
                            sides.store.accounts.values_mut().for_each(|account| {
                                account.auth_service = String::new();
                                account.auth_data = None;
                            });
                            again.code
                        }
                        "too old" => old,
                        _ => String::new(),
                    },
                };
                let response = come_back(&mut sides, &brought);
                let of_a_sign_in = (state, cookie) == ("of a sign-in", "of a sign-in");
                assert!(sides.store.sessions.is_empty(), "{state}, {cookie}, {code}: a session was opened");
                assert!(set_cookie(&response, "MMAUTHTOKEN").is_none(), "{state}, {cookie}, {code}");
                let gone = gone_over(&sides);
                if !gone.is_empty() {
                    assert!(!of_a_sign_in);
                    switched.push((state, cookie, code, gone));
                }
                if let Body::Bytes(bytes) = &response.body {
                    let text = String::from_utf8_lossy(bytes);
                    for secret in [MATTERMOST_CLIENT.1, &other.code, &other.cookie, "digestofpassword"] {
                        assert!(!text.contains(secret), "{state}, {cookie}, {code}: a secret is told");
                    }
                }
            }
        }
    }
    // As in a sign-in, a code belongs to no state. Still nobody else's account goes over to a person who has one here:
    // the e-mail address from GitLab is taken.
    assert_eq!(switched, [("own", "own", "own", vec![("person0".to_owned(), user_id(0).to_string())])]);
}

#[test]
fn a_switch_works_once_and_ends_the_sessions_of_the_account() {
    let mut sides = sides(2);
    let own = depart(&mut sides, 0);
    come_back(&mut sides, &own);
    assert_eq!(gone_over(&sides), [("person0".to_owned(), user_id(0).to_string())]);
    let account = sides.store.accounts.values().find(|account| account.username == "person0").unwrap();
    assert!(account.password.expose().is_empty(), "the password still works");
    let before = sides.store.accounts.clone();
    let again = Return { code: sign_in(&mut sides, 1).code, ..own };
    come_back(&mut sides, &again);
    assert_eq!(sides.store.accounts, before, "the same state was taken twice");
    assert!(sides.sign_in(&mut Browser::new(0)), "who went over cannot sign in");
    assert_eq!(sides.store.sessions.len(), 1);
    assert!(!sides.sign_in(&mut Browser::new(1)), "who did not go over gets in with the same e-mail address");
}

#[test]
fn a_server_without_sign_up_lets_in_whom_it_knows_and_makes_no_account() {
    for open in [true, false] {
        let mut sides = sides(2);
        let own = depart(&mut sides, 0);
        come_back(&mut sides, &own);
        sides.store.accounts.retain(|_, account| account.username == "person0");
        let mut settings = (*sides.settings).clone();
        settings.enable_user_creation = open;
        sides.settings = Arc::new(settings);
        assert!(sides.sign_in(&mut Browser::new(0)), "open: {open}");
        assert_eq!(sides.sign_in(&mut Browser::new(1)), open);
        assert_eq!(sides.store.accounts.len(), if open { 2 } else { 1 }, "open: {open}");
    }
}
