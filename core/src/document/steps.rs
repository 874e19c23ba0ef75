//! The steps of a sequence diagram, as Mermaid and PlantUML write them.
//!
//! A step's fact is who speaks to whom and what of it is protocol: method, path, status, names such as `client_id`.
//! The rest of its words is prose and no fact.

/// Whether a block draws a sequence.
pub(super) fn is_sequence(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("%%"));
    match lines.next() {
        Some("sequenceDiagram") => true,
        Some(line) if line.starts_with("@startuml") => text.lines().any(|line| arrow(line.trim()).is_some()),
        _ => false,
    }
}

/// The steps with the line that each stands in, counted from 0 in the block, its fact and its words.
pub(super) fn of(text: &str) -> Vec<(usize, (String, String))> {
    let lines = text.lines().enumerate();
    lines.filter_map(|(at, line)| Some((at, step(line.trim())?))).collect()
}

fn step(line: &str) -> Option<(String, String)> {
    if line.get(..5).is_some_and(|it| it.eq_ignore_ascii_case("note ")) {
        let (head, words) = line.get(5..)?.split_once(':')?;
        let parties = head.trim_start_matches("over ").trim_start_matches("right of ").trim_start_matches("left of ");
        let parties: Vec<&str> = parties.split(',').map(str::trim).collect();
        return Some((with_protocol(&format!("note {}", parties.join(", ")), words), words.trim().to_owned()));
    }
    let (from, to, words) = arrow(line)?;
    Some((with_protocol(&format!("{from} -> {to}"), words), words.trim().to_owned()))
}

/// `A->>B: words`, with any arrow of either language.
fn arrow(line: &str) -> Option<(&str, &str, &str)> {
    const ARROWS: [&str; 8] = ["-->>", "->>", "-->", "->", "--x", "-x", "--)", "-)"];
    let (at, arrow) = ARROWS.iter().filter_map(|arrow| Some((line.find(arrow)?, *arrow))).min_by_key(|(at, _)| *at)?;
    let (from, rest) = (&line[..at], &line[at + arrow.len()..]);
    let (to, words) = rest.split_once(':')?;
    let party = |name: &str| !name.is_empty() && name.len() < 64 && !name.contains('"');
    let (from, to) = (from.trim(), to.trim().trim_start_matches(['+', '-']).trim());
    (party(from) && party(to)).then_some((from, to, words))
}

fn with_protocol(head: &str, words: &str) -> String {
    let mut fact = head.to_owned();
    for word in words.split_whitespace() {
        let word = word.trim_matches(['\'', '"', ',', '(', ')', '`']);
        let is_method = matches!(word, "GET" | "POST" | "PUT" | "DELETE" | "302" | "303" | "200");
        let is_name = word.contains('_') || word.contains("::");
        if let Some(url) = Url::of(word) {
            fact.push(' ');
            fact.push_str(url.path);
        } else if is_method || is_name {
            fact.push(' ');
            fact.push_str(word);
        }
    }
    fact
}

/// A URL's parts, as far as steps need them.
pub(super) struct Url<'a> {
    /// `http` or `https`.
    pub scheme: &'a str,
    /// Host with port.
    pub host: &'a str,
    /// Path with what follows; `/` where there is none.
    pub path: &'a str,
}

impl<'a> Url<'a> {
    /// The parts of an absolute URL.
    pub(super) fn of(text: &'a str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://").filter(|(scheme, _)| matches!(*scheme, "http" | "https"))?;
        let at = rest.find('/').unwrap_or(rest.len());
        let path = if at == rest.len() { "/" } else { &rest[at..] };
        Some(Self { scheme, host: &rest[..at], path })
    }
}
