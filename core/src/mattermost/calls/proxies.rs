//! The proxy that a call goes through, by the rules of Go's `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`.

use std::collections::BTreeMap;
use std::net::IpAddr;

/// Proxies by scheme, and the hosts that need none.
///
/// # Shape
/// `HTTP_PROXY` and `HTTPS_PROXY` are addresses, `http://` if no scheme is given; `NO_PROXY` is a list with commas of `*`,
/// addresses, networks (`10.0.0.0/8`), hosts with all below them, and `.host` for those below it alone, each but networks
/// with a port if only that is meant. Each variable counts in capitals or else in small letters.
///
/// ```
/// use gitlab_mattermost_core::mattermost::calls::Proxies;
///
/// let environment = [("HTTP_PROXY", "proxy:3128"), ("NO_PROXY", "example.com")];
/// let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
/// let proxies = Proxies::from_environment(&environment);
/// assert_eq!(proxies.for_target("http", "gitlab.example.org", Some(80)), Some("http://proxy:3128"));
/// assert_eq!(proxies.for_target("http", "gitlab.example.com", Some(80)), None);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Proxies {
    http: Option<String>,
    https: Option<String>,
    none: Vec<Exception>,
}

#[derive(Debug, Clone)]
enum Exception {
    All,
    Address(IpAddr, Option<u16>),
    Network(IpAddr, u8),
    Host { name: String, below: bool, port: Option<u16> },
}

impl Proxies {
    /// Reads the variables, each in capitals or else in small letters.
    pub fn from_environment(environment: &BTreeMap<String, String>) -> Self {
        let get = |name: &str| {
            [name.to_owned(), name.to_lowercase()]
                .iter()
                .find_map(|name| environment.get(name))
                .filter(|v| !v.is_empty())
        };
        let proxy = |name| get(name).map(|text| address(text));
        let none = get("NO_PROXY").map(String::as_str).unwrap_or_default();
        Self {
            http: proxy("HTTP_PROXY"),
            https: proxy("HTTPS_PROXY"),
            none: none.split(',').filter_map(exception).collect(),
        }
    }

    /// The proxy for a call to `host` by `scheme`; this machine's own addresses never need one. An address of IPv6 may
    /// stand in brackets; `port` is that of the URL, or else the scheme's own.
    pub fn for_target(&self, scheme: &str, host: &str, port: Option<u16>) -> Option<&str> {
        let host = host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
        let ip: Option<IpAddr> = host.parse().ok();
        if host == "localhost" || ip.is_some_and(|ip| ip.is_loopback()) {
            return None;
        }
        if self.none.iter().any(|exception| exception.covers(&host, ip, port)) {
            return None;
        }
        if scheme == "https" { self.https.as_deref() } else { self.http.as_deref() }
    }
}

/// A proxy's address; without a scheme it is an HTTP proxy.
fn address(text: &str) -> String {
    let has_scheme = ["http://", "https://", "socks5://"].iter().any(|scheme| text.starts_with(scheme));
    if has_scheme { text.to_owned() } else { format!("http://{text}") }
}

fn exception(text: &str) -> Option<Exception> {
    let text = text.trim().to_ascii_lowercase();
    if text == "*" {
        return Some(Exception::All);
    }
    if let Some((ip, bits)) = text.split_once('/') {
        return Some(Exception::Network(ip.parse().ok()?, bits.parse().ok()?));
    }
    if let Ok(ip) = text.trim_start_matches('[').trim_end_matches(']').parse() {
        return Some(Exception::Address(ip, None));
    }
    let (name, port) = match text.rsplit_once(':') {
        Some((name, port)) => (name, Some(port.parse().ok()?)),
        None => (text.as_str(), None),
    };
    if let Ok(ip) = name.trim_start_matches('[').trim_end_matches(']').parse() {
        return Some(Exception::Address(ip, port));
    }
    let bare = name.strip_prefix('*').filter(|rest| rest.starts_with('.')).unwrap_or(name);
    let below = bare.starts_with('.');
    let name = bare.trim_start_matches('.').to_owned();
    (!name.is_empty()).then_some(Exception::Host { name, below, port })
}

impl Exception {
    fn covers(&self, host: &str, ip: Option<IpAddr>, port: Option<u16>) -> bool {
        match self {
            Self::All => true,
            Self::Address(own, own_port) => ip == Some(*own) && (own_port.is_none() || *own_port == port),
            Self::Network(network, bits) => ip.is_some_and(|ip| within(ip, *network, *bits)),
            Self::Host { name, below, port: own_port } => {
                let subdomain = host.strip_suffix(name.as_str()).is_some_and(|rest| rest.ends_with('.'));
                (own_port.is_none() || *own_port == port) && (subdomain || !below && host == name)
            }
        }
    }
}

fn within(ip: IpAddr, network: IpAddr, bits: u8) -> bool {
    match (ip, network) {
        (IpAddr::V4(ip), IpAddr::V4(network)) => {
            let shift = 32_u32.saturating_sub(bits.into());
            (u32::from(ip) ^ u32::from(network)).checked_shr(shift).unwrap_or(0) == 0
        }
        (IpAddr::V6(ip), IpAddr::V6(network)) => {
            let shift = 128_u32.saturating_sub(bits.into());
            (u128::from(ip) ^ u128::from(network)).checked_shr(shift).unwrap_or(0) == 0
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxy_for(variables: &[(&str, &str)], scheme: &str, host: &str, port: u16) -> Option<String> {
        let environment = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Proxies::from_environment(&environment).for_target(scheme, host, Some(port)).map(str::to_owned)
    }

    #[test]
    fn each_scheme_has_its_own_variable_in_capitals_or_small_letters() {
        let gitlab = "gitlab.example.com";
        assert_eq!(proxy_for(&[("http_proxy", "my_proxy")], "http", gitlab, 80).as_deref(), Some("http://my_proxy"));
        assert_eq!(proxy_for(&[("HTTPS_PROXY", "http://p:3128")], "http", gitlab, 80), None);
        let tls = proxy_for(&[("HTTPS_PROXY", "http://p:3128")], "https", gitlab, 443);
        assert_eq!(tls.as_deref(), Some("http://p:3128"));
    }

    #[test]
    fn no_proxy_and_the_machine_itself_are_called_directly() {
        for (none, host, port, direct) in [
            ("gitlab.example.com", "gitlab.example.com", 80, true),
            ("example.com", "gitlab.example.com", 80, true),
            (".example.com", "gitlab.example.com", 80, true),
            (".example.com", "example.com", 80, false),
            ("*.example.com", "gitlab.example.com", 80, true),
            ("ample.com", "example.com", 80, false),
            ("a, gitlab.example.com:80", "gitlab.example.com", 80, true),
            ("gitlab.example.com:81", "gitlab.example.com", 80, false),
            ("10.0.0.0/8", "10.1.2.3", 80, true),
            ("10.0.0.0/8", "11.1.2.3", 80, false),
            ("*", "anything", 80, true),
            ("", "localhost", 8080, true),
            ("", "127.0.0.2", 80, true),
            ("", "[::1]", 80, true),
            ("", "gitlab.example.com", 80, false),
        ] {
            let found = proxy_for(&[("HTTP_PROXY", "http://p:1"), ("NO_PROXY", none)], "http", host, port);
            assert_eq!(found.is_none(), direct, "{none} {host}:{port}");
        }
    }
}
