//! Places on a server, by their URLs.

use gitlab_mattermost_core::diagnosis::sign_in::Address;
use url::Url;

/// `path` below the base URL `base`.
pub(super) fn below(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}/{path}", base.path().trim_end_matches('/')));
    url.set_query(None);
    url
}

/// The parts of a URL that are compared.
pub(super) fn address(url: &Url) -> Address {
    Address {
        scheme: url.scheme().to_owned(),
        host: url.host_str().unwrap_or_default().to_owned(),
        port: url.port_or_known_default().unwrap_or_default(),
        path: url.path().to_owned(),
    }
}
