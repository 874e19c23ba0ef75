//! Secrets in running text: what follows the name of a secret, private keys, tokens that can be told by their look.

use std::ops::Range;

use super::harmless::tells_nothing;
use super::name::is_secret_name;

/// How tokens of well-known services begin.
const PREFIXES: [&str; 17] = [
    "glpat-",
    "gldt-",
    "glrt-",
    "glcbt-",
    "glptt-",
    "glft-",
    "glsoat-",
    "ghp_",
    "gho_",
    "ghs_",
    "github_pat_",
    "xoxb-",
    "xoxp-",
    "xoxa-",
    "xapp-",
    "AKIA",
    "eyJ",
];
/// What may stand around `=`.
const BLANKS: [char; 2] = [' ', '\t'];
/// A value is looked for in so many bytes, so that no line takes more time than its length asks for.
const LONGEST_VALUE: usize = 64 << 10;
/// The least length of a word of digits and letters that is taken for a token.
const TOKEN_LENGTH: usize = 32;

/// The secrets in `text`.
pub(super) fn secrets(text: &str) -> Vec<Range<usize>> {
    let mut found = private_keys(text);
    found.extend(logins_without_scheme(text));
    // What is a value already is not read again, which keeps the time in line with the length.
    let mut read_to = 0;
    for word in words(text, is_of_name) {
        let name = &text[word.clone()];
        if word.start < read_to {
            continue;
        }
        let value = if is_secret_name(name.trim_matches(['-', '.'])) {
            value_after(text, word, name.starts_with("--"))
        } else if is_kind_of_authorization(name) {
            credentials_after(text, word.end)
        } else {
            None
        };
        if let Some(value) = value {
            read_to = value.end;
            found.extend((!tells_nothing(&text[value.clone()])).then_some(value));
        }
    }
    found.extend(words(text, is_of_token).filter(|word| looks_like_token(&text[word.clone()])));
    found
}

/// The stretches of `text` whose characters are all `wanted`.
fn words(text: &str, wanted: fn(char) -> bool) -> impl Iterator<Item = Range<usize>> {
    text.split(move |c| !wanted(c)).filter(|word| !word.is_empty()).map(move |word| {
        let start = word.as_ptr().addr() - text.as_ptr().addr();
        start..start + word.len()
    })
}

fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_-.".contains(c)
}

fn is_of_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_-+=.~".contains(c)
}

/// The value behind the name of a secret: `name=value`, `name: value`, `"name" => "value"`, `--name value`.
fn value_after(text: &str, name: Range<usize>, is_option: bool) -> Option<Range<usize>> {
    let closed = text[name.end..].trim_start_matches(['"', '\'', ']']);
    let spaced = closed.trim_start_matches(BLANKS);
    let marked = ["=>", ":=", "=", ":"].into_iter().find_map(|mark| Some((mark, spaced.strip_prefix(mark)?)));
    let as_option = || (is_option && spaced.len() < closed.len()).then_some(("", spaced));
    let (mark, value) = marked.or_else(as_option)?;
    let value = value.trim_start_matches(BLANKS);
    let most = (0..=LONGEST_VALUE.min(value.len())).rev().find(|at| value.is_char_boundary(*at)).unwrap_or_default();
    let line = value[..most].lines().next().unwrap_or_default();
    let mut held = match line.chars().next() {
        Some(quote @ ('"' | '\'' | '`')) => until_quote(&line[1..], quote),
        _ if mark == ":" => until_next_pair(line),
        _ if mark == "=" && is_in_data_source(text) => until_blank(line),
        _ => line.split([' ', '\t', ',', '&', ';', ')', '}', '\'', '"']).next().unwrap_or_default(),
    };
    held = held.trim();
    // The kind of an authorization is no part of the secret.
    let kind = held.split_whitespace().next().unwrap_or_default();
    if is_kind_of_authorization(kind) && held.len() > kind.len() {
        held = held[kind.len()..].trim_start();
    }
    // `Keys and tokens: see the page`
    let several = text[name].to_ascii_lowercase();
    let is_prose = mark == ":" && several.ends_with('s') && !several.ends_with("ss") && held.contains(' ');
    if is_prose || held.is_empty() {
        return None;
    }
    let start = held.as_ptr().addr() - text.as_ptr().addr();
    Some(start..start + held.len())
}

fn is_kind_of_authorization(word: &str) -> bool {
    word.eq_ignore_ascii_case("bearer") || word.eq_ignore_ascii_case("basic")
}

fn until_quote(text: &str, quote: char) -> &str {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return &text[..at],
            _ => {}
        }
    }
    text
}

/// Whether a text has words of a data source, in which nothing but a blank ends a value.
fn is_in_data_source(text: &str) -> bool {
    ["host=", "dbname=", "user="].iter().filter(|word| text.contains(*word)).count() > 1
}

/// A value up to a blank that no backslash stands before.
fn until_blank(line: &str) -> &str {
    let mut escaped = false;
    for (at, c) in line.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c.is_whitespace() => return &line[..at],
            _ => {}
        }
    }
    line
}

/// A value that may hold blanks, up to the next `, name:` on the line.
fn until_next_pair(line: &str) -> &str {
    for (at, _) in line.match_indices(',') {
        let next = line[at + 1..].trim_start().trim_start_matches(['"', '\'']);
        let name = next.split(|c| !is_of_name(c)).next().unwrap_or_default();
        let behind = next[name.len()..].trim_start_matches(['"', '\'']);
        if !name.is_empty() && behind.starts_with([':', '=']) {
            return &line[..at];
        }
    }
    line.trim_end_matches([' ', '}'])
}

/// `abc` of `Bearer abc`.
fn credentials_after(text: &str, end: usize) -> Option<Range<usize>> {
    let rest = &text[end..];
    let value = rest.trim_start_matches(' ');
    let start = text.len() - value.len();
    let word = value.split(|c| !(is_of_token(c) || c == '/')).next().unwrap_or_default();
    (value.len() < rest.len() && word.len() >= 6).then(|| start..start + word.len())
}

fn private_keys(text: &str) -> Vec<Range<usize>> {
    let begins = text
        .match_indices("-----BEGIN ")
        .filter(|(at, _)| text[*at..].lines().next().is_some_and(|line| line.contains("PRIVATE KEY")));
    let end_of = |start: usize| {
        let end = text[start..].find("-----END ").map(|at| start + at);
        let line = end.and_then(|end| text[end + 9..].find("-----").map(|at| end + 9 + at + 5));
        line.unwrap_or(text.len())
    };
    let mut found: Vec<Range<usize>> = Vec::new();
    for (start, _) in begins {
        if found.last().is_none_or(|last| start >= last.end) {
            found.push(start..end_of(start));
        }
    }
    found
}

/// The password in `user:password@host` where no scheme stands before it, as in data sources of MySQL.
fn logins_without_scheme(text: &str) -> Vec<Range<usize>> {
    let logins = words(text, |c| !(c.is_whitespace() || "'\"`<>()[]{},;".contains(c))).filter_map(|word| {
        let content = &text[word.clone()];
        if content.contains("://") || content.starts_with("mailto:") {
            return None;
        }
        let (user, rest) = content.split_once(':')?;
        let at = rest.rfind('@')?;
        let plain = !user.is_empty() && user.chars().all(|c| c.is_ascii_alphanumeric() || "_-.%+".contains(c));
        (plain && at > 0).then(|| word.start + user.len() + 1..word.start + user.len() + 1 + at)
    });
    logins.collect()
}

/// Whether a word is a token by its look: a known beginning, or many digits and letters without any sense.
fn looks_like_token(word: &str) -> bool {
    let known = PREFIXES.iter().any(|prefix| word.starts_with(prefix) && word.len() >= prefix.len() + 8);
    let all = |is: fn(&char) -> bool| word.chars().all(|c| is(&c));
    let any = |is: fn(&char) -> bool| word.chars().any(|c| is(&c));
    let hexadecimal = all(char::is_ascii_hexdigit) && any(char::is_ascii_digit);
    let mixed = any(char::is_ascii_digit) && any(char::is_ascii_lowercase) && any(char::is_ascii_uppercase);
    let plain = all(|c| c.is_ascii_alphanumeric() || "+=_-".contains(*c));
    known || plain && word.len() >= TOKEN_LENGTH && (hexadecimal || mixed)
}
