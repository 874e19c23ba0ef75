//! What the server corrects on its own: trailing slashes, a mail server without a name, unknown locales.

use serde_json::Value;

use super::Finding;
use super::catalogue::Catalogue;
use super::values::Values;
use crate::version::Version;

/// From this version on the trailing slashes of the site URL are dropped.
const TRIMS_SITE_URL: Version = Version::new(5, 10, 0);

/// From this version on an empty mail server is one on this machine; the earliest that was run.
const FILLS_MAIL_SERVER: Version = Version::new(5, 31, 0);

/// The locales of every server up to 5.36, then those that some of them lack, with the first measured version.
const LOCALES: [&str; 14] =
    ["de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt-BR", "ru", "tr", "zh-CN", "zh-TW"];
const LATER_LOCALES: [(&str, Version); 5] = [
    ("ro", Version::new(5, 10, 0)),
    ("uk", Version::new(5, 10, 0)),
    ("bg", Version::new(5, 36, 0)),
    ("hu", Version::new(5, 36, 0)),
    ("sv", Version::new(5, 36, 0)),
];

/// The last version whose locales are known.
const LOCALES_KNOWN_TO: Version = Version::new(5, 36, 0);

/// Corrects `values` as the server does, and tells what was not as it should be.
pub(super) fn repair(catalogue: &Catalogue, values: &mut Values) -> Vec<Finding> {
    let version = catalogue.version();
    change(values, "ServiceSettings.SiteURL", |url| {
        (version >= TRIMS_SITE_URL).then(|| url.trim_end_matches('/').to_owned())
    });
    if text(values, "FileSettings.DriverName") == "local" {
        change(values, "FileSettings.Directory", |directory| {
            let lacks_slash = !directory.ends_with('/') && !directory.is_empty();
            lacks_slash.then(|| format!("{directory}/"))
        });
    }
    for (path, filled) in [("EmailSettings.SMTPServer", "localhost"), ("EmailSettings.SMTPPort", "10025")] {
        change(values, path, |text| (text.is_empty() && version >= FILLS_MAIL_SERVER).then(|| filled.to_owned()));
    }
    // The locales of later servers are not known, so nothing can be said of them.
    if version.minor_line() > LOCALES_KNOWN_TO.minor_line() { Vec::new() } else { repair_locales(version, values) }
}

fn repair_locales(version: Version, values: &mut Values) -> Vec<Finding> {
    let exists = |locale: &str| {
        LOCALES.contains(&locale) || LATER_LOCALES.iter().any(|(name, since)| *name == locale && version >= *since)
    };
    let mut findings = Vec::new();
    for path in ["LocalizationSettings.DefaultServerLocale", "LocalizationSettings.DefaultClientLocale"] {
        if !exists(text(values, path)) {
            change(values, path, |_| Some("en".to_owned()));
            findings.push(Finding::UnknownLocale { path: path.to_owned() });
        }
    }
    let path = "LocalizationSettings.AvailableLocales";
    let client = text(values, "LocalizationSettings.DefaultClientLocale").to_owned();
    let available = text(values, path).to_owned();
    if available.is_empty() {
        return findings;
    }
    if !available.split(',').all(exists) {
        change(values, path, |_| Some(String::new()));
        findings.push(Finding::UnknownLocale { path: path.to_owned() });
        return findings;
    }
    let mut locales: Vec<&str> = Vec::new();
    for locale in available.split(',').chain([client.as_str()]) {
        if !locales.contains(&locale) {
            locales.push(locale);
        }
    }
    change(values, path, |_| Some(locales.join(",")));
    findings
}

fn text<'a>(values: &'a Values, path: &str) -> &'a str {
    values.get(path).and_then(Value::as_str).unwrap_or_default()
}

fn change(values: &mut Values, path: &str, changed: impl FnOnce(&str) -> Option<String>) {
    if let Some(Value::String(text)) = values.get_mut(path)
        && let Some(changed) = changed(text)
    {
        *text = changed;
    }
}
