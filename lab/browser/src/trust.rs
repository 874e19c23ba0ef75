//! Whom HTTP clients trust: whom this machine trusts, if it trusts anybody.
//!
//! The client library refuses to work at all on a machine without authorities, such as a bare container, also where nothing is
//! encrypted.

use std::sync::OnceLock;

use reqwest::{Certificate, ClientBuilder};
use url::Url;

/// Lets a client trust whom this machine trusts, and `authorities` beside them.
pub fn trusting(builder: ClientBuilder, authorities: impl IntoIterator<Item = Certificate>) -> ClientBuilder {
    if machine_trusts_somebody() { builder.tls_certs_merge(authorities) } else { builder.tls_certs_only(authorities) }
}

/// What prevents a call to `url`, if this machine trusts nobody and the call is encrypted.
pub fn lack(url: &Url) -> Option<&'static str> {
    (url.scheme() == "https" && !machine_trusts_somebody()).then_some(
        "this machine has no CA certificates to check a server's with; `apt install ca-certificates` brings them, \
         `SSL_CERT_FILE` names a file with them",
    )
}

fn machine_trusts_somebody() -> bool {
    static SOMEBODY: OnceLock<bool> = OnceLock::new();
    *SOMEBODY.get_or_init(|| !rustls_native_certs::load_native_certs().certs.is_empty())
}
