//! What of names, values and texts may be shown to people: the one place that says what is secret.
//!
//! A name tells that its value is secret (`smtp_password`, `LDAP_BIND_PW`), or the value tells it itself: the user in a
//! URL, a token in its query, the address of a webhook, a private key. Names and places are never secret.
//!
//! Not here: which stretches of a settings file are values (`gitlab_rb`), and secrets that must not be printed by
//! accident (`secret`).

mod fault;
mod harmless;
mod name;
mod text;
mod url;

use std::ops::Range;

use serde_json::Value as Json;

pub use fault::shown_fault;
pub(crate) use harmless::tells_nothing;
pub use name::is_secret_name;

/// What stands for a value that is not shown.
pub const MASK: &str = "********";

/// Whether a value of this name, or a part of it, must not be shown.
///
/// ```
/// use gitlab_mattermost_core::masking::is_secret;
/// assert!(is_secret("SMTP_PASS", "hunter2"));
/// assert!(is_secret("HOOK", "https://chat.example.com/hooks/hunter2"));
/// assert!(!is_secret("MM_SERVICESETTINGS_ENABLEUSERACCESSTOKENS", "true"));
/// ```
pub fn is_secret(name: &str, value: &str) -> bool {
    let held_by_plugins = holds_plugins(name) && !value.trim().is_empty();
    held_by_plugins || is_secret_by_name(name, value) || !secrets_in(value).is_empty()
}

/// The value of this name as it may be shown: masked as a whole if the name is that of a secret, else where it holds one.
///
/// ```
/// use gitlab_mattermost_core::masking::shown;
/// assert_eq!(shown("SMTP_PASS", "hunter2"), "********");
/// assert_eq!(shown("URL", "postgres://me:hunter2@db/chat"), "postgres://********@db/chat");
/// assert_eq!(shown("X", r#"{"id":"a","secret":"b"}"#), r#"{"id":"a","secret":"********"}"#);
/// ```
pub fn shown(name: &str, value: &str) -> String {
    if is_secret_by_name(name, value) {
        return MASK.to_owned();
    }
    match serde_json::from_str::<Json>(value) {
        Ok(mut json @ (Json::Object(_) | Json::Array(_))) => {
            mask_by_key("", &mut json);
            json.to_string()
        }
        _ if holds_plugins(name) && !value.trim().is_empty() => MASK.to_owned(),
        _ => shown_text(value),
    }
}

/// How often a text is looked through at most.
const MOST_LOOKS: usize = 8;

/// A text with every secret in it masked.
///
/// Masking the result again changes nothing: what stood between two secrets may belong to one as soon as they are masked, so
/// the text is looked through until nothing changes.
///
/// ```
/// use gitlab_mattermost_core::masking::shown_text;
/// assert_eq!(shown_text("psql postgres://me:hunter2@db/chat"), "psql postgres://********@db/chat");
/// assert_eq!(shown_text("gitlab-ctl reconfigure"), "gitlab-ctl reconfigure");
/// ```
pub fn shown_text(text: &str) -> String {
    let mut shown = masked(text);
    let mut before = text.to_owned();
    for _ in 0..MOST_LOOKS {
        if shown == before {
            break;
        }
        before = shown;
        shown = masked(&before);
    }
    shown
}

fn masked(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut at = 0;
    for secret in secrets_in(text) {
        shown.push_str(&text[at..secret.start]);
        shown.push_str(MASK);
        at = secret.end;
    }
    shown.push_str(&text[at..]);
    shown
}

/// Where the secrets in a text are: ranges of bytes, in order and apart from each other.
pub(crate) fn secrets_in(text: &str) -> Vec<Range<usize>> {
    let mut found = text::secrets(text);
    found.extend(url::secrets(text));
    found.retain(|range| !range.is_empty());
    merged(found)
}

/// Where the secrets in the URLs of a text are, in no particular order.
pub(crate) fn secrets_in_urls(text: &str) -> Vec<Range<usize>> {
    url::secrets(text).into_iter().filter(|range| !range.is_empty()).collect()
}

/// Ranges in order, those that touch made one.
pub(crate) fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| range.start);
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

/// Whether the name makes the value secret. Switches, and where a key lies, tell nothing whatever they are called.
pub(crate) fn is_secret_by_name(name: &str, value: &str) -> bool {
    is_secret_name(name) && !tells_nothing(value)
}

/// Whether the name is that of the setting which holds what plugins are told, each in words of its own.
fn holds_plugins(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    name == "MM_PLUGINSETTINGS_PLUGINS" || name == "PLUGINSETTINGS.PLUGINS"
}

fn mask_by_key(key: &str, json: &mut Json) {
    match json {
        Json::Object(entries) => {
            for (inner, value) in entries {
                // What a secret key holds is secret as a whole, whatever the keys inside are called.
                let name = if is_secret_name(key) { key } else { inner.as_str() };
                mask_by_key(name, value);
            }
        }
        Json::Array(items) => items.iter_mut().for_each(|item| mask_by_key(key, item)),
        Json::String(text) => *text = shown(key, text),
        Json::Number(_) if is_secret_name(key) => *json = MASK.into(),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::{MASK, is_secret, shown, shown_text};

    #[test]
    fn values_are_masked_by_their_names() {
        for name in [
            "SMTP_PASS",
            "LDAP_BIND_PW",
            "DB_PWD",
            "root_pass",
            "smtp_password",
            "MM_EMAILSETTINGS_SMTPPASSWORD",
            "MM_GITLABSETTINGS_SECRET",
            "MM_SQLSETTINGS_ATRESTENCRYPTKEY",
            "FileSettings.PublicLinkSalt",
            "db_key_base",
            "aws_secret_access_key",
            "AmazonS3SecretAccessKey",
            "google_json_key_string",
            "mysqlpwd",
            "api-key",
            "app_secret",
            "access_token",
            "password2",
            "admin_password_hash",
            "passphrase",
            "PGPASSWORD",
            "smtppass",
            "private_key",
            "tls_psk",
            "sentry_dsn",
            "gitlaboauthclientsecret",
            "encryptionkey",
            "BindPassword",
        ] {
            assert_eq!(shown(name, "hunter2"), MASK, "{name}");
        }
    }

    #[test]
    fn names_that_only_speak_of_secrets_hide_nothing() {
        for (name, value) in [
            ("MM_SERVICESETTINGS_ENABLEUSERACCESSTOKENS", "true"),
            ("MM_GITLABSETTINGS_TOKENENDPOINT", "https://gitlab.example.com/oauth/token"),
            ("PasswordSettings.MinimumLength", "10"),
            ("MM_PASSWORDSETTINGS_MINIMUMLENGTH", "10"),
            ("ssl_certificate_key", "/etc/gitlab/ssl/chat.example.com.key"),
            ("MM_SERVICESETTINGS_TLSKEYFILE", "key.pem"),
            ("bypass", "a"),
            ("compass_size", "a"),
            ("MM_SQLSETTINGS_DATASOURCE", "user=gitlab_mattermost host=/var/opt/gitlab/postgresql port=5432 dbname=x"),
            ("SSL_CERT_DIR", "/opt/gitlab/embedded/ssl/certs/"),
            ("MM_SERVICESETTINGS_SITEURL", "https://chat.example.com:8443/"),
            ("", "the address including the `%{key}` placeholder"),
            ("", "https://docs.gitlab.com/user/project/integrations/webhooks/index.html"),
        ] {
            assert!(!is_secret(name, value), "{name}");
            assert_eq!(shown(name, value), value);
        }
    }

    #[test]
    fn secrets_are_masked_inside_texts_and_the_rest_is_left() {
        for (text, masked) in [
            (
                "postgres://mm:p@ss/w@db.example.com/chat?sslmode=disable",
                "postgres://********@db.example.com/chat?sslmode=disable",
            ),
            ("mmuser:mostest@tcp(db:3306)/chat?charset=utf8", "mmuser:********@tcp(db:3306)/chat?charset=utf8"),
            ("host=db password=hunter2 dbname=x", "host=db password=******** dbname=x"),
            ("host=db password='a b' dbname=x", "host=db password='********' dbname=x"),
            (r#"host=db password=a\'b"c,d\ e\\ dbname=x"#, "host=db password=******** dbname=x"),
            ("https://h/x?private_token=abc&page=2", "https://h/x?private_token=********&page=2"),
            ("https://h/x?T0ken", "https://h/x?********"),
            ("https://hooks.slack.com/services/T1/B2/x3", "https://hooks.slack.com/services/********"),
            ("to https://chat.example.com/hooks/abc now", "to https://chat.example.com/hooks/******** now"),
            ("https://tok@git.example.com/a", "https://********@git.example.com/a"),
            ("Authorization: Bearer abcdefgh12", "Authorization: Bearer ********"),
            ("  password: correct horse", "  password: ********"),
            (
                "\"bind_dn\": \"cn=a\", \"password\": \"b\", \"host\": \"c\"",
                "\"bind_dn\": \"cn=a\", \"password\": \"********\", \"host\": \"c\"",
            ),
            ("curl --token abc https://h", "curl --token ******** https://h"),
            ("is glpat-abcdefgh1234", "is ********"),
            ("-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----\n", "********\n"),
            ("https://api.telegram.org/bot12:AbC/send", "https://api.telegram.org/********/send"),
        ] {
            assert_eq!(shown_text(text), masked);
        }
    }

    #[test]
    fn json_is_masked_by_its_keys() {
        let plugins = r#"{"com.github.manland.mattermost-plugin-gitlab":{"gitlaburl":"https://g","encryptionkey":"abc","n":{"token":{"x":"y"}}}}"#;
        let masked = shown("MM_PLUGINSETTINGS_PLUGINS", plugins);
        assert!(
            masked.contains("\"gitlaburl\":\"https://g\"") && masked.contains("mattermost-plugin-gitlab"),
            "{masked}"
        );
        assert!(!masked.contains("abc") && !masked.contains("\"y\""), "{masked}");
        assert_eq!(shown("MM_PLUGINSETTINGS_PLUGINS", "{broken: 'abc'"), MASK);
    }
}
