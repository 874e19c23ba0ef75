//! URIs as the package parses them: with Ruby's `URI()`, that is RFC 3986 to the letter, ASCII only.
//!
//! Not here: which URIs the package accepts (`urls`). A general URL crate does not serve: it would repair what Ruby
//! refuses and refuse what Ruby takes.

/// The parts of a URI that the package looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Uri {
    /// Lower-cased scheme.
    pub scheme: Option<String>,
    /// Host as written, an IPv6 address in its brackets; `None` if empty.
    pub host: Option<String>,
    /// Port as written, else the scheme's own.
    pub port: Option<String>,
    /// Path; empty for `mailto:` and the like.
    pub path: String,
}

/// Text that Ruby's `URI()` refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct InvalidUri;

/// Parses `text` as `URI(text)` does.
///
/// # Shape
/// Accepted: `http://[fd00::10]:8000`, `chat.example.com` (a path), the empty text. Rejected: `https://chät.example.com`,
/// `http://a b`, `http://host:port`.
///
/// # Source
/// RFC 3986 appendix A; Ruby's `uri` library as shipped with GitLab 14.7 (Ruby 2.7), where a query may hold anything
/// but `#`.
pub(super) fn parse(text: &str) -> Result<Uri, InvalidUri> {
    if !text.is_ascii() {
        return Err(InvalidUri);
    }
    let (rest, fragment) = cut(text, '#');
    let (rest, _query) = cut(rest, '?');
    if !fragment.is_none_or(|it| spelled(it, |b| path_byte(b) || matches!(b, b'/' | b'?'))) {
        return Err(InvalidUri);
    }
    if let Some((scheme, hierarchy)) = scheme_of(rest) {
        return hierarchical(Some(scheme.to_ascii_lowercase()), hierarchy);
    }
    // Without a scheme the first segment of a relative path must not hold a colon.
    let first = rest.split('/').next().unwrap_or_default();
    if first.contains(':') && !rest.starts_with("//") {
        return Err(InvalidUri);
    }
    hierarchical(None, rest)
}

fn hierarchical(scheme: Option<String>, hierarchy: &str) -> Result<Uri, InvalidUri> {
    let well_spelled = |path: &str| spelled(path, |b| path_byte(b) || b == b'/');
    let Some(rest) = hierarchy.strip_prefix("//") else {
        let opaque = scheme.is_some() && !hierarchy.starts_with('/');
        if !well_spelled(hierarchy) {
            return Err(InvalidUri);
        }
        let port = default_port(scheme.as_deref());
        return Ok(Uri { scheme, host: None, port, path: if opaque { String::new() } else { hierarchy.to_owned() } });
    };
    let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    if !well_spelled(path) {
        return Err(InvalidUri);
    }
    let (user, address) = authority.split_once('@').map_or((None, authority), |(user, rest)| (Some(user), rest));
    if !user.is_none_or(|it| spelled(it, |b| name_byte(b) || b == b':')) {
        return Err(InvalidUri);
    }
    let (host, port) = host_and_port(address)?;
    let port = if port.is_empty() { default_port(scheme.as_deref()) } else { Some(trimmed_number(port)) };
    Ok(Uri { scheme, host: (!host.is_empty()).then(|| host.to_owned()), port, path: path.to_owned() })
}

fn host_and_port(address: &str) -> Result<(&str, &str), InvalidUri> {
    let (host, after) = if address.starts_with('[') {
        let end = address.find(']').ok_or(InvalidUri)? + 1;
        address.split_at(end)
    } else {
        address.find(':').map_or((address, ""), |at| address.split_at(at))
    };
    let port = match after.strip_prefix(':') {
        Some(port) => port,
        None if after.is_empty() => "",
        None => return Err(InvalidUri),
    };
    let literal = host.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    let good_host = literal.map_or_else(|| spelled(host, name_byte), ip_literal);
    if good_host && port.bytes().all(|b| b.is_ascii_digit()) { Ok((host, port)) } else { Err(InvalidUri) }
}

fn ip_literal(text: &str) -> bool {
    if let Some((version, rest)) = text.strip_prefix('v').and_then(|it| it.split_once('.')) {
        let address = |b| (name_byte(b) && b != b'%') || b == b':';
        return !version.is_empty()
            && version.bytes().all(|b| b.is_ascii_hexdigit())
            && !rest.is_empty()
            && rest.bytes().all(address);
    }
    text.parse::<std::net::Ipv6Addr>().is_ok()
}

/// Splits off a scheme: a letter, then letters, digits, `+`, `-`, `.`, up to the colon.
fn scheme_of(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once(':')?;
    let good = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'));
    good.then_some((scheme, rest))
}

fn cut(text: &str, at: char) -> (&str, Option<&str>) {
    text.split_once(at).map_or((text, None), |(before, after)| (before, Some(after)))
}

fn default_port(scheme: Option<&str>) -> Option<String> {
    let port = match scheme? {
        "http" | "ws" => "80",
        "https" | "wss" => "443",
        "ftp" => "21",
        "ldap" => "389",
        "ldaps" => "636",
        _ => return None,
    };
    Some(port.to_owned())
}

/// The digits as Ruby's `to_i` prints them back: without leading zeros.
fn trimmed_number(digits: &str) -> String {
    let trimmed = digits.trim_start_matches('0');
    if trimmed.is_empty() { "0".to_owned() } else { trimmed.to_owned() }
}

/// Whether every byte is allowed or part of a `%` and two hexadecimal digits.
fn spelled(text: &str, allowed: impl Fn(u8) -> bool) -> bool {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let escaped = byte == b'%'
            && bytes.next().is_some_and(|b| b.is_ascii_hexdigit())
            && bytes.next().is_some_and(|b| b.is_ascii_hexdigit());
        if !(escaped || (byte != b'%' && allowed(byte))) {
            return false;
        }
    }
    true
}

/// Unreserved characters and sub-delimiters: what a registered name is made of.
fn name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=".contains(&byte)
}

fn path_byte(byte: u8) -> bool {
    name_byte(byte) || matches!(byte, b':' | b'@')
}

#[cfg(test)]
mod tests {
    use super::{InvalidUri, parse};

    fn host(text: &str) -> Result<Option<String>, InvalidUri> {
        parse(text).map(|uri| uri.host)
    }

    #[test]
    fn takes_what_ruby_takes() {
        for (text, scheme, host, port, path) in [
            ("http://chat.example.com", Some("http"), Some("chat.example.com"), Some("80"), ""),
            ("HTTPS://Chat.Example.com/", Some("https"), Some("Chat.Example.com"), Some("443"), "/"),
            ("https://chat.example.com:9443/a/b?x y#f", Some("https"), Some("chat.example.com"), Some("9443"), "/a/b"),
            ("http://user:p%40ss@host:", Some("http"), Some("host"), Some("80"), ""),
            ("http://[fd00::10]:8000", Some("http"), Some("[fd00::10]"), Some("8000"), ""),
            ("http://[v1.a:b]", Some("http"), Some("[v1.a:b]"), Some("80"), ""),
            ("http://under_score:0080", Some("http"), Some("under_score"), Some("80"), ""),
            ("//chat.example.com", None, Some("chat.example.com"), None, ""),
            ("chat.example.com", None, None, None, "chat.example.com"),
            ("", None, None, None, ""),
            ("http:chat.example.com", Some("http"), None, Some("80"), ""),
            ("chat.example.com:8065", Some("chat.example.com"), None, None, ""),
            ("http://", Some("http"), None, Some("80"), ""),
            ("http:///path", Some("http"), None, Some("80"), "/path"),
        ] {
            let uri = parse(text).unwrap();
            let found = (uri.scheme.as_deref(), uri.host.as_deref(), uri.port.as_deref(), uri.path.as_str());
            assert_eq!(found, (scheme, host, port, path), "{text}");
        }
    }

    #[test]
    fn refuses_what_ruby_refuses() {
        for text in [
            "https://chät.example.com",
            "http://a b",
            " http://chat.example.com",
            "http://chat.example.com\n",
            "http://host:port",
            "http://[fd00::10",
            "http://[fd00::10]x",
            "http://[chat]",
            "http://host/%zz",
            "http://host/a b",
            "http://a@b@c",
            "http://host/#a#b",
            "1http://host",
            "[\"http://host\"]",
            "http://<host>",
            "127.0.0.1:8065",
        ] {
            assert_eq!(host(text), Err(InvalidUri), "{text}");
        }
    }
}
