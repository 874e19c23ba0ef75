//! Secrets in comments: settings that were commented out, and passwords that somebody noted down.

use std::ops::Range;

use crate::masking::{is_secret_name, secrets_in, tells_nothing};

/// Words between the name of a secret and the secret.
const BETWEEN: [&str; 8] = ["is", "was", "old", "new", "ist", "war", "now", "the"];

/// The secrets in a comment, its sign included. That it speaks of a secret is none.
pub(super) fn secrets(text: &str) -> Vec<Range<usize>> {
    let mut found = secrets_in(text);
    let mut after_name = false;
    for word in text.split_whitespace() {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        if after_name && !bare.is_empty() && is_noted(word, bare) {
            let start = bare.as_ptr().addr() - text.as_ptr().addr();
            found.push(start..start + bare.len());
        }
        after_name = is_secret_name(bare) || after_name && BETWEEN.contains(&bare);
    }
    found
}

/// Whether a word behind the name of a secret looks like one: in quotes, or with a digit among letters.
fn is_noted(word: &str, bare: &str) -> bool {
    let quoted = word.starts_with(['\'', '"']) && word.len() > 2;
    let mixed =
        bare.len() >= 5 && bare.contains(|c: char| c.is_ascii_digit()) && bare.contains(|c: char| c.is_alphabetic());
    (quoted || mixed) && !tells_nothing(bare)
}
