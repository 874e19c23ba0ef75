//! The two external URLs: their checks, in the package's order, and what Mattermost's settings take from them.
//!
//! Not here: the virtual host made of the URL (`nginx`).

use super::DeriveError;
use super::configuration::{Configuration, Slot, setting_name};
use super::nginx;
use super::origin::Origin;
use super::services;
use super::uri::{self, Uri};
use crate::gitlab_rb::Value;

const GITLAB: &str = "external_url";
const MATTERMOST: &str = "mattermost_external_url";
const WHITELIST: &str = "service_allowed_untrusted_internal_connections";

/// A URL setting as text, or `None` if it is not set. An unknown one is left to whatever depends on it.
fn url_text(slot: &Slot, setting: &str) -> Result<Option<String>, DeriveError> {
    match slot.value.truthy() {
        Some(false) => Ok(None),
        _ => super::configuration::text_of(slot, setting).map(Some),
    }
}

fn parse(url: &str, setting: &str, slot: &Slot) -> Result<Uri, DeriveError> {
    let invalid =
        || DeriveError::InvalidUri { setting: setting.to_owned(), url: url.to_owned(), span: slot.origin.span() };
    uri::parse(url).map_err(|uri::InvalidUri| invalid())
}

/// Whether the URL is an `https` one; any scheme but that and `http` is refused.
fn https(uri: &Uri, setting: &str, slot: &Slot) -> Result<bool, DeriveError> {
    match uri.scheme.as_deref() {
        Some("http") => Ok(false),
        Some("https") => Ok(true),
        other => Err(DeriveError::UnsupportedScheme {
            setting: setting.to_owned(),
            scheme: other.unwrap_or_default().to_owned(),
            span: slot.origin.span(),
        }),
    }
}

/// Checks `external_url`, and tells nginx and GitLab what it says. It comes before anything of Mattermost, and whether
/// or not Mattermost is enabled.
pub(super) fn gitlab(configuration: &mut Configuration) -> Result<(), DeriveError> {
    let slot = configuration.call(GITLAB);
    let Ok(text) = url_text(&slot, GITLAB) else { return Ok(()) };
    let Some(url) = text else { return Ok(()) };
    let uri = parse(&url, GITLAB, &slot)?;
    let Some(host) = uri.host.as_deref() else {
        return Err(DeriveError::GitlabUrlWithoutHost { url, span: slot.origin.span() });
    };
    let https = https(&uri, GITLAB, &slot)?;
    configuration.set("gitlab_rails", "gitlab_https", Value::Bool(https), slot.origin.clone());
    if https {
        nginx::default_certificate(configuration, "nginx", host, &slot.origin);
    }
    nginx::check_headers(configuration, "nginx")
}

/// Takes apart `mattermost_external_url`: enables Mattermost, sets its site URL, the GitLab endpoints and the whitelist.
///
/// # Errors
/// The checks run even where `mattermost['enable']` is false.
pub(super) fn mattermost(configuration: &mut Configuration, files: &[String]) -> Result<(), DeriveError> {
    let slot = configuration.call(MATTERMOST);
    let disabled = matches!(configuration.value("mattermost", "enable"), Value::Bool(false));
    let text = match url_text(&slot, MATTERMOST) {
        // With Mattermost switched off nothing is made of the URL, known or not.
        Err(_) if disabled => return Ok(()),
        Err(error) => {
            configuration.known_or(Err(error), None, ())?;
            return url_not_known(configuration, &slot);
        }
        Ok(text) => text,
    };
    let Some(url) = text else { return Ok(()) };
    if matches!(configuration.value("mattermost", "enable"), Value::Nil) {
        configuration.set("mattermost", "enable", Value::Bool(true), slot.origin.clone());
    }
    let uri = parse(&url, MATTERMOST, &slot)?;
    let Some(host) = uri.host else {
        return Err(DeriveError::MattermostUrlWithoutHost { url, span: slot.origin.span() });
    };
    configuration.set("mattermost", "host", Value::text(host), slot.origin.clone());
    configuration.set_unless_true("mattermost", "service_site_url", slot.value.clone(), slot.origin.clone());
    connect_to_gitlab(configuration)?;
    // The package parses the URL again here, and the append above may have changed it.
    let url = url_text(&slot, MATTERMOST)?.unwrap_or_default();
    serve(configuration, &url, &slot, files)
}

/// What follows from a URL that is there and not known.
fn url_not_known(configuration: &mut Configuration, slot: &Slot) -> Result<(), DeriveError> {
    for key in ["host", "service_use_ssl", "port"] {
        configuration.set("mattermost", key, slot.value.clone(), slot.origin.clone());
    }
    if matches!(configuration.value("mattermost", "enable"), Value::Nil) {
        configuration.set("mattermost", "enable", Value::Bool(true), slot.origin.clone());
    }
    configuration.set_unless_true("mattermost", "service_site_url", slot.value.clone(), slot.origin.clone());
    connect_to_gitlab(configuration)
}

/// Endpoints and whitelist, if `external_url` is set too.
fn connect_to_gitlab(configuration: &mut Configuration) -> Result<(), DeriveError> {
    let slot = configuration.call(GITLAB);
    let url = match &slot.value {
        value if value.truthy() == Some(false) => return Ok(()),
        Value::Str(_) | Value::Unknown(_) => slot.value.to_ruby_text(),
        other => {
            let (setting, class) = (GITLAB.to_owned(), other.class_name());
            return Err(DeriveError::NoMethod { setting, class, method: "chomp", span: slot.origin.span() });
        }
    };
    let url = url.map(|url| url.strip_suffix('/').map(str::to_owned).unwrap_or(url));
    for (key, path) in [
        ("gitlab_auth_endpoint", "/oauth/authorize"),
        ("gitlab_token_endpoint", "/oauth/token"),
        ("gitlab_user_api_endpoint", "/api/v4/user"),
    ] {
        let endpoint = match &url {
            Ok(url) => Value::text(format!("{url}{path}")),
            Err(unknown) => Value::Unknown(unknown.clone()),
        };
        configuration.set_unless_true("mattermost", key, endpoint, slot.origin.clone());
    }
    let (runs, host) = (services::web_service_runs(configuration), url);
    match (runs, host) {
        (Ok(false), _) => Ok(()),
        (Ok(true), Ok(url)) => {
            let host = parse(&url, GITLAB, &slot)?.host.unwrap_or_default();
            append_to_whitelist(configuration, &host, &slot.origin)
        }
        (Ok(true), Err(unknown)) => {
            configuration.set("mattermost", WHITELIST, Value::Unknown(unknown), slot.origin);
            Ok(())
        }
        (Err(DeriveError::UnknownValue { setting, reason, span }), _) => {
            let unknown = crate::gitlab_rb::Unknown { span, reason };
            configuration.set("mattermost", WHITELIST, Value::Unknown(unknown), Origin::setting(setting, Some(span)));
            Ok(())
        }
        (Err(error), _) => Err(error),
    }
}

/// Ruby's `<<` on whatever the whitelist is: in place, so that every setting that shares the object sees it too.
fn append_to_whitelist(configuration: &mut Configuration, host: &str, origin: &Origin) -> Result<(), DeriveError> {
    configuration.set_unless_true("mattermost", WHITELIST, Value::text(""), Origin::Default);
    let Some(slot) = configuration.given("mattermost", WHITELIST) else { return Ok(()) };
    let setting = setting_name("mattermost", WHITELIST);
    let span = slot.origin.span();
    let addition = format!(" {host}");
    match &slot.value {
        Value::Str(text) if text.borrow().frozen => return Err(DeriveError::FrozenString { setting, span }),
        Value::Str(text) => text.borrow_mut().text.push_str(&addition),
        Value::Array(array) if array.borrow().frozen => return Err(DeriveError::FrozenString { setting, span }),
        Value::Array(array) => array.borrow_mut().items.push(Value::text(addition)),
        Value::Int(_) => {
            let needed = "a text to append the GitLab host to";
            return Err(DeriveError::TypeError { setting, class: "Integer", needed, span });
        }
        Value::Unknown(_) => {}
        other => return Err(DeriveError::NoMethod { setting, class: other.class_name(), method: "<<", span }),
    }
    configuration.set("mattermost", WHITELIST, slot.value, slot.origin.and(origin.clone()));
    Ok(())
}

/// HTTPS or not, certificate, path check and port.
fn serve(configuration: &mut Configuration, url: &str, slot: &Slot, files: &[String]) -> Result<(), DeriveError> {
    let uri = parse(url, MATTERMOST, slot)?;
    let https = https(&uri, MATTERMOST, slot)?;
    configuration.set("mattermost", "service_use_ssl", Value::Bool(https), slot.origin.clone());
    let host = uri.host.unwrap_or_default();
    if https {
        nginx::default_certificate(configuration, "mattermost_nginx", &host, &slot.origin);
        nginx::lets_encrypt_certificate(configuration, files)?;
    }
    nginx::check_headers(configuration, "mattermost_nginx")?;
    if !matches!(uri.path.as_str(), "" | "/") {
        return Err(DeriveError::MattermostUrlPath { path: uri.path, span: slot.origin.span() });
    }
    let port = uri.port.map_or(Value::Nil, |port| port.parse().map_or(Value::text(port), Value::Int));
    configuration.set("mattermost", "port", port, slot.origin.clone());
    Ok(())
}
