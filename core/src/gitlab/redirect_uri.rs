//! Redirect URIs: how they are read, registered, compared and answered through.
//!
//! # Source
//! Doorkeeper 5.5.0 with the settings of GitLab 14.7: authorization, the page of applications (field errors).

use std::net::{Ipv4Addr, Ipv6Addr};

use super::fault::{Fault, Faults};
use super::uri::Uri;

/// The redirect URI of programs that show the code instead of receiving it.
pub(super) const OUT_OF_BAND: &str = "urn:ietf:wg:oauth:2.0:oob";

/// Schemes that would run as a script in the browser.
const FORBIDDEN_SCHEMES: [&str; 3] = ["data", "vbscript", "javascript"];

/// What is wrong with registered URIs, in the words of the field error; each sentence once.
pub(super) fn registration_errors(uris: &str) -> Vec<&'static str> {
    let mut errors = Vec::new();
    let mut add = |error| {
        if !errors.contains(&error) {
            errors.push(error);
        }
    };
    if uris.trim().is_empty() {
        add("can't be blank");
    }
    for text in uris.split_ascii_whitespace().filter(|text| *text != OUT_OF_BAND) {
        let Some(uri) = Uri::parse(text) else {
            add("must be a valid URI.");
            break;
        };
        let scheme = uri.scheme.as_deref();
        if scheme.is_some_and(|scheme| FORBIDDEN_SCHEMES.contains(&scheme)) {
            add("is forbidden by the server.");
        }
        if uri.fragment.is_some() {
            add("cannot contain a fragment.");
        }
        if uri.opaque.as_ref().is_some_and(|opaque| !opaque.is_empty()) || scheme == Some("localhost") {
            add("must specify a scheme.");
        }
        if scheme.is_none() && uri.host.is_none() {
            add("must be an absolute URI.");
        }
        if uri.is_web() && uri.host.is_none() {
            add("must be a valid URI.");
        }
    }
    errors
}

/// Whether `requested` may be used where `registered` (one or several, separated by white space) are on record.
pub(super) fn is_allowed(requested: &str, registered: &str, faults: Faults) -> bool {
    let mut registered_uris = registered.split_ascii_whitespace();
    faults.has(Fault::AnyRedirectUri)
        || faults.has(Fault::RedirectUriByPrefix) && registered_uris.any(|uri| requested.starts_with(uri))
        || is_allowed_by_gitlab(requested, registered)
}

fn is_allowed_by_gitlab(requested: &str, registered: &str) -> bool {
    is_usable(requested) && registered.split_ascii_whitespace().any(|one| matches(requested, one))
}

/// Whether a redirect URI can be one at all: absolute, with a host if it is of the web, without fragment.
fn is_usable(text: &str) -> bool {
    if text == OUT_OF_BAND {
        return true;
    }
    Uri::parse(text).is_some_and(|uri| {
        uri.scheme.as_deref().is_some_and(|scheme| scheme != "localhost")
            && !(uri.is_web() && uri.host.is_none())
            && uri.fragment.is_none()
            && uri.opaque.is_none()
    })
}

/// Whether two URIs are the same to Doorkeeper: scheme and host in any case, a default port may be written, a registered
/// query must be there in any order, an additional one may be, and loopback addresses match on any port.
fn matches(requested: &str, registered: &str) -> bool {
    let (Some(mut requested), Some(mut registered)) = (Uri::parse(requested), Uri::parse(registered)) else {
        return false;
    };
    if let Some(query) = registered.query.take()
        && !same_query(requested.query.as_deref().unwrap_or_default(), &query)
    {
        return false;
    }
    requested.query = None;
    if is_loopback(&requested) && is_loopback(&registered) {
        requested.port = None;
        registered.port = None;
    }
    requested.normalized() == registered.normalized()
}

fn same_query(requested: &str, registered: &str) -> bool {
    let sorted = |query: &str| {
        let mut pairs: Vec<_> = query.split('&').filter(|pair| !pair.is_empty()).map(str::to_owned).collect();
        pairs.sort();
        pairs
    };
    sorted(requested) == sorted(registered)
}

/// Whether the host is a loopback address; the name `localhost` does not count.
fn is_loopback(uri: &Uri) -> bool {
    let Some(host) = uri.host.as_deref() else { return false };
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    bare.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
        || bare.parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::{is_allowed_by_gitlab as is_allowed, registration_errors};

    const REGISTERED: &str = "http://mm.example.com/cb\r\nhttp://mm.example.com/other";

    #[test]
    fn equal_are_case_of_scheme_and_host_default_port_and_extra_query() {
        for same in [
            "http://mm.example.com/cb",
            "HTTP://mm.example.com/cb",
            "http://MM.Example.com/cb",
            "http://mm.example.com:80/cb",
            "http://mm.example.com/cb?a=b",
            "http://mm.example.com/other",
        ] {
            assert!(is_allowed(same, REGISTERED), "{same}");
        }
    }

    #[test]
    fn everything_else_differs() {
        for other in [
            "http://mm.example.com/cb/",
            "https://mm.example.com/cb",
            "http://mm.example.com:8065/cb",
            "http://mm.example.com/CB",
            "http://mm.example.com/x/../cb",
            "http://mm.example.com/%63b",
            "http://user@mm.example.com/cb",
            "http://mm.example.com/cb#f",
            "http://mm.example.com/cb ",
            "http://mm.example.com.evil.example.com/cb",
            "http://mm.example.com/",
            "//mm.example.com/cb",
            "/cb",
            "",
            "javascript:alert(1)",
            "http://mm.example.com/c\u{fc}",
        ] {
            assert!(!is_allowed(other, REGISTERED), "{other}");
        }
    }

    #[test]
    fn a_registered_query_matches_as_a_set() {
        let registered = "http://mm.example.com/cb?x=1&y=2";
        assert!(is_allowed("http://mm.example.com/cb?y=2&x=1", registered));
        for other in
            ["http://mm.example.com/cb", "http://mm.example.com/cb?x=1", "http://mm.example.com/cb?x=1&y=2&z=3"]
        {
            assert!(!is_allowed(other, registered), "{other}");
        }
    }

    #[test]
    fn loopback_addresses_match_on_any_port_and_localhost_does_not() {
        assert!(is_allowed("http://127.0.0.1:5000/cb", "http://127.0.0.1/cb"));
        assert!(is_allowed("http://[::1]:5000/cb", "http://[::1]/cb"));
        assert!(!is_allowed("http://127.0.0.1:5000/cb", "http://127.0.0.2/cb"));
        assert!(!is_allowed("http://localhost:5000/cb", "http://localhost/cb"));
    }

    #[test]
    fn an_empty_path_is_a_slash() {
        assert!(is_allowed("http://mm.example.com", "http://mm.example.com/"));
        assert!(is_allowed("mattermost://callback", "mattermost://callback"));
    }

    #[test]
    fn registration_names_what_is_wrong_once() {
        for (uris, errors) in [
            ("http://a.example.com/x\r\nftp://b/y\r\nurn:ietf:wg:oauth:2.0:oob", &[][..]),
            (" ", &["can't be blank"]),
            ("javascript:alert(1)", &["is forbidden by the server.", "must specify a scheme."]),
            ("http://a.example.com/#f", &["cannot contain a fragment."]),
            ("/relative", &["must be an absolute URI."]),
            ("not a uri", &["must be an absolute URI."]),
            ("localhost:8065/cb", &["must specify a scheme."]),
            ("http://a.example.com/<>", &["must be a valid URI."]),
        ] {
            assert_eq!(registration_errors(uris), errors, "{uris}");
        }
    }
}
