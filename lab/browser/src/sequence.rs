//! Exchanges as a sequence diagram: requests with method and path, answers with status and where they lead, and a mark
//! on what went wrong.

use gitlab_mattermost_core::sequence::Sequence;
use url::Url;

use gitlab_mattermost_ground::exchange::{Exchange, Party};

use crate::page::{script_target, visible_text};
use crate::refusal::{gitlab_refusal, mattermost_error, oauth_error};

/// Characters shown of what a page says.
const SHOWN: usize = 160;

/// One message of exchanges: a request, or its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// Index of the exchange.
    pub exchange: usize,
    /// Whether it is the answer.
    pub answer: bool,
}

/// The messages of `exchanges`, which are in the order of their requests, in the order in which they are drawn.
///
/// A request that the asked party sends in turn stands between question and answer: Mattermost asks GitLab only while a
/// browser waits.
pub fn turns(exchanges: &[Exchange]) -> Vec<Turn> {
    let mut turns = Vec::new();
    let mut unanswered: Vec<usize> = Vec::new();
    let answer = |exchange| Turn { exchange, answer: true };
    for (index, exchange) in exchanges.iter().enumerate() {
        while let Some(asked) = unanswered.pop_if(|asked| exchanges[*asked].to != exchange.from) {
            turns.push(answer(asked));
        }
        turns.push(Turn { exchange: index, answer: false });
        unanswered.push(index);
    }
    turns.extend(unanswered.into_iter().rev().map(answer));
    turns
}

/// The diagram of `exchanges`: a message for each of their [`turns`].
pub fn sequence(exchanges: &[Exchange]) -> Sequence {
    let parties = [Party::Browser, Party::Mattermost, Party::GitLab].map(|party| party.to_string());
    let mut sequence = Sequence { parties: parties.to_vec(), messages: Vec::new() };
    for turn in turns(exchanges) {
        let exchange = &exchanges[turn.exchange];
        if turn.answer {
            answer(&mut sequence, exchange, exchanges);
        } else {
            let path = url_of(exchange).map_or_else(|| exchange.url.clone(), |url| url.path().to_owned());
            sequence.request(column(exchange.from), column(exchange.to), format!("{} {path}", exchange.method));
        }
    }
    sequence
}

const fn column(party: Party) -> usize {
    match party {
        Party::Browser => 0,
        Party::Mattermost => 1,
        Party::GitLab => 2,
    }
}

fn answer(sequence: &mut Sequence, exchange: &Exchange, all: &[Exchange]) {
    let text = match (&exchange.answer, target(exchange)) {
        (Ok(status), Some(target)) => format!("{status} to {}", place(&target, exchange, all)),
        (Ok(status), None) => status.to_string(),
        (Err(_), _) => "no answer".to_owned(),
    };
    sequence.answer(column(exchange.to), column(exchange.from), text);
    if let Some(why) = wrong(exchange) {
        sequence.last_is_wrong(why);
    }
}

fn url_of(exchange: &Exchange) -> Option<Url> {
    Url::parse(&exchange.url).ok()
}

/// Where the answer leads, by redirect or by script.
fn target(exchange: &Exchange) -> Option<Url> {
    let location = exchange.response_header("location").map(str::to_owned);
    let target = location.or_else(|| is_page(exchange).then(|| script_target(&exchange.response_body)).flatten())?;
    url_of(exchange)?.join(&target).ok()
}

fn is_page(exchange: &Exchange) -> bool {
    exchange.response_header("content-type").is_some_and(|kind| kind.starts_with("text/html"))
}

/// The path of `target`, with its party's name in front, or its host's where no party is known by it, unless that is
/// who answered.
fn place(target: &Url, exchange: &Exchange, all: &[Exchange]) -> String {
    let is_at = |exchange: &Exchange| {
        url_of(exchange).is_some_and(|url| {
            url.host_str() == target.host_str() && url.port_or_known_default() == target.port_or_known_default()
        })
    };
    let path = target.path();
    if is_at(exchange) {
        return path.to_owned();
    }
    match all.iter().find(|other| is_at(other)) {
        Some(other) => format!("{} {path}", other.to),
        None => format!("{}{path}", target.host_str().unwrap_or_default()),
    }
}

/// What went wrong, if something did.
fn wrong(exchange: &Exchange) -> Option<String> {
    let status = match &exchange.answer {
        Ok(status) => *status,
        Err(why) => return Some(why.clone()),
    };
    if let Some(said) = target(exchange).and_then(|target| oauth_error(&target).or_else(|| mattermost_error(&target))) {
        return Some(said);
    }
    let text = if is_page(exchange) { visible_text(&exchange.response_body) } else { String::new() };
    if let Some(refusal) = gitlab_refusal(&text).filter(|_| exchange.to == Party::GitLab) {
        return Some(refusal.chars().take(SHOWN).collect());
    }
    if status < 400 {
        return None;
    }
    let said = exchange.error_in_json().unwrap_or_else(|| text.chars().take(SHOWN).collect());
    Some(if said.is_empty() { format!("status {status}") } else { said })
}

#[cfg(test)]
mod tests;
