//! Where secrets stand in HTTP messages: names of fields, and the way through forms, addresses and header fields to them.
//!
//! Not here: what takes their place. The mock's own recorder forgets them, because it runs for long; the lab's proxies give
//! equal secrets equal placeholders, because a reader wants to see what matches.

/// Names of query, form and JSON fields whose values are secret, in small letters, with a word for what they are.
const FIELDS: [(&str, &str); 15] = [
    ("code", "code"),
    ("state", "state"),
    ("access_token", "access-token"),
    ("bearer_token", "access-token"),
    ("refresh_token", "refresh-token"),
    ("id_token", "id-token"),
    ("client_secret", "client-secret"),
    ("secret", "client-secret"),
    ("token", "token"),
    ("private_token", "private-token"),
    ("authenticity_token", "csrf"),
    ("csrf-token", "csrf"),
    ("password", "password"),
    ("user[password]", "password"),
    ("code_verifier", "code-verifier"),
];

/// What the value of a field is, if it is secret.
pub fn word_of(field: &str) -> Option<&'static str> {
    FIELDS.iter().find(|(name, _)| name.eq_ignore_ascii_case(field)).map(|(_, word)| *word)
}

/// What is put in place of a secret.
pub trait Hide {
    /// What stands for `secret`, which is a `word`.
    fn hide(&self, word: &str, secret: &str) -> String;

    /// A text that holds no secret by its place.
    fn rest(&self, text: &str) -> String {
        text.to_owned()
    }
}

/// A query or form with its secrets hidden; names are read, and secrets given on, without percent-encoding.
pub fn form(hide: &impl Hide, text: &str) -> String {
    let decoded = |text: &str| {
        let pair = format!("v={text}");
        let plain = url::form_urlencoded::parse(pair.as_bytes()).next();
        plain.map_or_else(String::new, |(_, value)| value.into_owned())
    };
    let pair = |pair: &str| {
        let Some((name, value)) = pair.split_once('=') else { return hide.rest(pair) };
        match word_of(&decoded(name)) {
            Some(word) => format!("{name}={}", hide.hide(word, &decoded(value))),
            None => format!("{name}={}", hide.rest(value)),
        }
    };
    text.split('&').map(pair).collect::<Vec<_>>().join("&")
}

/// A URL with the secrets of its query and fragment hidden.
pub fn url(hide: &impl Hide, text: &str) -> String {
    let (rest, fragment) = text.split_once('#').map_or((text, None), |(rest, fragment)| (rest, Some(fragment)));
    let (path, query) = rest.split_once('?').map_or((rest, None), |(path, query)| (path, Some(query)));
    let query = query.map(|query| format!("?{}", form(hide, query))).unwrap_or_default();
    let fragment = fragment.map(|fragment| format!("#{}", form(hide, fragment))).unwrap_or_default();
    format!("{}{query}{fragment}", hide.rest(path))
}

/// The value of a header field with its secrets hidden.
pub fn header(hide: &impl Hide, name: &str, value: &str) -> String {
    match name.to_ascii_lowercase().as_str() {
        "authorization" => match value.split_once(' ') {
            Some((scheme, token)) => format!("{scheme} {}", hide.hide("access-token", token)),
            None => hide.hide("access-token", value),
        },
        "cookie" => value.split(';').map(|pair| cookie(hide, pair.trim())).collect::<Vec<_>>().join("; "),
        "set-cookie" => match value.split_once(';') {
            Some((pair, attributes)) => format!("{};{attributes}", cookie(hide, pair.trim())),
            None => cookie(hide, value.trim()),
        },
        "token" | "private-token" | "x-csrf-token" => hide.hide("token", value),
        "location" | "referer" => url(hide, value),
        _ => hide.rest(value),
    }
}

fn cookie(hide: &impl Hide, pair: &str) -> String {
    match pair.split_once('=') {
        Some((name, value)) => format!("{name}={}", hide.hide(&name.to_ascii_lowercase(), value)),
        // A cookie without a name is all value.
        None if pair.is_empty() => String::new(),
        None => hide.hide("cookie", pair),
    }
}
