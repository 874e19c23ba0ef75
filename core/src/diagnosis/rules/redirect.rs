//! P01, P02, P08, P17 in `gitlab.rb`: the site URL against the URL of the virtual host, and the headers of its proxy.

use crate::diagnosis::case::Case;
use crate::diagnosis::problem::{P01, P02, P08, P17};
use crate::diagnosis::sign_in::Address;
use crate::diagnosis::text::address;
use crate::diagnosis::{Finding, Place};
use crate::omnibus::VirtualHost;

/// The site URL and the URL of the virtual host, where both are known.
fn both(case: &Case<'_>) -> Option<(Address, Place, Address, Place)> {
    let (site, site_place) = case.address("ServiceSettings.SiteURL")?;
    let (url, url_place) = case.ruby_call("mattermost_external_url")?;
    Some((site, site_place, address(&url)?, url_place))
}

/// P01: reconfigure registers what `mattermost_external_url` makes, and Mattermost sends what its site URL makes.
pub(super) fn not_registered(case: &Case<'_>) -> Vec<Finding> {
    let automatic = case.deployed().and_then(|it| it.oauth_application.registration.automatic);
    if automatic != Some(true) {
        return Vec::new();
    }
    let mut found = Vec::new();
    if let Some((url, place)) = case.ruby_call("mattermost_external_url")
        && url.ends_with('/')
    {
        let evidence = "`mattermost_external_url` ends in a slash, so the application is registered with a double slash \
                        in its redirect URIs, and Mattermost sends a single one";
        found.push(P01.seen(evidence).at([place]).erratum(17));
    }
    if let Some((site, site_place, url, url_place)) = both(case)
        && let Some(part) = difference(&site, &url)
    {
        let evidence = format!(
            "the application is registered for `mattermost_external_url`, but Mattermost sends its site URL, which has \
             another {part}"
        );
        found.push(P01.seen(evidence).at([site_place, url_place]).erratum(17));
    }
    found
}

/// The first part in which two sites differ.
fn difference(site: &Address, url: &Address) -> Option<&'static str> {
    let path = |address: &Address| address.path.trim_end_matches('/').to_owned();
    [
        ("scheme", site.scheme != url.scheme),
        ("host", site.host != url.host),
        ("port", site.port != url.port),
        ("path", path(site) != path(url)),
    ]
    .into_iter()
    .find_map(|(part, differs)| differs.then_some(part))
}

/// P08: users open the one name, the sign-in comes back to the other.
pub(super) fn two_names(case: &Case<'_>) -> Vec<Finding> {
    let Some((site, site_place, url, url_place)) = both(case) else { return Vec::new() };
    if site.host == url.host {
        return Vec::new();
    }
    let evidence = format!(
        "the virtual host is `{}`, but the sign-in comes back to `{}`, where the browser does not send the cookie of \
         the first",
        url.host, site.host
    );
    vec![P08.suspected(evidence).at([site_place, url_place])]
}

/// P02: the virtual host tells Mattermost another scheme or host than the browser uses.
pub(super) fn headers_of_the_proxy(case: &Case<'_>) -> Vec<Finding> {
    let Some(host) = case.deployed().and_then(|it| it.nginx.as_ref()) else { return Vec::new() };
    let place = headers_place(case);
    let https = case.address("ServiceSettings.SiteURL").is_some_and(|(site, _)| site.scheme == "https");
    let forwarded = host.proxy_headers.get("X-Forwarded-Proto").map(String::as_str);
    let mut found = Vec::new();
    if https && !matches!(forwarded, Some("https" | "$scheme" | "$http_x_forwarded_proto")) {
        let evidence = "the site URL is https, but the virtual host does not pass `X-Forwarded-Proto: https` on";
        found.push(P02.seen(evidence).at(place.clone()));
    }
    let passes_host = host.proxy_headers.get("Host").is_some_and(|value| {
        value.contains("$http_host") || value.contains("$host") || host.server_name.as_ref() == Some(value)
    });
    if !passes_host {
        found.push(P02.seen("the virtual host does not pass the browser's `Host` on").at(place));
    }
    found
}

/// P17: the virtual host does not pass on what opens a websocket.
pub(super) fn websocket_headers(case: &Case<'_>) -> Vec<Finding> {
    let Some(host) = case.deployed().and_then(|it| it.nginx.as_ref()) else { return Vec::new() };
    let is_passed = |name: &str, values: &[&str]| {
        header(host, name).is_some_and(|value| values.iter().any(|it| value.eq_ignore_ascii_case(it)))
    };
    let lacking: Vec<&str> =
        [("Upgrade", ["$http_upgrade", "websocket"]), ("Connection", ["$connection_upgrade", "upgrade"])]
            .into_iter()
            .filter_map(|(name, values)| (!is_passed(name, &values)).then_some(name))
            .collect();
    if lacking.is_empty() {
        return Vec::new();
    }
    let evidence = format!("the virtual host does not pass `{}` on", lacking.join("` and `"));
    vec![P17.seen(evidence).at(headers_place(case))]
}

fn header<'a>(host: &'a VirtualHost, name: &str) -> Option<&'a str> {
    host.proxy_headers.get(name).map(String::as_str)
}

fn headers_place(case: &Case<'_>) -> Option<Place> {
    let file = case.evidence.gitlab_rb.as_ref()?;
    let entry = file.settings.get("mattermost_nginx", "proxy_set_headers")?;
    Some(case.ruby_place(entry.span).showing("mattermost_nginx['proxy_set_headers']"))
}
