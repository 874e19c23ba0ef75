//! URLs and addresses to listen on, as the server accepts them.

use std::net::IpAddr;

/// Whether `text` could stand in a request line: an absolute path, or a scheme and anything after it.
pub(super) fn is_uri(text: &str) -> bool {
    if text.is_empty() || text.bytes().any(|b| b < b' ' || b == 0x7f) {
        return false;
    }
    let (scheme, rest) = split_scheme(text);
    match rest.strip_prefix("//") {
        Some(rest) if scheme.is_some() => {
            let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
            is_authority(authority) && has_whole_escapes(path)
        }
        _ if rest.starts_with('/') => has_whole_escapes(rest),
        _ => scheme.is_some_and(|s| !s.is_empty()),
    }
}

/// Whether `text` is a URL with `http` or `https` and a host.
pub(super) fn is_http_url(text: &str) -> bool {
    let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['/', '?'])) && is_uri(text)
}

/// Whether `text` is a URL with `ws` or `wss`.
pub(super) fn is_websocket_url(text: &str) -> bool {
    (text.starts_with("ws://") || text.starts_with("wss://")) && is_uri(text)
}

/// Whether `text` is a URI with `turn` or `stun`.
pub(super) fn is_turn_or_stun_uri(text: &str) -> bool {
    (text.starts_with("turn:") || text.starts_with("stun:")) && is_uri(text)
}

/// Whether `text` is `host:port`, the host an address, a domain name or missing.
pub(super) fn is_listen_address(text: &str) -> bool {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => match rest.split_once("]:") {
            Some(parts) => parts,
            None => return false,
        },
        None => match text.split_once(':') {
            Some((host, port)) if !port.contains(':') => (host, port),
            _ => return false,
        },
    };
    let is_host = host.is_empty() || host.parse::<IpAddr>().is_ok() || is_domain_name(host);
    is_host && port.parse::<i64>().is_ok_and(|n| (0..=i64::from(u16::MAX)).contains(&n))
}

/// A leading `name:`; a colon first of all is a scheme without a name, which nothing accepts.
fn split_scheme(text: &str) -> (Option<&str>, &str) {
    let named = |scheme: &str| {
        (scheme.is_empty() || scheme.starts_with(|c: char| c.is_ascii_alphabetic()))
            && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
    };
    match text.split_once(':') {
        Some((scheme, rest)) if named(scheme) => (Some(scheme), rest),
        _ => (None, text),
    }
}

fn is_authority(authority: &str) -> bool {
    let host_and_port = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let (host, port) = match host_and_port.rfind(']') {
        Some(end) => (&host_and_port[..=end], &host_and_port[end + 1..]),
        None => host_and_port.split_at(host_and_port.rfind(':').unwrap_or(host_and_port.len())),
    };
    let is_port = port.is_empty() || port.strip_prefix(':').is_some_and(|p| p.bytes().all(|b| b.is_ascii_digit()));
    let is_host =
        !host.bytes().any(|b| b" \\^`{|}#%".contains(&b)) && (host.starts_with('[') || !host.contains(['[', ']']));
    is_port && is_host
}

/// Whether every percent sign is followed by two hexadecimal digits, up to the query.
fn has_whole_escapes(path: &str) -> bool {
    let path = path.split('?').next().unwrap_or(path);
    path.split('%').skip(1).all(|after| after.len() >= 2 && after.bytes().take(2).all(|b| b.is_ascii_hexdigit()))
}

fn is_domain_name(name: &str) -> bool {
    let bare = name.strip_suffix('.').unwrap_or(name);
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    bare.len() <= 253 && bare.split('.').all(is_label) && bare.bytes().any(|b| b.is_ascii_alphabetic() || b == b'_')
}
