//! The exchanges of a GitLab as a diagram: who asked, what it answered, and what it refused.

use gitlab_mattermost_core::sequence::Sequence;
use gitlab_mattermost_ground::exchange::{Exchange, Party, field};

/// Columns: people's browsers, the program under test, and this GitLab.
const PARTIES: [&str; 3] = ["browser", "client", "GitLab"];

/// Characters shown of what a page or an error says.
const SHOWN: usize = 160;

/// The diagram of `exchanges`, which are in the order of their requests.
pub(super) fn of(exchanges: &[Exchange]) -> Sequence {
    let mut sequence = Sequence::of(PARTIES);
    let gitlab = PARTIES.len() - 1;
    for exchange in exchanges {
        let asker = usize::from(exchange.from != Party::Browser);
        sequence.request(asker, gitlab, format!("{} {}", exchange.method, path(&exchange.url)));
        sequence.answer(gitlab, asker, answer(exchange));
        if let Some(why) = refusal(exchange) {
            sequence.last_is_wrong(why);
        }
    }
    sequence
}

/// The path of an absolute URL.
pub(super) fn path(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = rest.find('/').map_or("/", |at| &rest[at..]);
    path.split(['?', '#']).next().unwrap_or_default()
}

/// The pairs of a URL's query.
pub(super) fn query(url: &str) -> &str {
    url.split('#').next().and_then(|url| url.split_once('?')).map_or("", |(_, query)| query)
}

fn answer(exchange: &Exchange) -> String {
    let status = exchange.answer.as_ref().map_or_else(|_| "no answer".to_owned(), u16::to_string);
    match exchange.response_header("location") {
        Some(target) => format!("{status} to {}", target.split(['?', '#']).next().unwrap_or_default()),
        None => status,
    }
}

/// What GitLab refused, in its own words: the `error` of a redirect or of a JSON body, or a page with a status from 400.
pub(super) fn refusal(exchange: &Exchange) -> Option<String> {
    let error = |pairs: &str| {
        let found = form_urlencoded::parse(pairs.as_bytes()).find(|(name, _)| name == "error");
        found.map(|(_, error)| error.into_owned())
    };
    if let Some(error) = exchange.response_header("location").and_then(|target| error(query(target))) {
        return Some(error);
    }
    let status = *exchange.answer.as_ref().ok()?;
    if status < 400 {
        return None;
    }
    let is_json = field(&exchange.response_headers, "content-type").is_some_and(|kind| kind.contains("json"));
    let said = if is_json { exchange.error_in_json() } else { None };
    let said = said.unwrap_or_else(|| exchange.response_body.replace('\n', " "));
    Some(if said.is_empty() { format!("status {status}") } else { said.chars().take(SHOWN).collect() })
}
