//! Text rules of the Go standard library that the real server's messages follow to the letter.
//!
//! # Source
//! Documented behaviour of Go's `net/url`, `net/http`, `path`, `html/template` and `encoding/json`, as the recorded
//! sign-ins show it.

use std::fmt::Write;

/// Percent-encodes `text` for a query: letters, digits and `-_.~` stay, a blank becomes `+`.
///
/// ```
/// use gitlab_mattermost_core::mattermost::{query_escape, query_value};
/// assert_eq!(query_escape("read user&x"), "read+user%26x");
/// assert_eq!(query_value("a=1&b=read+user", "b").as_deref(), Some("read user"));
/// ```
pub fn query_escape(text: &str) -> String {
    escape(text, "+")
}

/// As [`query_escape`], but a blank becomes `%20`: how scope and `login_hint` are written.
pub(super) fn query_escape_blank(text: &str) -> String {
    escape(text, "%20")
}

fn escape(text: &str, blank: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            b' ' => out.push_str(blank),
            // Writing to a String cannot fail.
            other => _ = write!(out, "%{other:02X}"),
        }
    }
    out
}

/// The first value of `name` in a query. Pairs with a broken escape or a semicolon do not count, as in Go.
pub fn query_value(query: &str, name: &str) -> Option<String> {
    query.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (!pair.contains(';') && unescape(key)? == name).then(|| unescape(value)).flatten()
    })
}

fn unescape(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'+' => out.push(b' '),
            b'%' => out.push(hex(bytes.next()?)? << 4 | hex(bytes.next()?)?),
            other => out.push(other),
        }
    }
    Some(String::from_utf8_lossy(&out).into_owned())
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// Escapes `text` for HTML text and attribute values.
///
/// ```
/// use gitlab_mattermost_core::mattermost::{html_escape, json_escape};
/// assert_eq!(html_escape("<b>"), "&lt;b&gt;");
/// assert_eq!(json_escape(r#"{"a":"<b>"}"#), r#"{"a":"\u003cb\u003e"}"#);
/// ```
pub fn html_escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' => out.push_str("&#34;"),
            '\'' => out.push_str("&#39;"),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\0' => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
    out
}

/// Escapes ASCII `text` for a string literal of a script.
pub(super) fn js_escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '\'' | '"' => out.extend(['\\', c]),
            '<' | '>' | '&' | '=' => _ = write!(out, "\\u{:04X}", u32::from(c)),
            c if c.is_control() => _ = write!(out, "\\u{:04X}", u32::from(c)),
            other => out.push(other),
        }
    }
    out
}

/// JSON text with the characters escaped that Go escapes on top of what JSON demands: `<`, `>`, `&` and two separators.
pub fn json_escape(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => _ = write!(out, "\\u{:04x}", u32::from(c)),
            other => out.push(other),
        }
    }
    out
}

/// The `Location` of a redirect to `target` answered to a request for `request_path`: a target without scheme and host
/// is made absolute and cleaned; bytes outside ASCII are percent-encoded.
pub(super) fn redirect_location(target: &str, request_path: &str) -> String {
    let location = if has_scheme(target) || target.starts_with("//") {
        target.to_owned()
    } else {
        let folder = request_path.rfind('/').map_or("/", |slash| &request_path[..=slash]);
        let absolute = if target.starts_with('/') { target.to_owned() } else { format!("{folder}{target}") };
        let (path, query) = absolute.split_at(absolute.find('?').unwrap_or(absolute.len()));
        let mut clean = path_clean(path);
        if path.ends_with('/') && !clean.ends_with('/') {
            clean.push('/');
        }
        clean + query
    };
    let mut out = String::with_capacity(location.len());
    for byte in location.bytes() {
        match byte {
            0x80.. => _ = write!(out, "%{byte:02x}"),
            // A header field has one line; Go writes a blank for a line end.
            b'\r' | b'\n' => out.push(' '),
            other => out.push(char::from(other)),
        }
    }
    out
}

/// `target` below `site`, unless it has a site of its own.
pub(super) fn completed(site: &str, target: &str) -> String {
    if has_scheme(target) || target.starts_with("//") {
        return target.to_owned();
    }
    let between = if target.is_empty() || target.starts_with('/') { "" } else { "/" };
    format!("{site}{between}{target}")
}

/// The part of `url` before the first colon, if that is a scheme.
pub(super) fn scheme(url: &str) -> Option<&str> {
    let (scheme, _) = url.split_once(':')?;
    let starts = scheme.starts_with(|c: char| c.is_ascii_alphabetic());
    (starts && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))).then_some(scheme)
}

fn has_scheme(url: &str) -> bool {
    scheme(url).is_some()
}

/// The shortest path equal to `path`: no `.`, `..` or repeated slashes; `/` or `.` where nothing is left.
///
/// ```
/// use gitlab_mattermost_core::mattermost::path_clean;
/// assert_eq!(path_clean("/a//b/../c/."), "/a/c");
/// assert_eq!(path_clean(""), ".");
/// ```
pub fn path_clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => _ = parts.pop(),
            ".." if rooted => {}
            other => parts.push(other),
        }
    }
    match (rooted, parts.is_empty()) {
        (true, _) => format!("/{}", parts.join("/")),
        (false, true) => ".".to_owned(),
        (false, false) => parts.join("/"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_escaped_as_go_escapes_it() {
        assert_eq!(query_escape("http://a/b c?=ä~"), "http%3A%2F%2Fa%2Fb+c%3F%3D%C3%A4~");
        assert_eq!(query_escape_blank("read_user api"), "read_user%20api");
    }

    #[test]
    fn the_first_whole_value_of_a_query_counts() {
        assert_eq!(query_value("a=1&a=2", "a").as_deref(), Some("1"));
        assert_eq!(query_value("a=%zz&a=2&b", "a").as_deref(), Some("2"));
        assert_eq!(query_value("a=1;x&b", "a"), None);
        assert_eq!(query_value("b", "b").as_deref(), Some(""));
        assert_eq!(query_value("c=x%2By+z", "c").as_deref(), Some("x+y z"));
    }

    #[test]
    fn a_target_without_a_site_of_its_own_is_completed() {
        for (target, whole) in [
            ("", "https://chat.example.com/mm"),
            ("/eng", "https://chat.example.com/mm/eng"),
            ("eng/x?y", "https://chat.example.com/mm/eng/x?y"),
            ("http://a/b", "http://a/b"),
            ("mmauth://callback", "mmauth://callback"),
            ("//other.example.com", "//other.example.com"),
        ] {
            assert_eq!(completed("https://chat.example.com/mm", target), whole, "{target}");
        }
    }

    #[test]
    fn a_redirect_without_scheme_and_host_becomes_an_absolute_path() {
        let from = "/signup/gitlab/complete";
        for (target, location) in [
            ("http://site/x?y=/../z", "http://site/x?y=/../z"),
            ("", "/signup/gitlab/"),
            ("eng/x", "/signup/gitlab/eng/x"),
            ("/a/../b/?q=1", "/b/?q=1"),
            ("//other.example.com", "//other.example.com"),
            ("/é\r\nx", "/%c3%a9  x"),
        ] {
            assert_eq!(redirect_location(target, from), location, "{target}");
        }
    }
}
