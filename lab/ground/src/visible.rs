//! Text of strangers, made fit for a terminal: as text for people, and as JSON, which stays equal.

use std::borrow::Cow;
use std::io::{self, Write};

use serde::Serialize;

/// The text with every character that could control a terminal, or turn the direction of what is read, written out; line
/// breaks and tabs stay.
///
/// ```
/// use gitlab_mattermost_ground::visible::visible;
///
/// assert_eq!(visible("a\u{1b}[2Jb\n"), "a\\u{1b}[2Jb\n");
/// assert_eq!(visible("größe"), "größe");
/// ```
pub fn visible(text: &str) -> Cow<'_, str> {
    let controls = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\t'))
            || matches!(c, '\u{61c}' | '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if !text.contains(controls) {
        return Cow::Borrowed(text);
    }
    let mut visible = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if controls(c) {
            visible.extend(c.escape_unicode());
        } else {
            visible.push(c);
        }
    }
    Cow::Owned(visible)
}

/// A writer that makes everything [`visible`] before it passes it on.
#[derive(Debug)]
pub struct Visible<W>(pub W);

impl<W: Write> Write for Visible<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write_all(visible(&String::from_utf8_lossy(bytes)).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// The text in one line: a break or a tab is a blank, and what [`visible`] writes out is written out.
///
/// ```
/// assert_eq!(gitlab_mattermost_ground::visible::one_line("a\nb\u{9b}2J"), "a b\\u{9b}2J");
/// ```
pub fn one_line(text: &str) -> String {
    visible(text).replace(['\n', '\t'], " ")
}

/// The same JSON, in which what could control a terminal is written as JSON writes it by number: read, it is equal.
///
/// ```
/// use gitlab_mattermost_ground::visible::visible_json;
///
/// assert_eq!(visible_json("\"a\u{9b}2J\u{202e}\""), r#""a\u009b2J\u202e""#);
/// ```
pub fn visible_json(json: &str) -> String {
    let one = |c: char| match visible(c.encode_utf8(&mut [0; 4])) {
        Cow::Borrowed(_) => String::from(c),
        Cow::Owned(_) => format!("\\u{:04x}", u32::from(c)),
    };
    if let Cow::Borrowed(text) = visible(json) { text.to_owned() } else { json.chars().map(one).collect() }
}

/// A value as JSON in one line, in which nothing controls a terminal.
///
/// # Errors
/// The value cannot be written as JSON.
pub fn to_json(value: &impl Serialize) -> serde_json::Result<String> {
    serde_json::to_string(value).map(|text| visible_json(&text))
}

/// The same over several lines.
///
/// # Errors
/// The value cannot be written as JSON.
pub fn to_json_pretty(value: &impl Serialize) -> serde_json::Result<String> {
    serde_json::to_string_pretty(value).map(|text| visible_json(&text))
}

/// The text as a source whose places are told by offset: what [`visible`] would write out is replaced by marks of the same
/// length.
///
/// ```
/// use gitlab_mattermost_ground::visible::of_equal_length;
///
/// assert_eq!(of_equal_length("a\u{1b}[2J\u{9b}"), "a?[2J¿");
/// ```
pub fn of_equal_length(text: &str) -> Cow<'_, str> {
    if visible(text) == text {
        return Cow::Borrowed(text);
    }
    let mark = |c: char| match (visible(c.encode_utf8(&mut [0; 4])).len(), c.len_utf8()) {
        (shown, length) if shown == length => c,
        (_, 1) => '?',
        (_, 2) => '¿',
        _ => '�',
    };
    Cow::Owned(text.chars().map(mark).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_the_same_and_controls_no_terminal() {
        let value = serde_json::json!({"a\u{9b}2J": ["\u{202e}é\u{1b}[2J\u{7f}\u{2066}\u{200f}"]});
        for text in [to_json(&value).unwrap(), to_json_pretty(&value).unwrap()] {
            assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
            assert!(text.contains('é') && text == visible(&text), "{text:?}");
        }
    }
}
