//! Names that say of their value that it is secret.

/// A name that ends so, underscores and capitals aside, names a secret.
const ENDINGS: [&str; 22] = [
    "password",
    "passwords",
    "passwd",
    "passphrase",
    "passwort",
    "kennwort",
    "pass",
    "pwd",
    "secret",
    "secrets",
    "token",
    "tokens",
    "key",
    "keys",
    "salt",
    "credential",
    "credentials",
    "apitoken",
    "authorization",
    "keytab",
    "sharedkeys",
    "cookie",
];
/// Words that end so and name none.
const OTHER_WORDS: [&str; 12] = [
    "bypass",
    "compass",
    "surpass",
    "trespass",
    "underpass",
    "overpass",
    "monkey",
    "hotkey",
    "turkey",
    "donkey",
    "whiskey",
    "hockey",
];
/// Words that name a secret when they are the last of a name.
const LAST_WORDS: [&str; 6] = ["pw", "psk", "dsn", "otp", "pin", "jwt"];
/// What makes a name secret wherever in it it stands, unless the name ends in one of the others.
const STEMS: [&str; 14] = [
    "password",
    "passwd",
    "passphrase",
    "secret",
    "privatekey",
    "apikey",
    "accesskey",
    "encryptkey",
    "encryptionkey",
    "signingkey",
    "keybase",
    "jsonkey",
    "authtoken",
    "accesstoken",
];
/// Endings of names about a secret: where it is, how long, whether there must be one.
const ABOUT: [&str; 37] = [
    "file",
    "files",
    "path",
    "dir",
    "directory",
    "length",
    "endpoint",
    "url",
    "uri",
    "enable",
    "enabled",
    "enforced",
    "expiry",
    "expires",
    "expiration",
    "ttl",
    "days",
    "hours",
    "minutes",
    "seconds",
    "timeout",
    "settings",
    "type",
    "algorithm",
    "method",
    "attempts",
    "limit",
    "size",
    "count",
    "policy",
    "lowercase",
    "uppercase",
    "number",
    "symbol",
    "required",
    "host",
    "port",
];

/// Whether what stands under this name is secret.
///
/// # Shape
/// Any spelling: `smtp_password`, `MM_EMAILSETTINGS_SMTPPASSWORD`, `EmailSettings.SMTPPassword`, `api-key`.
///
/// ```
/// use gitlab_mattermost_core::masking::is_secret_name;
/// assert!(is_secret_name("LDAP_BIND_PW") && is_secret_name("FileSettings.PublicLinkSalt"));
/// assert!(!is_secret_name("PasswordSettings.MinimumLength"));
/// ```
pub fn is_secret_name(name: &str) -> bool {
    let words = words(key_of(name));
    let Some(last) = words.last().map(|word| word.trim_end_matches(|c: char| c.is_ascii_digit())) else { return false };
    let bare: String = words.concat();
    let bare = bare.trim_end_matches(|c: char| c.is_ascii_digit());
    if OTHER_WORDS.contains(&last) {
        return false;
    }
    LAST_WORDS.contains(&last)
        || ENDINGS.iter().any(|ending| bare.ends_with(ending))
        || STEMS.iter().any(|stem| bare.contains(stem)) && !ABOUT.iter().any(|ending| bare.ends_with(ending))
}

/// The name without the section of Mattermost's settings that it belongs to.
fn key_of(name: &str) -> &str {
    let name = name.rsplit('.').next().unwrap_or(name);
    let prefixed = name.get(..3).is_some_and(|prefix| prefix.eq_ignore_ascii_case("MM_"));
    match name.get(3..).and_then(|rest| rest.split_once('_')) {
        Some((section, key)) if prefixed && section.to_ascii_lowercase().ends_with("settings") => key,
        _ => name,
    }
}

/// The words of a name in small letters: parted by anything but letters and digits, or by a capital.
fn words(name: &str) -> Vec<String> {
    let chars: Vec<char> = name.chars().collect();
    let mut words = vec![String::new()];
    for (at, c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| chars.get(before));
        let after_small = before.is_some_and(|before| before.is_lowercase());
        let begins_word = before.is_some_and(|before| before.is_uppercase())
            && chars.get(at + 1).is_some_and(|after| after.is_lowercase());
        if !c.is_alphanumeric() || c.is_uppercase() && (after_small || begins_word) {
            words.push(String::new());
        }
        if let (true, Some(word)) = (c.is_alphanumeric(), words.last_mut()) {
            word.extend(c.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}
