//! Secrets in URLs: the user, values of the query, addresses of webhooks.

use std::ops::Range;

/// Parameters of a query that are shown: they tune a connection, or say what is asked for.
const HARMLESS: [&str; 24] = [
    "sslmode",
    "sslrootcert",
    "sslcert",
    "connect_timeout",
    "application_name",
    "charset",
    "collation",
    "binary_parameters",
    "parsetime",
    "timeout",
    "readtimeout",
    "writetimeout",
    "loc",
    "page",
    "per_page",
    "ref",
    "format",
    "v",
    "version",
    "lang",
    "locale",
    "tls",
    "search_path",
    "options",
];
/// Parts of a path behind which the address of a webhook is its secret.
const HOOKS: [&str; 6] = ["/hooks/", "/hook/", "/webhook/", "/webhooks/", "/webhookb2/", "/services/T"];
/// Protocols in whose URLs a password may be written as it is, `/` and `@` and all.
const OF_SERVICES: [&str; 8] = ["postgres", "postgresql", "mysql", "redis", "rediss", "amqp", "ldap", "ldaps"];

/// How many URLs inside of another are looked at.
const MOST_INSIDE: usize = 8;

/// The secrets in the URLs of `text`, and in paths that stand without one.
pub(super) fn secrets(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut last_end, mut inside) = (0, 0);
    for (at, _) in text.match_indices("://") {
        let start = at + 3;
        inside = if start < last_end { inside + 1 } else { 0 };
        if inside > MOST_INSIDE {
            continue;
        }
        let end = text[start..].find(is_end).map_or(text.len(), |length| start + length);
        last_end = end;
        let scheme = text[..at].rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '+').next().unwrap_or_default();
        found.extend(user(text, scheme, start, end));
        found.extend(query(text, start, end));
        found.extend(bot(text, start, end));
    }
    for hook in HOOKS {
        let mut read_to = 0;
        for (at, _) in text.match_indices(hook) {
            let start = at + hook.trim_end_matches('T').len();
            let range = if start < read_to { None } else { behind_hook(text, start) };
            read_to = range.as_ref().map_or(read_to, |range| range.end);
            found.extend(range);
        }
    }
    found
}

fn is_end(c: char) -> bool {
    c.is_whitespace() || "'\"`<>\\".contains(c)
}

fn user(text: &str, scheme: &str, start: usize, end: usize) -> Option<Range<usize>> {
    let url = &text[start..end];
    let of_service = OF_SERVICES.contains(&scheme.to_ascii_lowercase().as_str());
    let authority = if of_service {
        url.split('?').next().unwrap_or_default()
    } else {
        url.split(['/', '?', '#']).next().unwrap_or_default()
    };
    // A password may hold what ends an authority; then the rest has the `@`.
    let at = authority.rfind('@').or_else(|| if of_service { url.rfind('@') } else { None })?;
    let login = &url[..at];
    let harmless = of_service && !login.contains(':');
    (!harmless).then_some(start..start + at)
}

fn query(text: &str, start: usize, end: usize) -> Vec<Range<usize>> {
    let Some(begin) = text[start..end].find(['?', '#']).map(|at| start + at + 1) else { return Vec::new() };
    let mut found = Vec::new();
    let mut at = begin;
    for part in text[begin..end].split(['&', '#', ';']) {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let (from, held) = if part.contains('=') { (at + name.len() + 1, value) } else { (at, part) };
        let held = held.trim_end_matches([')', ']', '}', ',', '.']);
        let is_anchor = !part.contains('=') && text[..at].ends_with('#');
        if !is_anchor && !HARMLESS.contains(&name.to_ascii_lowercase().as_str()) && !is_harmless(held) {
            found.push(from..from + held.len());
        }
        at += part.len() + 1;
    }
    found
}

fn is_harmless(value: &str) -> bool {
    matches!(value, "" | "true" | "false") || value.len() <= 4 && value.bytes().all(|byte| byte.is_ascii_digit())
}

/// What follows the part of a path that says webhook; pages about webhooks have names with a point.
fn behind_hook(text: &str, start: usize) -> Option<Range<usize>> {
    let rest = &text[start..];
    let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "_-/@:%~".contains(c))).unwrap_or(rest.len());
    let is_page = rest[length..].starts_with(".htm") || rest[length..].starts_with(".md");
    (length > 0 && !is_page).then_some(start..start + length)
}

/// The token of a bot in a path: `bot12:AbC`.
fn bot(text: &str, start: usize, end: usize) -> Option<Range<usize>> {
    let at = text[start..end].find("/bot").map(|at| start + at + 1)?;
    let segment = text[at..end].split('/').next().unwrap_or_default();
    let is_token = segment[3..].starts_with(|c: char| c.is_ascii_digit()) && segment.contains(':');
    is_token.then_some(at..at + segment.len())
}
