//! The nginx virtual host in front of Mattermost, and the certificate it serves.
//!
//! Not here: the text of nginx's configuration file (`reconfigure`); these are the facts that go into it.

mod certificate;
mod section;

use indexmap::IndexMap;
use serde::Serialize;

use super::DeriveError;
use super::configuration::{Configuration, Slot, known_text, setting_name};
use super::services;
use super::uri::Uri;
use crate::gitlab_rb::{HashKey, Value};
use crate::version::Version;

pub use certificate::{Certificate, CertificateReason};
use section::{SECTION, setting, text};

pub(super) use certificate::{default_certificate, enable_lets_encrypt, lets_encrypt_certificate};

const GITLAB_SECTION: &str = "nginx";
/// Where GitLab's own web service listens.
const GITLAB_UPSTREAM: &str = "127.0.0.1:8080";

/// What `mattermost_nginx` and the URL make of the virtual host. A part is `None` where it is not there, or where only
/// Ruby could tell (then a warning says so).
///
/// # Shape
/// A JSON object with these fields.
///
/// # Source
/// GitLab 11.0 to 18.11; the document's section on running Mattermost with HTTPS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VirtualHost {
    /// The configuration file.
    pub file: String,
    /// `server_name`: the host of `mattermost_external_url`.
    pub server_name: Option<String>,
    /// `address:port` of Mattermost, which always speaks plain HTTP.
    pub upstream: Option<String>,
    /// Addresses listened on.
    pub listen_addresses: Vec<String>,
    /// Port listened on.
    pub listen_port: Option<String>,
    /// Whether it speaks HTTPS.
    pub https: Option<bool>,
    /// The certificate, with HTTPS only.
    pub certificate: Option<Certificate>,
    /// The server that sends HTTP on to HTTPS.
    pub redirect: Option<Redirect>,
    /// Headers set for Mattermost, in order.
    pub proxy_headers: IndexMap<String, String>,
}

/// A server that answers 301.
///
/// # Shape
/// A JSON object with these fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Redirect {
    /// The port it listens on.
    pub from_port: Option<String>,
    /// Where it sends to; nginx puts the request in place of `$request_uri`. The port is always printed.
    pub to: String,
}

/// The package walks the headers as pairs, which only a hash has.
pub(super) fn check_headers(configuration: &Configuration, section: &str) -> Result<(), DeriveError> {
    match configuration.given(section, "proxy_set_headers") {
        Some(Slot { value, origin }) if value.truthy() == Some(true) && !matches!(value, Value::Hash(_)) => {
            let method = if matches!(value, Value::Array(_)) { "to_hash" } else { "each" };
            let (setting, class) = (setting_name(section, "proxy_set_headers"), value.class_name());
            Err(DeriveError::NoMethod { setting, class, method, span: origin.span() })
        }
        _ => Ok(()),
    }
}

/// The virtual host, if there is one: Mattermost, its `mattermost_nginx` and the bundled nginx are all enabled.
pub(super) fn virtual_host(configuration: &mut Configuration) -> Option<VirtualHost> {
    let enabled = setting(configuration, "enable").map_or(Some(true), |slot| slot.value.truthy());
    if enabled == Some(false) || services::nginx_runs(configuration) == Ok(false) {
        return None;
    }
    let server_name = mattermost(configuration, "host");
    if server_name.is_none() {
        let message =
            "Mattermost is enabled without `mattermost_external_url`: its virtual host has neither name nor port";
        configuration.warn("virtual_host_without_name", message, None);
    }
    let https = match setting(configuration, "listen_https") {
        Some(slot) => slot.value.truthy(),
        None => Some(configuration.value("mattermost", "service_use_ssl").truthy() == Some(true)),
    };
    let listen_port = text(configuration, "listen_port").or_else(|| mattermost(configuration, "port"));
    Some(VirtualHost {
        file: configuration.table.nginx_file().to_owned(),
        upstream: upstream(configuration),
        listen_addresses: listen_addresses(configuration),
        listen_port,
        https,
        certificate: if https == Some(true) { certificate::certificate(configuration) } else { None },
        redirect: if https == Some(true) { redirect(configuration, server_name.as_deref()) } else { None },
        proxy_headers: proxy_headers(configuration),
        server_name,
    })
}

/// GitLab's own virtual host, if this server runs GitLab and the bundled nginx; what only Ruby could tell is left out.
pub(super) fn gitlab_virtual_host(configuration: &Configuration, url: &Uri) -> Option<VirtualHost> {
    if services::nginx_runs(configuration) == Ok(false) || services::rails_enabled(configuration) == Ok(false) {
        return None;
    }
    let text = |key: &str| {
        let slot = configuration.given(GITLAB_SECTION, key).filter(|slot| !matches!(slot.value, Value::Nil))?;
        slot.value.to_ruby_text().ok()
    };
    let https = url.scheme.as_deref() == Some("https");
    let [certificate, key] = ["ssl_certificate", "ssl_certificate_key"].map(text);
    let listen_port = text("listen_port").or_else(|| url.port.clone());
    let redirects = configuration.value(GITLAB_SECTION, "redirect_http_to_https").truthy() == Some(true);
    let host = url.host.clone().unwrap_or_default();
    let to = format!("https://{host}:{}$request_uri", url.port.as_deref().unwrap_or("443"));
    Some(VirtualHost {
        file: "/var/opt/gitlab/nginx/conf/gitlab-http.conf".to_owned(),
        server_name: url.host.clone(),
        upstream: Some(GITLAB_UPSTREAM.to_owned()),
        listen_addresses: vec!["*".to_owned()],
        listen_port,
        https: Some(https),
        certificate: https.then_some(Certificate { certificate, key, reason: CertificateReason::HostName }),
        redirect: (https && redirects).then(|| Redirect { from_port: Some("80".to_owned()), to }),
        proxy_headers: default_headers(Some(https)),
    })
}

/// `mattermost_nginx[key]`; `None` also for `nil`.
fn mattermost(configuration: &mut Configuration, key: &str) -> Option<String> {
    let slot = configuration.given("mattermost", key).filter(|slot| !matches!(slot.value, Value::Nil))?;
    known_text(configuration, &slot, &setting_name("mattermost", key))
}

fn upstream(configuration: &mut Configuration) -> Option<String> {
    let [address, port] = ["service_address", "service_port"].map(|key| {
        let slot = configuration.compiled(key);
        known_text(configuration, &slot, &setting_name("mattermost", key))
    });
    Some(format!("{}:{}", address?, port?))
}

fn listen_addresses(configuration: &mut Configuration) -> Vec<String> {
    let Some(slot) = setting(configuration, "listen_addresses") else { return vec!["*".to_owned()] };
    let name = setting_name(SECTION, "listen_addresses");
    match &slot.value {
        Value::Array(array) => {
            let items: Vec<Value> = array.borrow().items.clone();
            let slots = items.into_iter().map(|value| Slot { value, origin: slot.origin.clone() });
            slots.filter_map(|slot| known_text(configuration, &slot, &name)).collect()
        }
        _ => known_text(configuration, &slot, &name).into_iter().collect(),
    }
}

fn redirect(configuration: &mut Configuration, host: Option<&str>) -> Option<Redirect> {
    let wanted = setting(configuration, "redirect_http_to_https")?;
    if wanted.value.truthy() != Some(true) {
        return None;
    }
    let from_port = match setting(configuration, "redirect_http_to_https_port") {
        None => Some("80".to_owned()),
        Some(_) => text(configuration, "redirect_http_to_https_port"),
    };
    let port = mattermost(configuration, "port").unwrap_or_default();
    Some(Redirect { from_port, to: format!("https://{}:{port}$request_uri", host.unwrap_or_default()) })
}

/// The default headers, and those that the URL's scheme changes where it is known.
fn default_headers(https: Option<bool>) -> IndexMap<String, String> {
    let mut headers: IndexMap<String, String> = [
        ("Host", "$http_host"),
        ("X-Real-IP", "$remote_addr"),
        ("X-Forwarded-For", "$proxy_add_x_forwarded_for"),
        ("X-Forwarded-Proto", "$scheme"),
        ("X-Frame-Options", "SAMEORIGIN"),
        ("Upgrade", "$http_upgrade"),
        ("Connection", "$connection_upgrade"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    let mut put = |name: &str, value: &str| drop(headers.insert(name.to_owned(), value.to_owned()));
    match https {
        Some(true) => {
            put("X-Forwarded-Proto", "https");
            put("X-Forwarded-Ssl", "on");
        }
        Some(false) => put("X-Forwarded-Proto", "http"),
        None => {}
    }
    headers
}

/// The default headers, and the file's own over them; `nil` removes one.
fn proxy_headers(configuration: &mut Configuration) -> IndexMap<String, String> {
    let https = match configuration.value("mattermost", "service_use_ssl") {
        Value::Bool(https) => Some(https),
        _ => None,
    };
    let mut headers = default_headers(https);
    let mut put = |name: &str, value: &str| drop(headers.insert(name.to_owned(), value.to_owned()));
    let proxy_protocol = configuration.table.version >= Version::new(14, 7, 0)
        && setting(configuration, "proxy_protocol").is_some_and(|slot| slot.value.truthy() == Some(true));
    if proxy_protocol {
        put("X-Real-IP", "$proxy_protocol_addr");
        put("X-Forwarded-For", "$proxy_protocol_addr");
    }
    let Some(Slot { value: Value::Hash(own), origin }) = setting(configuration, "proxy_set_headers") else {
        return headers;
    };
    for (key, entry) in &own.borrow().entries {
        let (HashKey::Str(name) | HashKey::Symbol(name)) = key else { continue };
        if matches!(entry.value, Value::Nil) {
            headers.shift_remove(name);
            continue;
        }
        let slot = Slot { value: entry.value.clone(), origin: origin.clone() };
        if let Some(value) = known_text(configuration, &slot, &setting_name(SECTION, "proxy_set_headers")) {
            headers.insert(name.clone(), value);
        }
    }
    headers
}
