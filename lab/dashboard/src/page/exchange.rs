//! The messages: one line each, and behind it header fields and bodies.

use gitlab_mattermost_ground::exchange::Exchange;
use maud::{Markup, html};

use super::order::button;
use crate::lab::Lab;

/// Most messages shown; the newest are.
const SHOWN: usize = 200;

/// The exchanges, oldest first.
pub(super) fn messages(lab: &Lab) -> Markup {
    let exchanges = lab.exchanges();
    let left_out = exchanges.len().saturating_sub(SHOWN);
    html! {
        section #messages {
            h2 { "Messages" }
            p {
                @if exchanges.is_empty() { "Nothing was said yet. " }
                @if left_out > 0 { (left_out) " older ones are not shown. " }
                a href="sequence.svg" { "as a picture" } " · " a href="sequence.mmd" { "as Mermaid" } " "
                (button("clear", &[], "clear"))
            }
            @for (number, exchange) in exchanges.iter().enumerate().skip(left_out) { (message(number + 1, exchange)) }
        }
    }
}

fn message(number: usize, exchange: &Exchange) -> Markup {
    let Exchange { from, to, method, url, answer, .. } = exchange;
    let (status, kind) = match answer {
        Ok(status) if *status < 400 => (status.to_string(), "good"),
        Ok(status) => (status.to_string(), "bad"),
        Err(_) => ("no answer".to_owned(), "bad"),
    };
    let curl = curl(exchange);
    html! {
        details id={ "message-" (number) } class=(kind) {
            summary {
                span.way { (number) ". " (from) " → " (to) } " "
                code { (method) " " (path(url)) } " "
                strong { (status) }
                @if let Some(location) = exchange.response_header("location") { " to " code { (path(location)) } }
            }
            h3 { (method) " " (url) }
            (fields(&exchange.request_headers))
            @if !exchange.request_body.is_empty() { pre { (exchange.request_body) } }
            h3 { @match answer { Ok(status) => { (status) } Err(why) => { "no answer: " (why) } } }
            (fields(&exchange.response_headers))
            @if !exchange.response_body.is_empty() { pre { (exchange.response_body) } }
            h3 { "as a command" }
            pre id={ "command-" (number) } { (curl) }
            button type="button" data-copies={ "command-" (number) } { "copy" }
        }
    }
}

fn fields(fields: &[(String, String)]) -> Markup {
    html! { pre { @for (name, value) in fields { (name) ": " (value) "\n" } } }
}

/// The URL without scheme and host.
fn path(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    if rest.len() == url.len() { url } else { rest.find('/').map_or("/", |at| &rest[at..]) }
}

/// The request as a command for a shell; what is masked in it stands for what must be put in its place.
fn curl(exchange: &Exchange) -> String {
    let mut words = vec!["curl".to_owned(), "--include".to_owned()];
    if exchange.method != "GET" {
        words.extend(["--request".to_owned(), exchange.method.clone()]);
    }
    words.push(exchange.url.clone());
    let by_itself = ["host", "content-length", "connection", "accept-encoding"];
    let own =
        exchange.request_headers.iter().filter(|(name, _)| !by_itself.contains(&name.to_ascii_lowercase().as_str()));
    words.extend(own.flat_map(|(name, value)| ["--header".to_owned(), format!("{name}: {value}")]));
    if !exchange.request_body.is_empty() {
        words.extend(["--data-raw".to_owned(), exchange.request_body.clone()]);
    }
    // Only a zero byte cannot be quoted.
    shlex::try_join(words.iter().map(String::as_str)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use gitlab_mattermost_ground::exchange::Party;

    fn exchange(body: &str) -> Exchange {
        Exchange {
            from: Party::Browser,
            to: Party::GitLab,
            method: "POST".to_owned(),
            url: "http://127.0.0.1:1/a?b=c&d='".to_owned(),
            request_headers: vec![("Host".to_owned(), "x".to_owned()), ("Accept".to_owned(), "*/*".to_owned())],
            request_body: body.to_owned(),
            answer: Ok(302),
            response_headers: vec![("Location".to_owned(), "/x".to_owned())],
            response_body: String::new(),
        }
    }

    #[test]
    fn a_shell_reads_the_command_as_it_is_meant() {
        let words = shlex::split(&curl(&exchange("a=$(id)`id`"))).unwrap();
        assert_eq!(words[..5], ["curl", "--include", "--request", "POST", "http://127.0.0.1:1/a?b=c&d='"]);
        assert_eq!(words[5..], ["--header", "Accept: */*", "--data-raw", "a=$(id)`id`"]);
    }

    #[test]
    fn what_a_server_says_is_text_on_the_page() {
        let page = message(1, &exchange("<script>alert(1)</script>")).into_string();
        assert!(!page.contains("<script"), "{page}");
    }

    #[test]
    fn a_place_is_shown_by_its_path() {
        assert_eq!(path("http://127.0.0.1:4000/oauth/authorize?a=b"), "/oauth/authorize?a=b");
        assert_eq!((path("http://host"), path("/x")), ("/", "/x"));
    }
}
