//! The nginx virtual host in front of Mattermost, and the certificate it serves.
//!
//! Not here: the text of nginx's configuration file; these are the facts that go into it.

use indexmap::IndexMap;
use serde::Serialize;

use super::DeriveError;
use super::configuration::{Configuration, Origin, Slot, known_text, setting_name};
use super::services;
use super::uri;
use crate::gitlab_rb::{HashKey, Value};
use crate::version::Version;

const SECTION: &str = "mattermost_nginx";
const LETS_ENCRYPT: &str = "letsencrypt['enable']";

/// What `mattermost_nginx` and the URL make of the virtual host. A part is `None` where it is not there, or where only
/// Ruby could tell (then a warning says so).
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

/// Paths of certificate and key, and why these.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Certificate {
    /// Path of the certificate.
    pub certificate: Option<String>,
    /// Path of the key.
    pub key: Option<String>,
    /// Why it is this one.
    pub reason: CertificateReason,
}

/// Why a certificate path was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CertificateReason {
    /// `mattermost_nginx['ssl_certificate']`.
    Given,
    /// `/etc/gitlab/ssl/HOST.crt`, by the host of `mattermost_external_url`.
    HostName,
    /// The GitLab host's certificate: Let's Encrypt is on and the file of its own is missing, so the host joins the
    /// alternative names of GitLab's certificate. DIFFERENCE: (erratum 16) the document knows [`Self::HostName`] only.
    LetsEncrypt,
}

/// A server that answers 301.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Redirect {
    /// The port it listens on.
    pub from_port: Option<String>,
    /// Where it sends to; nginx puts the request in place of `$request_uri`. The port is always printed.
    pub to: String,
}

/// `ssl_certificate` and its key default to the host's files.
pub(super) fn default_certificate(configuration: &mut Configuration, section: &str, host: &str, origin: &Origin) {
    for (key, ending) in [("ssl_certificate", "crt"), ("ssl_certificate_key", "key")] {
        let path = Value::text(format!("/etc/gitlab/ssl/{host}.{ending}"));
        configuration.set_unless_true(section, key, path, origin.clone());
    }
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

/// Switches Let's Encrypt on where the settings leave that open: GitLab is served by HTTPS and has no certificate yet.
///
/// An expired certificate of Let's Encrypt switches it on too; whether a file is one cannot be known here.
pub(super) fn enable_lets_encrypt(configuration: &mut Configuration, files: &[String]) {
    if !matches!(configuration.value("letsencrypt", "enable"), Value::Nil) {
        return;
    }
    let exists = |key: &str| path_exists(&configuration.value("nginx", key), files);
    let listens = match configuration.value("nginx", "listen_https") {
        Value::Nil => Some(true),
        value => value.truthy(),
    };
    let nginx = match configuration.value("nginx", "enable") {
        Value::Nil => services::nginx_runs(configuration).ok(),
        value => value.truthy(),
    };
    let conditions = [configuration.value("gitlab_rails", "gitlab_https").truthy(), nginx, listens];
    let auto = configuration.value("letsencrypt", "auto_enabled").truthy() == Some(true);
    let open = auto || !(exists("ssl_certificate") || exists("ssl_certificate_key"));
    let enable = open && conditions.iter().all(|it| *it == Some(true));
    configuration.set("letsencrypt", "enable", Value::Bool(enable), Origin::Default);
}

fn path_exists(path: &Value, files: &[String]) -> bool {
    path.to_ruby_text().is_ok_and(|path| files.contains(&path))
}

/// With Let's Encrypt on and no certificate file of its own, Mattermost shares GitLab's certificate.
pub(super) fn lets_encrypt_certificate(configuration: &mut Configuration, files: &[String]) -> Result<(), DeriveError> {
    let shares_unasked = configuration.table.version < Version::new(11, 8, 0);
    let on = configuration.value("letsencrypt", "enable").truthy() == Some(true);
    let gitlab = configuration.call("external_url");
    let url = match gitlab.value.to_ruby_text() {
        Ok(url) if gitlab.value.truthy() == Some(true) => url,
        _ => return Ok(()),
    };
    let missing = !path_exists(&configuration.value(SECTION, "ssl_certificate"), files);
    if !(on || shares_unasked) || !missing {
        return Ok(());
    }
    let invalid = |uri::InvalidUri| DeriveError::InvalidUri {
        setting: "external_url".to_owned(),
        url: url.clone(),
        span: gitlab.origin.span(),
    };
    let gitlab_host = uri::parse(&url).map_err(invalid)?.host.unwrap_or_default();
    for (key, ending) in [("ssl_certificate", "crt"), ("ssl_certificate_key", "key")] {
        let path = Value::text(format!("/etc/gitlab/ssl/{gitlab_host}.{ending}"));
        configuration.set(SECTION, key, path, Origin::setting(LETS_ENCRYPT, None).and(gitlab.origin.clone()));
    }
    if !shares_unasked && configuration.given(SECTION, "redirect_http_to_https").is_none() {
        configuration.set(SECTION, "redirect_http_to_https", Value::Bool(true), Origin::Default);
    }
    Ok(())
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
        certificate: if https == Some(true) { certificate(configuration) } else { None },
        redirect: if https == Some(true) { redirect(configuration, server_name.as_deref()) } else { None },
        proxy_headers: proxy_headers(configuration),
        server_name,
    })
}

/// `mattermost_nginx[key]`; `None` also for `nil`.
fn setting(configuration: &Configuration, key: &str) -> Option<Slot> {
    configuration.given(SECTION, key).filter(|slot| !matches!(slot.value, Value::Nil))
}

fn text(configuration: &mut Configuration, key: &str) -> Option<String> {
    let slot = setting(configuration, key)?;
    known_text(configuration, &slot, &setting_name(SECTION, key))
}

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

fn certificate(configuration: &mut Configuration) -> Option<Certificate> {
    let given = setting(configuration, "ssl_certificate")?;
    let source = match &given.origin {
        Origin::Settings { sources } => sources.first().map(|source| source.setting.as_str()),
        _ => None,
    };
    let reason = match source {
        Some(LETS_ENCRYPT) => CertificateReason::LetsEncrypt,
        Some("mattermost_external_url") => CertificateReason::HostName,
        _ => CertificateReason::Given,
    };
    let [certificate, key] = ["ssl_certificate", "ssl_certificate_key"].map(|key| text(configuration, key));
    Some(Certificate { certificate, key, reason })
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

/// The default headers, those that the URL's scheme changes, and the file's own over them; `nil` removes one.
fn proxy_headers(configuration: &mut Configuration) -> IndexMap<String, String> {
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
    match configuration.value("mattermost", "service_use_ssl") {
        Value::Bool(true) => {
            put("X-Forwarded-Proto", "https");
            put("X-Forwarded-Ssl", "on");
        }
        Value::Bool(false) => put("X-Forwarded-Proto", "http"),
        _ => {}
    }
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
