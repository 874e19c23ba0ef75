//! The certificate of the virtual host, and when Let's Encrypt steps in.

use serde::Serialize;

use super::section::{SECTION, setting, text};
use crate::gitlab_rb::Value;
use crate::omnibus::DeriveError;
use crate::omnibus::configuration::Configuration;
use crate::omnibus::origin::Origin;
use crate::omnibus::{services, uri};
use crate::version::Version;

const LETS_ENCRYPT: &str = "letsencrypt['enable']";

/// Paths of certificate and key, and why these.
///
/// # Shape
/// A JSON object with these fields.
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
///
/// # Shape
/// In JSON `given`, `host_name` or `lets_encrypt`.
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

/// `ssl_certificate` and its key default to the host's files.
pub(in crate::omnibus) fn default_certificate(
    configuration: &mut Configuration,
    section: &str,
    host: &str,
    origin: &Origin,
) {
    for (key, ending) in [("ssl_certificate", "crt"), ("ssl_certificate_key", "key")] {
        let path = Value::text(format!("/etc/gitlab/ssl/{host}.{ending}"));
        configuration.set_unless_true(section, key, path, origin.clone());
    }
}

/// Switches Let's Encrypt on where the settings leave that open: GitLab is served by HTTPS and has no certificate yet.
///
/// An expired certificate of Let's Encrypt switches it on too; whether a file is one cannot be known here.
pub(in crate::omnibus) fn enable_lets_encrypt(configuration: &mut Configuration, files: &[String]) {
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
pub(in crate::omnibus) fn lets_encrypt_certificate(
    configuration: &mut Configuration,
    files: &[String],
) -> Result<(), DeriveError> {
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

pub(super) fn certificate(configuration: &mut Configuration) -> Option<Certificate> {
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
