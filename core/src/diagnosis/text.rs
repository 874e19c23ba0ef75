//! Reading addresses and numbers out of settings.

use super::sign_in::Address;

/// The address of a web server in `text`, without user, query and fragment; `None` if there is none in it.
pub(super) fn address(text: &str) -> Option<Address> {
    let (scheme, rest) = text.trim().split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let own = match scheme.as_str() {
        "http" => 80,
        "https" => 443,
        _ => return None,
    };
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, port.parse().ok()?),
        _ => (authority, own),
    };
    let path = if path.is_empty() { "/" } else { path };
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._[]:".contains(c);
    let is_host = !host.is_empty() && host.chars().all(plain);
    is_host.then(|| Address { scheme, host: host.to_ascii_lowercase(), port, path: path.to_owned() })
}

/// The 1-based line of the first `needle` in `text`.
pub(super) fn line_of(text: &str, needle: &str) -> Option<u64> {
    text.find(needle).map(|at| line_at(text, at))
}

/// The 1-based line of the byte `at` of `text`.
pub(super) fn line_at(text: &str, at: usize) -> u64 {
    let before = text.as_bytes().get(..at).unwrap_or_default();
    before.iter().filter(|byte| **byte == b'\n').count() as u64 + 1
}

/// `one thing`, `2 things`.
pub(super) fn counted(count: u64, one: &str, many: &str) -> String {
    if count == 1 { format!("one {one}") } else { format!("{count} {many}") }
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn an_address_is_read_without_its_user_and_query() {
        let shown = |text: &str| address(text).map(|it| it.to_string());
        assert_eq!(shown("HTTPS://u:p@Chat.Example.com/x?y=z"), Some("https://chat.example.com/x".to_owned()));
        assert_eq!(shown("http://[::1]:8065"), Some("http://[::1]:8065/".to_owned()));
        for text in ["", "chat.example.com", "ftp://a", "http://", "http://a:b", "http://a b"] {
            assert_eq!(shown(text), None, "{text}");
        }
    }
}
