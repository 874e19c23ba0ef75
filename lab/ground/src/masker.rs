//! Hiding secrets in what is recorded: equal secrets become equal placeholders, so a reader still sees what matches.
//!
//! `code=3f5…&state=eyJ…` becomes `code={code-1}&state={state-1}`; the same code seen again is `{code-1}` again, wherever
//! it stands.

use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use regex::{Captures, Regex};

use crate::http_secrets::{self, Hide, word_of};

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

    /// A URL with the secrets of its query and fragment hidden.
    pub fn url(&self, url: &str) -> String {
        http_secrets::url(self, url)
    }

    /// A header field's value with its secrets hidden.
    pub fn header(&self, name: &str, value: &str) -> String {
        http_secrets::header(self, name, value)
    }

    /// A body with its secrets hidden.
    pub fn body(&self, content_type: &str, body: &str) -> String {
        if content_type.starts_with("application/x-www-form-urlencoded") {
            return http_secrets::form(self, body);
        }
        let body = JSON_FIELD.replace_all(body, |found: &Captures<'_>| match word_of(&found[2]) {
            Some(word) => format!("{}\"{}\"", &found[1], self.hide(word, &found[3])),
            None => found[0].to_owned(),
        });
        let body = HTML_FIELD.replace_all(&body, |found: &Captures<'_>| match word_of(&found[2]) {
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
}

impl Hide for Masker {
    fn hide(&self, word: &str, secret: &str) -> String {
        self.hide(word, secret)
    }

    fn rest(&self, text: &str) -> String {
        self.text(text)
    }
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
