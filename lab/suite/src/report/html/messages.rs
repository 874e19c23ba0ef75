//! The messages, drawn: one row per message between the lines of the parties, with the whole message behind it.

use gitlab_mattermost_browser::sequence::{sequence, turns};
use gitlab_mattermost_core::sequence::Message;
use gitlab_mattermost_ground::exchange::Exchange;
use maud::{Markup, html};

use crate::report::failure::{readable, visible};

/// Most characters of a body, in a scenario that held; `events.jsonl` has the rest.
const SHOWN_OF_GOOD: usize = 600;
/// Most characters of a body, in any other.
const SHOWN_OF_BAD: usize = 10_000;

/// The messages in the order in which they were sent.
pub(super) fn messages(exchanges: &[Exchange], bad: bool) -> Markup {
    let drawn = sequence(exchanges);
    let most = if bad { SHOWN_OF_BAD } else { SHOWN_OF_GOOD };
    html! {
        div.said {
            div.parties { @for party in &drawn.parties { b { (party) } } }
            @for (message, turn) in drawn.messages.iter().zip(turns(exchanges)) {
                (row(message, &exchanges[turn.exchange], most))
            }
        }
    }
}

/// The first message that went wrong, or the last of all, without what is behind it.
pub(super) fn first_wrong(exchanges: &[Exchange]) -> Option<String> {
    let drawn = sequence(exchanges);
    let position = drawn.messages.iter().position(|message| message.wrong.is_some());
    let message = position.map_or_else(|| drawn.messages.last(), |position| drawn.messages.get(position))?;
    let party = |index: usize| drawn.parties.get(index).map_or("", String::as_str);
    let wrong = message.wrong.as_ref().map(|why| format!(" ✗ {why}")).unwrap_or_default();
    let turn = turns(exchanges).get(position.unwrap_or(drawn.messages.len() - 1)).copied()?;
    let Exchange { method, url, .. } = &exchanges[turn.exchange];
    let url = url.split(['?', '#']).next().unwrap_or_default();
    let asked = if message.answer { format!(" (to {method} {url})") } else { String::new() };
    Some(
        visible(&format!("{} → {}: {}{asked}{wrong}", party(message.from), party(message.to), message.text))
            .into_owned(),
    )
}

fn row(message: &Message, exchange: &Exchange, most: usize) -> Markup {
    let (left, right) = (message.from.min(message.to), message.from.max(message.to));
    // Two gaps between three lines: from the line left to the line right.
    let place = format!("a{left}{right}{}", if message.from > message.to { " back" } else { "" });
    let text = visible(&message.text);
    html! {
        details class={ "m " (place) @if message.answer { " ans" } @if message.wrong.is_some() { " bad" } } {
            summary { span { (text) @if let Some(why) = &message.wrong { small { "✗ " (visible(why)) } } } }
            @if message.answer {
                @match &exchange.answer {
                    Ok(status) => { pre { (status) "\n" (whole(&exchange.response_headers, &exchange.response_body, most)) } },
                    Err(why) => { pre { "no answer: " (visible(why)) } },
                }
            } @else {
                pre {
                    (exchange.method) " " (visible(&exchange.url)) "\n"
                    (whole(&exchange.request_headers, &exchange.request_body, most))
                }
            }
        }
    }
}

fn whole(headers: &[(String, String)], body: &str, most: usize) -> String {
    let mut text: String = headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
    let body = readable(headers, body);
    if !body.is_empty() {
        text.push('\n');
    }
    match body.char_indices().nth(most) {
        Some((end, _)) => text.extend([&body[..end], "\n… (events.jsonl has the rest)"]),
        None => text.push_str(&body),
    }
    visible(&text).into_owned()
}
