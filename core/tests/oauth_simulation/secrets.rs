//! Who may see which secret, held against every message.

use std::collections::BTreeMap;

use gitlab_mattermost_core::http::{Body, Headers};
use gitlab_mattermost_core::mattermost::query_value;

use super::message::{Message, Party, split_query, state_fields, target};
use super::sides::{MATTERMOST_CLIENT, password};
use super::witness::{Rule, Violation};

/// What is secret, and whose it is. What belongs to the adversary is no secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secret {
    /// Mattermost's secret at GitLab.
    Client,
    /// The password of this person.
    Password(usize),
    /// An access or refresh token for Mattermost.
    Token,
    /// A code for Mattermost.
    Code,
    /// Session cookie of this person's browser at GitLab.
    GitLabCookie(usize),
    /// Token of the forms that GitLab shows this person's browser.
    FormToken(usize),
    /// Session or sign-in cookie of this person's browser at Mattermost.
    MattermostCookie(usize),
}

/// Where in a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Address,
    Headers,
    Body,
}

/// Every secret that was ever made.
pub struct Secrets(BTreeMap<String, Secret>);

/// Texts shorter than this are no secrets.
const SHORTEST: usize = 16;

impl Secrets {
    /// Those that are there from the beginning; the last person is the adversary.
    pub fn new(people: usize) -> Self {
        let mut secrets = Self(BTreeMap::new());
        secrets.add(MATTERMOST_CLIENT.1, Secret::Client);
        (0..people - 1).for_each(|person| secrets.add(&password(person), Secret::Password(person)));
        secrets
    }

    /// One more.
    pub fn add(&mut self, value: &str, secret: Secret) {
        self.0.insert(value.to_owned(), secret);
    }

    /// Whether everything secret in a message may be where it is.
    pub fn check(&self, message: &Message) -> Result<(), Violation> {
        for (part, text) in parts(message) {
            let text = percent_encoding::percent_decode_str(&text).decode_utf8_lossy();
            for word in text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| word.len() >= SHORTEST) {
                if let Some(secret) = self.0.get(word)
                    && !is_allowed(*secret, message, part)
                {
                    let what = format!("{secret:?} in the {part:?} from {:?} to {:?}", message.from, message.to);
                    return Err(Violation { rule: Rule::SecretToWrongParty, what });
                }
            }
        }
        Ok(())
    }
}

fn is_allowed(secret: Secret, message: &Message, part: Part) -> bool {
    let Message { from, to, request, response, .. } = message;
    let asks = response.is_none();
    let between = |browser: usize, site: Party| {
        let browser = Party::Browser(browser);
        (*from, *to) == (browser, site) || (*from, *to) == (site, browser)
    };
    let is_to = |path: &str| request.path == path;
    match secret {
        Secret::Client => {
            asks && (*from, *to) == (Party::Mattermost, Party::GitLab) && is_to("/oauth/token") && part == Part::Body
        }
        Secret::Password(person) => {
            asks && between(person, Party::GitLab) && is_to("/users/sign_in") && part == Part::Body
        }
        Secret::Token => match (*from, *to) {
            (Party::GitLab, Party::Mattermost) => is_to("/oauth/token") && part == Part::Body,
            (Party::Mattermost, Party::GitLab) => is_to("/api/v4/user") && part == Part::Headers,
            _ => false,
        },
        Secret::Code => match (*from, *to) {
            (Party::GitLab, Party::Browser(_)) => is_to("/oauth/authorize"),
            (Party::Browser(_), Party::Mattermost) => part == Part::Address,
            (Party::Mattermost, Party::GitLab) => is_to("/oauth/token") && part == Part::Body,
            _ => false,
        },
        Secret::GitLabCookie(person) => between(person, Party::GitLab) && part == Part::Headers,
        Secret::FormToken(person) => between(person, Party::GitLab) && part == Part::Body,
        Secret::MattermostCookie(person) => between(person, Party::Mattermost) && part == Part::Headers,
    }
}

/// The texts of a message; a `state` counts as what it is made of.
fn parts(message: &Message) -> Vec<(Part, String)> {
    let Some(response) = &message.response else {
        let request = &message.request;
        return vec![
            (Part::Address, format!("{} {} {}", request.path, request.query, state_text(&request.query))),
            (Part::Headers, header_text(&request.headers)),
            (Part::Body, String::from_utf8_lossy(&request.body).into_owned()),
        ];
    };
    let body = match &response.body {
        Body::Empty => String::new(),
        Body::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        Body::Page(page) => format!("{page:?}"),
    };
    let state = target(response).map(|url| state_text(split_query(url).1)).unwrap_or_default();
    vec![(Part::Headers, format!("{} {state}", header_text(&response.headers))), (Part::Body, body)]
}

fn header_text(headers: &Headers) -> String {
    headers.0.iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>().join("\n")
}

fn state_text(query: &str) -> String {
    query_value(query, "state").map(|state| state_fields(&state).to_string()).unwrap_or_default()
}
