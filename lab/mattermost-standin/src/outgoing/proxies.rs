//! Which proxy a call goes through: the rules of Go's `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`.

use std::collections::BTreeMap;
use std::net::IpAddr;

use url::Url;

/// Proxies by scheme, and the hosts that need none.
#[derive(Debug, Clone, Default)]
pub(super) struct Proxies {
    http: Option<Url>,
    https: Option<Url>,
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
    pub(super) fn from_environment(environment: &BTreeMap<String, String>) -> Self {
        let get = |name: &str| {
            [name.to_owned(), name.to_lowercase()]
                .iter()
                .find_map(|name| environment.get(name))
                .filter(|v| !v.is_empty())
        };
        let proxy = |name| get(name).and_then(|text| address(text));
        let none = get("NO_PROXY").map(String::as_str).unwrap_or_default();
        Self {
            http: proxy("HTTP_PROXY"),
            https: proxy("HTTPS_PROXY"),
            none: none.split(',').filter_map(exception).collect(),
        }
    }

    /// The proxy for a call to `url`; this machine's own addresses never need one.
    pub(super) fn for_url(&self, url: &Url) -> Option<Url> {
        let host = url.host_str()?.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
        let port = url.port_or_known_default();
        let ip: Option<IpAddr> = host.parse().ok();
        if host == "localhost" || ip.is_some_and(|ip| ip.is_loopback()) {
            return None;
        }
        if self.none.iter().any(|exception| exception.covers(&host, ip, port)) {
            return None;
        }
        if url.scheme() == "https" { self.https.clone() } else { self.http.clone() }
    }
}

/// A proxy's address; without scheme it is an HTTP proxy.
fn address(text: &str) -> Option<Url> {
    let given = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https" | "socks5"));
    given.or_else(|| Url::parse(&format!("http://{text}")).ok())
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

    fn proxy_for(variables: &[(&str, &str)], url: &str) -> Option<String> {
        let environment = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let url = Url::parse(url).expect("a URL");
        Proxies::from_environment(&environment).for_url(&url).map(|proxy| proxy.to_string())
    }

    #[test]
    fn each_scheme_has_its_own_variable_in_capitals_or_small_letters() {
        let gitlab = "http://gitlab.example.com/oauth/token";
        assert_eq!(proxy_for(&[("http_proxy", "my_proxy")], gitlab).as_deref(), Some("http://my_proxy/"));
        assert_eq!(proxy_for(&[("HTTPS_PROXY", "http://p:3128")], gitlab), None);
        let tls = "https://gitlab.example.com";
        assert_eq!(proxy_for(&[("HTTPS_PROXY", "http://p:3128")], tls).as_deref(), Some("http://p:3128/"));
    }

    #[test]
    fn no_proxy_and_the_machine_itself_are_called_directly() {
        for (none, url, direct) in [
            ("gitlab.example.com", "http://gitlab.example.com", true),
            ("example.com", "http://gitlab.example.com", true),
            (".example.com", "http://gitlab.example.com", true),
            (".example.com", "http://example.com", false),
            ("*.example.com", "http://gitlab.example.com", true),
            ("ample.com", "http://example.com", false),
            ("a, gitlab.example.com:80", "http://gitlab.example.com", true),
            ("gitlab.example.com:81", "http://gitlab.example.com", false),
            ("10.0.0.0/8", "http://10.1.2.3", true),
            ("10.0.0.0/8", "http://11.1.2.3", false),
            ("*", "http://anything", true),
            ("", "http://localhost:8080", true),
            ("", "http://127.0.0.2", true),
            ("", "http://[::1]:80", true),
            ("", "http://gitlab.example.com", false),
        ] {
            let found = proxy_for(&[("HTTP_PROXY", "http://p:1"), ("NO_PROXY", none)], url);
            assert_eq!(found.is_none(), direct, "{none} {url}");
        }
    }
}
