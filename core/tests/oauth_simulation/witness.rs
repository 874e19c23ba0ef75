//! An own model of what GitLab and Mattermost may do, held against everything they do.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use gitlab_mattermost_core::gitlab::SESSION_COOKIE;
use gitlab_mattermost_core::http::{Body, Request, Response};
use gitlab_mattermost_core::mattermost::query_value;
use gitlab_mattermost_core::time::UnixTime;

use super::message::{
    Message, Origin, Party, code_of, member, parameter, set_cookie, split_query, state_fields, target,
};
use super::secrets::{Secret, Secrets};
use super::sides::{EVIL_CLIENT, MATTERMOST_CLIENT, user_id};
use super::step::Attack;

/// A rule that nobody may break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    CodeToForeignRedirectUri,
    StateChanged,
    CodeWithoutConsent,
    CodeForForgedConsent,
    CodeInSpiteOfDenial,
    ExchangeWithoutSecret,
    ExchangeOfUnknownCode,
    ExchangeByOtherClient,
    ExchangeForOtherRedirectUri,
    CodeUsedTwice,
    OldCodeAccepted,
    TokenOfSomebodyElse,
    TokenWithoutType,
    UnknownTokenAccepted,
    OldTokenAccepted,
    OtherUserShown,
    UserWithoutEmail,
    SignInWithoutState,
    SignInWithOtherCookie,
    SignInWithOtherAction,
    StateUsedTwice,
    SignInWithoutCode,
    SignInAsSomebodyElse,
    SecretToWrongParty,
}

/// A broken rule, and how it was broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    pub rule: Rule,
    pub what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.rule, self.what)
    }
}

fn hold(rule: Rule, holds: bool, what: impl FnOnce() -> String) -> Result<(), Violation> {
    if holds { Ok(()) } else { Err(Violation { rule, what: what() }) }
}

struct Code {
    client: String,
    redirect_uri: String,
    person: usize,
    at: UnixTime,
    exchanged_for: Option<Origin>,
}

struct Token {
    client: String,
    person: usize,
    at: UnixTime,
}

struct State {
    cookie: String,
    action: String,
    /// When it was used up, in ticks of the network.
    spent: Option<u64>,
}

/// A sign-in that Mattermost let through.
pub struct SignIn<'a> {
    /// Number of the flow and the tick it began at.
    pub flow: (usize, u64),
    pub request: &'a Request,
    /// Whose browser is signed in.
    pub person: usize,
    /// GitLab's number in the account that the session is of.
    pub account: &'a str,
}

/// Everything that was seen, as far as a rule needs it.
pub struct Witness {
    pub secrets: Secrets,
    adversary: usize,
    codes: BTreeMap<String, Code>,
    tokens: BTreeMap<String, Token>,
    states: BTreeMap<String, State>,
    consents: BTreeSet<(usize, String)>,
}

impl Witness {
    /// A witness of so many people, of whom the last is the adversary.
    pub fn new(people: usize) -> Self {
        Self {
            secrets: Secrets::new(people),
            adversary: people - 1,
            codes: BTreeMap::new(),
            tokens: BTreeMap::new(),
            states: BTreeMap::new(),
            consents: BTreeSet::new(),
        }
    }

    /// GitLab answers.
    pub fn gitlab(&mut self, asked: &Message, response: &Response, now: UnixTime) -> Result<(), Violation> {
        if let Party::Browser(person) = asked.from {
            self.note_secrets(person, response);
        }
        match (asked.request.method.as_str(), asked.request.path.as_str()) {
            (_, "/oauth/authorize") => self.authorized(asked, response, now),
            (_, "/oauth/token") if response.status == 200 => self.exchanged(asked, response, now),
            (_, "/api/v4/user") if response.status == 200 => self.shown(&asked.request, response, now),
            _ => Ok(()),
        }
    }

    fn note_secrets(&mut self, person: usize, response: &Response) {
        if person == self.adversary {
            return;
        }
        if let Some(cookie) = set_cookie(response, SESSION_COOKIE) {
            self.secrets.add(cookie, Secret::GitLabCookie(person));
        }
        if let Body::Page(page) = &response.body
            && let Some(token) = &page.csrf_token
        {
            self.secrets.add(token, Secret::FormToken(person));
        }
    }

    fn authorized(&mut self, asked: &Message, response: &Response, now: UnixTime) -> Result<(), Violation> {
        let (Some((redirect_uri, code, state)), Party::Browser(person)) = (code_of(response), asked.from) else {
            return Ok(());
        };
        let request = &asked.request;
        let client = parameter(request, "client_id").unwrap_or_default();
        let registered = [MATTERMOST_CLIENT, EVIL_CLIENT].iter().any(|c| (c.0, c.2) == (&client, &redirect_uri));
        hold(Rule::CodeToForeignRedirectUri, registered, || format!("{redirect_uri} for {client}"))?;
        let sent = parameter(request, "state").filter(|state| !state.is_empty());
        hold(Rule::StateChanged, sent == state, || format!("{sent:?} became {state:?}"))?;
        let denied = parameter(request, "_method").is_some();
        hold(Rule::CodeInSpiteOfDenial, !denied, || format!("person {person}"))?;
        if request.method == "POST" {
            let forged = asked.origin == Origin::Lure(Attack::LureIntoConsent);
            hold(Rule::CodeForForgedConsent, !forged, || format!("person {person}"))?;
            self.consents.insert((person, client.clone()));
        }
        let consented = self.consents.contains(&(person, client.clone()));
        hold(Rule::CodeWithoutConsent, consented, || format!("person {person} to {client}"))?;
        if client == MATTERMOST_CLIENT.0 && person != self.adversary {
            self.secrets.add(&code, Secret::Code);
        }
        self.codes.insert(code, Code { client, redirect_uri, person, at: now, exchanged_for: None });
        Ok(())
    }

    fn exchanged(&mut self, asked: &Message, response: &Response, now: UnixTime) -> Result<(), Violation> {
        let text = |name| member(response, name).and_then(|value| value.as_str().map(str::to_owned));
        let given = |name| parameter(&asked.request, name).unwrap_or_default();
        let (client, secret, redirect_uri) = (given("client_id"), given("client_secret"), given("redirect_uri"));
        let proved = [MATTERMOST_CLIENT, EVIL_CLIENT].iter().any(|c| (c.0, c.1) == (&client, &secret));
        hold(Rule::ExchangeWithoutSecret, proved, || format!("by {client}"))?;
        let code = self.codes.get_mut(&given("code"));
        let code = code.ok_or_else(|| Violation { rule: Rule::ExchangeOfUnknownCode, what: format!("by {client}") })?;
        hold(Rule::ExchangeByOtherClient, code.client == client, || format!("{} by {client}", code.client))?;
        hold(Rule::ExchangeForOtherRedirectUri, code.redirect_uri == redirect_uri, || redirect_uri.clone())?;
        hold(Rule::CodeUsedTwice, code.exchanged_for.is_none(), || format!("by {client}"))?;
        hold(Rule::OldCodeAccepted, now.since(code.at) <= Duration::from_secs(600), || format!("by {client}"))?;
        code.exchanged_for = Some(asked.origin);
        let kind = text("token_type").unwrap_or_default();
        hold(Rule::TokenWithoutType, kind.eq_ignore_ascii_case("bearer"), || kind.clone())?;
        let person = code.person;
        if client == MATTERMOST_CLIENT.0 {
            let values = [text("access_token"), text("refresh_token")];
            values.iter().flatten().for_each(|value| self.secrets.add(value, Secret::Token));
        }
        // GitLab 14.7 gives a token that still works once more, with the time it has left.
        let token = self.tokens.entry(text("access_token").unwrap_or_default());
        let token = token.or_insert_with(|| Token { client: client.clone(), person, at: now });
        let same = token.client == client && token.person == person;
        hold(Rule::TokenOfSomebodyElse, same, || format!("that of person {} to {person}", token.person))
    }

    fn shown(&self, request: &Request, response: &Response, now: UnixTime) -> Result<(), Violation> {
        let bearer = request.headers.get("authorization").and_then(|field| field.strip_prefix("Bearer "));
        let token = bearer.and_then(|value| self.tokens.get(value));
        let token = token.ok_or_else(|| Violation { rule: Rule::UnknownTokenAccepted, what: String::new() })?;
        let age = now.since(token.at);
        hold(Rule::OldTokenAccepted, age <= Duration::from_secs(7200), || format!("after {age:?}"))?;
        let id = member(response, "id").and_then(|id| id.as_u64());
        hold(Rule::OtherUserShown, id == Some(user_id(token.person)), || format!("{id:?} to {}", token.person))?;
        let email = member(response, "email").and_then(|email| email.as_str().map(str::to_owned));
        let expected = format!("person{}@example.com", token.person);
        hold(Rule::UserWithoutEmail, email.as_deref() == Some(&expected), || format!("{email:?}"))
    }

    /// Mattermost answers a browser.
    pub fn mattermost(&mut self, person: usize, response: &Response) {
        let cookies = ["MMOAUTH", "MMAUTHTOKEN", "MMCSRF"].map(|name| set_cookie(response, name));
        if person != self.adversary {
            cookies.iter().flatten().for_each(|value| self.secrets.add(value, Secret::MattermostCookie(person)));
        }
        if let ([Some(cookie), ..], Some(url)) = (cookies, target(response)) {
            let fields = state_fields(&query_value(split_query(url).1, "state").unwrap_or_default());
            let text = |name: &str| fields[name].as_str().unwrap_or_default().to_owned();
            let state = State { cookie: cookie.to_owned(), action: text("action"), spent: None };
            self.states.insert(text("token"), state);
        }
    }

    /// Mattermost uses a state up.
    pub fn spent(&mut self, token: &str, tick: u64) {
        if let Some(state) = self.states.get_mut(token) {
            state.spent.get_or_insert(tick);
        }
    }

    /// Mattermost lets somebody in. Says whether it is into the account of somebody else, which only a leak can explain.
    pub fn signed_in(&self, sign_in: &SignIn<'_>) -> Result<bool, Violation> {
        let SignIn { flow: (flow, began), request, person, account } = *sign_in;
        let fields = state_fields(&query_value(&request.query, "state").unwrap_or_default());
        let token = fields["token"].as_str().unwrap_or_default();
        let what = || format!("person {person} in flow {flow}");
        let state = self.states.get(token);
        let state = state.ok_or_else(|| Violation { rule: Rule::SignInWithoutState, what: what() })?;
        let cookie = request.headers.cookie("MMOAUTH");
        hold(Rule::SignInWithOtherCookie, cookie == Some(&state.cookie), what)?;
        hold(Rule::SignInWithOtherAction, fields["action"].as_str() == Some(&state.action), what)?;
        // The row is read and dropped in two questions: flows that ran at the same time may both have read it.
        hold(Rule::StateUsedTwice, state.spent.is_none_or(|spent| spent >= began), what)?;
        let code = self.codes.get(&query_value(&request.query, "code").unwrap_or_default());
        let code = code.filter(|code| {
            (code.client.as_str(), code.redirect_uri.as_str()) == (MATTERMOST_CLIENT.0, MATTERMOST_CLIENT.2)
                && code.exchanged_for == Some(Origin::Flow(flow))
        });
        let code = code.ok_or_else(|| Violation { rule: Rule::SignInWithoutCode, what: what() })?;
        let own = account == user_id(code.person).to_string();
        hold(Rule::SignInAsSomebodyElse, own, || format!("account {account} for a code of {}", code.person))?;
        Ok(code.person != person)
    }
}
