//! URIs as Ruby's library reads them (RFC 3986, strictly) and writes them again.
//!
//! Not here: which URIs are accepted; and no resolving, no dot segments, no decoding: none of that is done to a redirect URI.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What a form encodes: everything but letters, digits and `*-._`; a space becomes a plus.
const FORM: &AsciiSet = &NON_ALPHANUMERIC.remove(b'*').remove(b'-').remove(b'.').remove(b'_').remove(b' ');

/// The parts of a URI.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Uri {
    /// In lower case; nothing in a relative reference.
    pub scheme: Option<String>,
    /// What stands before the `@`.
    pub user: Option<String>,
    /// Host; IPv6 addresses with their brackets.
    pub host: Option<String>,
    /// The port, if it is written and not the scheme's own.
    pub port: Option<u32>,
    /// Everything after the scheme of a URI that is no path: `alert(1)` of `javascript:alert(1)`.
    pub opaque: Option<String>,
    /// The path, possibly empty.
    pub path: String,
    /// What follows the question mark.
    pub query: Option<String>,
    /// What follows the hash.
    pub fragment: Option<String>,
}

impl Uri {
    /// Reads a URI or a relative reference; `None` if a character is not allowed at its place.
    pub fn parse(text: &str) -> Option<Self> {
        let (rest, fragment) = split_off(text, '#');
        let (hierarchy, query) = split_off(rest, '?');
        let scheme_end = hierarchy.find([':', '/']).filter(|at| hierarchy[*at..].starts_with(':'));
        let (scheme, hierarchy) = match scheme_end {
            Some(at) => (Some(hierarchy[..at].to_ascii_lowercase()), &hierarchy[at + 1..]),
            None => (None, hierarchy),
        };
        let mut uri =
            Self { scheme, query: query.map(str::to_owned), fragment: fragment.map(str::to_owned), ..Self::default() };
        if let Some(rest) = hierarchy.strip_prefix("//") {
            let path_start = rest.find('/').unwrap_or(rest.len());
            uri.read_authority(&rest[..path_start])?;
            uri.path = rest[path_start..].to_owned();
        } else if uri.scheme.is_some() && !hierarchy.is_empty() && !hierarchy.starts_with('/') {
            uri.opaque = Some(hierarchy.to_owned());
        } else {
            uri.path = hierarchy.to_owned();
        }
        let valid = uri.scheme.as_deref().is_none_or(is_scheme)
            && allowed(&uri.path, "/:@")
            && uri.opaque.as_deref().is_none_or(|opaque| allowed(opaque, "/:@"))
            && uri.query.as_deref().is_none_or(|query| allowed(query, "/:@?"))
            && uri.fragment.as_deref().is_none_or(|fragment| allowed(fragment, "/:@?"));
        valid.then_some(uri)
    }

    fn read_authority(&mut self, authority: &str) -> Option<()> {
        let (user, host) = match authority.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, authority),
        };
        let port_start = host.rfind(']').map_or(0, |at| at + 1);
        let (name, port) = match host[port_start..].find(':') {
            Some(at) => (&host[..port_start + at], &host[port_start + at + 1..]),
            None => (host, ""),
        };
        let address = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
        let host_is_valid = match address {
            Some(address) => address.chars().all(|c| c.is_ascii_hexdigit() || matches!(c, ':' | '.')),
            None => allowed(name, ""),
        };
        if !host_is_valid || !user.is_none_or(|user| allowed(user, ":")) || !port.chars().all(|c| c.is_ascii_digit()) {
            return None;
        }
        self.user = user.map(str::to_owned);
        self.host = (!name.is_empty()).then(|| name.to_owned());
        let default_port = match self.scheme.as_deref() {
            Some("http") => Some(80),
            Some("https") => Some(443),
            _ => None,
        };
        self.port = if port.is_empty() { None } else { Some(port.parse().ok()?) };
        self.port = self.port.filter(|port| Some(*port) != default_port);
        Some(())
    }

    /// Whether the scheme is `http` or `https`.
    pub fn is_web(&self) -> bool {
        matches!(self.scheme.as_deref(), Some("http" | "https"))
    }

    /// The form in which equal URIs are equal: host in lower case, an empty path as `/`.
    pub fn normalized(mut self) -> Self {
        if self.path.is_empty() && self.opaque.is_none() {
            self.path.push('/');
        }
        self.host = self.host.map(|host| host.to_ascii_lowercase());
        self
    }

    /// Adds `parameters` after those of the query; every pair is encoded anew and those with a blank value are left out.
    pub fn with_query(mut self, parameters: &[(&str, &str)]) -> Self {
        let old = self.query.take().unwrap_or_default();
        let old: Vec<(String, String)> = old
            .split(['&', ';'])
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (form_decode(name), form_decode(value)))
            .collect();
        let old = old.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        self.query = Some(form_encode(old.chain(parameters.iter().copied())));
        self
    }

    /// Puts `parameters` into the fragment, encoded as a form; those with a blank value are left out.
    pub fn with_fragment(mut self, parameters: &[(&str, &str)]) -> Self {
        self.fragment = Some(form_encode(parameters.iter().copied()));
        self
    }
}

impl std::fmt::Display for Uri {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(scheme) = &self.scheme {
            write!(f, "{scheme}:")?;
        }
        if let Some(opaque) = &self.opaque {
            f.write_str(opaque)?;
        } else if let Some(host) = &self.host {
            let at = if self.user.is_some() { "@" } else { "" };
            write!(f, "//{}{at}{host}", self.user.as_deref().unwrap_or_default())?;
            if let Some(port) = self.port {
                write!(f, ":{port}")?;
            }
        }
        f.write_str(&self.path)?;
        if let Some(query) = &self.query {
            write!(f, "?{query}")?;
        }
        if let Some(fragment) = &self.fragment {
            write!(f, "#{fragment}")?;
        }
        Ok(())
    }
}

fn split_off(text: &str, separator: char) -> (&str, Option<&str>) {
    text.split_once(separator).map_or((text, None), |(before, after)| (before, Some(after)))
}

fn is_scheme(scheme: &str) -> bool {
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

/// Whether `text` consists of unreserved characters, sub-delimiters, well-formed percent-encodings and `extra`.
fn allowed(text: &str, extra: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.iter().enumerate().all(|(at, byte)| match byte {
        b'%' => bytes.get(at + 1..at + 3).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)),
        _ => byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=".contains(byte) || extra.as_bytes().contains(byte),
    })
}

fn form_decode(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

/// Encodes pairs as a form does and leaves out those with a blank value.
pub(super) fn form_encode<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let encode = |text: &str| utf8_percent_encode(text, FORM).to_string().replace(' ', "+");
    let pairs: Vec<String> = pairs
        .filter(|(_, value)| !value.trim().is_empty())
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect();
    pairs.join("&")
}

#[cfg(test)]
mod tests {
    use super::Uri;

    #[test]
    fn writes_what_it_read_with_the_scheme_in_lower_case_and_no_default_port() {
        for (read, written) in [
            ("http://mm.example.com/cb?x=1#f", "http://mm.example.com/cb?x=1#f"),
            ("HTTPS://u:p@MM.example.com:443", "https://u:p@MM.example.com"),
            ("http://[::1]:8065/cb", "http://[::1]:8065/cb"),
            ("mattermost://callback", "mattermost://callback"),
            ("javascript:alert(1)", "javascript:alert(1)"),
            ("/relative", "/relative"),
        ] {
            assert_eq!(Uri::parse(read).map(|uri| uri.to_string()).as_deref(), Some(written));
        }
    }

    #[test]
    fn refuses_characters_that_do_not_belong() {
        for bad in
            ["http://a b", "http://a/\"", "http://a/%zz", "1http://a", "http://a:b/", "http://[x]/", "http://a/\n"]
        {
            assert_eq!(Uri::parse(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn parameters_come_after_the_query_that_is_there_and_blank_ones_are_left_out() {
        let answer =
            |uri: &str| Uri::parse(uri).map(|uri| uri.with_query(&[("code", "a b"), ("state", " ")]).to_string());
        assert_eq!(answer("http://a/cb?x=1&y=&z").as_deref(), Some("http://a/cb?x=1&code=a+b"));
        let fragment = Uri::parse("http://a/cb").map(|uri| uri.with_fragment(&[("state", "a/b")]).to_string());
        assert_eq!(fragment.as_deref(), Some("http://a/cb#state=a%2Fb"));
    }
}
