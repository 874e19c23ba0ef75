//! Hiding secrets in what is recorded: equal secrets become equal placeholders, so a reader still sees what matches.
//!
//! `code=3f5…&state=eyJ…` becomes `code={code-1}&state={state-1}`; the same code seen again is `{code-1}` again, wherever
//! it stands.

use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use regex::{Captures, Regex};

/// Names of query, form and JSON fields whose values are secret, with the word used in the placeholder.
const SECRET_FIELDS: [(&str, &str); 14] = [
    ("code", "code"),
    ("state", "state"),
    ("access_token", "access-token"),
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

/// Shorter values are not looked for outside the field they were seen in: they would hit harmless text.
const SHORTEST_SOUGHT_EVERYWHERE: usize = 8;

/// Turns secrets into placeholders.
#[derive(Debug, Default)]
pub struct Masker {
    known: Mutex<BTreeMap<String, String>>,
}

impl Masker {
    /// Makes `secret` known, so that it is hidden wherever it stands, and returns its placeholder `{word-N}`.
    pub fn hide(&self, word: &str, secret: &str) -> String {
        if secret.is_empty() {
            return String::new();
        }
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(placeholder) = known.get(secret) {
            return placeholder.clone();
        }
        let prefix = format!("{{{word}-");
        let number = known.values().filter(|p| p.starts_with(&prefix)).count() + 1;
        let placeholder = format!("{prefix}{number}}}");
        known.insert(secret.to_owned(), placeholder.clone());
        placeholder
    }

    /// A URL with the secrets of its query hidden.
    pub fn url(&self, url: &str) -> String {
        match url.split_once('?') {
            Some((before, query)) => format!("{}?{}", self.text(before), self.form(query)),
            None => self.text(url),
        }
    }

    /// A header field's value with its secrets hidden.
    pub fn header(&self, name: &str, value: &str) -> String {
        match name.to_ascii_lowercase().as_str() {
            "authorization" => match value.split_once(' ') {
                Some((scheme, token)) => format!("{scheme} {}", self.hide("access-token", token)),
                None => self.hide("access-token", value),
            },
            "cookie" => value.split(';').map(|pair| self.cookie_pair(pair.trim())).collect::<Vec<_>>().join("; "),
            "set-cookie" => match value.split_once(';') {
                Some((pair, attributes)) => format!("{};{attributes}", self.cookie_pair(pair.trim())),
                None => self.cookie_pair(value.trim()),
            },
            "token" | "private-token" | "x-csrf-token" => self.hide("token", value),
            "location" | "referer" => self.url(value),
            _ => self.text(value),
        }
    }

    /// A body with its secrets hidden.
    pub fn body(&self, content_type: &str, body: &str) -> String {
        if content_type.starts_with("application/x-www-form-urlencoded") {
            return self.form(body);
        }
        let body = JSON_FIELD.replace_all(body, |found: &Captures<'_>| match secret_word(&found[2]) {
            Some(word) => format!("{}\"{}\"", &found[1], self.hide(word, &found[3])),
            None => found[0].to_owned(),
        });
        let body = HTML_FIELD.replace_all(&body, |found: &Captures<'_>| match secret_word(&found[2]) {
            Some(word) => format!("{}\"{}\"", &found[1], self.hide(word, &found[3])),
            None => found[0].to_owned(),
        });
        self.text(&body)
    }

    /// Any text, with every secret hidden that is known so far.
    pub fn text(&self, text: &str) -> String {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let mut secrets: Vec<_> = known.iter().filter(|(s, _)| s.len() >= SHORTEST_SOUGHT_EVERYWHERE).collect();
        secrets.sort_by_key(|(secret, _)| std::cmp::Reverse(secret.len()));
        secrets.into_iter().fold(text.to_owned(), |text, (secret, placeholder)| {
            if text.contains(secret.as_str()) { text.replace(secret.as_str(), placeholder) } else { text }
        })
    }

    fn form(&self, form: &str) -> String {
        form.split('&').map(|pair| self.form_pair(pair)).collect::<Vec<_>>().join("&")
    }

    fn form_pair(&self, pair: &str) -> String {
        let Some((name, value)) = pair.split_once('=') else { return self.text(pair) };
        let plain_name = url::form_urlencoded::parse(name.as_bytes()).next().map(|(n, _)| n.into_owned());
        match plain_name.as_deref().and_then(secret_word) {
            Some(word) => {
                let plain = url::form_urlencoded::parse(format!("v={value}").as_bytes())
                    .next()
                    .map_or_else(String::new, |(_, v)| v.into_owned());
                format!("{name}={}", self.hide(word, &plain))
            }
            None => format!("{name}={}", self.text(value)),
        }
    }

    fn cookie_pair(&self, pair: &str) -> String {
        match pair.split_once('=') {
            Some((name, value)) => format!("{name}={}", self.hide(&name.to_ascii_lowercase(), value)),
            None => self.text(pair),
        }
    }
}

fn secret_word(field: &str) -> Option<&'static str> {
    SECRET_FIELDS.iter().find(|(name, _)| name.eq_ignore_ascii_case(field)).map(|(_, word)| *word)
}

#[allow(clippy::expect_used, reason = "constant patterns, covered by the tests below")]
static JSON_FIELD: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"("([A-Za-z_]+)"\s*:\s*)"((?:[^"\\]|\\.)*)""#).expect("the pattern is constant"));

#[allow(clippy::expect_used, reason = "constant patterns, covered by the tests below")]
static HTML_FIELD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(name="([^"]+)"[^>]*?(?:value|content)=)"([^"]*)""#).expect("the pattern is constant")
});

#[cfg(test)]
mod tests;
